#include <QDirIterator>
#include <QtTest>

#include "core/base/random.h"
#include "tests/engine/brokercommands.h"

using namespace sluice;

/// Random topologies and conversations: whatever happens, no message is lost, doubled or overtaken.
class TestQueueBrokerInvariants : public QObject {
    Q_OBJECT

private slots:
    void holdInRandomConversations();
    void holdInWhatTheFuzzerFound();
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

/// What libFuzzer kept of ten minutes (tests/fuzz): conversations that between them reach all that it
/// reached.
void TestQueueBrokerInvariants::holdInWhatTheFuzzerFound() {
    QDirIterator corpus(QStringLiteral(SLUICE_SOURCE_DIR "/tests/fuzz/corpus/queuebroker"), QDir::Files);
    int played = 0;
    for (; corpus.hasNext(); ++played) {
        QFile file(corpus.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        const std::vector<std::uint8_t> bytes(content.begin(), content.end());
        const std::string broken = playBrokerCommands(bytes);
        QVERIFY2(broken.empty(), fmt::format("{}: {}", file.fileName().toStdString(), broken).c_str());
    }
    QVERIFY(played >= 30);
}

QTEST_GUILESS_MAIN(TestQueueBrokerInvariants)
#include "tst_queuebrokerinvariants.moc"
