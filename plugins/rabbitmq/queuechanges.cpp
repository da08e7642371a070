#include "plugins/rabbitmq/queuechanges.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QUrl>

#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/httptransport.h"
#include "plugins/rabbitmq/queuesettings.h"

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;
using Act = BrokerStep::Act;
using Thing = BrokerStep::Thing;

struct ChangeWords {
    Q_DECLARE_TR_FUNCTIONS(QueueChanges)
};

QString encoded(const std::string& name) {
    return QString::fromUtf8(QUrl::toPercentEncoding(QString::fromStdString(name)));
}

/// One step on its way to the management API, which is waited for.
class Step {
public:
    Step(const ConnectionSettings& settings, const BrokerStep& step)
        : m_settings(settings), m_step(step), m_transport(settings) {}

    BrokerProblem take() {
        if (m_transport.settingsProblem())
            return *m_transport.settingsProblem();
        switch (m_step.thing) {
            case Thing::Exchange:
                return m_step.act == Act::Delete ? change("DELETE", path("exchanges"))
                                                 : change("PUT", path("exchanges"), exchange());
            case Thing::Queue:
                return m_step.act == Act::Delete
                           ? deleteQueue()
                           : change("PUT", path("queues"), queueDeclaration(m_step.settings));
            case Thing::Binding:
                return m_step.act == Act::Delete ? unbind() : change("POST", bindingPath(), binding());
            case Thing::Topic:
                break;
        }
        return {Kind::Settings, ChangeWords::tr("RabbitMQ has no topics as Kafka has them."), {}};
    }

private:
    [[nodiscard]] QString path(const char* what) const {
        return QStringLiteral("/api/%1/%2/%3")
            .arg(QLatin1String(what), m_transport.virtualHost(), encoded(m_step.name));
    }
    [[nodiscard]] QString bindingPath() const {
        return QStringLiteral("/api/bindings/%1/e/%2/%3/%4")
            .arg(m_transport.virtualHost(), encoded(m_step.name), m_step.toExchange ? "e" : "q",
                 encoded(m_step.to));
    }
    [[nodiscard]] Json exchange() const {
        const Properties& settings = m_step.settings;
        const auto isSet = [&](const char* key, bool otherwise) {
            const Json* value = settings.find(key);
            return value && value->is_boolean() ? value->get<bool>() : otherwise;
        };
        const std::string type = settings.text("exchangeType");
        const std::string other = settings.text("alternateExchange");
        Json arguments = Json::object();
        if (!other.empty())
            arguments["alternate-exchange"] = other;
        return {{"type", type.empty() ? "direct" : type},
                {"durable", isSet("durable", true)},
                {"auto_delete", isSet("autoDelete", false)},
                {"internal", isSet("internal", false)},
                {"arguments", arguments}};
    }
    [[nodiscard]] Json binding() const {
        Json arguments = Json::object();
        if (const Json* headers = m_step.settings.find("headers"); headers && headers->is_object())
            arguments = *headers;
        const std::string match = m_step.settings.text("match");
        if (!arguments.empty() || !match.empty())
            arguments["x-match"] = match == "any"        ? "any"
                                   : match == "allWithX" ? "all-with-x"
                                   : match == "anyWithX" ? "any-with-x"
                                                         : "all";
        return {{"routing_key", m_step.settings.text("routingKey")}, {"arguments", arguments}};
    }

    /// RabbitMQ itself looks whether a classic queue is empty and unused; of the other kinds it cannot
    /// ("if-empty" is not supported), so it is asked before.
    BrokerProblem deleteQueue() {
        Json queue;
        AmqpSession session;
        AmqpSession::QueueState state;
        if (BrokerProblem problem = ask(path("queues"), queue); problem.kind != Kind::None)
            return problem;
        if (BrokerProblem problem = session.open(m_settings, "Sluice: changes"); problem.kind != Kind::None)
            return problem;
        const QString name = QString::fromStdString(m_step.name);
        if (BrokerProblem problem = session.look(name, state); problem.kind != Kind::None)
            return problem;
        session.close();
        if (state.consumers > 0)
            return {Kind::Settings,
                    ChangeWords::tr("%1 is read by %n consumers.", nullptr, int(state.consumers)).arg(name),
                    ChangeWords::tr("Stop them first.")};
        const Json told = queue.is_object() && queue.contains("messages") ? queue["messages"] : Json();
        const qint64 held = std::max<qint64>(state.ready, told.is_number() ? told.get<qint64>() : 0);
        if (held > 0 && !m_step.withMessages)
            return {Kind::Settings, ChangeWords::tr("%1 holds %n messages.", nullptr, int(held)).arg(name),
                    ChangeWords::tr("Name it once more for that, if they are to go with it.")};
        const bool classic = textIn(queue, "type") == "classic";
        QString words = classic ? QStringLiteral("?if-unused=true") : QString();
        if (classic && !m_step.withMessages)
            words += QStringLiteral("&if-empty=true");
        return change("DELETE", path("queues") + words);
    }

