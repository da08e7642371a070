#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>

#include "tests/diagram/cataloguedschema.h"
#include "tests/diagram/randomdiagram.h"

namespace {

const QString kSchema = SLUICE_SOURCE_DIR "/resources/schemas/sluice.schema.json";

/// Empty when every file keeps to the schema, else what Python's jsonschema says.
QString complaints(const QStringList& files) {
    static const char* program = R"(
import json, sys, jsonschema
schema = json.load(open(sys.argv[1], encoding="utf-8"))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(path, encoding="utf-8"))):
        print(path, "/".join(str(part) for part in error.absolute_path), error.message[:300])
)";
    QProcess python;
    python.start("python3", QStringList{"-c", program, kSchema} + files);
    if (!python.waitForFinished(120'000))
        return "python3 did not finish";
    return QString::fromUtf8(python.readAllStandardOutput() + python.readAllStandardError());
}

bool canValidate() {
    QProcess python;
    python.start("python3", {"-c", "from jsonschema import Draft202012Validator"});
    return python.waitForStarted() && python.waitForFinished() && python.exitCode() == 0;
}

QString written(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
    return path;
}

}  // namespace

class TestSchema : public QObject {
    Q_OBJECT
private slots:
    void theFileIsWhatTheCatalogueSays() {
        const QByteArray wanted = QByteArray::fromStdString(cataloguedschema::text());
        if (qEnvironmentVariableIsSet("SLUICE_WRITE_SCHEMA")) {
            QFile out(kSchema);
            QVERIFY(out.open(QIODevice::WriteOnly));
            out.write(wanted);
        }
        QFile file(kSchema);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(file.readAll() == wanted,
                 "run this test once with SLUICE_WRITE_SCHEMA=1 and look at the change");
    }

    void everyExampleKeepsToIt() {
        if (!canValidate())
            QSKIP("needs python3 with jsonschema (Debian: python3-jsonschema)");
        QStringList files;
        const QDir folder(SLUICE_SOURCE_DIR "/resources/examples");
        for (const QString& file : folder.entryList({"*.sluice"}))
            files << folder.filePath(file);
        QVERIFY(files.size() >= 3);
        QCOMPARE(complaints(files), QString());
    }

    void whateverIsWrittenKeepsToIt() {
        if (!canValidate())
            QSKIP("needs python3 with jsonschema (Debian: python3-jsonschema)");
        const QTemporaryDir folder;
        QStringList files;
        for (std::uint64_t seed = 1; seed <= 10; ++seed) {
            sluice::RandomStream random(seed, 1);
            files << written(
                folder, QString::number(seed),
                QByteArray::fromStdString(sluice::writeDiagram(randomdiagram::diagram(random, 12))));
        }
        QCOMPARE(complaints(files), QString());
    }

    void whatTheLoaderRefusesDoesNotKeepToIt_data() {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("version") << QByteArray(R"({"sluice":2})");
        QTest::newRow("no id") << QByteArray(R"({"sluice":1,"nodes":[{"kind":"queue"}]})");
        QTest::newRow("kind") << QByteArray(R"({"sluice":1,"nodes":[{"id":"q","kind":"pipe"}]})");
        QTest::newRow("range") << QByteArray(
            R"({"sluice":1,"nodes":[{"id":"s","kind":"service","instances":-1}]})");
        QTest::newRow("duration") << QByteArray(
            R"({"sluice":1,"nodes":[{"id":"q","kind":"queue","messageTtl":-5}]})");
        QTest::newRow("choice") << QByteArray(
            R"({"sluice":1,"nodes":[{"id":"q","kind":"queue","queueType":"lazy"}]})");
        QTest::newRow("step") << QByteArray(
            R"({"sluice":1,"nodes":[{"id":"s","kind":"service","handlers":[{"steps":[{"do":"sleep"}]}]}]})");
    }
    void whatTheLoaderRefusesDoesNotKeepToIt() {
        if (!canValidate())
            QSKIP("needs python3 with jsonschema (Debian: python3-jsonschema)");
        QFETCH(QByteArray, content);
        const QTemporaryDir folder;
        QVERIFY(!sluice::parseDiagram(content.toStdString()).ok());
        QVERIFY(!complaints({written(folder, "bad", content)}).isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSchema)
#include "tst_schema.moc"
