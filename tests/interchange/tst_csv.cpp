#include <QtTest>

#include "core/alerts/alertrules.h"
#include "core/base/writtentime.h"
#include "core/interchange/csvtext.h"
#include "core/live/watchtable.h"
#include "core/trace/eventfields.h"
#include "tests/engine/randomdrawing.h"
#include "tests/engine/simulated.h"
#include "tests/interchange/imported.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

std::string idOf(EntityId id, const EntityTable& table) {
    return id < table.entities.size() ? table.entities[id].id : std::string("-");
}

/// An event with names instead of numbers that each table counts in its own way.
std::string told(const TraceEvent& event, const EntityTable& table) {
    const EventFields fields = fieldsOf(event.kind);
    const std::string peer = fields.peer == EventField::Target ? idOf(event.peer, table)
                             : fields.peer == EventField::Alert && event.peer < table.alerts.size()
                                 ? table.alerts[event.peer].id
                                 : std::to_string(event.peer);
    const std::string detail = fields.detail == EventField::Type && event.detail < table.types.size()
                                   ? table.types[event.detail].id
                                   : std::to_string(event.detail);
    return std::to_string(event.at.count()) + ' ' + std::string(kindName(event.kind)) + ' ' +
           idOf(event.subject, table) + ' ' + std::to_string(event.message) + ' ' + peer + ' ' + detail +
           ' ' + std::to_string(event.value) + ' ' + std::to_string(event.marks);
}

void roundTrips(const TraceStore& store) {
    const auto imported = importTrace(csvOf(store), "again");
    QVERIFY2(imported.ok(), imported.ok() ? "" : imported.error().text().c_str());
    for (const Error& warning : imported->warnings)
        QFAIL(warning.text().c_str());
    QCOMPARE(Sequence(imported->events.size()), store.size());
    // Who took part is the same as well, of those that something happened at.
    for (const Entity& entity : imported->table->entities) {
        const EntityId before = store.table().find(entity.id);
        QVERIFY2(before != kNoEntity, entity.id.c_str());
        const Entity& own = store.table().entities[before];
        QVERIFY2(own.isLink == entity.isLink && (own.isLink || own.elementKind == entity.elementKind),
                 entity.id.c_str());
        if (own.isLink) {
            QCOMPARE(idOf(entity.from, *imported->table), idOf(own.from, store.table()));
            QCOMPARE(idOf(entity.to, *imported->table), idOf(own.to, store.table()));
        }
    }
    for (Sequence i = 0; i < store.size(); ++i) {
        TraceEvent event = store.at(i);
        // What the CSV has no column for.
        if (event.kind == EventKind::QueueDeleted && event.message != 0)
            event.detail = 0;
        const std::string before = told(event, store.table());
        const std::string after = told(imported->events[i], *imported->table);
        if (before != after)
            QFAIL(qPrintable(QString("event %1: %2, not %3").arg(i).arg(after.c_str()).arg(before.c_str())));
    }
}

}  // namespace

/// Rows out of a trace and back, and rows that others wrote.
class CsvTest : public QObject {
    Q_OBJECT
private slots:
    void csvGivesTheSameEventsAgain_data();
    void csvGivesTheSameEventsAgain();
    void csvOfRandomDesignsGivesTheSameEventsAgain();
    void csvHasColumnsForWhatABrokerReportsAndForAlerts();
    void csvRowsAreReadAsTheStandardHasIt();
    void csvFromElsewhereMakesADrawing();
    void waitsAreAsToldOrElseCounted();
    void messagesAreKnownWhoeverCameFirst_data();
    void messagesAreKnownWhoeverCameFirst();
    void messagesAreCreatedOnce();
    void badRowsAreNamedAndTheRestGoesOn();
    void clockJumpsAreNamed();
    void timesAreExact_data();
    void timesAreExact();
};

