#include <QElapsedTimer>
#include <QLabel>
#include <QPlainTextEdit>
#include <QtTest>

#include "app/browse/messagedetail.h"
#include "app/browse/messagetable.h"

using namespace sluice;

/// A message in the browser of messages, large ones above all.
class MessageDetailTest : public QObject {
    Q_OBJECT

private:
    static qint64 timeToShow(const std::string& body) {
        MessageDetail detail;
        detail.resize(600, 500);
        detail.QWidget::show();
        BrokerMessage message;
        message.body = body;
        QElapsedTimer clock;
        clock.start();
        detail.show(&message);
        QCoreApplication::processEvents();
        return clock.nsecsElapsed();
    }

private slots:
    /// An editor lays a line out in a time that grows with the square of its length.
    void aLongLineTakesNoLongerThanManyShortOnes() {
        std::string lines;
        while (lines.size() < 1'000'000)
            lines += std::string(99, 'x') + '\n';
        const qint64 short_ = timeToShow(lines);
        const qint64 long_ = timeToShow(std::string(1'000'000, 'x'));
        QVERIFY2(long_ < 20 * short_,
                 qPrintable(QString("%1 and %2 ms").arg(short_ / 1'000'000).arg(long_ / 1'000'000)));
    }
    void saysWhatIsNotThere() {
        MessageDetail detail;
        detail.QWidget::show();
        BrokerMessage message;
        message.body = "{\"a\": \"" + std::string(10'000, 'x');
        message.bodySize = 104'857'600;
        detail.show(&message);
        QStringList said;
        for (const QLabel* label : detail.findChildren<QLabel*>())
            said << label->text();
        QVERIFY2(said.join(' ').contains("100.00 MiB, of which Sluice reads only the first 9.77 KiB"),
                 qPrintable(said.join(' ')));
        QVERIFY(said.join(' ').contains("long lines are broken"));
        // All of it is there all the same.
        QString text = detail.findChild<QPlainTextEdit*>()->toPlainText();
        QCOMPARE(text.remove('\n'), QString::fromStdString(message.body));
        MessageTable table;
        table.add({message});
        QCOMPARE(table.index(0, MessageTable::Size).data().toString(), QString("100.0 MB"));
    }
    void aLongBodyInARow() {
        MessageTable table;
        BrokerMessage text;
        BrokerMessage bytes;
        // 200 bytes end in the middle of a character.
        for (int i = 0; i < 60'000; ++i)
            text.body += "\u20ac";
        bytes.body = std::string(100'000, '\1');
        table.add({text, bytes});
        QCOMPARE(table.index(0, MessageTable::Body).data().toString(), QString(66, QChar(0x20ac)));
        QVERIFY(table.index(1, MessageTable::Body).data().toString().contains("that are no text"));
    }
};

QTEST_MAIN(MessageDetailTest)
#include "tst_messagedetail.moc"
