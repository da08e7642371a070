#include <QtTest>

#include "core/base/random.h"
#include "core/engine/logbroker/logbroker.h"
#include "core/engine/logbroker/partitioner.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

LogRecord record(std::uint32_t payload, Duration at = {}, std::uint64_t key = LogRecord::kNoKey) {
    LogRecord made;
    made.payload = payload;
    made.timestamp = at;
    made.key = key;
    made.size = 100;
    return made;
}

GroupOptions at(Assignor assignor) {
    GroupOptions options;
    options.assignor = assignor;
    options.reset = OffsetReset::Earliest;
    options.autoCommit = false;
    options.initialRebalanceDelay = Duration::zero();
    return options;
}

QString text(std::span<const TopicPartition> partitions) {
    QStringList list;
    for (const TopicPartition& of : partitions)
        list << QString("t%1p%2").arg(of.topic.value).arg(of.partition);
    return list.join(" ");
}

int count(const LogBroker& broker, LogEffectKind kind) {
    int number = 0;
    for (const LogEffect& effect : broker.effects())
        number += effect.kind == kind;
    return number;
}

}  // namespace

/// The log broker's rules, as Kafka's documentation states them; the partitioners are held against recordings
/// of real clients (tests/conformance).
class TestLogBroker : public QObject {
    Q_OBJECT

private slots:
    void assigns_data();
    void assigns();
    void stickyMovesAsFewAsPossible();
    void eagerRebalanceStopsEveryone();
    void cooperativeRebalanceMovesInTwoRounds();
    void firstJoinWaits();
    void failedMembersPartitionsWaitForTheSession();
    void crashBringsDuplicates();
    void autoCommitCommitsWhatWasHandedOutBefore();
    void commitAfterARebalanceIsRefused();
    void resetsWhereNothingWasCommitted();
    void retentionDeletesWholeSegments();
    void oneFutureTimestampHoldsASegment();
    void retentionBySizeStopsAtTheFirstThatFits();
    void compactionKeepsTheLatestOfEachKey();
    void tombstonesLiveOnForTheirTime();
    void stickyPartitionerChangesByBytes();
    void readsPartitionsInTurn_data();
    void readsPartitionsInTurn();
    void holdsInvariantsInRandomGroups();
};

void TestLogBroker::assigns_data() {
    QTest::addColumn<QString>("assignor");
    QTest::addColumn<QStringList>("expected");
    // Two topics of three partitions, two members: the examples in the assignors' Javadoc.
    QTest::newRow("range") << "range" << QStringList{"t0p0 t0p1 t1p0 t1p1", "t0p2 t1p2"};
    QTest::newRow("roundrobin") << "roundrobin" << QStringList{"t0p0 t0p2 t1p1", "t0p1 t1p0 t1p2"};
    QTest::newRow("sticky") << "sticky" << QStringList{"t0p0 t0p2 t1p1", "t0p1 t1p0 t1p2"};
}

void TestLogBroker::assigns() {
    QFETCH(QString, assignor);
    QFETCH(QStringList, expected);
    LogBroker broker;
    const TopicIndex t0 = *broker.createTopic("t0", 3);
    const TopicIndex t1 = *broker.createTopic("t1", 3);
    const GroupIndex group = broker.createGroup("g", at(*findAssignor(assignor.toStdString())));
    const MemberIndex a = broker.join(group, "a", {t0, t1}, {});
    const MemberIndex b = broker.join(group, "b", {t0, t1}, {});
    if (assignor == "sticky") {
        // What it deals out depends on the past; afresh it deals in turn.
        QCOMPARE(broker.assignment(a).size(), std::size_t(3));
        QCOMPARE(broker.assignment(b).size(), std::size_t(3));
        return;
    }
    QCOMPARE(text(broker.assignment(a)), expected[0]);
    QCOMPARE(text(broker.assignment(b)), expected[1]);
}

