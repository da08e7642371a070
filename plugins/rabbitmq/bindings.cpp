#include "plugins/rabbitmq/bindings.h"

#include <QCoreApplication>
#include <QSet>

#include "plugins/rabbitmq/httptransport.h"
#include "plugins/rabbitmq/queuesettings.h"
#include "plugins/rabbitmq/waitedanswer.h"

namespace sluice::rabbitmq {
namespace {

using Kind = BrokerProblem::Kind;
using Port = HttpTransport::Port;

struct WaysWords {
    Q_DECLARE_TR_FUNCTIONS(Bindings)
};

QString wordIn(const Json& object, const char* name) {
    return QString::fromStdString(textIn(object, name));
}

}  // namespace

BrokerProblem findWays(const ConnectionSettings& settings, const QStringList& queues, Ways& ways) {
    HttpTransport transport(settings);
    Json host;
    if (BrokerProblem problem = waitForAnswer(transport, "/api/vhosts/" + transport.virtualHost(), host);
        problem.kind != Kind::None)
        return problem;
    const auto tracing = host.is_object() ? host.find("tracing") : host.end();
    ways.firehose =
        host.is_object() && tracing != host.end() && tracing->is_boolean() && tracing->get<bool>();
    Json bindings;
    if (BrokerProblem problem =
            waitForAnswer(transport, "/api/bindings/" + transport.virtualHost(), bindings);
        problem.kind != Kind::None)
        return problem;
    if (!bindings.is_array())
        return {Kind::Answer,
                WaysWords::tr("What %1 answers cannot be read.").arg(transport.place(Port::Management)),
                WaysWords::tr("Check the port, and whether a proxy stands in between.")};
    const QSet<QString> wished(queues.begin(), queues.end());
    QSet<QString> bound;
    for (const Json& one : bindings) {
        if (!one.is_object() || wordIn(one, "destination_type") != QLatin1String("queue"))
            continue;
        Binding binding{wordIn(one, "source"), wordIn(one, "destination"), wordIn(one, "routing_key"),
                        one.value("arguments", Json::object())};
        if (binding.exchange.isEmpty() || !wished.contains(binding.queue))
            continue;
        bound.insert(binding.queue);
        ways.bindings.push_back(std::move(binding));
    }
    for (const QString& queue : queues) {
        if (!bound.contains(queue))
            ways.unbound << queue;
    }
    return {};
}

}  // namespace sluice::rabbitmq