    BrokerProblem unbind() {
        Json bindings;
        if (BrokerProblem problem = ask(bindingPath(), bindings); problem.kind != Kind::None)
            return problem;
        const Json wanted = binding();
        for (const Json& one : bindings) {
            // A fanout exchange looks at no key: the step has none.
            const bool anyKey = !m_step.settings.has("routingKey") && wanted["arguments"].empty();
            if (!anyKey && (textIn(one, "routing_key") != wanted["routing_key"] ||
                            !sameArguments(one.value("arguments", Json::object()), wanted["arguments"])))
                continue;
            const BrokerProblem problem =
                change("DELETE", bindingPath() + "/" + encoded(textIn(one, "properties_key")));
            if (problem.kind != Kind::None)
                return problem;
        }
        return {};
    }
    static bool sameArguments(Json one, Json other) {
        // "all" is what holds without a word.
        for (Json* each : {&one, &other}) {
            if (each->is_object() && textIn(*each, "x-match") == "all")
                each->erase("x-match");
        }
        return one == other;
    }

    BrokerProblem ask(const QString& path, Json& answer) {
        const QByteArray body = waitFor(m_transport.ask(Port::Management, path));
        if (m_problem.kind == Kind::None)
            answer = Json::parse(body.begin(), body.end(), nullptr, false);
        return m_problem;
    }
    BrokerProblem change(const char* verb, const QString& path, const Json& body = {}) {
        (void)waitFor(m_transport.change(
            verb, path, body.is_null() ? QByteArray() : QByteArray::fromStdString(body.dump())));
        return m_problem;
    }
    QByteArray waitFor(QNetworkReply* reply) {
        QByteArray body;
        QEventLoop loop;
        QObject::connect(reply, &QNetworkReply::finished, &loop, [&] {
            m_problem = problemOf(*reply, m_transport, Port::Management);
            // One that was not let out has nothing to read.
            if (reply->isOpen())
                body = reply->readAll();
            if (m_problem.kind != Kind::None)
                explain(reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt(), body);
            loop.quit();
        });
        loop.exec();
        return body;
    }
    /// What the broker itself says about a change that it refuses.
    void explain(int status, const QByteArray& body) {
        const Json json = Json::parse(body.begin(), body.end(), nullptr, false);
        const QString reason = QString::fromStdString(textIn(json, "reason"));
        if (reason.isEmpty() || (status != 400 && status != 403 && !reason.contains("refused")))
            return;
        m_problem.kind = status == 400 ? Kind::Settings : Kind::Permission;
        m_problem.sentence =
            ChangeWords::tr("%1 refuses: %2").arg(m_transport.place(Port::Management), reason);
        m_problem.advice = status == 400 ? QString()
                                         : ChangeWords::tr(
                                               "Give the user the right to configure it: rabbitmqctl "
                                               "set_permissions.");
    }

    const ConnectionSettings& m_settings;
    const BrokerStep& m_step;
    HttpTransport m_transport;
    BrokerProblem m_problem;
};

}  // namespace

BrokerProblem QueueChanges::apply(const BrokerStep& step) {
    return Step(m_settings, step).take();
}

PublishResult QueueChanges::publish(const PublishWish& wish, PublishSource& source) {
    return publishMessages(m_settings, wish, source);
}

PurgeResult QueueChanges::purge(const QString& place, bool dryRun) {
    PurgeResult result;
    AmqpSession session;
    result.problem = session.open(m_settings, "Sluice: purge");
    if (result.problem.kind == Kind::None)
        result.problem =
            dryRun ? session.ready(place, result.messages) : session.purge(place, result.messages);
    if (result.problem.kind == Kind::None)
        result.sentences << ChangeWords::tr("What consumers hold and have not acknowledged stays.");
    return result;
}

OffsetsResult QueueChanges::moveOffsets(const OffsetsWish& /*wish*/) {
    OffsetsResult result;
    result.problem = {Kind::Settings, ChangeWords::tr("RabbitMQ has no consumer groups."),
                      ChangeWords::tr("Offsets are moved on Kafka: name an address with kafka://.")};
    return result;
}

}  // namespace sluice::rabbitmq
