#include <QtTest>

#include "core/base/random.h"
#include "tests/engine/brokercommands.h"

using namespace sluice;

/// Random topologies and conversations: whatever happens, no message is lost, doubled or overtaken.
class TestQueueBrokerInvariants : public QObject {
    Q_OBJECT

private slots:
    void holdInRandomConversations();
};

void TestQueueBrokerInvariants::holdInRandomConversations() {
    constexpr std::uint64_t conversations = 4000;
    for (std::uint64_t seed = 0; seed < conversations; ++seed) {
        RandomStream random(seed, hashOf("queuebroker"));
        std::vector<std::uint8_t> bytes(50 + random.below(1200));
        for (std::uint8_t& byte : bytes)
            byte = static_cast<std::uint8_t>(random.below(256));
        const std::string broken = playBrokerCommands(bytes);
        QVERIFY2(broken.empty(), fmt::format("seed {}: {}", seed, broken).c_str());
    }
}

QTEST_GUILESS_MAIN(TestQueueBrokerInvariants)
#include "tst_queuebrokerinvariants.moc"
