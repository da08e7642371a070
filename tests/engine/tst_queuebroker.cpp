#include <QtTest>

#include "core/engine/messagepool.h"
#include "core/engine/queuebroker/queuebroker.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

/// A broker with a clock for a test, and what it told since it was last asked.
class Broker : public QueueBroker {
public:
    QueueIndex queue(const char* name, const nlohmann::json& arguments = nullptr) {
        const auto options = queueOptionsOf(arguments);
        return *declareQueue(name, *options, now);
    }
    PublishOutcome send(QueueIndex queue, std::uint32_t payload, std::uint8_t priority = 0,
                        Duration expiration = kNoExpiry) {
        Publish message;
        message.payload = payload;
        message.priority = priority;
        message.expiration = expiration;
        return publishToQueue(queue, message, now);
    }
    void pass(Duration time) {
        now += time;
        while (nextTimer() <= now)
            advance(nextTimer());
    }
    /// "delivered 1, dead lettered 2": the effects of these kinds with their payloads.
    QString told(std::initializer_list<QueueEffectKind> kinds) {
        QStringList list;
        for (const QueueEffect& effect : effects()) {
            if (std::find(kinds.begin(), kinds.end(), effect.kind) != kinds.end()) {
                const std::string_view name = kindName(effect.kind);
                list << QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) + " " +
                            QString::number(effect.payload);
            }
        }
        clearEffects();
        return list.join(", ");
    }
    QueueEffect last(QueueEffectKind kind) const {
        QueueEffect found;
        for (const QueueEffect& effect : effects()) {
            if (effect.kind == kind)
                found = effect;
        }
        return found;
    }
    QString contents(QueueIndex queue) const {
        QStringList list;
        forEachReady(queue,
                     [&](MessageIndex message) { list << QString::number(describe(message).payload); });
        return list.join(" ");
    }

    Duration now{};
};

constexpr auto kDelivered = QueueEffectKind::Delivered;
constexpr auto kDead = QueueEffectKind::DeadLettered;
constexpr auto kDiscarded = QueueEffectKind::Discarded;

}  // namespace

/// The queue broker's rules one by one, as RabbitMQ's documentation states them. What they come to together
/// is held against recordings of the real one (tests/conformance).
class TestQueueBroker : public QObject {
    Q_OBJECT

private slots:
    void refusesArgumentsTheBrokerWouldRefuse_data();
    void refusesArgumentsTheBrokerWouldRefuse();
    void declaringAgainNeedsEqualOptions();
    void matchesTopics_data();
    void matchesTopics();
    void confirmsWhatNobodyReceives();
    void refusesPublishesToInternalExchanges();
    void exchangeGoesWithItsLastBinding();
    void delivers();
    void neverExceedsThePrefetch();
    void higherPriorityConsumerComesFirstWhileItHasRoom();
    void exclusiveConsumerStaysAlone();
    void requeuedMessageReturnsToItsPlace();
    void tellsWhyAMessageDied();
    void queueTtlExpiresInOrderWithOneTimer();
    void zeroTtlReachesAnIdleConsumerOnly();
    void unusedQueueExpires();
    void temporaryQueueGoesWithItsConsumer();
    void staleDeliveriesAreNotSettled();
    void unknownTagClosesTheChannel();
    void payloadOfADeletedQueueIsDiscarded();
    void fullQueuesThatDeadLetterEachOtherComeToRest();
    void purgeDoesNotDeadLetter();
    void repliesReachTheRequestersChannel();
    void aWaitingMessageTakesAtMost96Bytes();
    void placesInAQueueKeepTheirOrderWhenTheCountWrapsRound();
};

