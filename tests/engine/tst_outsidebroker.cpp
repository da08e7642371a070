#include "core/engine/outsidebroker.h"
#include "tests/engine/brokerstory.h"

using namespace sluice;
using namespace sluice::test;
using namespace sluice::test::brokerstory;

namespace {

/// Has the elements with these ids, and writes down what its clients do.
class Notebook : public OutsideBroker {
public:
    Notebook(const Diagram& drawing, const std::set<std::string>& ids) {
        for (const Element& element : drawing.elements)
            m_has.push_back(ids.contains(element.id));
    }
    [[nodiscard]] bool has(EntityId element) const override { return m_has[element]; }
    void created(const MessageInfo& message) override { messages.push_back(message); }
    void send(const OutsideSending& sending) override { sent.push_back(sending); }
    void read(const OutsideReader& reader) override { readers.push_back(reader); }
    void leave(EntityId, std::uint16_t instance) override { left.push_back(instance); }
    void settle(std::uint32_t delivery, Settlement settlement) override {
        settled.emplace_back(delivery, settlement);
    }

    std::vector<MessageInfo> messages;
    std::vector<OutsideSending> sent;
    std::vector<OutsideReader> readers;
    std::vector<std::uint16_t> left;
    std::vector<std::pair<std::uint32_t, Settlement>> settled;

private:
    std::vector<bool> m_has;
};

using What = OutsideNews::What;
using Settlement = OutsideBroker::Settlement;

}  // namespace

/// What the engine makes of a broker outside of the program, whatever that broker does.
class OutsideBrokerTest : public QObject {
    Q_OBJECT

private:
    void play(const std::string& text, const std::set<std::string>& ids) {
        const Diagram drawing = parsed(text);
        m_broker = std::make_shared<Notebook>(drawing, ids);
        auto made = Simulation::create(drawing, {}, m_broker);
        QVERIFY(made.ok());
        m_simulation = std::make_unique<Simulation>(std::move(*made));
        m_run = {};
        m_run.table = m_simulation->table();
    }
    void until(double time) { m_progress = m_simulation->runUntil(fromSeconds(time), m_run.trace); }
    OutsideNews news(What what, std::uint32_t number = 0, const char* link = nullptr) {
        OutsideNews made;
        made.what = what;
        made.number = number;
        if (link) {
            made.link = m_run.table->find(link);
            made.place = m_run.table->entities[made.link].from;
        }
        return made;
    }
    OutsideNews delivery(std::uint32_t number, std::uint32_t id, const char* link) {
        OutsideNews made = news(What::Delivered, number, link);
        made.delivery = id;
        made.message = m_broker->messages.front();
        return made;
    }
    QStringList told(const std::set<std::string>& kinds) { return story(m_run, kinds); }

    std::shared_ptr<Notebook> m_broker;
    std::unique_ptr<Simulation> m_simulation;
    Run m_run;
    Progress m_progress;

private slots:
    void sendsAndReadsThereOnly();
    void aDeliveryMayComeBeforeTheConfirm_data();
    void aDeliveryMayComeBeforeTheConfirm();
    void whatHappenedUnseenIsToldWhenItShows();
    void whatIsRefusedIsSentAgain();
    void anInstanceThatStopsGivesBackWhatItHolds();
    void whatShowsWhereNoBindingLeadsIsToldToo();
    void aRecordIsReadWhereItStands();
    void goesOnWhileSomethingMayExpire_data();
    void goesOnWhileSomethingMayExpire();
    void endsWhenNothingIsUnderWay();
};

namespace {

const std::string kOne = drawing(
    kClient +
        R"(,{"id":"q","kind":"queue"},{"id":"dead","kind":"queue"},{"id":"mine","kind":"queue"},{"id":"s","kind":"service","handlers":[{"steps":[{"do":"work","time":"1s"}]}]})",
    R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"d","kind":"deadLetter","from":"q","to":"dead"},
       {"id":"p2","kind":"publish","from":"c","to":"mine"},{"id":"r","kind":"consume","from":"q","to":"s"})");

}  // namespace

