#include <QDir>
#include <QDirIterator>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QtTest>

#include "tests/architecture/layers.h"

namespace {

const QDir& root() {
    static const QDir dir(SLUICE_SOURCE_DIR);
    return dir;
}

QString read(const QString& path) {
    QFile file(root().filePath(path));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QString::fromUtf8(file.readAll());
}

// What belongs to the project: what git knows or would add; without git, every file outside build folders.
QStringList projectFiles() {
    QProcess git;
    git.setWorkingDirectory(root().path());
    git.start("git", {"ls-files", "-z", "--cached", "--others", "--exclude-standard"});
    QStringList files;
    if (git.waitForFinished() && git.exitCode() == 0) {
        for (const QByteArray& name : git.readAllStandardOutput().split('\0')) {
            const QString path = QString::fromUtf8(name);
            if (!path.isEmpty() && QFile::exists(root().filePath(path)))
                files << path;
        }
        return files;
    }
    QDirIterator walk(root().path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        const QString path = root().relativeFilePath(walk.next());
        if (!path.startsWith("build/") && !path.startsWith(".git/") && !path.startsWith(".cache/"))
            files << path;
    }
    return files;
}

bool isSource(const QString& path) {
    return path.endsWith(".h") || path.endsWith(".cpp");
}

bool isProductCode(const QString& path) {
    static const QRegularExpression folder("^(core|widgets|app|plugins)/");
    return isSource(path) && folder.match(path).hasMatch();
}

QByteArray report(const QStringList& lines) {
    return lines.join('\n').toUtf8();
}

}  // namespace

class LayersTest : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void seesAnInclude_data();
    void seesAnInclude();
    void holdAcrossAllSources();
    void coreIsCompiledWithoutQt();
    void coreLinksNothingOfQt();
    void topLevelHoldsOnlyWhatTheDesignNames();
    void everyTopLevelFolderExplainsItself();
    void everyHeaderIsGuarded();
    void fileNamesAreLowercaseAndSayWhatIsInside();
    void noFileNamesAMachine();
    void nothingIsLeftForLater();

private:
    QStringList m_files;
};

void LayersTest::initTestCase() {
    m_files = projectFiles();
    QVERIFY2(m_files.contains("core/base/result.h"), "the list of files is not that of the project");
}

void LayersTest::seesAnInclude_data() {
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("line");
    QTest::addColumn<bool>("allowed");
    QTest::newRow("own folder") << "core/base/a.cpp"
                                << "#include \"core/base/a.h\"" << true;
    QTest::newRow("downwards") << "core/engine/a.cpp"
                               << "#include \"core/trace/b.h\"" << true;
    QTest::newRow("standard library") << "core/base/a.cpp"
                                      << "#include <vector>" << true;
    QTest::newRow("library from outside") << "core/base/a.cpp"
                                          << "#include <nlohmann/json.hpp>" << true;
    QTest::newRow("upwards in core") << "core/base/a.h"
                                     << "#include \"core/diagram/b.h\"" << false;
    QTest::newRow("sideways in core") << "core/trace/a.h"
                                      << "#include \"core/diagram/b.h\"" << false;
    QTest::newRow("Qt in core") << "core/base/a.h"
                                << "#include <QString>" << false;
    QTest::newRow("Qt module in core") << "core/base/a.h"
                                       << "#include <QtCore/QString>" << false;
    QTest::newRow("Qt in C spelling") << "core/base/a.h"
                                      << "  #  include <qstring.h>" << false;
    QTest::newRow("core sees widgets") << "core/trace/a.cpp"
                                       << "#include \"widgets/theme.h\"" << false;
    QTest::newRow("new folder of core") << "core/other/a.cpp"
                                        << "" << false;
    QTest::newRow("widgets see core") << "widgets/a.cpp"
                                      << "#include \"core/trace/b.h\"" << true;
    QTest::newRow("widgets see plugins") << "widgets/a.cpp"
                                         << "#include \"plugins/api/b.h\"" << false;
    QTest::newRow("widgets see app") << "widgets/a.cpp"
                                     << "#include \"app/b.h\"" << false;
    QTest::newRow("plugin sees its interface") << "plugins/nats/a.cpp"
                                               << "#include \"plugins/api/b.h\"" << true;
    QTest::newRow("plugin sees another") << "plugins/nats/a.cpp"
                                         << "#include \"plugins/kafka/b.h\"" << false;
    QTest::newRow("plugin sees itself") << "plugins/nats/a.cpp"
                                        << "#include \"plugins/nats/b.h\"" << true;
    QTest::newRow("interface sees a plugin") << "plugins/api/a.h"
                                             << "#include \"plugins/nats/b.h\"" << false;
    QTest::newRow("app sees a plugin") << "app/a.cpp"
                                       << "#include \"plugins/nats/b.h\"" << false;
    QTest::newRow("app sees widgets") << "app/a.cpp"
                                      << "#include \"widgets/b.h\"" << true;
    QTest::newRow("relative") << "widgets/a.cpp"
                              << "#include \"b.h\"" << false;
    QTest::newRow("moc") << "widgets/a.cpp"
                         << "#include \"a.moc\"" << true;
}

