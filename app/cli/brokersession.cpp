#include "app/cli/brokersession.h"

#include <fmt/format.h>

#include <QEventLoop>

#include "app/cli/brokeraddress.h"

namespace sluice::cli {

BrokerSession::BrokerSession() = default;

Result<BrokerPlugin*> BrokerSession::pluginFor(const ConnectionSettings& settings) {
    m_plugins = std::make_unique<PluginRegistry>();
    if (BrokerPlugin* plugin = m_plugins->plugin(settings.plugin))
        return plugin;
    const std::string problems = m_plugins->problems().join(QStringLiteral("; ")).toStdString();
    return Error{ErrorCode::Unsupported,
                 fmt::format("there is no plugin for {}{}", settings.plugin.toStdString(),
                             problems.empty() ? "" : ": " + problems),
                 {}};
}

Result<void> BrokerSession::open(const std::string& address) {
    Result<ConnectionSettings> settings = brokerSettings(address);
    if (!settings)
        return settings.error();
    const Result<BrokerPlugin*> plugin = pluginFor(*settings);
    if (!plugin)
        return plugin.error();
    addSecrets(*settings);
    m_source = std::make_unique<LiveSource>(**plugin, *settings);
    return {};
}

Result<std::unique_ptr<BrokerRedrive>> BrokerSession::redrive(const std::string& address, bool mayWrite) {
    Result<ConnectionSettings> settings = brokerSettings(address);
    if (!settings)
        return settings.error();
    const Result<BrokerPlugin*> plugin = pluginFor(*settings);
    if (!plugin)
        return plugin.error();
    addSecrets(*settings);
    settings->mayWrite = mayWrite;
    if (auto redrive = (*plugin)->redrive(*settings))
        return redrive;
    return Error{ErrorCode::Unsupported,
                 "dead letters are sent back on RabbitMQ only: name an address with amqp://",
                 {}};
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
