#include <QFile>
#include <QtTest>

#include "core/browse/messagebody.h"

using namespace sluice;

/// Bodies that others have packed, and bodies that are none of what they seem.
class MessageBodyTest : public QObject {
    Q_OBJECT

private:
    static std::string contents(const QString& name) {
        QFile file(QStringLiteral(SLUICE_SOURCE_DIR "/tests/browse/packed/") + name);
        return file.open(QIODevice::ReadOnly) ? file.readAll().toStdString() : std::string();
    }

private slots:
    void unpacksWhatOthersHavePacked_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("packing");
        QTest::newRow("plain") << "plain.json"
                               << "";
        QTest::newRow("gzip") << "plain.json.gz"
                              << "gzip";
        QTest::newRow("zstd") << "plain.json.zst"
                              << "zstd";
        QTest::newRow("LZ4") << "plain.json.lz4"
                             << "lz4";
        QTest::newRow("Snappy, framed") << "plain.json.sz"
                                        << "snappy";
        QTest::newRow("Snappy, from Java") << "plain.json.snappy"
                                           << "snappy";
    }
    void unpacksWhatOthersHavePacked() {
        QFETCH(QString, file);
        QFETCH(QString, packing);
        const MessageBody body = readBody(contents(file));
        QCOMPARE(QString::fromStdString(body.problem), QString());
        QCOMPARE(QString::fromStdString(body.packing), packing);
        QVERIFY(body.bytes == contents("plain.json"));
        QVERIFY(body.form == MessageBody::Form::Json);
        QCOMPARE(body.json["name"].get<std::string>(), std::string("Ada Lovelace"));
    }

    void saysWhatIsDamaged_data() { unpacksWhatOthersHavePacked_data(); }
    /// Cut off, and with each byte turned: nothing crashes, and what cannot be unpacked is shown as it came.
    void saysWhatIsDamaged() {
        QFETCH(QString, file);
        QFETCH(QString, packing);
        const std::string whole = contents(file);
        if (!packing.isEmpty()) {
            const MessageBody cut = readBody(whole.substr(0, whole.size() - 5));
            QVERIFY(!cut.problem.empty());
            QVERIFY(cut.bytes == whole.substr(0, whole.size() - 5));
        }
        for (std::size_t at = 0; at < whole.size(); ++at) {
            for (const unsigned bit : {0x01U, 0x80U}) {
                std::string damaged = whole;
                damaged[at] = static_cast<char>(static_cast<unsigned char>(damaged[at]) ^ bit);
                const MessageBody body = readBody(damaged);
                QVERIFY(!body.bytes.empty() || !body.packing.empty());
            }
        }
    }

    void tellsTextFromBytes_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("text");
        QTest::newRow("words") << QByteArray("Größe\n") << true;
        QTest::newRow("Latin-1") << QByteArray(
                                        "Gr\xf6\xdf"
                                        "e")
                                 << false;
        // Table 3-7 of the Unicode Standard: overlong, a surrogate, past U+10FFFF, cut off.
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << false;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << false;
        QTest::newRow("too far") << QByteArray("\xf4\x90\x80\x80") << false;
        QTest::newRow("last") << QByteArray("\xf4\x8f\xbf\xbf") << true;
        QTest::newRow("cut off") << QByteArray("\xe2\x82") << false;
        QTest::newRow("control") << QByteArray("a\0b", 3) << false;
    }
    void tellsTextFromBytes() {
        QFETCH(QByteArray, bytes);
        QTEST(isText({bytes.constData(), std::size_t(bytes.size())}), "text");
        QCOMPARE(readBody(bytes.toStdString()).form == MessageBody::Form::Text, isText(bytes.toStdString()));
    }

    void showsBytesAsHexdumpDoes() {
        // As `hexdump -C` prints it, but for its frame of bars and the gap in the middle.
        QCOMPARE(QString::fromStdString(hexText(std::string("\x00\x01Sluice\xff", 9))),
                 QString("00000000  00 01 53 6c 75 69 63 65 ff                       ..Sluice.\n"));
        QVERIFY(hexText(std::string(20, 'x'), 16).ends_with("and 4 bytes more\n"));
    }

    void aBombIsCut() {
        // 200 MiB of zeros in 200 kB.
        QByteArray zeros(200 << 20, '\0');
        QByteArray packed = qCompress(zeros, 9).mid(4);
        zeros.clear();
        // From zlib's format to that of gzip (RFC 1950, RFC 1952): other head and tail around the same data.
        const QByteArray gzip =
            QByteArray("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10) + packed.mid(2, packed.size() - 6);
        const MessageBody body = readBody(gzip.toStdString());
        QCOMPARE(body.bytes.size(), kMostUnpacked);
        QVERIFY(!body.problem.empty());
    }
};

QTEST_GUILESS_MAIN(MessageBodyTest)
#include "tst_messagebody.moc"
