#include "app/cli/brokersession.h"

#include <fmt/format.h>

#include <QEventLoop>

#include "app/cli/brokeraddress.h"

namespace sluice::cli {

BrokerSession::BrokerSession() = default;

Result<void> BrokerSession::open(const std::string& address) {
    Result<ConnectionSettings> settings = brokerSettings(address);
    if (!settings)
        return settings.error();
    m_plugins = std::make_unique<PluginRegistry>();
    BrokerPlugin* plugin = m_plugins->plugin(settings->plugin);
    if (!plugin) {
        std::string problems = m_plugins->problems().join(QStringLiteral("; ")).toStdString();
        return Error{ErrorCode::Unsupported,
                     fmt::format("there is no plugin for {}{}", settings->plugin.toStdString(),
                                 problems.empty() ? "" : ": " + problems),
                     {}};
    }
    addSecrets(*settings);
    m_source = std::make_unique<LiveSource>(*plugin, *settings);
    return {};
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
