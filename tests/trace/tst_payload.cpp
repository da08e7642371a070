#include "core/trace/payload.h"

#include <set>

#include "core/trace/tracestore.h"
#include "tests/engine/simulated.h"

using namespace sluice;

namespace {

/// A client of two roles whose orders go over a service to a queue.
std::string shop(const char* key) {
    return std::string(R"({"sluice":1,"nodes":[
 {"id":"c","kind":"client","workload":"constant","rate":5,"count":20,"users":7,"roles":["clerk","auditor"],"message":"O"},
 {"id":"q","kind":"queue"},{"id":"s","kind":"service","serviceTime":"10ms"},{"id":"out","kind":"queue"}],
"links":[{"id":"p","kind":"publish","from":"c","to":"q"},{"id":"t","kind":"consume","from":"q","to":"s"},
 {"id":"f","kind":"publish","from":"s","to":"out","message":"P"}],
"messages":[{"id":"O","kind":"command","key":")") +
           key + R"("},{"id":"P","kind":"event","key":"orderId"}],
"scenarios":[{"id":"s1","until":"30s"}]})";
}

std::shared_ptr<TraceStore> traced(const test::Run& run) {
    auto store = std::make_shared<TraceStore>(run.table);
    store->accept(run.trace.events, run.trace.horizon);
    return store;
}

}  // namespace

class PayloadTest : public QObject {
    Q_OBJECT
private slots:
    void aChainCarriesOneUserAndTheRoles();
    void whoseDataItIsActs();
    void nobodyActsWhereNoClientBegan();
};

void PayloadTest::aChainCarriesOneUserAndTheRoles() {
    const test::Run run = test::run(shop("orderId"));
    const auto store = traced(run);
    std::set<std::string> users;
    int caused = 0;
    for (MessageId id = 1; store->message(id); ++id) {
        const MessageInfo info = *store->message(id);
        const Payload payload = payloadOf(info, *run.table);
        QCOMPARE(payload.headers.at("roles").get<std::string>(), std::string("clerk, auditor"));
        users.insert(payload.headers.at("user-id").get<std::string>());
        if (info.causation == 0)
            continue;
        ++caused;
        QCOMPARE(payload.headers.at("user-id"),
                 payloadOf(*store->message(info.causation), *run.table).headers.at("user-id"));
    }
    QVERIFY(caused >= 20);
    // One of the seven each time, and not always the same.
    QVERIFY2(users.size() > 2 && users.size() <= 7, qPrintable(QString::number(users.size())));
    for (const std::string& user : users)
        QVERIFY(user.starts_with("user-") && std::stoi(user.substr(5)) < 7);
}

void PayloadTest::whoseDataItIsActs() {
    const test::Run run = test::run(shop("userId"));
    const auto store = traced(run);
    const MessageInfo info = *store->message(1);
    QCOMPARE(payloadOf(info, *run.table).headers.at("user-id").get<std::string>(),
             run.table->keyText(info.type, info.key));
}

void PayloadTest::nobodyActsWhereNoClientBegan() {
    const test::Run run = test::run(shop("orderId"));
    MessageInfo info = *traced(run)->message(1);
    info.origin = run.table->find("s");
    const Payload payload = payloadOf(info, *run.table);
    QVERIFY(!payload.headers.contains("roles") && !payload.headers.contains("user-id"));
}

QTEST_GUILESS_MAIN(PayloadTest)
#include "tst_payload.moc"