void TestLogBroker::stickyMovesAsFewAsPossible() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 9);
    const GroupIndex group = broker.createGroup("g", at(Assignor::Sticky));
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    const MemberIndex b = broker.join(group, "b", {topic}, {});
    const MemberIndex c = broker.join(group, "c", {topic}, {});
    const std::vector<TopicPartition> before(broker.assignment(a).begin(), broker.assignment(a).end());
    QCOMPARE(before.size(), std::size_t(3));
    broker.leave(c, {});
    for (const TopicPartition& kept : before)
        QCOMPARE(broker.ownerOf(group, kept).value, a.value);
    QVERIFY(broker.assignment(a).size() + broker.assignment(b).size() == 9);
    QVERIFY(broker.assignment(b).size() >= 4);
}

void TestLogBroker::eagerRebalanceStopsEveryone() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 4);
    GroupOptions options = at(Assignor::Range);
    options.rejoinTime = 2s;
    const GroupIndex group = broker.createGroup("g", options);
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    for (std::uint32_t p = 0; p < 4; ++p)
        broker.append({topic, p}, record(p));
    QVERIFY(broker.hasRecords(a));
    broker.clearEffects();
    broker.join(group, "b", {topic}, 1s);
    QCOMPARE(count(broker, LogEffectKind::Revoked), 4);
    QVERIFY(!broker.hasRecords(a));
    QVERIFY(!broker.fetch(a, 2s).has_value());
    QCOMPARE(broker.nextTimer(), Duration(3s));
    broker.advance(3s);
    QCOMPARE(text(broker.assignment(a)), QString("t0p0 t0p1"));
    QCOMPARE(broker.generation(group), 2U);
}

void TestLogBroker::cooperativeRebalanceMovesInTwoRounds() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 4);
    GroupOptions options = at(Assignor::CooperativeSticky);
    options.rejoinTime = 1s;
    const GroupIndex group = broker.createGroup("g", options);
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    const MemberIndex b = broker.join(group, "b", {topic}, 10s);
    QCOMPARE(broker.assignment(a).size(), std::size_t(4));  // reads on until the first round is over
    broker.clearEffects();
    broker.advance(11s);
    QCOMPARE(count(broker, LogEffectKind::Revoked), 2);
    QCOMPARE(broker.assignment(a).size(), std::size_t(2));
    QCOMPARE(broker.assignment(b).size(), std::size_t(0));
    broker.advance(12s);
    QCOMPARE(broker.assignment(b).size(), std::size_t(2));
    QCOMPARE(count(broker, LogEffectKind::Revoked), 2);
    QCOMPARE(broker.nextTimer(), Duration::max());
}

void TestLogBroker::firstJoinWaits() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 2);
    const GroupIndex group = broker.createGroup("g");
    const MemberIndex a = broker.join(group, "a", {topic}, 1s);
    const MemberIndex b = broker.join(group, "b", {topic}, 2s);
    QVERIFY(broker.isRebalancing(group));
    QCOMPARE(broker.nextTimer(), Duration(4s));  // group.initial.rebalance.delay.ms: 3 s
    broker.advance(4s);
    QCOMPARE(broker.generation(group), 1U);
    QCOMPARE(text(broker.assignment(a)), QString("t0p0"));
    QCOMPARE(text(broker.assignment(b)), QString("t0p1"));
}

void TestLogBroker::failedMembersPartitionsWaitForTheSession() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 2);
    const GroupIndex group = broker.createGroup("g", at(Assignor::Range));
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    const MemberIndex b = broker.join(group, "b", {topic}, {});
    broker.append({topic, 1}, record(1));
    broker.fail(b, 10s);
    QVERIFY(!broker.fetch(b, 11s).has_value());
    QVERIFY(!broker.fetch(a, 11s).has_value());
    QCOMPARE(broker.nextTimer(), Duration(55s));  // session.timeout.ms: 45 s
    broker.advance(55s);
    QVERIFY(!broker.isMember(b));
    QCOMPARE(broker.fetch(a, 55s)->record->payload, 1U);
}

