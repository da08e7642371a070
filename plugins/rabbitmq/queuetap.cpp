#include "plugins/rabbitmq/queuetap.h"

#include <QCoreApplication>
#include <QMap>
#include <QSet>
#include <QUuid>
#include <chrono>

#include "plugins/rabbitmq/amqpmessage.h"
#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/argumenttable.h"
#include "plugins/rabbitmq/bindings.h"
#include "plugins/rabbitmq/firehose.h"

namespace sluice::rabbitmq {
namespace {

using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;
using Clock = std::chrono::steady_clock;

struct TapWords {
    Q_DECLARE_TR_FUNCTIONS(QueueTap)
};

constexpr std::size_t kMostTapped = std::size_t(1) << 20U;  // bytes of a body that is followed
constexpr std::uint16_t kShadowPrefetch = 200;  // of a queue, from one acknowledgement to the next
constexpr auto kAcknowledging = 100ms;
constexpr auto kShadowPause = 20ms;     // without a message
constexpr int kMostWaiting = 1000;      // messages in one of our queues
constexpr int kMostBytes = 16'777'216;  // and bytes
constexpr int kExpires = 60'000;        // ms unused, should the broker not see us go
constexpr auto kTraceExchange = "amq.rabbitmq.trace";

/// What becomes too much in a queue of ours is dropped from its front; the broker never waits for us.
Json ownArguments() {
    return {{"x-max-length", kMostWaiting},
            {"x-max-length-bytes", kMostBytes},
            {"x-overflow", "drop-head"},
            {"x-expires", kExpires}};
}

QString ownName(const QString& of) {
    return QStringLiteral("sluice.shadow.%1.%2")
        .arg(of.left(120), QUuid::createUuid().toString(QUuid::WithoutBraces).left(8));
}

/// The queues that a shadow can be made of, in the wish's order, as far as there may be shadows.
QStringList shadowed(const TapWish& wish, const Ways& ways) {
    QSet<QString> bound;
    for (const Binding& binding : ways.bindings)
        bound.insert(binding.queue);
    QStringList queues;
    for (const QString& queue : wish.queues) {
        if (bound.contains(queue) && queues.size() < QueueTap::kMostShadows)
            queues << queue;
    }
    return queues;
}

/// One following, from the queues that are made to the end of the connection they go with.
class Following {
public:
    Following(const TapWish& wish, TapListener& listener, const Ways& ways)
        : m_wish(wish),
          m_listener(listener),
          m_ways(ways),
          m_wished(wish.queues.begin(), wish.queues.end()) {}

    TapResult run(const ConnectionSettings& settings, const TapForecast& forecast) {
        if (ok(m_session.open(settings, QStringLiteral("Sluice, showing messages"))) &&
            (m_ways.firehose ? beginFirehose() : beginShadows())) {
            m_listener.began(forecast);
            while (m_result.problem.kind == Kind::None) {
                if (!m_listener.goOn()) {
                    m_result.cancelled = true;
                    break;
                }
                step();
            }
        }
        m_session.close();
        return m_result;
    }

private:
    bool ok(BrokerProblem problem) {
        const bool fine = problem.kind == Kind::None;
        if (!fine && m_result.problem.kind == Kind::None)
            m_result.problem = std::move(problem);
        return fine;
    }

    bool beginFirehose() {
        const QString own = ownName(QStringLiteral("firehose"));
        ArgumentTable arguments(ownArguments());
        if (!ok(m_session.makeOwnQueue(own, arguments.table())))
            return false;
        for (const char* what : {"publish.#", "deliver.#"}) {
            if (!ok(m_session.bindOwnQueue(own, kTraceExchange, what, amqp_empty_table)))
                return false;
        }
        return ok(m_session.consume(own, kShadowPrefetch * 5));
    }

    bool beginShadows() {
        for (const QString& queue : shadowed(m_wish, m_ways)) {
            const QString own = ownName(queue);
            ArgumentTable arguments(ownArguments());
            if (!ok(m_session.makeOwnQueue(own, arguments.table())))
                return false;
            for (const Binding& binding : m_ways.bindings) {
                if (binding.queue != queue)
                    continue;
                ArgumentTable like(binding.arguments);
                if (!ok(m_session.bindOwnQueue(own, binding.exchange, binding.routingKey, like.table())))
                    return false;
            }
            const QByteArray tag = QByteArray::number(m_queues.size());
            m_queues << queue;
            if (!ok(m_session.consume(own, kShadowPrefetch, amqp_empty_table, tag)))
                return false;
        }
        return true;
    }

    void step() {
        BrokerProblem problem;
        amqp_frame_t frame;
        if (m_session.next(frame, kShadowPause, problem)) {
            if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD)
                take(*static_cast<const amqp_basic_deliver_t*>(frame.payload.method.decoded));
        } else {
            ok(problem);
        }
        m_session.forget();
        const Clock::time_point now = Clock::now();
        if (m_unacknowledged != 0 && now - m_acknowledged > kAcknowledging) {
            m_acknowledged = now;
            ok(m_session.acknowledge(std::exchange(m_unacknowledged, 0), true));
        }
    }

