#include "app/cli/brokersession.h"

#include <fmt/format.h>

#include <QEventLoop>

#include "app/cli/brokeraddress.h"

namespace sluice::cli {

BrokerSession::BrokerSession() = default;

Result<BrokerSession::Broker> BrokerSession::broker(const std::string& address) {
    Result<ConnectionSettings> settings = brokerSettings(address);
    if (!settings)
        return settings.error();
    m_plugins = std::make_unique<PluginRegistry>();
    BrokerPlugin* plugin = m_plugins->plugin(settings->plugin);
    if (!plugin) {
        const std::string problems = m_plugins->problems().join(QStringLiteral("; ")).toStdString();
        return Error{ErrorCode::Unsupported,
                     fmt::format("there is no plugin for {}{}", settings->plugin.toStdString(),
                                 problems.empty() ? "" : ": " + problems),
                     {}};
    }
    addSecrets(*settings);
    return Broker{plugin, std::move(settings).value()};
}

Result<void> BrokerSession::open(const std::string& address) {
    const Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    m_source = std::make_unique<LiveSource>(*found->plugin, found->settings);
    return {};
}

Result<std::unique_ptr<BrokerRedrive>> BrokerSession::redrive(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    if (auto redrive = found->plugin->redrive(found->settings))
        return redrive;
    return Error{ErrorCode::Unsupported,
                 "dead letters are sent back on RabbitMQ only: name an address with amqp://",
                 {}};
}

Result<std::unique_ptr<BrokerBrowse>> BrokerSession::browse(const std::string& address) {
    const Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    return found->plugin->browse(found->settings);
}

Result<Discovery> BrokerSession::discover() {
    QEventLoop loop;
    Result<Discovery> answer = Error{ErrorCode::InputOutput, "the connection ended without an answer", {}};
    QObject::connect(m_source.get(), &LiveSource::discovered, &loop, [&](const Discovery& found) {
        answer = found;
        loop.quit();
    });
    QObject::connect(m_source.get(), &LiveSource::discoveryFailed, &loop, [&](const BrokerProblem& problem) {
        answer = Error{ErrorCode::InputOutput, problem.text().toStdString(), {}};
        loop.quit();
    });
    m_source->discover();
    loop.exec();
    return answer;
}

}  // namespace sluice::cli
