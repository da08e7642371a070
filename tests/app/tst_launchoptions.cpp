#include <QTest>

#include "app/commandpalette.h"
#include "app/launchoptions.h"
#include "app/recentfiles.h"
#include "widgets/transport/speedscale.h"

#include <QDir>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>

using namespace sluice;

/// The small contracts of the program: its command line, its search, its memory, its speeds.
class LaunchOptionsTest : public QObject {
    Q_OBJECT

private slots:
    void readsWhatItIsAskedFor();
    void refuses_data();
    void refuses();
    void findsCommandsByTheBeginningsOfWords();
    void greysOutRecentFilesThatAreGone();
    void remembersTheLastTwelve();
    void goesThroughTheSpeedsAndBack();
    void speedPositionsAreInOrder();
};

void LaunchOptionsTest::readsWhatItIsAskedFor() {
    const auto options =
        parseLaunchOptions({"sluice", "a b.sluice", "--screenshot", "out.png", "--size", "1280x800",
                            "--theme", "dark", "--at", "12.5s", "--mode", "run"});
    QVERIFY(options.ok());
    QCOMPARE(options->file, QString("a b.sluice"));
    QCOMPARE(options->screenshot, QString("out.png"));
    QCOMPARE(*options->size, QSize(1280, 800));
    QCOMPARE(*options->at, TraceTime(std::chrono::milliseconds(12'500)));
    QVERIFY(options->mode == Mode::Run);
    QVERIFY(options->theme == ThemeChoice::Dark);
}

void LaunchOptionsTest::refuses_data() {
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("named");
    QTest::newRow("unknown option") << QStringList{"--colour"} << "colour";
    QTest::newRow("two files") << QStringList{"a", "b"} << "b";
    QTest::newRow("file and example") << QStringList{"a", "--example", "x"} << "exclude";
    QTest::newRow("size") << QStringList{"--size", "12"} << "--size";
    QTest::newRow("time") << QStringList{"--at", "soon"} << "--at";
    QTest::newRow("mode") << QStringList{"--mode", "fly"} << "--mode";
    QTest::newRow("theme") << QStringList{"--theme", "pink"} << "--theme";
}

void LaunchOptionsTest::refuses() {
    QFETCH(QStringList, arguments);
    QFETCH(QString, named);
    const auto options = parseLaunchOptions(QStringList("sluice") + arguments);
    QVERIFY(!options.ok());
    QVERIFY2(options.error().text().find(named.toStdString()) != std::string::npos,
             options.error().text().c_str());
}

void LaunchOptionsTest::findsCommandsByTheBeginningsOfWords() {
    QVERIFY(matchScore("seed", "Run with another seed") > 0);
    QVERIFY(matchScore("rse", "Run with another seed") > 0);
    QCOMPARE(matchScore("queue", "Run with another seed"), 0);
    QVERIFY(matchScore("ex", "Export…") > matchScore("ex", "Next"));
    QVERIFY(matchScore("another run", "Run with another seed") > 0);
    QVERIFY(matchScore("", "anything") > 0);
}

void LaunchOptionsTest::greysOutRecentFilesThatAreGone() {
    QTemporaryDir folder;
    QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
    RecentFiles recent(settings);
    QFile file(folder.filePath("here.sluice"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    recent.add(folder.filePath("here.sluice"));
    recent.add(folder.filePath("gone.sluice"));
    recent.add(folder.filePath("no folder/gone.sluice"));
    const QList<RecentFile> files = recent.list();
    QCOMPARE(files.size(), 3);
    QVERIFY(files.at(0).problem.contains("folder"));
    QVERIFY(!files.at(1).problem.isEmpty());
    QVERIFY(files.at(1).problem != files.at(0).problem);
    QVERIFY(files.at(2).problem.isEmpty());
    QCOMPARE(files.at(2).name, QString("here"));
}

void LaunchOptionsTest::remembersTheLastTwelve() {
    QTemporaryDir folder;
    QSettings settings(folder.filePath("settings.ini"), QSettings::IniFormat);
    RecentFiles recent(settings);
    for (int i = 0; i < 20; ++i)
        recent.add(folder.filePath(QString("%1.sluice").arg(i)));
    recent.add(folder.filePath("15.sluice"));
    const QList<RecentFile> files = recent.list();
    QCOMPARE(files.size(), RecentFiles::kLimit);
    QCOMPARE(files.front().name, QString("15"));
    QCOMPARE(files.at(1).name, QString("19"));
}

void LaunchOptionsTest::goesThroughTheSpeedsAndBack() {
    double speed = 1;
    for (int i = 0; i < 40; ++i)
        speed = nextSpeed(speed, true);
    QCOMPARE(speed, kFastest);
    QCOMPARE(speedPosition(kFastest), kSpeedPositions);
    QCOMPARE(nextSpeed(1, true), 2.0);
    QCOMPARE(nextSpeed(1, false), 0.5);
    QCOMPARE(nextSpeed(0.07, true), 0.1);
    for (int i = 0; i < 40; ++i)
        speed = nextSpeed(speed, false);
    QCOMPARE(speed, 0.001);
}

void LaunchOptionsTest::speedPositionsAreInOrder() {
    for (int position = 0; position < kSpeedPositions; ++position) {
        QVERIFY(speedAt(position) < speedAt(position + 1));
        QCOMPARE(speedPosition(speedAt(position)), position);
    }
    QCOMPARE(speedAt(60), 1.0);
    QCOMPARE(speedAt(0), 0.001);
    QCOMPARE(speedAt(120), 1000.0);
}

QTEST_MAIN(LaunchOptionsTest)
#include "tst_launchoptions.moc"