void TestQueueBroker::refusesArgumentsTheBrokerWouldRefuse_data() {
    QTest::addColumn<QString>("arguments");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("negative ttl") << R"({"x-message-ttl": -5})"
                                  << "x-message-ttl: must be at least 0, is -5";
    QTest::newRow("no ttl") << R"({"x-expires": 0})"
                            << "x-expires: must be at least 1, is 0";
    QTest::newRow("text") << R"({"x-max-length": "3"})"
                          << "x-max-length: must be a whole number, is \"3\"";
    QTest::newRow("priority") << R"({"x-max-priority": 256})"
                              << "x-max-priority: is too large, is 256";
    QTest::newRow("overflow") << R"({"x-overflow": "drop-tail"})"
                              << "x-overflow: must be drop-head, reject-publish or reject-publish-dlx, is "
                                 "\"drop-tail\"";
    QTest::newRow("key alone") << R"({"x-dead-letter-routing-key": "a"})"
                               << "x-dead-letter-routing-key: needs an x-dead-letter-exchange, is \"a\"";
    QTest::newRow("quorum priority") << R"({"x-queue-type": "quorum", "x-max-priority": 3})"
                                     << "x-max-priority: is not for quorum queues, is 3";
    QTest::newRow("type") << R"({"x-queue-type": "stream"})"
                          << "x-queue-type: must be classic or quorum, is \"stream\"";
    QTest::newRow("list") << "[]"
                          << "arguments: must be an object of arguments";
}

void TestQueueBroker::refusesArgumentsTheBrokerWouldRefuse() {
    QFETCH(QString, arguments);
    QFETCH(QString, sentence);
    const auto options = queueOptionsOf(nlohmann::json::parse(arguments.toStdString()));
    QVERIFY(!options.ok());
    QCOMPARE(QString::fromStdString(options.error().text()), sentence);
}

void TestQueueBroker::declaringAgainNeedsEqualOptions() {
    Broker broker;
    const QueueIndex queue = broker.queue("a", {{"x-max-length", 3}});
    QCOMPARE(broker.queue("a", {{"x-max-length", 3}}).value, queue.value);
    QVERIFY(!broker.declareQueue("a", {}, broker.now).ok());
    QVERIFY(broker.declareExchange("x", ExchangeType::Topic).ok());
    QVERIFY(!broker.declareExchange("x", ExchangeType::Fanout).ok());
}

void TestQueueBroker::matchesTopics_data() {
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("matches");
    // The examples of RabbitMQ's tutorial five, then its edge cases.
    QTest::newRow("three stars") << "*.orange.*"
                                 << "quick.orange.rabbit" << true;
    QTest::newRow("last word") << "*.*.rabbit"
                               << "lazy.orange.rabbit" << true;
    QTest::newRow("hash end") << "lazy.#"
                              << "lazy.orange.new.rabbit" << true;
    QTest::newRow("hash none") << "lazy.#"
                               << "lazy" << true;
    QTest::newRow("one word") << "*.orange.*"
                              << "orange" << false;
    QTest::newRow("four words") << "*.orange.*"
                                << "quick.orange.new.rabbit" << false;
    QTest::newRow("hash alone") << "#"
                                << "" << true;
    QTest::newRow("star needs a word") << "*"
                                       << "" << false;
    QTest::newRow("hash between") << "a.#.b"
                                  << "a.b" << true;
    QTest::newRow("hash twice") << "#.a.#"
                                << "b.a.c.a" << true;
    QTest::newRow("hash star") << "#.*"
                               << "" << false;
    QTest::newRow("no regex") << "a.c"
                              << "abc" << false;
}

void TestQueueBroker::matchesTopics() {
    QFETCH(QString, pattern);
    QFETCH(QString, key);
    QFETCH(bool, matches);
    Broker broker;
    const ExchangeIndex exchange = *broker.declareExchange("x", ExchangeType::Topic);
    const QueueIndex queue = broker.queue("a");
    broker.bindQueue(exchange, queue, pattern.toStdString());
    Publish message;
    message.mandatory = true;
    const auto outcome = broker.publish(exchange, broker.internKey(key.toStdString()), message, broker.now);
    QCOMPARE(outcome == PublishOutcome::Confirmed, matches);
    QCOMPARE(broker.ready(queue), matches ? 1U : 0U);
}

