#include <QtTest>
#include <set>

#include "core/diagram/catalogue.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

struct Part {
    std::string name;
    std::span<const PropertyInfo> properties;
};

std::vector<Part> parts() {
    std::vector<Part> all;
    for (int i = 0; i < kElementKindCount; ++i)
        all.push_back({std::string(kElementKindNames[i]), propertiesOf(static_cast<ElementKind>(i))});
    for (int i = 0; i < kLinkKindCount; ++i)
        all.push_back({std::string(kLinkKindNames[i]), propertiesOf(static_cast<LinkKind>(i))});
    for (std::size_t i = 0; i < kStepKindNames.size(); ++i)
        all.push_back({std::string(kStepKindNames[i]), propertiesOf(static_cast<StepKind>(i))});
    for (std::size_t i = 0; i < kActionKindNames.size(); ++i)
        all.push_back({std::string(kActionKindNames[i]), propertiesOf(static_cast<ActionKind>(i))});
    all.push_back({"message", messageTypeProperties()});
    return all;
}

Element element(ElementKind kind, const char* id = "x", bool temporary = false) {
    Element e;
    e.id = id;
    e.kind = kind;
    if (temporary)
        e.properties.set("temporary", true);
    return e;
}

}  // namespace

class TestCatalogue : public QObject {
    Q_OBJECT
private slots:
    void everyDefaultIsValid() {
        for (const Part& part : parts()) {
            for (const PropertyInfo& property : part.properties) {
                const QByteArray place =
                    QByteArray::fromStdString(part.name + "." + std::string(property.key));
                const Json value = Json::parse(property.defaultValue, nullptr, false);
                QVERIFY2(!value.is_discarded(), place.constData());
                const auto checked = checkValue(property, value);
                QVERIFY2(checked.ok(),
                         checked.ok() ? "" : (place + checked.error().sentence.c_str()).constData());
            }
        }
    }

    void everyPropertyExplainsItselfOnce() {
        for (const Part& part : parts()) {
            std::set<std::string_view> keys;
            for (const PropertyInfo& property : part.properties) {
                const QByteArray place =
                    QByteArray::fromStdString(part.name + "." + std::string(property.key));
                QVERIFY2(keys.insert(property.key).second, place.constData());
                QVERIFY2(!property.label.empty() && !property.section.empty(), place.constData());
                QVERIFY2(property.help.size() > 5, place.constData());
                QVERIFY2(property.type != PropertyType::Choice || property.choices.size() > 1,
                         place.constData());
                QVERIFY2(property.minimum <= property.maximum, place.constData());
            }
        }
    }

    void everyArgumentOfTheBrokerHasItsPlace_data() {
        // RabbitMQ 3.10: "Queues", "TTL", "Queue Length Limit", "Dead Letter Exchanges", "Priority Queue",
        // "Single Active Consumer", "Quorum Queues", "Consumer Priorities", "Alternate Exchanges", AMQP
        // 0-9-1.
        QTest::addColumn<QString>("part");
        QTest::addColumn<QString>("argument");
        const auto rows = [](const char* part, std::initializer_list<const char*> arguments) {
            for (const char* argument : arguments)
                QTest::addRow("%s %s", part, argument) << QString(part) << QString(argument);
        };
        rows("queue", {"x-message-ttl", "x-expires", "x-max-length", "x-max-length-bytes", "x-overflow",
                       "x-dead-letter-routing-key", "x-max-priority", "x-single-active-consumer",
                       "x-queue-type", "x-delivery-limit", "durable", "exclusive", "auto_delete"});
        rows("exchange", {"type", "durable", "auto_delete", "internal", "alternate-exchange"});
        rows("publish", {"routing_key", "mandatory", "priority", "expiration", "confirm.select"});
        rows("consume", {"prefetch_count", "no_ack", "x-priority", "exclusive"});
        rows("bind", {"routing_key", "arguments", "x-match"});
        rows("deadLetter", {"x-dead-letter-routing-key"});
    }
    void everyArgumentOfTheBrokerHasItsPlace() {
        QFETCH(QString, part);
        QFETCH(QString, argument);
        for (const Part& one : parts()) {
            if (part != QString::fromStdString(one.name))
                continue;
            for (const PropertyInfo& property : one.properties) {
                const auto names =
                    QString::fromUtf8(property.argument.data(), qsizetype(property.argument.size()));
                if (!names.split(QRegularExpression("[ ,]")).contains(argument))
                    continue;
                // The rule is a sentence and not a word.
                const std::string help(property.help);
                QVERIFY2(help.ends_with('.') && std::count(help.begin(), help.end(), ' ') > 3, help.c_str());
                return;
            }
        }
        QFAIL("no property has this name");
    }

