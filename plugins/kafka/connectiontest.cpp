#include "plugins/kafka/connectiontest.h"

#include <QCoreApplication>
#include <QHostInfo>
#include <QTcpSocket>

#include "plugins/kafka/clusterdrawing.h"
#include "plugins/kafka/librarysettings.h"

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;
using Outcome = TestStep::Outcome;

constexpr int kKnock = 3000;  // ms for a connection to come about
constexpr int kMostBrokers = 12;

class Steps {
    Q_DECLARE_TR_FUNCTIONS(KafkaConnectionTest)

public:
    explicit Steps(ReadingClient& client) : m_client(client), m_settings(client.settings()) {}

    QList<TestStep> take() {
        if (reach() && logIn())
            look();
        return m_steps;
    }

private:
    void pass(const QString& name, const QString& found = {}) {
        m_steps << TestStep{name, Outcome::Passed, found, {}};
    }
    void fail(const QString& name, const BrokerProblem& problem, Outcome outcome = Outcome::Failed) {
        m_steps << TestStep{name, outcome, {}, problem};
    }
    /// Ends with what a place's port says: empty when somebody listens.
    static QString knock(const QString& place) {
        const auto [host, port] = hostAndPort(place);
        QTcpSocket socket;
        socket.connectToHost(host, static_cast<quint16>(port));
        return socket.waitForConnected(kKnock) ? QString() : socket.errorString();
    }
    static bool hasAddress(const QString& place) {
        return !QHostInfo::fromName(hostAndPort(place).first).addresses().isEmpty();
    }

    bool reach();
    bool logIn();
    void look();
    void visitBrokers(const ClusterAnswer& cluster);
    void lookAtTopics(const ClusterAnswer& cluster);
    void lookAtGroups();

    ReadingClient& m_client;
    const ConnectionSettings& m_settings;
    QList<TestStep> m_steps;
};

bool Steps::reach() {
    if (const BrokerProblem problem = m_client.open(); problem.kind != Kind::None) {
        fail(problem.kind == Kind::Credentials ? tr("Login") : tr("Settings"), problem);
        return false;
    }
    // One bootstrap server that answers is enough; of the others it is told.
    const QStringList servers = bootstrapServers(m_settings);
    QStringList known;
    QStringList unknown;
    for (const QString& server : servers)
        (hasAddress(server) ? known : unknown) << server;
    const BrokerProblem noName{Kind::Name,
                               tr("There is no host %1.").arg(hostAndPort(unknown.value(0)).first),
                               tr("Check the name, and whether you are in the network that knows it.")};
    if (unknown.isEmpty())
        pass(tr("Host name"), known.join(QStringLiteral(", ")));
    else
        fail(tr("Host name"), noName, known.isEmpty() ? Outcome::Failed : Outcome::Warned);
    QStringList open;
    QStringList shut;
    QString reason;
    for (const QString& server : std::as_const(known)) {
        const QString error = knock(server);
        (error.isEmpty() ? open : shut) << server;
        reason = error.isEmpty() ? reason : error;
    }
    if (known.isEmpty())
        return false;
    const BrokerProblem noPort{
        Kind::Port, tr("Nobody listens on %1 (%2).").arg(shut.join(QStringLiteral(", ")), reason),
        tr("Is the broker running, and is this its port? 9092 as a rule, 9093 with TLS.")};
    if (shut.isEmpty())
        pass(tr("Port"), open.join(QStringLiteral(", ")));
    else
        fail(tr("Port"), noPort, open.isEmpty() ? Outcome::Failed : Outcome::Warned);
    return !open.isEmpty();
}

bool Steps::logIn() {
    const Asked<ClusterAnswer> cluster = m_client.cluster();
    struct Step {
        QString name;
        QList<Kind> failsWith;
        QString found;
    };
    QList<Step> steps;
    if (m_settings.isOn("tls"))
        steps << Step{tr("TLS"), {Kind::Tls}, {}};
    steps << Step{tr("Kafka's protocol"), {Kind::Protocol, Kind::Slow, Kind::Port, Kind::Name}, {}};
    const QString mechanism = m_settings.text("sasl");
    if (saslMechanisms().indexOf(mechanism) > 0)
        steps << Step{tr("Login"), {Kind::Credentials}, mechanism};
    for (const Step& step : std::as_const(steps)) {
        if (step.failsWith.contains(cluster.problem.kind)) {
            fail(step.name, cluster.problem);
            return false;
        }
        pass(step.name, step.found);
    }
    if (!cluster.ok()) {
        fail(tr("Cluster"), cluster.problem);
        return false;
    }
    const QString id = QString::fromStdString(cluster.answer.id);
    const qsizetype brokers = static_cast<qsizetype>(cluster.answer.brokers.size());
    pass(tr("Cluster"),
         brokers == 1 ? tr("%1, 1 broker").arg(id) : tr("%1, %2 brokers").arg(id).arg(brokers));
    visitBrokers(cluster.answer);
    lookAtTopics(cluster.answer);
    return true;
}