void CsvTest::csvGivesTheSameEventsAgain_data() {
    QTest::addColumn<QString>("drawing");
    QTest::addColumn<QString>("scenario");
    for (const char* drawing : {"update-user-email", "password-change", "price-change"}) {
        for (const Scenario& scenario : example(drawing).scenarios)
            QTest::addRow("%s %s", drawing, scenario.id.c_str())
                << drawing << QString::fromStdString(scenario.id);
    }
}

void CsvTest::csvGivesTheSameEventsAgain() {
    QFETCH(QString, drawing);
    QFETCH(QString, scenario);
    roundTrips(*storeOf(example(drawing.toStdString()), scenario.toStdString()));
}

void CsvTest::csvOfRandomDesignsGivesTheSameEventsAgain() {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Diagram drawing = parsed(RandomDrawing(seed).text());
        addAlertRules(drawing, {*parseAlertRule("queue:* depth > 2, critical"),
                                *parseAlertRule("* in-rate > 1.5 in 3s")});
        roundTrips(*storeOf(drawing));
        if (QTest::currentTestFailed()) {
            qWarning("drawing %d", int(seed));
            return;
        }
    }
}

void CsvTest::csvHasColumnsForWhatABrokerReportsAndForAlerts() {
    const Diagram drawing = parsed(
        R"({"sluice":1,"name":"Shop","nodes":[{"id":"orders","kind":"queue"},{"id":"prices","kind":"topic",
        "partitions":4}],"alerts":[{"id":"quiet","when":"topic:prices silent for 1h"},
        {"id":"pile","when":"queue:orders depth > 3","severity":"critical"}]})");
    TraceStore store(watchTable(drawing));
    const auto now = [](EventKind kind, EntityId subject, int detail, std::int64_t value,
                        std::uint32_t peer) {
        return TraceEvent{.at = 1s,
                          .value = value,
                          .subject = subject,
                          .peer = peer,
                          .detail = static_cast<std::uint16_t>(detail),
                          .kind = kind};
    };
    store.accept(std::vector{now(EventKind::ConnectionMade, kNoEntity, 0, 0, 0),
                             now(EventKind::Observed, 0, int(Gauge::Unacknowledged), 17, 0),
                             now(EventKind::Observed, 1, int(Gauge::EndOffset), 900, 3),
                             now(EventKind::Observed, kNoEntity, int(Gauge::Alarm), 1, 0),
                             now(EventKind::Counted, 0, int(Flow::Out), 250, 5000),
                             now(EventKind::AlertRaised, 0, int(AlertSeverity::Critical), 12'345, 1),
                             now(EventKind::ConnectionLost, kNoEntity, int(ConnectionLoss::Refused), 0, 0)},
                 1s);
    store.finish({});
    const std::string csv = csvOf(store);
    CsvReader reader(csv, ',');
    const std::vector<std::string> head = *reader.next();
    std::vector<std::vector<std::string>> rows;
    while (auto row = reader.next())
        rows.push_back(*row);
    const auto cell = [&](std::size_t row, const char* column) {
        return rows[row][std::size_t(std::find(head.begin(), head.end(), column) - head.begin())];
    };
    QCOMPARE(cell(1, "figure") + " " + cell(1, "reading"), std::string("unacknowledged 17"));
    QCOMPARE(cell(2, "partition") + " " + cell(2, "reading"), std::string("3 900"));
    QCOMPARE(cell(4, "figure") + " " + cell(4, "count") + " " + cell(4, "period"),
             std::string("out 250 5000"));
    QCOMPARE(cell(5, "alert") + " " + cell(5, "severity") + " " + cell(5, "level"),
             std::string("pile critical 12.345"));
    QCOMPARE(cell(6, "reason"), std::string("refused"));
    roundTrips(store);
}