void TestQueueBroker::confirmsWhatNobodyReceives() {
    Broker broker;
    Publish message;
    const RoutingKeyIndex nowhere = broker.internKey("nowhere");
    QCOMPARE(broker.publish(QueueBroker::defaultExchange(), nowhere, message, broker.now),
             PublishOutcome::Confirmed);
    QCOMPARE(broker.last(kDiscarded).discard, DiscardReason::Unroutable);
    message.mandatory = true;
    QCOMPARE(broker.publish(QueueBroker::defaultExchange(), nowhere, message, broker.now),
             PublishOutcome::Returned);
    broker.queue("nowhere");
    QCOMPARE(broker.publish(QueueBroker::defaultExchange(), nowhere, message, broker.now),
             PublishOutcome::Confirmed);
}

void TestQueueBroker::refusesPublishesToInternalExchanges() {
    Broker broker;
    ExchangeOptions options;
    options.internal = true;
    const ExchangeIndex inner = *broker.declareExchange("inner", ExchangeType::Fanout, options);
    const ExchangeIndex outer = *broker.declareExchange("outer", ExchangeType::Fanout);
    const QueueIndex queue = broker.queue("a");
    broker.bindExchange(outer, inner, "");
    broker.bindQueue(inner, queue, "");
    QCOMPARE(broker.publish(inner, broker.internKey(""), {}, broker.now), PublishOutcome::Refused);
    QVERIFY(broker.effects().empty());
    QCOMPARE(broker.publish(outer, broker.internKey(""), {}, broker.now), PublishOutcome::Confirmed);
    QCOMPARE(broker.ready(queue), 1U);
}

void TestQueueBroker::exchangeGoesWithItsLastBinding() {
    Broker broker;
    ExchangeOptions options;
    options.autoDelete = true;
    const ExchangeIndex exchange = *broker.declareExchange("x", ExchangeType::Direct, options);
    const QueueIndex a = broker.queue("a");
    const QueueIndex b = broker.queue("b");
    broker.bindQueue(exchange, a, "k");
    broker.bindQueue(exchange, b, "k");
    broker.unbindQueue(exchange, a, "k");
    QVERIFY(broker.findExchange("x").has_value());
    broker.deleteQueue(b, broker.now);
    QVERIFY(!broker.findExchange("x").has_value());
}

void TestQueueBroker::delivers() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ChannelIndex channel = broker.openChannel();
    broker.send(queue, 1);
    const ConsumerIndex consumer = *broker.consume(channel, queue, {}, broker.now);
    const QueueEffect delivered = broker.last(kDelivered);
    QCOMPARE(delivered.payload, 1U);
    QCOMPARE(delivered.consumer.value, consumer.value);
    QVERIFY(!delivered.redelivered);
    QCOMPARE(broker.counts(queue).unacknowledged, 1U);
    QVERIFY(broker.ack(delivered.message, delivered.tag, broker.now));
    QCOMPARE(broker.told({QueueEffectKind::Acknowledged}), QString("acknowledged 1"));
    QCOMPARE(broker.counts(queue).acknowledged, std::uint64_t(1));
}

void TestQueueBroker::neverExceedsThePrefetch() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ConsumerIndex consumer = *broker.consume(broker.openChannel(), queue, Consume{2}, broker.now);
    for (std::uint32_t i = 1; i <= 5; ++i)
        broker.send(queue, i);
    QCOMPARE(broker.held(consumer), 2U);
    const QueueEffect second = broker.last(kDelivered);
    QCOMPARE(broker.told({kDelivered}), QString("delivered 1, delivered 2"));
    broker.ack(second.message, second.tag, broker.now);
    QCOMPARE(broker.told({kDelivered}), QString("delivered 3"));
    QCOMPARE(broker.contents(queue), QString("4 5"));
}

void TestQueueBroker::higherPriorityConsumerComesFirstWhileItHasRoom() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ConsumerIndex low = *broker.consume(broker.openChannel(), queue, {}, broker.now);
    Consume options;
    options.prefetch = 2;
    options.priority = 5;
    const ConsumerIndex high = *broker.consume(broker.openChannel(), queue, options, broker.now);
    for (std::uint32_t i = 1; i <= 4; ++i)
        broker.send(queue, i);
    QCOMPARE(broker.held(high), 2U);
    QCOMPARE(broker.held(low), 2U);
}

