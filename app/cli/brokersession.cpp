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

Result<BrokerSession::Broker> BrokerSession::broker(const std::string& address, bool mayWrite) {
    Result<Broker> found = broker(address);
    if (found)
        found->connection.mayWrite = mayWrite;
    return found;
}

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

Result<void> BrokerSession::open(const std::vector<std::string>& addresses, bool mayWrite) {
    for (const std::string& address : addresses) {
        Result<Broker> found = broker(address, mayWrite);
        if (!found)
            return found.error();
        m_opened.push_back(std::move(found).value());
    }
    return {};
}

Result<std::unique_ptr<BrokerRedrive>> BrokerSession::redrive(const std::string& address, bool mayWrite) {
    const Result<Broker> found = broker(address, mayWrite);
    if (!found)
        return found.error();
    if (auto redrive = found->plugin->redrive(found->connection))
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
    return found->plugin->browse(found->connection);
}

Result<std::unique_ptr<BrokerChanges>> BrokerSession::changes(const std::string& address, bool mayWrite) {
    const Result<Broker> found = broker(address, mayWrite);
    if (!found)
        return found.error();
    auto changes = found->plugin->changes(found->connection);
    if (!mayWrite)
        return changes;
    return logged(std::move(changes), address);
}

std::unique_ptr<BrokerChanges> BrokerSession::logged(std::unique_ptr<BrokerChanges> changes,
                                                     const std::string& address) {
    return std::make_unique<LoggedChanges>(std::move(changes), logOf(address));
}

Result<RealRun::Place> BrokerSession::place(const std::string& address, bool mayWrite) {
    const Result<Broker> found = broker(address, mayWrite);
    if (!found)
        return found.error();
    return RealRun::Place{found->plugin, found->connection, QString::fromStdString(address)};
}

Result<Discovery> BrokerSession::discover() {
    JointDiscovery asked(m_opened);
    QEventLoop loop;
    Result<Discovery> answer = Error{ErrorCode::InputOutput, "the connection ended without an answer", {}};
    QObject::connect(&asked, &JointDiscovery::discovered, &loop, [&](const Discovery& found) {
        answer = found;
        loop.quit();
    });
    QObject::connect(&asked, &JointDiscovery::failed, &loop, [&](const BrokerProblem& problem) {
        answer = Error{ErrorCode::InputOutput, problem.text().toStdString(), {}};
        loop.quit();
    });
    asked.start();
    loop.exec();
    return answer;
}

std::unique_ptr<LiveSource> BrokerSession::source() const {
    auto made = std::make_unique<LiveSource>(*m_opened.front().plugin, m_opened.front().connection);
    for (std::size_t i = 1; i < m_opened.size(); ++i)
        made->add(*m_opened[i].plugin, m_opened[i].connection);
    return made;
}

std::vector<std::string> BrokerSession::names() const {
    std::vector<std::string> names;
    for (const Broker& one : m_opened)
        names.push_back(one.connection.name.toStdString());
    return names;
}

}  // namespace sluice::cli
