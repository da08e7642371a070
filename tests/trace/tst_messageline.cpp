#include <QtTest>
#include <deque>

#include "core/base/random.h"
#include "core/trace/messageline.h"

using namespace sluice;

class MessageLineTest : public QObject {
    Q_OBJECT
private slots:
    void behavesLikeADeque_data();
    void behavesLikeADeque();
    void copiesKeepTheirOwn();
    void sharesTheMiddleWithItsCopies();
};

void MessageLineTest::behavesLikeADeque_data() {
    QTest::addColumn<int>("pushes");
    QTest::addColumn<bool>("anywhere");
    QTest::newRow("short") << 45 << false;
    QTest::newRow("growing") << 70 << false;
    QTest::newRow("growing, taken from anywhere") << 60 << true;
}

void MessageLineTest::behavesLikeADeque() {
    QFETCH(int, pushes);
    QFETCH(bool, anywhere);
    RandomStream random(1, static_cast<std::uint64_t>(pushes));
    MessageLine line;
    std::deque<MessageId> model;
    for (MessageId next = 1; next < 20'000; ++next) {
        const auto what = static_cast<int>(random.below(100));
        if (what < pushes) {
            line.push_back(next);
            model.push_back(next);
        } else if (what < pushes + 5) {
            line.push_front(next);
            model.push_front(next);
        } else if (!model.empty()) {
            const std::size_t at = anywhere ? random.below(model.size()) : 0;
            const MessageId id = model[at];
            model.erase(model.begin() + static_cast<std::ptrdiff_t>(at));
            QVERIFY(line.remove(id));
            QVERIFY(!line.remove(id));
        }
        QCOMPARE(line.length(), model.size());
        if (!model.empty())
            QCOMPARE(line.front(), model.front());
    }
    const std::vector<MessageId> all(model.begin(), model.end());
    QVERIFY(line.all() == all);
    const std::size_t shown = std::min(model.size(), MessageLine::kShown);
    QVERIFY(std::vector<MessageId>(line.begin(), line.end()) ==
            std::vector<MessageId>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(shown)));
}

void MessageLineTest::copiesKeepTheirOwn() {
    MessageLine line;
    for (MessageId id = 1; id <= 2000; ++id)
        line.push_back(id);
    const MessageLine before = line;
    QVERIFY(line.remove(1000));
    QVERIFY(line.remove(1));
    line.push_back(2001);
    QCOMPARE(before.length(), std::size_t(2000));
    QCOMPARE(before.all()[999], MessageId(1000));
    QVERIFY(!(before == line));
    QVERIFY(!line.remove(1000));
}

void MessageLineTest::sharesTheMiddleWithItsCopies() {
    MessageLine line;
    for (MessageId id = 1; id <= 100'000; ++id)
        line.push_back(id);
    const std::size_t alone = line.bytes();
    const std::vector<MessageLine> copies(100, line);
    // A hundred copies of 100,000 ids of four bytes would be 40 MB.
    std::size_t together = line.bytes();
    for (const MessageLine& copy : copies)
        together += copy.bytes();
    QVERIFY(alone >= 400'000);
    QVERIFY(together < 3 * alone);
}

QTEST_APPLESS_MAIN(MessageLineTest)
#include "tst_messageline.moc"