    // The exchange that dead letters go to is drawn, and its name stands at the link.
    void theDeadLetterLinkSaysWhatItIs() {
        QVERIFY(infoOf(LinkKind::DeadLetter).summary.find("x-dead-letter-exchange") !=
                std::string_view::npos);
    }

    void noPropertyTakesANameThatTheFileUses() {
        const std::set<std::string_view> node{"id", "kind",  "name",   "note",  "tags",    "x",
                                              "y",  "width", "height", "group", "handlers"};
        for (int i = 0; i < kElementKindCount; ++i) {
            for (const PropertyInfo& property : propertiesOf(static_cast<ElementKind>(i)))
                QVERIFY2(!node.contains(property.key), property.key.data());
        }
        const std::set<std::string_view> link{"id", "kind", "from", "to", "name", "note", "tags", "bends"};
        for (int i = 0; i < kLinkKindCount; ++i) {
            for (const PropertyInfo& property : propertiesOf(static_cast<LinkKind>(i)))
                QVERIFY2(!link.contains(property.key), property.key.data());
        }
    }

    void refusesWrongValuesWithASentence_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("sentence");
        const auto row = [](const char* name, ElementKind kind, const char* key, const char* json,
                            const char* sentence) {
            QTest::newRow(name) << QString(json) << static_cast<int>(kind) << QString(key)
                                << QString(sentence);
        };
        row("negative duration", ElementKind::Queue, "messageTtl", "-5", "must not be negative, is -5");
        row("negative duration text", ElementKind::Queue, "messageTtl", "\"-5s\"",
            "must not be negative, is -5s");
        row("no duration", ElementKind::Queue, "messageTtl", "\"soon\"",
            "'soon' is not a duration; write a number and a unit such as 250ms, 1.5s or 2m");
        row("endless duration", ElementKind::Queue, "messageTtl", "1e30", "is longer than 292 years");
        row("too short", ElementKind::Queue, "expires", "\"0s\"", "must be at least 1ms, is 0s");
        row("fraction of an instance", ElementKind::Service, "instances", "1.5",
            "must be a whole number, is 1.5");
        row("too many", ElementKind::Service, "instances", "100000", "must be at most 1000, is 100000");
        row("too few", ElementKind::Topic, "partitions", "0", "must be at least 1, is 0");
        row("huge", ElementKind::Service, "instances", "1e300",
            "must be a whole number, 1e+300 is past those a file can hold");
        row("text for a number", ElementKind::Service, "instances", "\"2\"",
            "must be a whole number, is a text");
        row("number for a truth", ElementKind::Queue, "durable", "1", "must be true or false, is a number");
        row("unknown choice", ElementKind::Queue, "queueType", "\"lazy\"",
            "must be one of classic or quorum, is 'lazy'");
        row("not a choice", ElementKind::Exchange, "exchangeType", "[]",
            "must be one of direct, fanout, topic or headers, is a list");
        row("above one", ElementKind::External, "availability", "1.5", "must be at most 1, is 1.5");
        row("distribution", ElementKind::Database, "readTime", "\"gauss(1ms)\"",
            "'gauss' is not a distribution; use exp, uniform, normal, lognormal, erlang, pareto or a "
            "duration");
        row("list of numbers", ElementKind::Client, "roles", "[\"a\", 2]",
            "must be a list of texts, holds a number");
        row("routes", ElementKind::Gateway, "routes", "{}", "must be a list, is an object");
    }
    void refusesWrongValuesWithASentence() {
        QFETCH(QString, json);
        QFETCH(int, kind);
        QFETCH(QString, key);
        QFETCH(QString, sentence);
        const PropertyInfo* property =
            findProperty(propertiesOf(static_cast<ElementKind>(kind)), key.toStdString());
        QVERIFY(property);
        const auto checked = checkValue(*property, Json::parse(json.toStdString()));
        QVERIFY(!checked.ok());
        QCOMPARE(QString::fromStdString(checked.error().sentence), sentence);
    }

    void readsSetValuesAndFallsBackToDefaults() {
        const auto service = propertiesOf(ElementKind::Service);
        Properties p;
        QCOMPARE(integerOf(service, p, "instances"), 1);
        QCOMPARE(distributionOf(service, p, "serviceTime").text(), std::string("10ms"));
        p.set("instances", 3);
        p.set("serviceTime", "exp(5ms)");
        QCOMPARE(integerOf(service, p, "instances"), 3);
        QCOMPARE(distributionOf(service, p, "serviceTime").mean(), Duration(5ms));
        p.set("instances", "many");
        QCOMPARE(integerOf(service, p, "instances"), 1);
        p.set("instances", 4.0);
        QCOMPARE(integerOf(service, p, "instances"), 4);

        const auto queue = propertiesOf(ElementKind::Queue);
        Properties q;
        QCOMPARE(durationOf(queue, q, "messageTtl"), Duration(0));
        QCOMPARE(booleanOf(queue, q, "durable"), true);
        QCOMPARE(textOf(queue, q, "queueType"), std::string("classic"));
        q.set("messageTtl", 1500);
        QCOMPARE(durationOf(queue, q, "messageTtl"), Duration(1500ms));
        q.set("messageTtl", "2m");
        QCOMPARE(durationOf(queue, q, "messageTtl"), Duration(2min));

        const auto topic = propertiesOf(ElementKind::Topic);
        QCOMPARE(durationOf(topic, {}, "retention"), Duration(168h));
        QCOMPARE(numberOf(propertiesOf(ElementKind::Client), {}, "keySkew"), 1.0);
    }

    void infersTheLinkFromItsEnds_data() {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::addColumn<bool>("temporary");
        QTest::addColumn<QString>("kind");
        const auto row = [](ElementKind from, ElementKind to, const char* kind, bool temporary = false) {
            QTest::addRow("%s to %s", kindName(from).data(), kindName(to).data())
                << static_cast<int>(from) << static_cast<int>(to) << temporary << QString(kind);
        };
        row(ElementKind::Client, ElementKind::Service, "call");
        row(ElementKind::Client, ElementKind::Topic, "publish");
        row(ElementKind::Service, ElementKind::Queue, "publish");
        row(ElementKind::Service, ElementKind::Queue, "reply", true);
        row(ElementKind::Service, ElementKind::Database, "read");
        row(ElementKind::Service, ElementKind::Table, "read");
        row(ElementKind::Queue, ElementKind::Service, "consume");
        row(ElementKind::Topic, ElementKind::Processor, "consume");
        row(ElementKind::Topic, ElementKind::Table, "materialize");
        row(ElementKind::Processor, ElementKind::Table, "materialize");
        row(ElementKind::Queue, ElementKind::Exchange, "deadLetter");
        row(ElementKind::Exchange, ElementKind::Queue, "bind");
        row(ElementKind::External, ElementKind::Gateway, "call");
        row(ElementKind::LoadBalancer, ElementKind::Service, "call");
    }
    void infersTheLinkFromItsEnds() {
        QFETCH(int, from);
        QFETCH(int, to);
        QFETCH(bool, temporary);
        QFETCH(QString, kind);
        const auto link = inferLink(element(static_cast<ElementKind>(from), "a"),
                                    element(static_cast<ElementKind>(to), "b", temporary));
        QVERIFY(link.ok());
        QCOMPARE(QString::fromUtf8(kindName(*link).data()), kind);
    }

    void refusesAnImpossiblePairWithTheReason() {
        const auto sentence = [](ElementKind from, ElementKind to) {
            const auto link = inferLink(element(from, "a"), element(to, "b"));
            return link.ok() ? std::string("a link") : link.error().sentence;
        };
        QCOMPARE(sentence(ElementKind::Queue, ElementKind::Table),
                 std::string("A table is fed by a topic or a processor, not by a queue"));
        QCOMPARE(sentence(ElementKind::Table, ElementKind::Service),
                 std::string("Nothing goes from a table to a service; draw the link the other way"));
        QCOMPARE(sentence(ElementKind::Database, ElementKind::Database),
                 std::string("Nothing goes from a database to a database"));
        QCOMPARE(sentence(ElementKind::Note, ElementKind::Queue), std::string("A note has no links"));
        QCOMPARE(sentence(ElementKind::Queue, ElementKind::Client),
                 std::string("Traffic begins at a client; draw the link from the client to the queue"));
        for (int from = 0; from < kElementKindCount; ++from) {
            for (int to = 0; to < kElementKindCount; ++to)
                QVERIFY(!sentence(static_cast<ElementKind>(from), static_cast<ElementKind>(to)).empty());
        }
    }

    void onlyAQueueAndAnExchangeMayPointAtThemselves() {
        QVERIFY(inferLink(element(ElementKind::Queue), element(ElementKind::Queue)).ok());
        QVERIFY(!inferLink(element(ElementKind::Service), element(ElementKind::Service)).ok());
    }

    void aDatabaseMayBeReadOrWritten() {
        const auto kinds =
            possibleLinks(element(ElementKind::Service, "a"), element(ElementKind::Database, "b"));
        QCOMPARE(kinds, (std::vector<LinkKind>{LinkKind::Read, LinkKind::Write}));
    }
};

QTEST_GUILESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
