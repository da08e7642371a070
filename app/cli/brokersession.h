#pragma once

#include <QCoreApplication>
#include <map>
#include <memory>

#include "app/brokers/guardedapplication.h"
#include "app/brokers/jointdiscovery.h"
#include "app/brokers/livesource.h"
#include "app/brokers/pluginregistry.h"
#include "app/brokers/realrun.h"
#include "core/base/result.h"

namespace sluice::cli {

/// What the commands about live brokers share: Qt's event loop, the plugins, and the brokers that are asked
/// or watched together. Made once, on the main thread.
class BrokerSession {
public:
    BrokerSession();

    /// Connects to nothing yet. Only with `mayWrite` may queues be made there for a while, to see messages.
    /// Errors: those of brokerSettings, and no plugin for one of them.
    Result<void> open(const std::vector<std::string>& addresses, bool mayWrite = false);
    /// The way back for dead letters. Connects to nothing yet. Errors: those of open, and a broker that has
    /// none.
    Result<std::unique_ptr<BrokerRedrive>> redrive(const std::string& address, bool mayWrite);
    /// The way to look at messages. Connects to nothing yet. Errors: those of open.
    Result<std::unique_ptr<BrokerBrowse>> browse(const std::string& address);
    /// The way to change what the broker has; what is done is written down. Connects to nothing yet. Errors:
    /// those of open.
    Result<std::unique_ptr<BrokerChanges>> changes(const std::string& address, bool mayWrite);
    /// Where a run's queues and topics may stand. Connects to nothing yet. Errors: those of open.
    Result<RealRun::Place> place(const std::string& address, bool mayWrite);
    /// What is changed there is written down under the address.
    static std::unique_ptr<BrokerChanges> logged(std::unique_ptr<BrokerChanges> changes,
                                                 const std::string& address);
    /// What is opened, joined into one drawing; waits for the answers. Errors: what failed, and what to do.
    Result<Discovery> discover();
    /// To watch what is opened, together.
    [[nodiscard]] std::unique_ptr<LiveSource> source() const;
    /// What is opened, in its order.
    [[nodiscard]] std::vector<std::string> names() const;

private:
    using Broker = JointDiscovery::Broker;
    /// By its address, secrets included. Looked for once, so that nobody is asked for a password twice.
    Result<Broker> broker(const std::string& address);
    Result<Broker> broker(const std::string& address, bool mayWrite);

    int m_argc = 1;
    char m_name[11] = "sluice-cli";
    char* m_argv[2] = {m_name, nullptr};
    GuardedApplication<QCoreApplication> m_application{m_argc, m_argv};
    std::unique_ptr<PluginRegistry> m_plugins;
    std::map<std::string, Broker> m_brokers;  ///< by address
    std::vector<Broker> m_opened;
};

}  // namespace sluice::cli