void TestLogBroker::crashBringsDuplicates() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 1);
    const TopicPartition only{topic, 0};
    const GroupIndex group = broker.createGroup("g", at(Assignor::Range));
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    for (std::uint32_t i = 0; i < 3; ++i)
        broker.append(only, record(i));
    QVERIFY(broker.commit(a, only, broker.fetch(a, {})->offset + 1));
    QCOMPARE(broker.fetch(a, {})->offset, Offset(1));
    QCOMPARE(broker.lag(group, only), std::int64_t(2));
    broker.fail(a, {});
    broker.advance(45s);
    const MemberIndex b = broker.join(group, "b", {topic}, 50s);
    QCOMPARE(broker.fetch(b, 50s)->offset, Offset(1));  // read before, not committed
}

void TestLogBroker::autoCommitCommitsWhatWasHandedOutBefore() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 1);
    const TopicPartition only{topic, 0};
    GroupOptions options = at(Assignor::Range);
    options.autoCommit = true;
    const GroupIndex group = broker.createGroup("g", options);
    const MemberIndex a = broker.join(group, "a", {topic}, {});
    for (std::uint32_t i = 0; i < 3; ++i)
        broker.append(only, record(i));
    broker.fetch(a, 1s);
    QCOMPARE(broker.committed(group, only), Offset(-1));
    broker.fetch(a, 5s);  // auto.commit.interval.ms: 5 s
    QCOMPARE(broker.committed(group, only), Offset(1));
    broker.leave(a, 6s);
    QCOMPARE(broker.committed(group, only), Offset(2));
}

void TestLogBroker::commitAfterARebalanceIsRefused() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 1);
    const TopicPartition only{topic, 0};
    const GroupIndex group = broker.createGroup("g", at(Assignor::Range));
    const MemberIndex b = broker.join(group, "b", {topic}, {});
    broker.append(only, record(1));
    const auto fetched = broker.fetch(b, {});
    broker.join(group, "a", {topic}, {});  // sorts before b, so it gets the only partition
    QVERIFY(!broker.commit(b, only, fetched->offset + 1));
    QCOMPARE(broker.committed(group, only), Offset(-1));
}

void TestLogBroker::resetsWhereNothingWasCommitted() {
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", 1);
    broker.append({topic, 0}, record(1));
    GroupOptions latest = at(Assignor::Range);
    latest.reset = OffsetReset::Latest;
    const GroupIndex fresh = broker.createGroup("latest", latest);
    const GroupIndex old = broker.createGroup("earliest", at(Assignor::Range));
    const MemberIndex a = broker.join(fresh, "a", {topic}, {});
    const MemberIndex b = broker.join(old, "b", {topic}, {});
    QVERIFY(!broker.hasRecords(a));
    QVERIFY(broker.hasRecords(b));
}

void TestLogBroker::retentionDeletesWholeSegments() {
    LogBroker broker;
    LogOptions options;
    options.retention = 10s;
    options.segmentBytes = 300;
    const TopicIndex topic = *broker.createTopic("t", 1, options);
    const TopicPartition only{topic, 0};
    for (std::uint32_t i = 0; i < 7; ++i)
        broker.append(only, record(i, std::chrono::seconds(i)));
    broker.maintain(topic, 13s);  // records 0 to 2 are the first segment; 2 is older than 10 s, 3 is not
    QCOMPARE(broker.beginOffset(only), Offset(3));
    QCOMPARE(broker.endOffset(only), Offset(7));
    broker.maintain(topic, 1h);  // the active segment goes as well
    QCOMPARE(broker.beginOffset(only), Offset(7));
    QCOMPARE(broker.append(only, record(8, 1h)), Offset(7));
}