/// The bootstrap server names the brokers that all further conversation is with, by their advertised
/// listeners: often names that only the cluster's own network knows.
void Steps::visitBrokers(const ClusterAnswer& cluster) {
    const QString name = tr("Brokers as they call themselves");
    const QString advice =
        tr("The name comes from advertised.listeners in the broker's settings: it must be one that can be "
           "reached from here.");
    QStringList reached;
    for (const BrokerAnswer& broker : cluster.brokers) {
        const QString place =
            QStringLiteral("%1:%2").arg(QString::fromStdString(broker.host)).arg(broker.port);
        if (!hasAddress(place))
            return fail(name, {Kind::Name,
                               tr("The cluster calls its broker %1 %2, and there is no such host.")
                                   .arg(broker.id)
                                   .arg(place),
                               advice});
        const QString error = knock(place);
        if (!error.isEmpty())
            return fail(name, {Kind::Port,
                               tr("The cluster calls its broker %1 %2, and nobody listens there (%3).")
                                   .arg(broker.id)
                                   .arg(place, error),
                               advice});
        reached << place;
        if (reached.size() == kMostBrokers)
            break;
    }
    pass(name, reached.join(QStringLiteral(", ")));
}

void Steps::lookAtTopics(const ClusterAnswer& cluster) {
    if (std::any_of(m_steps.cbegin(), m_steps.cend(),
                    [](const TestStep& step) { return step.outcome == Outcome::Failed; }))
        return;
    std::string some;
    int own = 0;
    for (const TopicAnswer& topic : cluster.topics) {
        own += isInternal(topic.name) ? 0 : 1;
        if (some.empty() || isInternal(some))
            some = topic.name;
    }
    if (some.empty()) {
        const QString user =
            m_settings.text("user").isEmpty() ? QStringLiteral("NAME") : m_settings.text("user");
        fail(
            tr("Topics"),
            {Kind::Permission, tr("There is no topic, or the user may see none."),
             tr("On the cluster: kafka-acls --add --allow-principal User:%1 --operation Describe --operation "
                "DescribeConfigs --topic '*'.")
                 .arg(user)},
            Outcome::Warned);
        return;
    }
    const Partition partition(some, 0);
    const auto ends = m_client.offsets({&partition, 1}, ReadingClient::kEnd);
    if (ends.ok())
        pass(tr("Topics"), QString::number(own));
    else
        fail(tr("Topics"), ends.problem);
    BrokerProblem refused;
    const auto settings = m_client.topicSettings({&some, 1}, &refused);
    const BrokerProblem& problem = settings.ok() ? refused : settings.problem;
    if (problem.kind == Kind::None)
        pass(tr("Settings of topics"));
    else
        fail(tr("Settings of topics"), problem, Outcome::Warned);
}

void Steps::lookAtGroups() {
    const auto groups = m_client.groups();
    if (!groups.ok())
        return fail(tr("Consumer groups"), groups.problem, Outcome::Warned);
    BrokerProblem refused;
    if (!groups.answer.empty()) {
        const auto committed = m_client.committed({groups.answer.data(), 1}, &refused);
        if (!committed.ok())
            refused = committed.problem;
    }
    if (refused.kind != Kind::None)
        return fail(tr("Consumer groups"), refused, Outcome::Warned);
    pass(tr("Consumer groups"), QString::number(groups.answer.size()));
}

void Steps::look() {
    if (std::none_of(m_steps.cbegin(), m_steps.cend(),
                     [](const TestStep& step) { return step.outcome == Outcome::Failed; }))
        lookAtGroups();
}

}  // namespace

QList<TestStep> testConnection(ReadingClient& client) {
    return Steps(client).take();
}

}  // namespace sluice::kafka
