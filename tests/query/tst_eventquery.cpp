#include "core/query/eventquery.h"

#include <QtTest>

#include "core/query/eventmatcher.h"
#include "core/query/querycompletion.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

constexpr EntityId kClient = 0;
constexpr EntityId kOrders = 1;
constexpr EntityId kDead = 2;
constexpr EntityId kWorker = 3;
constexpr EntityId kLink = 4;

std::shared_ptr<const EntityTable> table() {
    auto table = std::make_shared<EntityTable>();
    const auto add = [&](const char* id, const char* name, ElementKind kind) {
        Entity entity;
        entity.id = id;
        entity.name = name;
        entity.elementKind = kind;
        table->entities.push_back(entity);
    };
    add("portal", "Customer portal", ElementKind::Client);
    add("q1", "Orders", ElementKind::Queue);
    add("q2", "Dead orders", ElementKind::Queue);
    add("worker", "Order service", ElementKind::Service);
    Entity link;
    link.id = "l1";
    link.name = "place";
    link.isLink = true;
    link.from = kClient;
    link.to = kOrders;
    table->entities.push_back(link);
    table->types.push_back({.id = "PlaceOrder",
                            .kind = MessageKind::Command,
                            .operation = "place",
                            .keyField = "order",
                            .fields = {{"order", "id", ""}, {"note", "text", "by hand"}}});
    table->types.push_back({.id = "OrderPlaced",
                            .kind = MessageKind::Event,
                            .operation = "place",
                            .keyField = "",
                            .fields = {}});
    return table;
}

TraceEvent event(TraceTime at, EventKind kind, EntityId subject, MessageId message, std::uint32_t peer = 0,
                 std::uint16_t detail = 0, std::int64_t value = 0, std::uint8_t marks = 0) {
    return {at, value, subject, message, peer, detail, kind, marks};
}

// Ten events of two messages; the second is caused by the first. The rows below name them by their place.
std::vector<TraceEvent> events() {
    using enum EventKind;
    const auto ns = [](Duration duration) { return duration.count(); };
    return {
        event(0ms, MessageCreated, kClient, 1, 0, 0, 7),                                      // 0
        event(0ms, Moved, kLink, 1, 0, 0, ns(20ms)),                                          // 1
        event(20ms, Enqueued, kOrders, 1, 0, 0, 1),                                           // 2
        event(50ms, Delivered, kOrders, 1, kNoEntity, 0, ns(30ms)),                           // 3
        event(50ms, WorkStarted, kWorker, 1, 1, 0, 0),                                        // 4
        event(60ms, MessageCreated, kWorker, 2, 1, 1, -1),                                    // 5
        event(300ms, Failed, kWorker, 1, 1, 2, 1, marksOf(0, FailureKind::UnexpectedError)),  // 6
        event(300ms, DeadLettered, kOrders, 1, kDead, static_cast<int>(DeathReason::Rejected), 3,
              marksOf(eventflag::Redelivered, FailureKind::UnexpectedError)),  // 7
        event(300ms, Enqueued, kDead, 1, 0, 0, 1),                             // 8
        event(2s, InstanceStopped, kWorker, 0, 0),                             // 9
    };
}

QString matching(const char* text) {
    auto store = std::make_shared<TraceStore>(table());
    store->accept(events(), 3s);
    store->finish({});
    auto query = EventQuery::parse(text);
    if (!query)
        return QString::fromStdString(query.error().text());
    EventMatcher matcher(*query, store);
    QStringList found;
    store->visit(0, store->size(), [&](Sequence sequence, const TraceEvent& event) {
        if (matcher.matches(event))
            found << QString::number(sequence);
        return true;
    });
    return found.join(' ');
}

QStringList completions(const char* text) {
    const std::string typed = text;
    QStringList words;
    for (const QueryCompletion& choice : completeQuery(typed, typed.size(), *table()).choices)
        words << QString::fromStdString(choice.text);
    return words;
}

}  // namespace