void OutsideBrokerTest::sendsAndReadsThereOnly() {
    play(kOne, {"q", "dead"});
    until(0.5);
    QCOMPARE(m_broker->readers.size(), 1U);
    QCOMPARE(m_run.table->entities[m_broker->readers.front().place].id, "q");
    QCOMPARE(m_broker->sent.size(), 1U);
    QCOMPARE(m_broker->sent.front().message, 1U);
    QCOMPARE(m_broker->messages.size(), 2U);
    // Of the one outside nothing is told before the broker has it; the other is played here.
    QCOMPARE(told({"enqueued"}), QStringList{"enqueued mine m2"});
    m_simulation->tell(news(What::Confirmed, 1));
    until(0.6);
    QCOMPARE(told({"enqueued"}), (QStringList{"enqueued mine m2", "enqueued q m1"}));
    m_simulation->tell(delivery(1, 7, "r"));
    until(3);
    QCOMPARE(told({"delivered", "acknowledged"}), (QStringList{"delivered q m1 #0", "acknowledged q m1"}));
    QCOMPARE(m_broker->settled, (decltype(m_broker->settled){{7, Settlement::Acknowledge}}));
}

void OutsideBrokerTest::aDeliveryMayComeBeforeTheConfirm_data() {
    QTest::addColumn<double>("confirmed");
    QTest::newRow("while it is at work") << 0.6;
    QTest::newRow("when all is done") << 2.5;
}
void OutsideBrokerTest::aDeliveryMayComeBeforeTheConfirm() {
    QFETCH(double, confirmed);
    play(kOne, {"q", "dead"});
    until(0.5);
    m_simulation->tell(delivery(1, 1, "r"));
    until(confirmed);
    m_simulation->tell(news(What::Confirmed, 1));
    until(3);
    QCOMPARE(told({"enqueued", "delivered", "acknowledged"}),
             (QStringList{"enqueued mine m2", "enqueued q m1", "delivered q m1 #0", "acknowledged q m1"}));
}

void OutsideBrokerTest::whatHappenedUnseenIsToldWhenItShows() {
    play(kOne, {"q", "dead"});
    until(0.5);
    m_simulation->tell(news(What::Confirmed, 1));
    until(2);
    OutsideNews seen = news(What::Seen, 1);
    seen.place = m_run.table->find("dead");
    seen.message = m_broker->messages.front();
    seen.deaths = {{m_run.table->find("q"), DeathReason::Expired, 1}};
    m_simulation->tell(seen);
    m_simulation->tell(seen);  // as after a look that was given back
    until(3);
    QCOMPARE(
        told({"enqueued", "dead lettered"}),
        (QStringList{"enqueued mine m2", "enqueued q m1", "dead lettered q m1 expired", "enqueued dead m1"}));
}

void OutsideBrokerTest::whatIsRefusedIsSentAgain() {
    play(drawing(kClient + R"(,{"id":"q","kind":"queue"})",
                 R"({"id":"p","kind":"publish","from":"c","to":"q","retries":1})"),
         {"q"});
    until(0.5);
    m_simulation->tell(news(What::Refused, 1));
    until(5);
    QCOMPARE(m_broker->sent.size(), 2U);
    m_simulation->tell(news(What::Refused, 2));
    until(30);
    QCOMPARE(m_broker->sent.size(), 2U);
    QCOMPARE(told({"nacked", "retry scheduled", "lost"}),
             (QStringList{"nacked q m1 maxlen", "retry scheduled q m1", "nacked q m1 maxlen", "lost q m1"}));
}

void OutsideBrokerTest::anInstanceThatStopsGivesBackWhatItHolds() {
    play(
        drawing(
            kClient +
                R"(,{"id":"q","kind":"queue"},{"id":"s","kind":"service","handlers":[{"steps":[{"do":"work","time":"20s"}]}]})",
            R"({"id":"p","kind":"publish","from":"c","to":"q"},{"id":"r","kind":"consume","from":"q","to":"s"})",
            R"(,"actions":[{"at":"1s","do":"stop","target":"s","duration":"2s"}])"),
        {"q"});
    until(0.5);
    m_simulation->tell(delivery(1, 1, "r"));
    m_simulation->tell(news(What::Confirmed, 1));
    until(10);
    QCOMPARE(m_broker->left, std::vector<std::uint16_t>{0});
    QCOMPARE(m_broker->readers.size(), 2U);
    QVERIFY(m_broker->settled.empty());
    QCOMPARE(told({"requeued"}), QStringList{"requeued q m1 channel closed"});
    OutsideNews again = delivery(1, 2, "r");
    again.redelivered = true;
    m_simulation->tell(again);
    until(40);
    QCOMPARE(told({"delivered", "acknowledged"}),
             (QStringList{"delivered q m1 #0", "delivered q m1 #0 again", "acknowledged q m1"}));
}

