#include "plugins/rabbitmq/peekforecast.h"

#include <QCoreApplication>
#include <QLocale>

#include "plugins/rabbitmq/queuesettings.h"

namespace sluice::rabbitmq {
namespace {

struct PeekWords {
    Q_DECLARE_TR_FUNCTIONS(PeekForecast)
};

using Effect = BrowseForecast::Effect;

constexpr qint64 kUsualLimit = 20;  // of deliveries, on a quorum queue since RabbitMQ 4.0

qint64 numberOf(const Json& object, const char* key, qint64 otherwise) {
    const auto it = object.find(key);
    return it != object.end() && it->is_number() ? it->get<qint64>() : otherwise;
}

qint64 numberOf(const Properties& properties, const char* key) {
    const Json* value = properties.find(key);
    return value && value->is_number() ? value->get<qint64>() : -1;
}

/// The delivery limit that holds; -1: none.
qint64 deliveryLimit(const Json& queue, const Properties& properties, int major) {
    if (const qint64 set = numberOf(properties, "deliveryLimit"); properties.has("deliveryLimit"))
        return set;
    return numberOf(queue, "delivery_limit", major >= 4 ? kUsualLimit : -1);
}

void refuse(BrowseForecast& forecast, const QString& sentence) {
    forecast.effect = Effect::Refused;
    forecast.sentences.prepend(sentence);
}

/// What comes while messages are held takes their room; then some are dropped from the front.
void lookAtLength(BrowseForecast& forecast, const Json& queue, const Properties& properties, qint64 held) {
    if (properties.has("overflow"))
        return;
    const qint64 limit = numberOf(properties, "maxLength");
    const qint64 bytesLimit = numberOf(properties, "maxLengthBytes");
    const qint64 bytes = numberOf(queue, "message_bytes", bytesLimit);
    if (limit >= 0 && limit - forecast.messages < held)
        refuse(forecast,
               PeekWords::tr("It may hold %1 messages and has %2: what is published while %3 are looked at "
                             "could push them out.")
                   .arg(limit)
                   .arg(forecast.messages)
                   .arg(held));
    else if (bytesLimit >= 0 && bytesLimit - bytes < bytes)
        refuse(forecast,
               PeekWords::tr("It may hold %1 bytes and has %2: what is published while messages are looked "
                             "at could push them out.")
                   .arg(bytesLimit)
                   .arg(bytes));
}

}  // namespace

BrowseForecast peekForecast(const Json& queue, int major, qint64 held) {
    BrowseForecast forecast;
    const auto policy = queue.find("effective_policy_definition");
    const Properties properties =
        queueProperties(queue, policy == queue.end() || !policy->is_object() ? Json::object() : *policy);
    forecast.messages = numberOf(queue, "messages_ready", numberOf(queue, "messages", -1));
    const std::string type = textIn(queue, "type");
    if (type == "stream") {
        forecast.kind = PeekWords::tr("stream");
        forecast.messages = numberOf(queue, "messages", -1);
        forecast.sentences = {PeekWords::tr("A stream is read without taking anything from it.")};
        return forecast;
    }
    held = forecast.messages < 0 ? held : std::min(held, forecast.messages);
    const qint64 consumers = numberOf(queue, "consumers", 0);
    forecast.sentences << PeekWords::tr(
                              "Each message that is looked at is away for a moment, and comes back to its "
                              "place: up to %1 at once.")
                              .arg(QLocale().toString(held));
    if (consumers > 0)
        forecast.sentences << (consumers == 1
                                   ? PeekWords::tr("One consumer reads this queue: what it gets meanwhile is "
                                                   "out of order.")
                                   : PeekWords::tr("%1 consumers read this queue: what they get meanwhile is "
                                                   "out of order.")
                                         .arg(consumers));
    if (type == "quorum") {
        forecast.kind = PeekWords::tr("quorum queue");
        forecast.effect = Effect::Counted;
        const qint64 limit = deliveryLimit(queue, properties, major);
        if (limit >= 0)
            refuse(forecast,
                   PeekWords::tr(
                       "Each look counts as a failed delivery, and a message with more than %1 of them is "
                       "killed: looking could be what kills it.")
                       .arg(limit));
        else
            forecast.sentences.prepend(PeekWords::tr(
                "Each look counts as a failed delivery; the queue has no delivery limit, so that "
                "nothing comes of it."));
    } else {
        forecast.kind = PeekWords::tr("classic queue");
        forecast.effect = Effect::Redelivered;
        forecast.sentences.prepend(PeekWords::tr("What is looked at is marked as redelivered."));
    }
    lookAtLength(forecast, queue, properties, held);
    return forecast;
}

}  // namespace sluice::rabbitmq
