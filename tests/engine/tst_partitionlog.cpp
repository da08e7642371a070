#include <QtTest>

#include "core/base/random.h"
#include "core/engine/logbroker/partitionlog.h"

using namespace sluice;

/// What is forgotten counts as if it were there.
class PartitionLogTest : public QObject {
    Q_OBJECT
private slots:
    void forgetsWithoutATrace_data();
    void forgetsWithoutATrace();
    void takesNoMoreMemoryThanWhatIsNeeded();
};

void PartitionLogTest::forgetsWithoutATrace_data() {
    QTest::addColumn<bool>("deletes");
    QTest::addColumn<bool>("compacts");
    QTest::newRow("delete") << true << false;
    QTest::newRow("compact") << false << true;
    QTest::newRow("compact, delete") << true << true;
}

/// The same records and the same maintenance, with and without forgetting: begin, end, bytes, segments and
/// what each compaction removes are the same, and so is every record that is not forgotten.
void PartitionLogTest::forgetsWithoutATrace() {
    QFETCH(bool, deletes);
    QFETCH(bool, compacts);
    std::uint64_t removed = 0;
    Offset forgotten = 0;
    Offset deleted = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomStream random(seed, 0);
        LogOptions options;
        options.deletes = deletes;
        options.compacts = compacts;
        options.retention = std::chrono::minutes(20);
        options.retentionBytes = 700'000;
        options.segmentBytes = 60'000;
        options.segmentAge = std::chrono::minutes(3);
        options.deleteRetention = std::chrono::minutes(4);
        PartitionLog whole(options);
        PartitionLog lean(options);
        Offset read = 0;
        for (int step = 0; step < 60; ++step) {
            const Duration now = std::chrono::minutes(step);
            for (std::uint64_t i = random.below(600); i > 0; --i) {
                LogRecord record;
                record.timestamp = now;
                record.size = (40 + static_cast<std::uint32_t>(random.below(100))) & 0xffffU;
                record.payload = static_cast<std::uint32_t>(random.next());
                record.key = random.chance(0.1) ? LogRecord::kNoKey : random.below(500);
                record.tombstone = record.key != LogRecord::kNoKey && random.chance(0.1) ? 1 : 0;
                QCOMPARE(lean.append(record), whole.append(record));
            }
            read =
                std::max(read, std::max(lean.begin(), lean.end() - static_cast<Offset>(random.below(3000))));
            lean.forget(read);
            QCOMPARE(lean.applyRetention(now), whole.applyRetention(now));
            const std::uint64_t gone = whole.compact(now);
            removed += gone;
            QCOMPARE(lean.compact(now), gone);
            QCOMPARE(lean.begin(), whole.begin());
            QCOMPARE(lean.end(), whole.end());
            QCOMPARE(lean.bytes(), whole.bytes());
            QCOMPARE(lean.segments(), whole.segments());
            read = std::max(read, lean.begin());
            for (Offset offset = read; offset < lean.end(); ++offset) {
                QCOMPARE(lean.at(offset).payload, whole.at(offset).payload);
                QCOMPARE(lean.skipRemoved(offset), whole.skipRemoved(offset));
            }
        }
        forgotten += read - lean.begin();
        deleted += lean.begin();
    }
    // The rules had something to do.
    QVERIFY(forgotten > 20 * 1024);
    QCOMPARE(removed > 10'000, compacts);
    QCOMPARE(deleted > 10'000, deletes);
}

void PartitionLogTest::takesNoMoreMemoryThanWhatIsNeeded() {
    PartitionLog log{LogOptions{}};
    for (Offset i = 0; i < 1'000'000; ++i) {
        log.append(LogRecord{});
        log.forget(std::max<Offset>(0, i - 5000));
    }
    QCOMPARE(log.begin(), Offset(0));
    QCOMPARE(log.end(), Offset(1'000'000));
    QVERIFY(log.capacity() >= 5000);
    QVERIFY(log.capacity() <= 5000 + 3 * 1024);
}

QTEST_APPLESS_MAIN(PartitionLogTest)
#include "tst_partitionlog.moc"