void CsvTest::csvRowsAreReadAsTheStandardHasIt() {
    CsvReader reader("a,\"b,\"\"c\"\"\nd\",\r\n\r\n\"\",e", ',');
    QCOMPARE(*reader.next(), (std::vector<std::string>{"a", "b,\"c\"\nd", ""}));
    QCOMPARE(*reader.next(), (std::vector<std::string>{"", "e"}));
    QCOMPARE(reader.line(), std::size_t(4));
    QVERIFY(!reader.next());
    for (const char* text : {"plain", "a,b", "\"", "x\ny", ""}) {
        const std::string row = csvCell(text) + ",end";
        CsvReader again(row, ',');
        QCOMPARE(again.next()->front(), std::string(text));
    }
}

void CsvTest::csvFromElsewhereMakesADrawing() {
    // As somebody exports it from a log: semicolons, calendar times, their own names.
    const auto trace = importTrace(
        "Timestamp;Event;Service;Queue;Message ID;Message type;Cause\n"
        "2026-11-21T10:00:00.000Z;message-created;shop;;abc-def;Order;\n"
        "2026-11-21T10:00:00.010Z;enqueued;;orders;abc-def;;\n"
        "2026-11-21T10:00:00.020Z;delivered;;orders;abc-def;;\n"
        "2026-11-21T10:00:00.021Z;WorkStarted;billing;;abc-def;;\n"
        "2026-11-21T10:00:00.121Z;work finished;billing;;abc-def;;unexpected error\n",
        "shop");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(trace->events.size(), std::size_t(5));
    QVERIFY(trace->events.front().at == 0ns && trace->events.back().at == 121ms);
    QCOMPARE(trace->events.back().cause(), FailureKind::UnexpectedError);
    QCOMPARE(linksOf(*trace), (std::vector<std::string>{"orders consume billing", "shop publish orders"}));
    QCOMPARE(trace->table->types.front().id, std::string("Order"));
    // Ready messages were counted, as the file does not tell, and how long they waited.
    QCOMPARE(trace->events[1].value, std::int64_t(1));
    QCOMPARE(trace->events[2].kind, EventKind::Delivered);
    QCOMPARE(trace->events[2].value, std::int64_t(10'000'000));
}

void CsvTest::waitsAreAsToldOrElseCounted() {
    const auto trace = importTrace(
        "time,kind,element,message,duration\n"
        "1,enqueued,q,m-1,\n"
        "1,enqueued,other,m-1,\n"
        "2,delivered,q,m-1,0.5\n"
        "3,delivered,other,m-1,\n"
        "4,delivered,q,m-2,\n",
        "t");
    QVERIFY(trace.ok());
    std::vector<std::int64_t> waits;
    for (const TraceEvent& event : trace->events) {
        if (event.kind == EventKind::Delivered)
            waits.push_back(event.value);
    }
    // Half a second, as the file says; two seconds; of one that nobody saw come nothing is known.
    QCOMPARE(waits, (std::vector<std::int64_t>{500'000'000, 2'000'000'000, 0}));
}

// The log of the second machine comes after that of the first, and its clock is behind.
void CsvTest::messagesAreKnownWhoeverCameFirst_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("named");
    QTest::newRow("names") << QByteArray(
                                  "time,kind,element,message\n"
                                  "10,enqueued,q,red\n12,delivered,q,red\n"
                                  "1,enqueued,q,blue\n2,delivered,q,blue\n")
                           << true;
    QTest::newRow("numbers") << QByteArray(
                                    "time,kind,element,message\n"
                                    "10,enqueued,q,m-3\n12,delivered,q,m-3\n"
                                    "1,enqueued,q,m-7\n2,delivered,q,m-7\n")
                             << false;
}

void CsvTest::messagesAreKnownWhoeverCameFirst() {
    QFETCH(QByteArray, text);
    QFETCH(bool, named);
    const auto trace = importTrace(std::string_view(text.constData(), std::size_t(text.size())), "t");
    QVERIFY(trace.ok());
    TraceStore store(trace->table);
    store.accept(trace->events, trace->events.back().at);
    store.finish({});
    for (const TraceEvent& event : trace->events) {
        const auto info = store.message(event.message);
        QVERIFY(info);
        QVERIFY(info->created <= event.at && event.at - info->created <= 2s);
        QCOMPARE(store.eventsOf(event.message).size(), std::size_t(3));
    }
    QCOMPARE(warns(*trace, "", "numbered in the order"), !named);
}

void CsvTest::messagesAreCreatedOnce() {
    const auto trace = importTrace(
        "time,kind,element,message\n"
        "1,message-created,c,m-1\n2,message-created,c,m-2\n3,message-created,c,m-1\n4,enqueued,q,m-1\n"
        "5,message-created,c,\n",
        "t");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "line 6", "nobody says which"));
    QVERIFY(!importTrace("time,kind,element,message\n1,message-created,c,\n", "t").ok());
    QCOMPARE(countOf(*trace, EventKind::MessageCreated), std::size_t(2));
    QCOMPARE(trace->events.back().message, trace->events.front().message);
    QVERIFY(warns(*trace, "line 4", "once more"));
}