class TestEventQuery : public QObject {
    Q_OBJECT

private slots:
    void findsTheEventsItAsksFor_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("found");
        const auto row = [](const char* query, const char* found) { QTest::newRow(query) << query << found; };
        row("", "0 1 2 3 4 5 6 7 8 9");
        row("kind:enqueued", "2 8");
        row("kind:dead-lettered", "7");
        row("kind:\"Dead Lettered\"", "7");
        row("kind:failed,moved", "1 6");
        row("kind!=failed,moved", "0 2 3 4 5 7 8 9");
        row("element:orders", "2 3 7 8");
        row("element=orders", "2 3 7");
        row("element:q2", "8");
        row("queue:order", "2 3 7 8");
        row("service:order", "4 5 6 9");
        row("queue!=orders", "8");
        row("link:place", "1");
        row("type:orderplaced", "5");
        row("type:*order", "0 1 2 3 4 6 7 8");
        row("key:order-7", "0 1 2 3 4 6 7 8");
        row("message:m-2", "5");
        row("message:2", "5");
        row("correlation:m-1", "0 1 2 3 4 5 6 7 8");
        row("cause:unexpected-error", "6 7");
        row("reason:rejected", "7");
        row("is:redelivered", "7");
        row("is!=redelivered queue:orders", "2 3 8");
        row("time>=300ms", "6 7 8 9");
        row("time:20ms..60ms", "2 3 4 5");
        row("duration>25ms", "3");
        row("duration:20ms", "1");
        row("depth:1", "2 8");
        row("attempt>2", "7");
        row("instance:2", "4 6");
        row("step:3", "6");
        row("field.note:hand", "0 1 2 3 4 6 7 8");
        row("header.type=orderplaced", "5");
        row("header.schema-version>=1 kind:created", "0 5");
        row("header.schema-version>1", "");
        row("stopped", "9");
        row("m-2", "5");
        row("portal", "0");
        row("dead-lettered", "7");
        row("\"dead orders\"", "8");
        row("kind:enqueued queue:dead", "8");
        row("kind:enqueued and queue:dead", "8");
        row("kind:moved or kind:failed", "1 6");
        row("kind:moved or kind:enqueued queue:dead", "1 8");
        row("(kind:moved or kind:enqueued) time>0", "2 8");
        row("not message:m-1", "5 9");
        row("-message:m-1 -kind:created", "9");
        row("not (message:m-1 or kind:stopped)", "5");
        row("KIND:Failed AND Service:ORDER", "6");
        row("attempt!=3 kind:dead-lettered", "");
        // With spaces, as comparisons are written elsewhere.
        row("duration > 25ms", "3");
        row("kind = failed", "6");
        row("kind: failed, moved", "1 6");
        row("(attempt >2) and cause :\"unexpected error\"", "7");
    }
    void findsTheEventsItAsksFor() {
        QFETCH(QString, query);
        QTEST(matching(query.toUtf8()), "found");
    }

    void saysWhereAQueryIsWrong_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("place");
        QTest::addColumn<QString>("about");
        const auto row = [](const char* query, const char* place, const char* about) {
            QTest::newRow(query) << query << place << about;
        };
        row("colour:red", "column 1", "\"colour\"");
        row("queue:orders duration>soon", "column 23", "250ms");
        row("kind:exploded", "column 6", "kind of event");
        row("cause:bad-luck", "column 7", "bad data");
        row("is:green", "column 4", "redelivered");
        row("message:seventeen", "column 9", "m-17");
        row("partition:x", "column 11", "whole number");
        row("(kind:lost", "column 1", "never closed");
        row("kind:lost)", "column 10", "closes nothing");
        row("key:\"user", "column 5", "never closed");
        row("kind:", "column 6", "missing");
        row("kind : ", "column 8", "after \"kind :\" something");
        row("kind:lost or", "column 13", "missing");
        row("not", "column 4", "missing");
        row("field.:x", "column 1", "a name is missing, as in field.email");
        row("kind:lost Header.>=1", "column 11", "a name is missing, as in header.");
        row("type>3", "column 6", "numbers");
        row("duration>1s..2s", "column 10", "range");
    }
    void saysWhereAQueryIsWrong() {
        QFETCH(QString, query);
        QFETCH(QString, about);
        const auto parsed = EventQuery::parse(query.toStdString());
        QVERIFY(!parsed);
        QTEST(QString::fromStdString(parsed.error().where), "place");
        QVERIFY2(QString::fromStdString(parsed.error().sentence).contains(about),
                 parsed.error().sentence.c_str());
    }

    void survivesWhateverIsTyped() {
        // Brackets without end, signs without sense: an answer or a sentence, never a crash.
        const QByteArray signs = "()\"-:=!<>,. or and not kind queue a..b \xc3\xa9\t";
        quint32 state = 1;
        for (int round = 0; round < 20'000; ++round) {
            std::string text;
            for (int i = 0; i < 24; ++i) {
                state = state * 1664525U + 1013904223U;
                text += signs.at(static_cast<int>((state >> 16U) % static_cast<quint32>(signs.size())));
            }
            const auto parsed = EventQuery::parse(text);
            QVERIFY(parsed.ok() || !parsed.error().sentence.empty());
            completeQuery(text, text.size() / 2, *table());
        }
        QVERIFY(!EventQuery::parse(std::string(100'000, '(')));
        QVERIFY(!EventQuery::parse(std::string(100'000, '-')));
    }

    void completesFieldsAndTheirValues() {
        QCOMPARE(completions("qu").first(), QStringLiteral("queue:"));
        QVERIFY(completions("").contains("kind:"));
        QVERIFY(completions("field.").contains("field.note:"));
        QCOMPARE(completions("queue:"), QStringList({"Orders", "\"Dead orders\""}));
        QCOMPARE(completions("queue:dead"), QStringList({"\"Dead orders\""}));
        QCOMPARE(completions("kind:lost,dead"), QStringList({"dead-lettered"}));
        QCOMPARE(completions("(type:Pl"), QStringList({"PlaceOrder", "OrderPlaced"}));
        QCOMPARE(completions("-cause:bad"), QStringList({"bad-data"}));
        QCOMPARE(completions("is:la"), QStringList({"late"}));
        QCOMPARE(completeQuery("kind:lost,dead", 14, *table()).from, std::size_t{10});
        QCOMPARE(completeQuery("a (queue:ord", 12, *table()).from, std::size_t{9});
    }

    void whatACompletionOffersIsUnderstood() {
        for (const char* field :
             {"kind:", "element:", "queue:", "link:", "type:", "cause:", "reason:", "is:"}) {
            for (const QString& word : completions(field)) {
                const auto parsed = EventQuery::parse(field + word.toStdString());
                QVERIFY2(parsed.ok(), qPrintable(field + word));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestEventQuery)
#include "tst_eventquery.moc"