void TestLogBroker::oneFutureTimestampHoldsASegment() {
    LogBroker broker;
    LogOptions options;
    options.retention = 10s;
    options.segmentBytes = 200;
    const TopicIndex topic = *broker.createTopic("t", 1, options);
    const TopicPartition only{topic, 0};
    broker.append(only, record(0, 0s));
    broker.append(only, record(1, 24h));
    for (std::uint32_t i = 2; i < 6; ++i)
        broker.append(only, record(i, 1s));
    broker.maintain(topic, 1h);
    QCOMPARE(broker.beginOffset(only), Offset(0));  // and it stops there: what comes after stays too
}

void TestLogBroker::retentionBySizeStopsAtTheFirstThatFits() {
    LogBroker broker;
    LogOptions options;
    options.retention = Duration::max();
    options.retentionBytes = 500;
    options.segmentBytes = 200;
    const TopicIndex topic = *broker.createTopic("t", 1, options);
    const TopicPartition only{topic, 0};
    for (std::uint32_t i = 0; i < 10; ++i)
        broker.append(only, record(i));
    broker.maintain(topic, {});
    QCOMPARE(broker.endOffset(only) - broker.beginOffset(only),
             Offset(6));  // 600 bytes: 400 would be too few
}

void TestLogBroker::compactionKeepsTheLatestOfEachKey() {
    LogBroker broker;
    LogOptions options;
    options.deletes = false;
    options.compacts = true;
    options.segmentBytes = 400;
    const TopicIndex topic = *broker.createTopic("t", 1, options);
    const TopicPartition only{topic, 0};
    for (std::uint32_t i = 0; i < 6; ++i)
        broker.append(only, record(i, {}, i % 2));
    broker.maintain(topic, {});
    // Closed: 0 to 3, of which 2 and 3 are the latest of their keys. Active: 4 and 5, which count for
    // nothing.
    const MemberIndex reader = broker.join(broker.createGroup("g", at(Assignor::Range)), "a", {topic}, {});
    std::vector<Fetched> fetched;
    broker.fetch(reader, 10, fetched, {});
    QStringList offsets;
    for (const Fetched& each : fetched)
        offsets << QString::number(each.offset);
    QCOMPARE(offsets.join(" "), QString("2 3 4 5"));
}

void TestLogBroker::tombstonesLiveOnForTheirTime() {
    PartitionLog log([] {
        LogOptions options;
        options.compacts = true;
        options.segmentBytes = 200;
        return options;
    }());
    LogRecord tombstone = record(1, {}, 1);
    tombstone.tombstone = 1;
    log.append(record(0, {}, 1));
    log.append(tombstone);
    log.append(record(2, {}, 2));
    QCOMPARE(log.compact(0s), std::uint64_t(1));
    QCOMPARE(log.skipRemoved(0), Offset(1));
    QCOMPARE(log.compact(23h), std::uint64_t(0));
    QCOMPARE(log.compact(24h), std::uint64_t(1));  // delete.retention.ms: 24 h
    QCOMPARE(log.skipRemoved(0), Offset(2));
}

void TestLogBroker::stickyPartitionerChangesByBytes() {
    StickyPartitioner partitioner(50, 1000);
    RandomStream random(1, 1);
    int changes = 0;
    std::uint32_t before = partitioner.partition(100, random);
    for (int i = 1; i < 1000; ++i) {
        const std::uint32_t now = partitioner.partition(100, random);
        QVERIFY(now < 50);
        QVERIFY(now == before || i % 10 == 0);
        changes += now != before;
        before = now;
    }
    QVERIFY(changes > 80);
}

void TestLogBroker::readsPartitionsInTurn_data() {
    QTest::addColumn<int>("partitions");
    for (const int partitions : {1, 3, 63, 64, 65, 130})
        QTest::addRow("%d", partitions) << partitions;
}