void TestQueueBroker::exclusiveConsumerStaysAlone() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    Consume exclusive;
    exclusive.exclusive = true;
    const ConsumerIndex holder = *broker.consume(broker.openChannel(), queue, exclusive, broker.now);
    QVERIFY(!broker.consume(broker.openChannel(), queue, {}, broker.now).ok());
    broker.cancel(holder, broker.now);
    QVERIFY(broker.consume(broker.openChannel(), queue, {}, broker.now).ok());
    QVERIFY(!broker.consume(broker.openChannel(), queue, exclusive, broker.now).ok());
}

void TestQueueBroker::requeuedMessageReturnsToItsPlace() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ChannelIndex channel = broker.openChannel();
    for (std::uint32_t i = 1; i <= 4; ++i)
        broker.send(queue, i);
    broker.get(channel, queue, false, broker.now);
    const auto second = broker.get(channel, queue, false, broker.now);
    const auto third = broker.get(channel, queue, false, broker.now);
    broker.nack(third->message, third->tag, true, broker.now);
    broker.nack(second->message, second->tag, true, broker.now);
    QCOMPARE(broker.contents(queue), QString("2 3 4"));
    broker.closeChannel(channel, broker.now);
    QCOMPARE(broker.contents(queue), QString("1 2 3 4"));
    const auto again = broker.get(broker.openChannel(), queue, true, broker.now);
    QVERIFY(again->redelivered);
}

void TestQueueBroker::tellsWhyAMessageDied() {
    Broker broker;
    const QueueIndex work =
        broker.queue("work", {{"x-dead-letter-exchange", ""}, {"x-dead-letter-routing-key", "delay"}});
    const QueueIndex delay = broker.queue(
        "delay",
        {{"x-dead-letter-exchange", ""}, {"x-dead-letter-routing-key", "work"}, {"x-message-ttl", 30000}});
    const ChannelIndex channel = broker.openChannel();
    broker.send(work, 7);
    for (int round = 0; round < 2; ++round) {
        const auto got = broker.get(channel, work, false, broker.now);
        broker.clearEffects();
        broker.nack(got->message, got->tag, false, broker.now);
        QCOMPARE(broker.last(kDead).reason, DeathReason::Rejected);
        QCOMPARE(broker.contents(delay), QString("7"));
        broker.clearEffects();
        broker.pass(30s);
        QCOMPARE(broker.last(kDead).reason, DeathReason::Expired);
    }
    // The retry loop of "Dead Letter Exchanges": counts go on, the entry that counted last comes first.
    const auto got = broker.get(channel, work, false, broker.now);
    const std::span<const Death> deaths = broker.deaths(got->message);
    QCOMPARE(deaths.size(), std::size_t(2));
    QCOMPARE(broker.keyText(deaths[0].queue), std::string("delay"));
    QCOMPARE(deaths[0].count, 2U);
    QCOMPARE(broker.keyText(deaths[1].queue), std::string("work"));
    QCOMPARE(deaths[1].count, 2U);
    QCOMPARE(broker.describe(got->message).headers.at("x-first-death-reason"), nlohmann::json("rejected"));
}

void TestQueueBroker::queueTtlExpiresInOrderWithOneTimer() {
    Broker broker;
    const QueueIndex queue = broker.queue("a", {{"x-message-ttl", 1000}});
    for (std::uint32_t i = 1; i <= 3; ++i) {
        broker.send(queue, i);
        broker.pass(100ms);
    }
    broker.clearEffects();
    QCOMPARE(broker.nextTimer(), Duration(1s));
    broker.pass(750ms);
    QCOMPARE(broker.told({kDiscarded}), QString("discarded 1"));
    QCOMPARE(broker.nextTimer(), Duration(1100ms));
    broker.pass(1s);
    QCOMPARE(broker.told({kDiscarded}), QString("discarded 2, discarded 3"));
    QCOMPARE(broker.nextTimer(), Duration::max());
}