    void take(const amqp_basic_deliver_t& delivery) {
        // They lie in a buffer that reading on may give back.
        const QByteArray key(static_cast<const char*>(delivery.routing_key.bytes),
                             static_cast<qsizetype>(delivery.routing_key.len));
        const std::string exchange = textOf(delivery.exchange).toStdString();
        const qsizetype number = textOf(delivery.consumer_tag).toInt();
        m_unacknowledged = delivery.delivery_tag;
        BrokerMessage read;
        if (!ok(m_session.read(read, key, kMostTapped)))
            return;
        if (m_ways.firehose)
            return takeTraced(std::move(read));
        if (number < 0 || number >= m_queues.size())
            return;
        MessageSighting sighting;
        sighting.act = MessageSighting::Act::Published;
        sighting.message = std::move(read);
        sighting.exchange = exchange;
        sighting.message.place = m_queues[number].toStdString();
        sighting.queues = {sighting.message.place};
        sighting.copies = true;
        m_listener.take(std::move(sighting));
    }

    void takeTraced(BrokerMessage traced) {
        std::optional<MessageSighting> sighting = sightingOf(std::move(traced));
        if (!sighting)
            return;
        const auto isWished = [this](const std::string& queue) {
            return m_wished.contains(QString::fromStdString(queue));
        };
        if (sighting->act == MessageSighting::Act::Published) {
            std::erase_if(sighting->queues, [&](const std::string& queue) { return !isWished(queue); });
            if (sighting->queues.empty())
                return;
            sighting->message.place = sighting->queues.front();
        } else if (!isWished(sighting->message.place)) {
            return;
        }
        m_listener.take(std::move(*sighting));
    }

    const TapWish& m_wish;
    TapListener& m_listener;
    const Ways& m_ways;
    const QSet<QString> m_wished;
    AmqpSession m_session;
    TapResult m_result;
    QStringList m_queues;  ///< by consumer tag
    std::uint64_t m_unacknowledged = 0;
    Clock::time_point m_acknowledged{};
};

TapForecast forecastOf(const TapWish& wish, const Ways& ways) {
    TapForecast forecast;
    forecast.makesQueues = true;
    if (ways.firehose) {
        forecast.way = TapWords::tr("the firehose");
        forecast.sentences = {
            TapWords::tr("The firehose of this virtual host is on: this makes one exclusive queue "
                         "sluice.shadow.firehose.… on the broker that gets a copy of what is published and "
                         "delivered, deleted when you stop. No other queue is touched."),
            TapWords::tr(
                "It tells of no acknowledgements, and of dead letters only when they are delivered.")};
        return forecast;
    }
    const QStringList queues = shadowed(wish, ways);
    forecast.way = TapWords::tr("shadow queues");
    if (queues.isEmpty()) {
        forecast.makesQueues = false;
        forecast.problem = {
            Kind::Settings,
            TapWords::tr(
                "No queue of the drawing is bound to an exchange, so no copy of its messages can be had."),
            TapWords::tr("Bind one, or turn the firehose on (rabbitmqctl trace_on).")};
        return forecast;
    }
    forecast.sentences = {
        (queues.size() == 1
             ? TapWords::tr(
                   "This makes an exclusive queue sluice.shadow.%1.… on the broker, deleted when you "
                   "stop.")
                   .arg(queues.front())
             : TapWords::tr("This makes %1 exclusive queues sluice.shadow.… on the broker, deleted when you "
                            "stop.")
                   .arg(queues.size())) +
            QLatin1Char(' ') +
            TapWords::tr("Each is bound like the queue it shadows and gets a copy of what that gets, at most "
                         "%1 messages at a time. No other queue is touched.")
                .arg(kMostWaiting),
        TapWords::tr("What is sent to a queue by its name alone cannot be seen like this, and neither can "
                     "deliveries: that would need the firehose (rabbitmqctl trace_on).")};
    if (!ways.unbound.isEmpty())
        forecast.sentences << (ways.unbound.size() == 1
                                   ? TapWords::tr("%1 is bound to no exchange: nothing of it is shown.")
                                         .arg(ways.unbound.front())
                                   : TapWords::tr(
                                         "%1 queues are bound to no exchange: nothing of them is shown.")
                                         .arg(ways.unbound.size()));
    const qsizetype left = wish.queues.size() - ways.unbound.size() - queues.size();
    if (left > 0)
        forecast.sentences << TapWords::tr(
                                  "Only the first %1 queues of the drawing are shadowed; %2 are not.")
                                  .arg(QueueTap::kMostShadows)
                                  .arg(left);
    return forecast;
}

}  // namespace

TapForecast QueueTap::forecast(const TapWish& wish) {
    Ways ways;
    if (BrokerProblem problem = findWays(m_settings, wish.queues, ways); problem.kind != Kind::None)
        return {.way = {}, .problem = std::move(problem)};
    return forecastOf(wish, ways);
}

TapResult QueueTap::run(const TapWish& wish, TapListener& listener) {
    Ways ways;
    if (BrokerProblem problem = findWays(m_settings, wish.queues, ways); problem.kind != Kind::None)
        return {.problem = std::move(problem)};
    const TapForecast forecast = forecastOf(wish, ways);
    if (forecast.problem.kind != Kind::None)
        return {.problem = forecast.problem};
    return Following(wish, listener, ways).run(m_settings, forecast);
}

}  // namespace sluice::rabbitmq