void OutsideBrokerTest::whatShowsWhereNoBindingLeadsIsToldToo() {
    play(kOne, {"q", "dead", "mine"});
    until(0.5);
    m_simulation->tell(news(What::Confirmed, 1));
    m_simulation->tell(news(What::Confirmed, 2));
    OutsideNews seen = news(What::Seen, 1);
    seen.place = m_run.table->find("mine");
    seen.message = m_broker->messages.front();
    m_simulation->tell(seen);
    until(1);
    QCOMPARE(told({"enqueued"}), (QStringList{"enqueued q m1", "enqueued mine m2", "enqueued mine m1"}));
}

void OutsideBrokerTest::aRecordIsReadWhereItStands() {
    play(
        drawing(
            kClient +
                R"(,{"id":"t","kind":"topic","partitions":4},{"id":"s","kind":"service","concurrency":3})",
            R"({"id":"p","kind":"publish","from":"c","to":"t"},{"id":"r","kind":"consume","from":"t","to":"s"})"),
        {"t"});
    until(0.5);
    QCOMPARE(m_broker->readers.front().members, 3U);
    OutsideNews confirmed = news(What::Confirmed, 1);
    confirmed.partition = 2;
    confirmed.offset = 41;
    m_simulation->tell(confirmed);
    OutsideNews fetched = delivery(1, 1, "r");
    fetched.partition = 2;
    fetched.offset = 41;
    m_simulation->tell(fetched);
    until(1);
    QCOMPARE(told({"appended", "fetched"}), (QStringList{"appended t m1", "fetched r m1"}));
    const auto appended =
        std::find_if(m_run.trace.events.begin(), m_run.trace.events.end(),
                     [](const TraceEvent& event) { return event.kind == EventKind::Appended; });
    QCOMPARE(appended->peer, 2U);
    QCOMPARE(appended->value, 41);
    QCOMPARE(m_broker->settled, (decltype(m_broker->settled){{1, Settlement::Acknowledge}}));
}

void OutsideBrokerTest::goesOnWhileSomethingMayExpire_data() {
    QTest::addColumn<QString>("dead");
    QTest::addColumn<double>("end");  // s, of the run
    QTest::newRow("nothing expires there") << R"({"id":"dead","kind":"queue"})" << 1.6;
    QTest::newRow("the messages do") << R"({"id":"dead","kind":"queue","messageTtl":"2m"})" << 60.1;
    QTest::newRow("the queue does") << R"({"id":"dead","kind":"queue","expires":"2m"})" << 60.1;
}

void OutsideBrokerTest::goesOnWhileSomethingMayExpire() {
    QFETCH(QString, dead);
    QFETCH(double, end);
    std::string drawn = kOne;
    const std::string plain = R"({"id":"dead","kind":"queue"})";
    drawn.replace(drawn.find(plain), plain.size(), dead.toStdString());
    play(drawn, {"q", "dead"});
    until(0.5);
    m_simulation->tell(news(What::Confirmed, 1));
    OutsideNews seen = news(What::Seen, 1);
    seen.place = m_run.table->find("dead");
    seen.message = m_broker->messages.front();
    seen.deaths = {{m_run.table->find("q"), DeathReason::Expired, 1}};
    m_simulation->tell(seen);
    until(end - 0.2);
    QVERIFY(!m_progress.finished);
    until(end);
    until(end + 0.1);
    QVERIFY(m_progress.finished);
}

void OutsideBrokerTest::endsWhenNothingIsUnderWay() {
    play(kOne, {"q", "dead"});
    until(70);
    QVERIFY(!m_progress.finished);  // the message is not confirmed
    m_simulation->tell(news(What::Confirmed, 1));
    until(75);
    QVERIFY(!m_progress.finished);  // it stands in a queue that is read
    m_simulation->tell(delivery(1, 1, "r"));
    until(76.5);
    QVERIFY(!m_progress.finished);  // more may follow from what was settled a moment ago
    until(77.5);
    until(77.6);
    QVERIFY(m_progress.finished);
    QVERIFY(m_run.trace.finished && m_run.trace.ok);
}

QTEST_APPLESS_MAIN(OutsideBrokerTest)
#include "tst_outsidebroker.moc"