/// Against a reader that looks at every partition each time, from the one after the last it read from.
void TestLogBroker::readsPartitionsInTurn() {
    QFETCH(const int, partitions);
    const auto count = static_cast<std::uint32_t>(partitions);
    LogBroker broker;
    const TopicIndex topic = *broker.createTopic("t", count);
    const GroupIndex group = broker.createGroup("g", at(Assignor::Range));
    const MemberIndex member = broker.join(group, "m", {topic}, 0s);
    QCOMPARE(broker.assignment(member).size(), std::size_t(count));
    std::vector<Offset> ends(count, 0);
    std::vector<Offset> positions(count, 0);
    std::size_t turn = 0;
    RandomStream random(7, count);
    for (int step = 0; step < 20'000; ++step) {
        const auto chosen = static_cast<std::uint32_t>(random.below(count));
        const double what = random.uniform();
        if (what < 0.45) {
            broker.append({topic, chosen}, record(1));
            ++ends[chosen];
        } else if (what < 0.5) {
            positions[chosen] =
                static_cast<Offset>(random.below(static_cast<std::uint64_t>(ends[chosen]) + 1));
            QVERIFY(broker.seek(member, {topic, chosen}, positions[chosen]));
        } else {
            std::size_t expected = count;
            for (std::size_t i = 0; i < count && expected == count; ++i) {
                if (positions[(turn + i) % count] < ends[(turn + i) % count])
                    expected = (turn + i) % count;
            }
            const auto fetched = broker.fetch(member, 0s);
            QCOMPARE(fetched.has_value(), expected < count);
            if (!fetched)
                continue;
            QCOMPARE(fetched->from.partition, static_cast<std::uint32_t>(expected));
            QCOMPARE(fetched->offset, positions[expected]++);
            turn = expected + 1;
        }
    }
}

void TestLogBroker::holdsInvariantsInRandomGroups() {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        RandomStream random(seed, hashOf("logbroker"));
        LogBroker broker;
        std::vector<TopicIndex> topics;
        for (int i = 0; i < 3; ++i) {
            LogOptions options;
            options.retention = 100s;
            options.segmentBytes = 500;
            options.compacts = random.chance(0.3);
            topics.push_back(*broker.createTopic("t" + std::to_string(i),
                                                 static_cast<std::uint32_t>(1 + random.below(7)), options));
        }
        GroupOptions options = at(static_cast<Assignor>(random.below(4)));
        options.autoCommit = random.chance(0.5);
        options.rejoinTime = random.chance(0.5) ? 1s : 0s;
        const GroupIndex group = broker.createGroup("g", options);
        std::vector<MemberIndex> members;
        Duration now{};
        for (int step = 0; step < 200; ++step) {
            now += std::chrono::milliseconds(random.below(4000));
            while (broker.nextTimer() <= now)
                broker.advance(broker.nextTimer());
            const TopicIndex topic = topics[random.below(topics.size())];
            const TopicPartition of{topic,
                                    static_cast<std::uint32_t>(random.below(broker.partitions(topic)))};
            switch (random.below(6)) {
                case 0:
                    if (members.size() < 6) {
                        std::vector<TopicIndex> wanted{topic};
                        if (random.chance(0.7))
                            wanted = topics;
                        members.push_back(broker.join(group, "m" + std::to_string(step), wanted, now));
                    }
                    break;
                case 1:
                    if (!members.empty() && random.chance(0.3)) {
                        const std::size_t which = random.below(members.size());
                        random.chance(0.5) ? broker.leave(members[which], now)
                                           : broker.fail(members[which], now);
                        members.erase(members.begin() + static_cast<std::ptrdiff_t>(which));
                    }
                    break;
                case 2:
                    broker.maintain(topic, now);
                    break;
                case 3:
                    for (const MemberIndex member : members) {
                        if (const auto fetched = broker.fetch(member, now); fetched && random.chance(0.5))
                            broker.commit(member, fetched->from, fetched->offset + 1);
                    }
                    break;
                default:
                    broker.append(of, record(static_cast<std::uint32_t>(step), now, random.below(4)));
            }
            broker.clearEffects();
            const std::string broken = broker.checkInvariants();
            QVERIFY2(broken.empty(), fmt::format("seed {}: {}", seed, broken).c_str());
        }
    }
}

QTEST_GUILESS_MAIN(TestLogBroker)
#include "tst_logbroker.moc"
