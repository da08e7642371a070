#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

/// A run whose clock stops at an instant that does not end is told so, instead of running for ever.
class StandstillTest : public QObject {
    Q_OBJECT
private slots:
    void namesTheCircle_data();
    void namesTheCircle();
    void sparesWhatEnds_data();
    void sparesWhatEnds();
    void staysFailed();
    void dropsWhatIsLateAllAround();
};

namespace {

/// Keeps how the run ended and nothing else.
class Ending : public TraceSink {
public:
    void accept(std::span<const TraceEvent> batch, TraceTime /*until*/) override { events += batch.size(); }
    void finish(const Result<void>& result) override {
        ++told;
        if (!result)
            error = result.error();
    }
    std::size_t events = 0;
    int told = 0;
    Error error;
};

std::string drawing(const std::string& nodes, const std::string& links,
                    const std::string& client = R"("workload":"constant","rate":10,"count":5)") {
    return R"({"sluice":1,"nodes":[{"id":"c","kind":"client",)" + client + "}," + nodes + R"(],"links":[)" +
           links + R"(],"scenarios":[{"id":"s1","until":"5s"}]})";
}

const std::string kInNoTime = R"("latency":"0ms")";

std::string link(const std::string& id, const std::string& kind, const std::string& from,
                 const std::string& to, const std::string& more = kInNoTime) {
    return R"({"id":")" + id + R"(","kind":")" + kind + R"(","from":")" + from + R"(","to":")" + to +
           R"(",)" + more + "}";
}

}  // namespace

void StandstillTest::namesTheCircle_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("circle");
    const auto row = [](const char* name, const std::string& text, const char* circle) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(circle);
    };
    const std::string services = R"({"id":"s","kind":"service","name":"Billing","serviceTime":"0ms"},
        {"id":"t","kind":"service","serviceTime":"0ms"})";
    row("two services and their queues",
        drawing(R"({"id":"q","kind":"queue","name":"Orders"},{"id":"r","kind":"queue"},)" + services,
                link("p", "publish", "c", "q") + "," + link("q-s", "consume", "q", "s") + "," +
                    link("s-r", "publish", "s", "r") + "," + link("r-t", "consume", "r", "t") + "," +
                    link("t-q", "publish", "t", "q")),
        "'Orders' → 'Billing' → 'r' → 't' → 'Orders'");
    row("one that multiplies",
        drawing(R"({"id":"x","kind":"exchange","exchangeType":"fanout"},{"id":"q","kind":"queue"},
                   {"id":"r","kind":"queue"},)" +
                    services,
                link("p", "publish", "c", "q") + "," + link("q-s", "consume", "q", "s") + "," +
                    link("r-s", "consume", "r", "s") + "," + link("s-x", "publish", "s", "x") + "," +
                    link("b", "bind", "x", "q") + "," + link("d", "bind", "x", "r")),
        "'x'");
    row("a topic",
        drawing(R"({"id":"q","kind":"topic"},)" + services, link("p", "publish", "c", "q") + "," +
                                                                link("q-s", "consume", "q", "s") + "," +
                                                                link("s-q", "publish", "s", "q")),
        "'q' → 'Billing' → 'q'");
    row("rejections",
        drawing(R"({"id":"q","kind":"queue"},{"id":"r","kind":"queue"},
                   {"id":"s","kind":"service","handlers":[{"steps":[{"do":"fail","failure":"badData"}]}]})",
                link("p", "publish", "c", "q") + "," + link("q-s", "consume", "q", "s") + "," +
                    link("r-s", "consume", "r", "s") + "," + link("d", "deadLetter", "q", "r") + "," +
                    link("e", "deadLetter", "r", "q")),
        "'q' → 'r' → 'q'");
}

