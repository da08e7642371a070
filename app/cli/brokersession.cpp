#include "app/cli/brokersession.h"

#include <fmt/format.h>

#include <QEventLoop>

#include "app/brokers/loggedchanges.h"
#include "app/cli/brokeraddress.h"

namespace sluice::cli {

namespace {

WritingLog logOf(const std::string& address) {
    return {QString::fromStdString(address), [](const QString& file) {
                fmt::print(stderr, "sluice-cli: {}: the log of what is written cannot be kept\n",
                           file.toStdString());
            }};
}

}  // namespace

BrokerSession::BrokerSession() = default;

Result<BrokerSession::Broker> BrokerSession::broker(const std::string& address) {
    if (const auto known = m_brokers.find(address); known != m_brokers.end())
        return known->second;
    Result<ConnectionSettings> settings = brokerSettings(address);
    if (!settings)
        return settings.error();
    // Those of another address are in use.
    if (!m_plugins)
        m_plugins = std::make_unique<PluginRegistry>();
    BrokerPlugin* plugin = m_plugins->plugin(settings->plugin);
    if (!plugin) {
        const std::string problems = m_plugins->problems().join(QStringLiteral("; ")).toStdString();
        return Error{ErrorCode::Unsupported,
                     fmt::format("there is no plugin for {}{}", settings->plugin.toStdString(),
                                 problems.empty() ? "" : ": " + problems),
                     {}};
    }
    for (const FormField& field : plugin->description().fields) {
        const QString value = settings->text(field.key);
        if (field.type == FormField::Type::Choice && !value.isEmpty() && !field.choices.contains(value))
            return Error{ErrorCode::InvalidInput,
                         fmt::format("{}: there is no '{}', only {}", field.label.toStdString(),
                                     value.toStdString(), field.choices.join(", ").toStdString()),
                         {}};
    }
    if (const Result<void> added = addSecrets(*settings); !added)
        return added.error();
    return m_brokers.emplace(address, Broker{plugin, std::move(settings).value()}).first->second;
}

Result<void> BrokerSession::open(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    m_source = std::make_unique<LiveSource>(*found->plugin, found->settings);
    return {};
}

Result<void> BrokerSession::add(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    m_source->add(*found->plugin, found->settings);
    return {};
}

Result<std::unique_ptr<BrokerRedrive>> BrokerSession::redrive(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    if (auto redrive = found->plugin->redrive(found->settings))
        return std::unique_ptr<BrokerRedrive>(
            std::make_unique<LoggedRedrive>(std::move(redrive), logOf(address)));
    return Error{
        ErrorCode::Unsupported,
        "dead letters are not sent back on this kind of broker: name an address with amqp:// or kafka://",
        {}};
}

Result<std::unique_ptr<BrokerBrowse>> BrokerSession::browse(const std::string& address) {
    const Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    return found->plugin->browse(found->settings);
}

Result<std::unique_ptr<BrokerChanges>> BrokerSession::changes(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    auto changes = found->plugin->changes(found->settings);
    if (!mayWrite)
        return changes;
    return logged(std::move(changes), address);
}

std::unique_ptr<BrokerChanges> BrokerSession::logged(std::unique_ptr<BrokerChanges> changes,
                                                     const std::string& address) {
    return std::make_unique<LoggedChanges>(std::move(changes), logOf(address));
}

Result<RealRun::Place> BrokerSession::place(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    found->settings.mayWrite = mayWrite;
    return RealRun::Place{found->plugin, found->settings, QString::fromStdString(address)};
}

Result<Discovery> BrokerSession::discover(const std::string& address) {
    const Result<Broker> found = broker(address);
    if (!found)
        return found.error();
    LiveSource source(*found->plugin, found->settings);
    return discover(source);
}

Result<Discovery> BrokerSession::discover() {
    return discover(*m_source);
}

Result<Discovery> BrokerSession::discover(LiveSource& source) {
    QEventLoop loop;
    Result<Discovery> answer = Error{ErrorCode::InputOutput, "the connection ended without an answer", {}};
    QObject::connect(&source, &LiveSource::discovered, &loop, [&](const Discovery& found) {
        answer = found;
        loop.quit();
    });
    QObject::connect(&source, &LiveSource::discoveryFailed, &loop, [&](const BrokerProblem& problem) {
        answer = Error{ErrorCode::InputOutput, problem.text().toStdString(), {}};
        loop.quit();
    });
    source.discover();
    loop.exec();
    return answer;
}

}  // namespace sluice::cli