void TestQueueBroker::zeroTtlReachesAnIdleConsumerOnly() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ConsumerIndex consumer = *broker.consume(broker.openChannel(), queue, Consume{1}, broker.now);
    broker.send(queue, 1, 0, 0ms);
    broker.send(queue, 2, 0, 0ms);
    QCOMPARE(broker.told({kDelivered, kDiscarded}), QString("delivered 1, discarded 2"));
    QCOMPARE(broker.held(consumer), 1U);
}

void TestQueueBroker::unusedQueueExpires() {
    Broker broker;
    const QueueIndex queue = broker.queue("a", {{"x-expires", 1000}, {"x-dead-letter-exchange", ""}});
    broker.send(queue, 1);
    broker.pass(900ms);
    broker.get(broker.openChannel(), queue, false, broker.now);
    broker.send(queue, 2);
    broker.pass(900ms);
    const ConsumerIndex consumer = *broker.consume(broker.openChannel(), queue, {}, broker.now);
    broker.pass(5s);
    QVERIFY(broker.findQueue("a").has_value());
    broker.cancel(consumer, broker.now);
    broker.clearEffects();
    broker.pass(1s);
    QVERIFY(!broker.findQueue("a").has_value());
    QCOMPARE(broker.told({kDead}), QString());
}

void TestQueueBroker::temporaryQueueGoesWithItsConsumer() {
    Broker broker;
    QueueOptions options;
    options.autoDelete = true;
    const QueueIndex queue = *broker.declareQueue("reply", options, broker.now);
    const ChannelIndex channel = broker.openChannel();
    QVERIFY(broker.consume(channel, queue, {}, broker.now).ok());
    broker.send(queue, 1);
    broker.clearEffects();
    broker.closeChannel(channel, broker.now);
    QCOMPARE(broker.told({kDiscarded, QueueEffectKind::QueueDeleted}),
             QString("discarded 1, queue deleted 0"));
    QVERIFY(!broker.findQueue("reply").has_value());
}

void TestQueueBroker::staleDeliveriesAreNotSettled() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ChannelIndex first = broker.openChannel();
    broker.send(queue, 1);
    const auto got = broker.get(first, queue, false, broker.now);
    broker.closeChannel(first, broker.now);
    const auto again = broker.get(broker.openChannel(), queue, false, broker.now);
    QVERIFY(!broker.ack(got->message, got->tag, broker.now));
    QCOMPARE(broker.counts(queue).unacknowledged, 1U);
    QVERIFY(broker.ack(again->message, again->tag, broker.now));
    QVERIFY(!broker.ack(again->message, again->tag, broker.now));
}

void TestQueueBroker::unknownTagClosesTheChannel() {
    Broker broker;
    const QueueIndex queue = broker.queue("a");
    const ChannelIndex channel = broker.openChannel();
    broker.send(queue, 1);
    const auto got = broker.get(channel, queue, false, broker.now);
    QVERIFY(!broker.ack(channel, got->tag + 1, false, broker.now));
    QVERIFY(!broker.isOpen(channel));
    QCOMPARE(broker.ready(queue), 1U);
}

void TestQueueBroker::payloadOfADeletedQueueIsDiscarded() {
    Broker broker;
    const QueueIndex queue = broker.queue("a", {{"x-dead-letter-exchange", ""}});
    const ChannelIndex channel = broker.openChannel();
    const ConsumerIndex consumer = *broker.consume(channel, queue, Consume{1}, broker.now);
    broker.send(queue, 1);
    const std::uint32_t tag = broker.last(kDelivered).tag;
    broker.send(queue, 2);
    broker.clearEffects();
    broker.deleteQueue(queue, broker.now);
    QCOMPARE(broker.last(QueueEffectKind::ConsumerCancelled).consumer.value, consumer.value);
    QCOMPARE(broker.told({kDiscarded}), QString("discarded 2, discarded 1"));
    QVERIFY(broker.ack(channel, tag, false, broker.now));  // its tag is still good, as in the broker
    QVERIFY(broker.isOpen(channel));
}

