#include <QDirIterator>
#include <QStringEncoder>
#include <QtTest>

#include "core/interchange/eventjson.h"
#include "tests/interchange/imported.h"
#include "tests/interchange/importedcheck.h"
#include "tests/interchange/importsamples.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

/// What holds for every format: drawings that open, files that are refused, bytes that are no text.
class InterchangeTest : public QObject {
    Q_OBJECT
private slots:
    void jsonLinesTellTheSame();
    void importedDrawingsAreValid();
    void uselessFilesAreRefused_data();
    void uselessFilesAreRefused();
    void namesOfAnyEncodingAreRead_data();
    void namesOfAnyEncodingAreRead();
    void survivesAnyPrefix();
    void survivesWhatFuzzingFound();
};

void InterchangeTest::jsonLinesTellTheSame() {
    const auto store = storeOf(example("update-user-email"));
    const TraceEvent event = store->at(5);
    const Json json = Json::parse(eventJson(5, event, store->table()));
    QCOMPARE(json["ns"].get<std::int64_t>(), std::int64_t(event.at.count()));
    QCOMPARE(json["kind"].get<std::string>(), std::string(kindName(event.kind)));
    QCOMPARE(json["element"].get<std::string>(), store->table().entities[event.subject].id);
}

void InterchangeTest::importedDrawingsAreValid() {
    const auto store = storeOf(example("update-user-email"));
    for (const std::string& text : {std::string(kOtlp), std::string(kFirehoseText), csvOf(*store)}) {
        const auto trace = importTrace(text, "t");
        QVERIFY(trace.ok());
        const auto again = parseDiagram(writeDiagram(trace->diagram));
        QVERIFY2(again.ok(), again.ok() ? "" : again.error().text().c_str());
        for (const Error& warning : again->warnings)
            QFAIL(warning.text().c_str());
        QVERIFY(again->diagram == trace->diagram);
    }
}

void InterchangeTest::uselessFilesAreRefused_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("prose") << QByteArray("Dear reader,\nthis is a letter.\n");
    QTest::newRow("other JSON") << QByteArray("{\"a\":1}");
    QTest::newRow("head only") << QByteArray("time,kind,element\n");
    QTest::newRow("no span of messaging") << QByteArray("{\"resourceSpans\":[]}");
    QTest::newRow("bytes") << QByteArray("\x00\x01\xff\xfe", 4);
}

void InterchangeTest::uselessFilesAreRefused() {
    QFETCH(QByteArray, text);
    const auto trace = importTrace(std::string_view(text.constData(), std::size_t(text.size())), "t");
    QVERIFY(!trace.ok());
    QVERIFY(!trace.error().sentence.empty());
}

void InterchangeTest::namesOfAnyEncodingAreRead_data() {
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<bool>("warned");
    const QString text = QStringLiteral("time,kind,element,message\n1,enqueued,Auftr\u00e4ge \u20ac,1\n");
    QByteArray plain = text.toUtf8();
    QTest::newRow("UTF-8") << plain << false;
    // What spreadsheets write.
    QTest::newRow("UTF-8 with a mark") << QByteArray("\xEF\xBB\xBF") + plain << false;
    QTest::newRow("Windows-1252") << plain.replace("\xc3\xa4", "\xe4").replace("\xe2\x82\xac", "\x80")
                                  << true;
    for (const auto encoding : {QStringConverter::Utf16LE, QStringConverter::Utf16BE}) {
        QStringEncoder encoder(encoding, QStringConverter::Flag::WriteBom);
        QTest::newRow(QStringConverter::nameForEncoding(encoding)) << QByteArray(encoder(text)) << false;
    }
}

void InterchangeTest::namesOfAnyEncodingAreRead() {
    QFETCH(QByteArray, file);
    QFETCH(bool, warned);
    const auto trace = importTrace(file.toStdString(), "t");
    QVERIFY2(trace.ok(), trace.ok() ? "" : trace.error().text().c_str());
    QCOMPARE(QString::fromStdString(trace->table->entities.front().name),
             QStringLiteral("Auftr\u00e4ge \u20ac"));
    QCOMPARE(warns(*trace, "", "not UTF-8"), warned);
}

void InterchangeTest::survivesAnyPrefix() {
    const auto store = storeOf(example("price-change"));
    const std::string csv = csvOf(*store).substr(0, 4000);
    for (const std::string& text :
         {std::string(kOtlp), std::string(kFirehoseText), std::string(kFirehoseJson), csv}) {
        for (std::size_t length = 0; length <= text.size(); length += 7) {
            const auto trace = importTrace(std::string_view(text).substr(0, length), "t");
            QVERIFY(trace.ok() || !trace.error().sentence.empty());
        }
    }
}

void InterchangeTest::survivesWhatFuzzingFound() {
    QDirIterator corpus(QStringLiteral(SLUICE_SOURCE_DIR "/tests/fuzz/corpus/import"), QDir::Files);
    int played = 0;
    for (; corpus.hasNext(); ++played) {
        QFile file(corpus.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const std::string broken = brokenBy(file.readAll().toStdString());
        QVERIFY2(broken.empty(), qPrintable(corpus.fileName() + ": " + QString::fromStdString(broken)));
    }
    QVERIFY(played > 100);
}

QTEST_GUILESS_MAIN(InterchangeTest)
#include "tst_interchange.moc"
