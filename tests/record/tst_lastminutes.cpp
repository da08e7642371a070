#include <QtTest>

#include "core/record/lastminutes.h"
#include "tests/trace/sampletrace.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

constexpr EntityId kOrders = 0;
constexpr EntityId kPrices = 1;
constexpr EntityId kReads = 3;

/// What an hour of watching reports: depths, ends, commits, gaps and alerts, in no particular order.
std::shared_ptr<TraceStore> watched(std::uint64_t seed, std::vector<Alert>& alerts) {
    auto table = std::make_shared<EntityTable>();
    table->entities = {sample::element("orders", "Orders", ElementKind::Queue),
                       sample::element("prices", "Prices", ElementKind::Topic),
                       sample::element("billing", "Billing", ElementKind::Service),
                       sample::link("r", LinkKind::Consume, kPrices, 2)};
    table->entities[kPrices].partitions = 2;
    auto store = std::make_shared<TraceStore>(table);
    RandomStream random(seed, 1);
    AlertList list;
    std::vector<TraceEvent> events{{.at = 1s, .kind = EventKind::ConnectionMade}};
    std::int64_t end = 0;
    bool lost = false;
    bool raised = false;
    for (TraceTime at = 2s; at < 1h; at += std::chrono::milliseconds(random.below(20'000))) {
        const auto report = [&](EntityId subject, Gauge gauge, std::int64_t value, std::uint32_t peer = 0) {
            if (!lost)
                events.push_back({.at = at,
                                  .value = value,
                                  .subject = subject,
                                  .peer = peer,
                                  .detail = static_cast<std::uint16_t>(gauge),
                                  .kind = EventKind::Observed});
        };
        switch (random.below(8)) {
            case 0:
                events.push_back(
                    {.at = at, .kind = lost ? EventKind::ConnectionMade : EventKind::ConnectionLost});
                lost = !lost;
                break;
            case 1:
                events.push_back({.at = at,
                                  .value = 12'500,
                                  .subject = kOrders,
                                  .detail = static_cast<std::uint16_t>(AlertSeverity::Critical),
                                  .kind = raised ? EventKind::AlertCleared : EventKind::AlertRaised});
                raised = !raised;
                break;
            case 2:
                report(kOrders, Gauge::Consumers, static_cast<std::int64_t>(random.below(5)));
                break;
            case 3:
                report(kPrices, Gauge::EndOffset, end += static_cast<std::int64_t>(random.below(100)),
                       static_cast<std::uint32_t>(random.below(2)));
                break;
            case 4:
                report(kReads, Gauge::Committed, end / 2, static_cast<std::uint32_t>(random.below(2)));
                break;
            case 5:
                report(kNoEntity, Gauge::Alarm, static_cast<std::int64_t>(random.below(2)));
                break;
            default:
                report(kOrders, Gauge::Ready, static_cast<std::int64_t>(random.below(1000)));
        }
    }
    for (std::size_t i = 0; i < events.size(); ++i)
        list.apply(i, events[i]);
    alerts = list.alerts();
    store->accept(events, 1h);
    return store;
}

}  // namespace

class LastMinutesTest : public QObject {
    Q_OBJECT
private slots:
    void whatIsKeptIsBoundedInBytesAsWell() {
        std::vector<Alert> alerts;
        const auto store = watched(3, alerts);
        const TraceTime end = store->horizon();
        // Room enough: as many minutes as are asked for.
        QVERIFY(beginningWithin(*store, 30min, end, 1U << 30U) == 30min);
        // For a hundred events: so many, and those that happened last.
        const auto room = static_cast<std::uint64_t>(100 * store->bytesPerEvent());
        const TraceTime from = beginningWithin(*store, 30min, end, room);
        QVERIFY(from > 30min);
        const Sequence kept = store->lowerBound(end) - store->lowerBound(from);
        QVERIFY2(kept >= 98 && kept <= 103, qPrintable(QString::number(kept)));
    }
    void aPartShowsWhatTheWholeShows() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            std::vector<Alert> alerts;
            const auto whole = watched(seed, alerts);
            RandomStream random(seed, 2);
            const TraceTime from = std::chrono::seconds(random.below(3000));
            const TraceTime to = from + std::chrono::seconds(60 + random.below(540));
            const auto part = lastMinutes(*whole, from, to, alerts);
            QVERIFY(part->finished());
            QVERIFY(part->horizon() == to - from);
            for (int i = 0; i < 20; ++i) {
                const TraceTime at =
                    from + TraceTime(static_cast<std::int64_t>(random.uniform() *
                                                               static_cast<double>((to - from).count() - 1)));
                const SystemState wanted = whole->stateAt(at);
                const SystemState got = part->stateAt(at - from);
                QCOMPARE(got.contact, wanted.contact);
                QCOMPARE(got.alarm, wanted.alarm);
                for (EntityId id = 0; id < wanted.entities.size(); ++id) {
                    QCOMPARE(got.entities[id].ready, wanted.entities[id].ready);
                    QVERIFY(got.entities[id].alerts == wanted.entities[id].alerts);
                    QVERIFY(got.entities[id].partitions == wanted.entities[id].partitions);
                    QVERIFY(got.entities[id].groups == wanted.entities[id].groups);
                    const auto consumers = [id](const SystemState& state) {
                        return id < state.observed.size() ? state.observed[id].consumers : 0;
                    };
                    QCOMPARE(consumers(got), consumers(wanted));
                }
            }
        }
    }

    void aPartIsNoLongerThanTheWhole() {
        std::vector<Alert> alerts;
        const auto whole = watched(3, alerts);
        const auto all = lastMinutes(*whole, -5min, 2h, alerts);
        QVERIFY(all->read(0, all->size()) == whole->read(0, whole->size()));
        QVERIFY(all->horizon() == 1h);
    }
};

QTEST_GUILESS_MAIN(LastMinutesTest)
#include "tst_lastminutes.moc"