void TestQueueBroker::fullQueuesThatDeadLetterEachOtherComeToRest() {
    Broker broker;
    const auto full = [](const char* next) {
        return nlohmann::json{{"x-max-length", 0},
                              {"x-overflow", "reject-publish-dlx"},
                              {"x-dead-letter-exchange", ""},
                              {"x-dead-letter-routing-key", next}};
    };
    broker.queue("b", full("c"));
    broker.queue("c", full("b"));
    const QueueIndex first =
        broker.queue("a", {{"x-dead-letter-exchange", ""}, {"x-dead-letter-routing-key", "b"}});
    broker.send(first, 1);
    const auto got = broker.get(broker.openChannel(), first, false, broker.now);
    broker.clearEffects();
    broker.nack(got->message, got->tag, false, broker.now);
    QCOMPARE(broker.last(kDiscarded).discard, DiscardReason::Cycle);
}

void TestQueueBroker::purgeDoesNotDeadLetter() {
    Broker broker;
    broker.queue("dead");
    const QueueIndex queue =
        broker.queue("a", {{"x-dead-letter-exchange", ""}, {"x-dead-letter-routing-key", "dead"}});
    broker.send(queue, 1);
    broker.send(queue, 2);
    broker.clearEffects();
    QCOMPARE(broker.purge(queue, broker.now), 2U);
    QCOMPARE(broker.told({kDead, kDiscarded}), QString("discarded 1, discarded 2"));
}

void TestQueueBroker::repliesReachTheRequestersChannel() {
    Broker broker;
    const QueueIndex requests = broker.queue("requests");
    const ChannelIndex channel = broker.openChannel();
    MessageProperties properties;
    properties.replyTo = "amq.rabbitmq.reply-to";
    Publish request;
    request.payload = 1;
    request.properties = &properties;
    request.channel = channel;
    // "Direct Reply-to": the consumer must be there before the request is published.
    QCOMPARE(broker.publishToQueue(requests, request, broker.now), PublishOutcome::Refused);
    const ConsumerIndex replies = *broker.consumeReplies(channel);
    QVERIFY(!broker.consumeReplies(channel).ok());
    broker.publishToQueue(requests, request, broker.now);
    const auto got = broker.get(broker.openChannel(), requests, true, broker.now);
    const std::string address = broker.describe(got->message).replyTo;
    broker.clearEffects();
    Publish reply;
    reply.payload = 2;
    reply.mandatory = true;
    QCOMPARE(broker.publish(QueueBroker::defaultExchange(), broker.internKey(address), reply, broker.now),
             PublishOutcome::Confirmed);
    QCOMPARE(broker.last(kDelivered).payload, 2U);
    QCOMPARE(broker.last(kDelivered).consumer.value, replies.value);
    broker.closeChannel(channel, broker.now);
    QCOMPARE(broker.publish(QueueBroker::defaultExchange(), broker.internKey(address), reply, broker.now),
             PublishOutcome::Returned);
}

/// The limit is what a message in a queue takes beyond its payload: its record, the engine's, and nothing in
/// any list, since lists and free records are linked through the records themselves.
void TestQueueBroker::aWaitingMessageTakesAtMost96Bytes() {
    QVERIFY(sizeof(QueuedMessage) + sizeof(Message) <= 96);
    QVERIFY((Linked<QueuedMessage, MessageIndex>));
    QVERIFY(sizeof(QueueEffect) <= 32);
}

void TestQueueBroker::placesInAQueueKeepTheirOrderWhenTheCountWrapsRound() {
    QueuedMessage older;
    QueuedMessage newer;
    older.sequence = UINT32_MAX;
    newer.sequence = 0;
    QVERIFY(older.precedes(newer));
    QVERIFY(!newer.precedes(older));
    QVERIFY(!older.precedes(older));
}

QTEST_GUILESS_MAIN(TestQueueBroker)
#include "tst_queuebroker.moc"
