#include <QtTest>
#include <future>

#include "app/brokers/waitingerrand.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

class Rest : public WaitingErrand {
public:
    using WaitingErrand::rest;
    using WaitingErrand::WaitingErrand;
};

}  // namespace

class WaitingErrandTest : public QObject {
    Q_OBJECT

private slots:
    /// Not even the watchdog would wait so long.
    void aRestEndsWhenItIsStopped_data() {
        QTest::addColumn<bool>("dropped");
        QTest::newRow("stopped") << false;
        QTest::newRow("dropped") << true;
    }
    void aRestEndsWhenItIsStopped() {
        QFETCH(bool, dropped);
        Rest errand(this);
        auto resting = std::async(std::launch::async, [&] { errand.rest(24h); });
        QCOMPARE(resting.wait_for(50ms), std::future_status::timeout);
        dropped ? errand.drop() : errand.stop();
        resting.get();
        // And does not begin any more.
        errand.rest(24h);
    }
};

QTEST_GUILESS_MAIN(WaitingErrandTest)
#include "tst_waitingerrand.moc"