void CsvTest::badRowsAreNamedAndTheRestGoesOn() {
    const auto trace = importTrace(
        "time,kind,element,message\n"
        "0,enqueued,q,m-1\n"
        "soon,enqueued,q,m-2\n"
        "1,exploded,q,m-3\n"
        "2,enqueued,,m-4\n"
        "3,enqueued,q,m-5\n",
        "t");
    QVERIFY(trace.ok());
    QCOMPARE(countOf(*trace, EventKind::Enqueued), std::size_t(2));
    QVERIFY(warns(*trace, "line 3", "'soon' is no time"));
    QVERIFY(warns(*trace, "line 4", "'exploded' is no kind"));
    QVERIFY(warns(*trace, "line 5", "no element"));
    QVERIFY(warns(*trace, "", "2 messages are first seen"));
}

void CsvTest::clockJumpsAreNamed() {
    const auto trace =
        importTrace("time,kind,element,message\n10,enqueued,q,1\n8,enqueued,q,2\n90000,enqueued,q,3\n", "t");
    QVERIFY(trace.ok());
    QVERIFY(warns(*trace, "line 3", "goes back by 2.00 s"));
    QVERIFY(warns(*trace, "line 4", "jumps ahead by"));
    QVERIFY(std::is_sorted(trace->events.begin(), trace->events.end(),
                           [](const TraceEvent& a, const TraceEvent& b) { return a.at < b.at; }));
}

void CsvTest::timesAreExact_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("expected");  // -1: none
    QTest::newRow("whole") << "12" << qint64(12'000'000'000);
    QTest::newRow("nanoseconds") << "12.000000001" << qint64(12'000'000'001);
    QTest::newRow("finer") << "0.0000000019" << qint64(1);
    QTest::newRow("too large") << "9300000000" << qint64(-1);
    QTest::newRow("word") << "soon" << qint64(-1);
    QTest::newRow("rest") << "12s" << qint64(-1);
    // date -u -d 2026-11-21T10:00:00 +%s
    QTest::newRow("calendar") << "2026-11-21T10:00:00Z" << qint64(1'795'255'200'000'000'000);
    QTest::newRow("zone") << "2026-11-21 11:30:00.5+01:30" << qint64(1'795'255'200'500'000'000);
    QTest::newRow("firehose") << "2026-11-21 9:59:59:999" << qint64(1'795'255'199'999'000'000);
    QTest::newRow("no day") << "2026-02-30T10:00:00Z" << qint64(-1);
}

void CsvTest::timesAreExact() {
    QFETCH(QString, text);
    const std::string plain = text.toStdString();
    auto time = decimalTime(plain, 1s);
    if (!time)
        time = calendarTime(plain);
    QTEST(qint64(time ? time->count() : -1), "expected");
}

QTEST_GUILESS_MAIN(CsvTest)
#include "tst_csv.moc"