void StandstillTest::namesTheCircle() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, circle);
    auto simulation = Simulation::create(parsed(text.toStdString()), {});
    QVERIFY(simulation.ok());
    Ending ending;
    const Progress progress = simulation->runUntil(TraceTime::max(), ending);
    QVERIFY(progress.finished);
    QVERIFY(progress.now < std::chrono::seconds(1));
    QCOMPARE(ending.told, 1);
    QVERIFY2(ending.error.sentence.find(circle.toStdString()) != std::string::npos,
             ending.error.text().c_str());
    QVERIFY2(ending.error.where.rfind("nodes[", 0) == 0, ending.error.where.c_str());
}

void StandstillTest::sparesWhatEnds_data() {
    QTest::addColumn<QByteArray>("text");
    const std::string path = link("p", "publish", "c", "q") + "," +
                             link("q-s", "consume", "q", "s", "\"prefetch\":0,\"latency\":\"0ms\"");
    const std::string nodes = R"({"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"0ms"})";
    QTest::newRow("a burst of more messages than an instant has steps") << QByteArray::fromStdString(
        drawing(nodes, path, R"("workload":"burst","burstSize":700000,"count":700000)"));
    QTest::newRow("a circle that takes time") << QByteArray::fromStdString(
        drawing(nodes, path + "," + link("s-q", "publish", "s", "q", "\"latency\":\"100us\"")));
}

void StandstillTest::sparesWhatEnds() {
    QFETCH(QByteArray, text);
    auto simulation = Simulation::create(parsed(text.toStdString()), {});
    QVERIFY(simulation.ok());
    Ending ending;
    QVERIFY(simulation->runUntil(TraceTime::max(), ending).finished);
    QVERIFY2(ending.error.sentence.empty(), ending.error.text().c_str());
    QVERIFY(ending.events > 100'000);
}

void StandstillTest::staysFailed() {
    auto simulation = Simulation::create(
        parsed(drawing(R"({"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"0ms"})",
                       link("p", "publish", "c", "q") + "," + link("q-s", "consume", "q", "s") + "," +
                           link("s-q", "publish", "s", "q"))),
        {});
    QVERIFY(simulation.ok());
    Ending ending;
    const Progress first = simulation->runUntil(std::chrono::seconds(1), ending);
    const std::size_t events = ending.events;
    const Progress again = simulation->runUntil(std::chrono::seconds(2), ending);
    QVERIFY(first.finished && again.finished);
    QCOMPARE(again.now.count(), first.now.count());
    QCOMPARE(ending.events, events);
    QCOMPARE(ending.told, 1);
}

/// Two topics that divert late events to each other: what is late in both goes round, and is gone.
void StandstillTest::dropsWhatIsLateAllAround() {
    const Run r = run(R"({"sluice":1,"messages":[{"id":"M","kind":"event","key":"id","operation":"op",
  "fields":[{"name":"id","type":"integer"}]}],
"nodes":[{"id":"c","kind":"client","workload":"constant","rate":10,"count":1,"message":"M","keys":"single"},
 {"id":"d","kind":"client","workload":"constant","rate":5,"count":1,"message":"M","keys":"single"},
 {"id":"t","kind":"topic","lateArrival":"divert","divertTo":"u"},
 {"id":"u","kind":"topic","lateArrival":"divert","divertTo":"t"}],
"links":[{"id":"c-t","kind":"publish","from":"c","to":"t","latency":"3s"},
 {"id":"d-t","kind":"publish","from":"d","to":"t"},{"id":"d-u","kind":"publish","from":"d","to":"u"}],
"scenarios":[{"id":"s1","until":"5s"}]})");
    QVERIFY(r.trace.ok);
    QCOMPARE(r.trace.count(EventKind::Appended), std::size_t{2});
    QCOMPARE(r.trace.count(EventKind::Discarded), std::size_t{1});
    QCOMPARE(r.outcome.system.discarded, std::uint64_t{1});
}

QTEST_APPLESS_MAIN(StandstillTest)
#include "tst_standstill.moc"
