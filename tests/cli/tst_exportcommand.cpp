#include <QTemporaryDir>
#include <QtTest>

#include "tests/cli/drawings.h"
#include "tests/cli/program.h"

using namespace sluice::test;

/// Pictures of a drawing, without a display.
class TestExportCommand : public QObject {
    Q_OBJECT
private slots:
    void exportsPictures_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("magic");
        QTest::addColumn<QStringList>("more");
        QTest::newRow("svg") << "drawing.svg" << QByteArray("<?xml") << QStringList{};
        QTest::newRow("png") << "drawing.png" << QByteArray("\x89PNG") << QStringList{"--scale", "0.5"};
        QTest::newRow("pdf") << "drawing.pdf" << QByteArray("%PDF") << QStringList{"--page", "a4"};
        QTest::newRow("dark, with the state")
            << "state.svg" << QByteArray("<?xml") << QStringList{"--theme", "dark", "--at", "3s"};
    }

    void exportsPictures() {
        QFETCH(QString, name);
        QFETCH(QByteArray, magic);
        QFETCH(QStringList, more);
        const QTemporaryDir folder;
        const QString out = folder.filePath(name);
        const Called run = cli(QStringList{"export", example("price-change"), "-o", out} + more);
        QVERIFY2(run.status == 0 && run.err.isEmpty(), qPrintable(run.err));
        QFile file(out);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray content = file.readAll();
        QVERIFY(content.startsWith(magic));
        if (name == "drawing.svg")
            QVERIFY(content.contains("Price changes"));
    }

    void refusesToExportWithTheReason_data() {
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QString>("sentence");
        QTest::newRow("ending") << QStringList{"-o", "x.gif"} << "-o: ";
        QTest::newRow("theme") << QStringList{"-o", "x.svg", "--theme", "pink"}
                               << "--theme: must be one of light, dark, contrast, is 'pink'";
        QTest::newRow("scale") << QStringList{"-o", "x.png", "--scale", "0"}
                               << "--scale: must be a number from 0.05 to 16, is '0'";
        QTest::newRow("moment") << QStringList{"-o", "x.svg", "--at", "then"} << "'then' is not a duration";
        QTest::newRow("folder") << QStringList{"-o", "/no/such/folder/x.svg"} << "No such file or directory";
    }

    void refusesToExportWithTheReason() {
        QFETCH(QStringList, more);
        QFETCH(QString, sentence);
        const Called run = cli(QStringList{"export", example("price-change")} + more);
        QCOMPARE(run.status, 2);
        QVERIFY2(run.err.contains(sentence), qPrintable(run.err));
        QCOMPARE(run.err.count('\n'), 1);
    }

    void saysThatThereIsNoFont() {
        QTemporaryDir folder;
        QFile settings(folder.filePath("fonts.conf"));
        QVERIFY(settings.open(QIODevice::WriteOnly));
        settings.write(
            "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\">"
            "<fontconfig><dir>/nowhere</dir></fontconfig>");
        settings.close();
        const QString picture = folder.filePath("picture.png");
        const QStringList line{"export", SLUICE_SOURCE_DIR "/resources/examples/price-change.sluice", "-o",
                               picture};
        QVERIFY(!cli(line).err.contains("font"));
        qputenv("FONTCONFIG_FILE", settings.fileName().toUtf8());
        const Called without = cli(line);
        qunsetenv("FONTCONFIG_FILE");
        QCOMPARE(without.status, 0);
        QVERIFY2(without.err.contains("install one, for example the package fonts-dejavu-core"),
                 qPrintable(without.err));
        QVERIFY(QFile::exists(picture));
    }
};

QTEST_GUILESS_MAIN(TestExportCommand)
#include "tst_exportcommand.moc"
