#include "tests/engine/simulated.h"

using namespace sluice;
using namespace sluice::test;

namespace {

// Two changes of user 7, one second apart; two repository instances, of which the first command's is the
// slower: the second change overtakes the first on its way to the topic.
std::string overtaking(const char* policy, const char* secondType, const char* operation) {
    return fmt::format(R"({{"sluice":1,"nodes":[
 {{"id":"portal","kind":"client","workload":"csv","csv":"1s,7,UpdateEmail\n2s,7,{1}"}},
 {{"id":"commands","kind":"queue"}},
 {{"id":"users","kind":"service","instances":2,"handlers":[
   {{"message":"UpdateEmail","steps":[{{"do":"work","time":"5s"}},{{"do":"publish","link":"tell","message":"EmailUpdated"}}]}},
   {{"message":"UpdateEmailFast","steps":[{{"do":"work","time":"1s"}},{{"do":"publish","link":"tell","message":"EmailUpdated"}}]}},
   {{"message":"UpdatePhone","steps":[{{"do":"work","time":"1s"}},{{"do":"publish","link":"tell","message":"PhoneUpdated"}}]}}]}},
 {{"id":"late","kind":"queue"}},
 {{"id":"events","kind":"topic","lateArrival":"{0}","divertTo":"late"}},
 {{"id":"view","kind":"table"}}],
"links":[
 {{"id":"send","kind":"publish","from":"portal","to":"commands"}},
 {{"id":"take","kind":"consume","from":"commands","to":"users","prefetch":1}},
 {{"id":"tell","kind":"publish","from":"users","to":"events"}},
 {{"id":"feed","kind":"materialize","from":"events","to":"view"}}],
"messages":[
 {{"id":"UpdateEmail","kind":"command","key":"userId"}},{{"id":"UpdateEmailFast","kind":"command","key":"userId"}},
 {{"id":"UpdatePhone","kind":"command","key":"userId"}},
 {{"id":"EmailUpdated","kind":"event","key":"userId","operation":"{2}Email"}},
 {{"id":"PhoneUpdated","kind":"event","key":"userId","operation":"{2}Phone"}}],
"scenarios":[{{"id":"run","until":"20s"}}]}})",
                       policy, secondType, operation);
}

std::string coarse(std::string text) {
    for (const char* fine : {"userEmail", "userPhone"}) {
        for (auto at = text.find(fine); at != std::string::npos; at = text.find(fine))
            text.replace(at, std::string(fine).size(), "user");
    }
    return text;
}

}  // namespace

class LateArrivalTest : public QObject {
    Q_OBJECT
private slots:
    void rejectsTheStaleEvent();
    void processesItWhenTold();
    void divertsItWhenTold();
    void tellsFineOperationsApart();
    void rejectsAnIndependentChangeOfACoarseOperation();
};

void LateArrivalTest::rejectsTheStaleEvent() {
    const Run r = run(overtaking("reject", "UpdateEmailFast", "user"));
    QCOMPARE(r.of("events").lateArrivals, 1U);
    QCOMPARE(r.of("events").in, 1U);
    const auto late = std::find_if(r.trace.events.begin(), r.trace.events.end(),
                                   [](const TraceEvent& e) { return e.kind == EventKind::LateArrival; });
    QCOMPARE(late->value, qint64(1'000'000'000));
    const auto newer = std::find_if(r.trace.events.begin(), r.trace.events.end(),
                                    [](const TraceEvent& e) { return e.kind == EventKind::Appended; });
    QCOMPARE(late->peer, newer->message);
    QVERIFY(late->message > newer->message);  // made later, of an earlier change
}

void LateArrivalTest::processesItWhenTold() {
    const Run r = run(overtaking("process", "UpdateEmailFast", "user"));
    QCOMPARE(r.of("events").in, 2U);
    QCOMPARE(r.of("events").lateArrivals, 1U);
    // The table sees it too: its row is newer.
    QCOMPARE(r.of("view").lateArrivals, 1U);
}

void LateArrivalTest::divertsItWhenTold() {
    const Run r = run(overtaking("divert", "UpdateEmailFast", "user"));
    QCOMPARE(r.of("events").in, 1U);
    QCOMPARE(r.of("late").depth, 1U);
}

void LateArrivalTest::tellsFineOperationsApart() {
    const Run r = run(overtaking("reject", "UpdatePhone", "user"));
    QCOMPARE(r.outcome.system.lateArrivals, 0U);
    QCOMPARE(r.of("events").in, 2U);
}

void LateArrivalTest::rejectsAnIndependentChangeOfACoarseOperation() {
    const Run r = run(coarse(overtaking("reject", "UpdatePhone", "user")));
    QCOMPARE(r.of("events").lateArrivals, 1U);
    QCOMPARE(r.of("events").in, 1U);
}

QTEST_APPLESS_MAIN(LateArrivalTest)
#include "tst_latearrival.moc"