void LayersTest::seesAnInclude() {
    QFETCH(QString, path);
    QFETCH(QString, line);
    QFETCH(bool, allowed);
    const QStringList found = layers::violations(path, "#pragma once\n\n" + line + "\nint x;\n");
    QCOMPARE(found.isEmpty(), allowed);
}

void LayersTest::holdAcrossAllSources() {
    QStringList found;
    for (const QString& path : m_files) {
        if (isSource(path))
            found += layers::violations(path, read(path));
    }
    QVERIFY2(found.isEmpty(), report(found));
}

void LayersTest::coreIsCompiledWithoutQt() {
    QFile commands(QDir::cleanPath(SLUICE_BIN_DIR "/../compile_commands.json"));
    QVERIFY2(commands.open(QIODevice::ReadOnly), "the build keeps no compile_commands.json");
    static const QRegularExpression qt(R"(-DQT_|/qt6\b|/Qt[A-Z]\w+)");
    // Sources that are compiled together are named by a file of the build's own.
    const QDir build(QDir::cleanPath(SLUICE_BIN_DIR "/.."));
    QStringList found;
    int seen = 0;
    for (const QJsonValue& entry : QJsonDocument::fromJson(commands.readAll()).array()) {
        const QString file = entry["file"].toString();
        const QString source = root().relativeFilePath(file);
        if (!source.startsWith("core/") && !build.relativeFilePath(file).startsWith("core/"))
            continue;
        ++seen;
        if (qt.match(entry["command"].toString()).hasMatch())
            found << source + " is compiled with Qt in sight";
    }
    QVERIFY(seen > 0);
    QVERIFY2(found.isEmpty(), report(found));
}

void LayersTest::coreLinksNothingOfQt() {
    const QString program = QDir(SLUICE_BIN_DIR).filePath("sluice-conformance");
    QVERIFY2(QFile::exists(program), "sluice-conformance, the program that links core alone, is missing");
    QProcess ldd;
    ldd.start("ldd", {program});
    QVERIFY(ldd.waitForFinished());
    const QString libraries = QString::fromUtf8(ldd.readAllStandardOutput());
    QVERIFY2(libraries.contains("libstdc++"), qPrintable("ldd did not answer: " + libraries));
    QVERIFY2(!libraries.contains("libQt"), qPrintable(libraries));
}

void LayersTest::topLevelHoldsOnlyWhatTheDesignNames() {
    static const QSet<QString> allowed = {
        "app",
        "core",
        "plugins",
        "resources",
        "tests",
        "widgets",
        ".ci",
        "README.md",
        "LICENSE",
        "run.sh",
        "test.sh",
        "CMakeLists.txt",
        ".gitignore",
        ".gitattributes",
        ".clang-format",
        ".clang-tidy",
        "CMakePresets.json",
    };
    QSet<QString> top;
    for (const QString& path : m_files)
        top << path.section('/', 0, 0);
    const QSet<QString> foreign = top - allowed;
    QVERIFY2(foreign.isEmpty(), report({foreign.begin(), foreign.end()}));
}

void LayersTest::everyTopLevelFolderExplainsItself() {
    for (const QString folder : {"app", "core", "plugins", "resources", "tests", "widgets"}) {
        const QString text = read(folder + "/README.md");
        QVERIFY2(text.size() > 400, qPrintable(folder + "/README.md says too little"));
    }
}

void LayersTest::everyHeaderIsGuarded() {
    QStringList found;
    for (const QString& path : m_files) {
        if (path.endsWith(".h") && read(path).count("#pragma once\n") != 1)
            found << path + " has no #pragma once";
    }
    QVERIFY2(found.isEmpty(), report(found));
}

void LayersTest::fileNamesAreLowercaseAndSayWhatIsInside() {
    static const QRegularExpression lowercase("^[a-z0-9]+\\.(h|cpp)$");
    static const QRegularExpression vague("util|helper|common|manager|misc");
    QStringList found;
    for (const QString& path : m_files) {
        const QString name = path.section('/', -1);
        if (isProductCode(path) && (!lowercase.match(name).hasMatch() || vague.match(name).hasMatch()))
            found << path;
    }
    QVERIFY2(found.isEmpty(), report(found));
}

void LayersTest::noFileNamesAMachine() {
    static const QRegularExpression place(R"((^|[\s"'=(<:`])/(home|work|root|Users)/[\w.])",
                                          QRegularExpression::MultilineOption);
    QVERIFY(place.match(QString("see /%1/someone/x").arg("home")).hasMatch());
    static const QRegularExpression binary(R"(\.(png|pdf|ico|gz|zst)$)");
    QStringList found;
    for (const QString& path : m_files) {
        const auto match = place.match(binary.match(path).hasMatch() ? QString() : read(path));
        if (match.hasMatch())
            found << path + " names " + match.captured().trimmed();
    }
    QVERIFY2(found.isEmpty(), report(found));
}

void LayersTest::nothingIsLeftForLater() {
    static const QRegularExpression later(R"(\b(TODO|FIXME|XXX|HACK)\b)");
    QStringList found;
    for (const QString& path : m_files) {
        if (isProductCode(path) && later.match(read(path)).hasMatch())
            found << path;
    }
    QVERIFY2(found.isEmpty(), report(found));
}

QTEST_GUILESS_MAIN(LayersTest)
#include "tst_layers.moc"
