#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "core/diagram/file.h"
#include "tests/diagram/randomdiagram.h"

using namespace sluice;

namespace {

std::string file(const std::string& content) {
    return R"({"sluice":1,"name":"t",)" + content + "}";
}

QString messageOf(const Result<LoadedDiagram>& loaded) {
    return loaded.ok() ? QStringLiteral("loaded") : QString::fromStdString(loaded.error().text());
}

QByteArray contentOf(const QString& path) {
    QFile f(path);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray("unreadable");
}

void fill(const QString& path, const QByteArray& content) {
    QFile f(path);
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.write(content);
}

Diagram one() {
    Diagram d;
    d.name = "One";
    Element queue;
    queue.id = "q";
    queue.kind = ElementKind::Queue;
    d.elements.push_back(queue);
    return d;
}

/// Somebody without rights, for as long as it lives: root may write everywhere.
class Nobody {
public:
    Nobody() : m_wasRoot(::geteuid() == 0) {
        if (m_wasRoot)
            m_became = ::seteuid(65534) == 0;
    }
    ~Nobody() {
        if (m_became)
            (void)::seteuid(0);
    }
    [[nodiscard]] bool isNobody() const { return !m_wasRoot || m_became; }

private:
    bool m_wasRoot;
    bool m_became = false;
};

}  // namespace

class TestFile : public QObject {
    Q_OBJECT
private slots:
    void whatIsWrittenIsReadBack() {
        for (std::uint64_t seed = 1; seed <= 100; ++seed) {
            RandomStream random(seed, hashOf("file"));
            const Diagram diagram = randomdiagram::diagram(random, random.below(15));
            const std::string text = writeDiagram(diagram);
            const auto loaded = parseDiagram(text);
            QVERIFY2(loaded.ok(), qPrintable(messageOf(loaded)));
            QVERIFY(loaded->diagram == diagram);
            QCOMPARE(writeDiagram(loaded->diagram), text);
        }
    }

    void writesOneItemALine() {
        Diagram d = one();
        d.elements[0].name = "Orders";
        d.elements[0].position = {120, 40.5};
        d.elements[0].properties.set("messageTtl", "5s");
        d.elements[0].properties.set("queueType", "quorum");
        d.elements[0].properties.keep("later", Json::array({1, nullptr}));
        d.messages.push_back(
            {"Placed", MessageKind::Event, Keying::Keyed, "orderId", "", 2, {{"orderId", "id", ""}}});
        const std::string expected = R"({"sluice":1,"name":"One",
"groups":[],
"nodes":[
{"id":"q","kind":"queue","name":"Orders","x":120,"y":40.5,"queueType":"quorum","messageTtl":"5s","later":[1,null]}
],
"links":[],
"messages":[
{"id":"Placed","kind":"event","keying":"keyed","key":"orderId","version":2,"fields":[{"name":"orderId","type":"id"}]}
],
"scenarios":[]}
)";
        QCOMPARE(writeDiagram(d), expected);
    }

    void movingAnElementChangesOneLine() {
        RandomStream random(7, 7);
        Diagram d = randomdiagram::diagram(random, 10);
        const QStringList before = QString::fromStdString(writeDiagram(d)).split('\n');
        d.elements[4].position.x += 20;
        const QStringList after = QString::fromStdString(writeDiagram(d)).split('\n');
        QCOMPARE(after.size(), before.size());
        int changed = 0;
        for (int i = 0; i < before.size(); ++i)
            changed += before[i] != after[i];
        QCOMPARE(changed, 1);
    }

    void unknownKeysSurviveAtEveryLevel() {
        const std::string text = file(R"("future":{"a":[1]},
"groups":[{"id":"g","x":0,"y":0,"width":10,"height":10,"shade":"red"}],
"nodes":[{"id":"s","kind":"service","x":0,"y":0,"engine":null,"handlers":[{"priority":2,"steps":[{"do":"work","cpu":3}]}]},
{"id":"q","kind":"queue","x":0,"y":0}],
"links":[{"id":"l","kind":"publish","from":"s","to":"q","weight":1.5}],
"messages":[{"id":"M","kind":"event","keying":"keyed","fields":[{"name":"a","unit":"kg"}],"avro":{}}],
"scenarios":[{"id":"x","chaos":true,"overrides":{"s":{"engine":1}},"actions":[{"at":"1s","do":"stop","target":"s","zone":"a"}],
"expectations":[{"metric":"lost","is":"==","value":0,"tolerance":2}]}])");
        const auto loaded = parseDiagram(text);
        QVERIFY2(loaded.ok(), qPrintable(messageOf(loaded)));
        const Json before = Json::parse(text);
        const Json after = Json::parse(writeDiagram(loaded->diagram));
        QCOMPARE(after["future"], before["future"]);
        QCOMPARE(after["groups"][0]["shade"], Json("red"));
        QVERIFY(after["nodes"][0].contains("engine"));
        QCOMPARE(after["nodes"][0]["handlers"], before["nodes"][0]["handlers"]);
        QCOMPARE(after["links"], before["links"]);
        QCOMPARE(after["messages"][0]["avro"], Json::object());
        QCOMPARE(after["messages"][0]["fields"][0]["unit"], Json("kg"));
        QCOMPARE(after["scenarios"], before["scenarios"]);
        QVERIFY(loaded->warnings.size() >= 9);
        QCOMPARE(loaded->warnings.back().where, std::string("future"));
    }

    void warnsOfAMistypedKey() {
        const auto loaded =
            parseDiagram(file(R"("nodes":[{"id":"q","kind":"queue","x":0,"y":0,"mesageTtl":"5s"}])"));
        QVERIFY(loaded.ok());
        QCOMPARE(loaded->warnings.size(), std::size_t(1));
        QCOMPARE(
            QString::fromStdString(loaded->warnings[0].text()),
            QString("nodes[0].mesageTtl: is not a key that this version knows; it is kept as it is; did you "
                    "mean 'messageTtl'?"));
    }

    void refusesWithTheReasonAndThePlace_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& text, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(text) << QString(message);
        };
        row("empty", "", "the file is empty");
        row("blank", " \n\t", "the file is empty");
        row("not JSON", "hello",
            "line 1, column 1: not valid JSON in value - invalid literal; last read: 'h'");
        row("truncated", "{\"sluice\":1,\n\"nodes\":[{\"id\":",
            "line 2, column 16: the text ends too early; the file may have been cut off");
        row("not text", std::string("{\"a\":\n\0", 7), "line 2, column 1: is not text: it holds a zero byte");
        row("missing comma", "{\"sluice\":1,\n \"name\" \"x\"}",
            "line 2, column 11: not valid JSON in object separator - unexpected string literal; expected "
            "':'");
        row("not UTF-8", std::string("{\"sluice\":1,\"name\":\"a\xff\"}"),
            "line 1, column 22: the text is not valid UTF-8");
        row("NaN", file("\"x\":NaN"),
            "line 1, column 28: not valid JSON in value - invalid literal; last read: '\"x\":N'");
        row("number without end", file("\"nodes\":[{\"x\":1e999}]"),
            "line 1, column 38: the number 1e999 is too large");
        row("array", "[1]", "not a Sluice file: it must be a JSON object");
        row("another program's JSON", R"({"nodes":[]})",
            "not a Sluice file: the key \"sluice\" with the version of the format is missing");
        row("newer", R"({"sluice":7})",
            "sluice: was made by a newer Sluice (format 7); this one reads up to 1");
        row("version as text", R"({"sluice":"1"})",
            "sluice: must be the version of the format, a whole number from 1, is \"1\"");
        row("version zero", R"({"sluice":0})",
            "sluice: must be the version of the format, a whole number from 1, is 0");
        row("key twice", file(R"("nodes":[{"id":"a","kind":"queue"},{"id":"b","kind":"queue","id":"c"}])"),
            "nodes[1].id: the key 'id' stands twice in one object");
        row("nodes is an object", file(R"("nodes":{})"), "nodes: must be a list");
        row("node is a number", file(R"("nodes":[1])"), "nodes[0]: must be an object");
        row("no id", file(R"("nodes":[{"kind":"queue"}])"), "nodes[0].id: is missing");
        row("empty id", file(R"("nodes":[{"id":"","kind":"queue"}])"),
            "nodes[0].id: an id must not be empty");
        row("id with control characters", file(R"("nodes":[{"id":"a\u0000b","kind":"queue"}])"),
            "nodes[0].id: an id must not hold control characters");
        row("endless id", file("\"nodes\":[{\"id\":\"" + std::string(5000, 'a') + "\",\"kind\":\"queue\"}]"),
            "nodes[0].id: an id has at most 200 characters, this one has 5000");
        row("id is a number", file(R"("nodes":[{"id":3,"kind":"queue"}])"),
            "nodes[0].id: must be a text, is a number");
        row("no kind", file(R"("nodes":[{"id":"a"}])"),
            "nodes[0].kind: is missing; it is one of client, service, gateway, loadBalancer, cache, "
            "database, "
            "external, exchange, queue, topic, processor, table, sidecar, note");
        row("unknown kind", file(R"("nodes":[{"id":"a","kind":"qeue"}])"),
            "nodes[0].kind: 'qeue' is not one of client, service, gateway, loadBalancer, cache, database, "
            "external, "
            "exchange, queue, topic, processor, table, sidecar, note; did you mean 'queue'?");
        row("id twice", file(R"("nodes":[{"id":"a","kind":"queue"},{"id":"a","kind":"queue"}])"),
            "nodes[1].id: 'a' is already the id of nodes[0]");
        row("negative duration",
            file(R"("nodes":[{"id":"a","kind":"queue"},{"id":"b","kind":"queue","messageTtl":-5}])"),
            "nodes[1].messageTtl: must not be negative, is -5");
        row("wrong type", file(R"("nodes":[{"id":"a","kind":"queue","durable":"yes"}])"),
            "nodes[0].durable: must be true or false, is a text");
        row("off the canvas", file(R"("nodes":[{"id":"a","kind":"queue","x":1e308}])"),
            "nodes[0]: lies off the canvas: coordinates go from -10000000 to 10000000");
        row("position as text", file(R"("nodes":[{"id":"a","kind":"queue","x":"left"}])"),
            "nodes[0].x: must be a number, is a text");
        row("negative width", file(R"("nodes":[{"id":"a","kind":"queue","width":-1}])"),
            "nodes[0]: width and height must be from 0 to 10000000");
        row("unknown step",
            file(R"("nodes":[{"id":"a","kind":"service","handlers":[{"steps":[{"do":"sleep"}]}]}])"),
            "nodes[0].handlers[0].steps[0].do: 'sleep' is not one of work, validate, call, read, write, "
            "publish, "
            "reply, fail");
        row("bad step",
            file(
                R"("nodes":[{"id":"a","kind":"service","handlers":[{"steps":[{"do":"work","time":"x"}]}]}])"),
            "nodes[0].handlers[0].steps[0].time: 'x' is not a duration; write a number and a unit such as "
            "250ms, "
            "1.5s or 2m");
        row("link to nowhere",
            file(
                R"("nodes":[{"id":"users","kind":"queue"}],"links":[{"id":"l","kind":"consume","from":"user","to":"x"}])"),
            "links[0].from: there is no element 'user'; did you mean 'users'?");
        row("impossible link",
            file(
                R"("nodes":[{"id":"q","kind":"queue"},{"id":"t","kind":"table"}],"links":[{"id":"l","kind":"consume","from":"q","to":"t"}])"),
            "links[0]: A table is fed by a topic or a processor, not by a queue");
        row("wrong kind of link",
            file(
                R"("nodes":[{"id":"q","kind":"queue"},{"id":"s","kind":"service"}],"links":[{"id":"l","kind":"publish","from":"q","to":"s"}])"),
            "links[0]: a publish link cannot go from 'q' to 's'; from queue to service it is consume");
        row("no such group", file(R"("nodes":[{"id":"q","kind":"queue","group":"g"}])"),
            "nodes[0].group: there is no group 'g'");
        row("groups in a ring", file(R"("groups":[{"id":"a","parent":"b"},{"id":"b","parent":"a"}])"),
            "groups[0].parent: group 'a' lies inside itself");
        row("bend",
            file(
                R"("nodes":[{"id":"q","kind":"queue"}],"links":[{"id":"l","kind":"deadLetter","from":"q","to":"q","bends":[[1]]}])"),
            "links[0].bends[0]: must be a point, [x, y]");
        row("negative seed", file(R"("scenarios":[{"id":"s","seed":-1}])"),
            "scenarios[0].seed: must not be negative, is -1");
        row("no speed", file(R"("scenarios":[{"id":"s","speed":0}])"),
            "scenarios[0]: the speed must be above 0");
        row("comparison",
            file(R"("scenarios":[{"id":"s","expectations":[{"metric":"lost","is":"=<","value":0}]}])"),
            "scenarios[0].expectations[0].is: '=<' is not one of ==, !=, <, <=, >, >=");
        row("action time",
            file(R"("scenarios":[{"id":"s","actions":[{"at":"-1s","do":"stop","target":"x"}]}])"),
            "scenarios[0].actions[0].at: must not be negative, is -1s");
        row("deep", file("\"x\":" + std::string(100000, '[') + std::string(100000, ']')),
            "line 1, column 91: is nested deeper than 64 levels");
        row("deep and open", std::string(1000000, '['), "line 1, column 65: is nested deeper than 64 levels");
        row("enormous", std::string((std::size_t{64} << 20U) + 1, ' ') + "x",
            "the file has more than 64 MiB; a diagram of that size cannot be opened");
    }
    void refusesWithTheReasonAndThePlace() {
        QFETCH(QByteArray, text);
        QFETCH(QString, message);
        QCOMPARE(messageOf(parseDiagram(text.toStdString())), message);
    }

    void everyTruncationIsRefusedOrRead() {
        RandomStream random(3, 3);
        const std::string text = writeDiagram(randomdiagram::diagram(random, 6));
        for (std::size_t length = 0; length + 2 < text.size(); ++length)
            QVERIFY(!parseDiagram(std::string_view(text).substr(0, length)).ok());
    }

    void everySingleByteMayBeWrong() {
        RandomStream random(4, 4);
        const std::string text = writeDiagram(randomdiagram::diagram(random, 4));
        for (std::size_t at = 0; at < text.size(); ++at) {
            std::string mangled = text;
            mangled[at] = static_cast<char>(random.next());
            const auto loaded = parseDiagram(mangled);
            if (loaded.ok())
                QVERIFY(parseDiagram(writeDiagram(loaded->diagram)).ok());
            else
                QVERIFY(!loaded.error().sentence.empty());
        }
    }

    void savesAndLoadsUnderAHostilePath() {
        QTemporaryDir folder;
        const QString path = folder.filePath("spaces in päth '\"$x\".sluice");
        QVERIFY(saveDiagram(one(), path.toStdString()).ok());
        const auto loaded = loadDiagram(path.toStdString());
        QVERIFY(loaded.ok());
        QVERIFY(loaded->diagram == one());
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void savingKeepsThePermissionsAndFollowsALink() {
        QTemporaryDir folder;
        const QString target = folder.filePath("real.sluice");
        const QString link = folder.filePath("link.sluice");
        fill(target, "old");
        QFile::setPermissions(target, QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(QFile::link(target, link));
        QVERIFY(saveDiagram(one(), link.toStdString()).ok());
        QVERIFY(QFileInfo(link).isSymLink());
        QCOMPARE(contentOf(target).toStdString(), writeDiagram(one()));
        QCOMPARE(QFileInfo(target).permissions() & (QFile::ReadGroup | QFile::ReadOther),
                 QFile::Permissions());
    }

    void aReadOnlyFolderIsAClearError() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.sluice");
        fill(path, "old");
        // The path to the folder must be passable for somebody without rights, the folder not writable.
        QFile::setPermissions(folder.path(),
                              QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther);
        {
            const Nobody nobody;
            if (!nobody.isNobody())
                QSKIP("cannot give up the rights of root");
            const auto saved = saveDiagram(one(), path.toStdString());
            QVERIFY(!saved.ok());
            QCOMPARE(QString::fromStdString(saved.error().sentence),
                     QString("cannot save into this folder: Permission denied"));
            QCOMPARE(saved.error().where, path.toStdString());
        }
        QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QCOMPARE(contentOf(path), QByteArray("old"));
    }

    void aFullDiskLeavesTheOldFileWhole() {
        QTemporaryDir folder;
        const QString path = folder.filePath("a.sluice");
        fill(path, "old");
        Diagram large = one();
        large.note = std::string(100'000, 'x');
        // The system refuses to write past the limit, as a full disk does.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before{};
        getrlimit(RLIMIT_FSIZE, &before);
        rlimit small = before;
        small.rlim_cur = 4096;
        setrlimit(RLIMIT_FSIZE, &small);
        const auto saved = saveDiagram(large, path.toStdString());
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!saved.ok());
        QCOMPARE(QString::fromStdString(saved.error().sentence),
                 QString("cannot write the file: File too large; the old one is unchanged"));
        QCOMPARE(contentOf(path), QByteArray("old"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void aFileOfMoreThan64MiBIsAClearError() {
        QTemporaryDir folder;
        QFile large(folder.filePath("large.sluice"));
        QVERIFY(large.open(QIODevice::WriteOnly));
        // A hole: nothing of that size is written.
        QVERIFY(large.resize((qint64(64) << 20) + 1));
        const auto loaded = loadDiagram(large.fileName().toStdString());
        QVERIFY(!loaded.ok());
        QCOMPARE(QString::fromStdString(loaded.error().sentence),
                 QString("the file has more than 64 MiB; a diagram of that size cannot be opened"));
    }

    void aFullDeviceIsAClearError() {
        const auto saved = saveDiagram(one(), "/dev/full");
        QVERIFY(!saved.ok());
        QCOMPARE(QString::fromStdString(saved.error().text()),
                 QString("/dev/full: cannot write the file: No space left on device"));
    }

    void whatIsNoFileIsAClearError() {
        QTemporaryDir folder;
        const auto missing = loadDiagram(folder.filePath("none.sluice").toStdString());
        QVERIFY(!missing.ok());
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QCOMPARE(QString::fromStdString(missing.error().sentence),
                 QString("cannot open the file: No such file or directory"));
        const auto directory = loadDiagram(folder.path().toStdString());
        QVERIFY(!directory.ok());
        QCOMPARE(QString::fromStdString(directory.error().sentence),
                 QString("cannot read the file: Is a directory"));
        QVERIFY(!saveDiagram(one(), folder.path().toStdString()).ok());
        QVERIFY(!saveDiagram(one(), folder.filePath("no/such/folder.sluice").toStdString()).ok());
        // Nobody writes into the pipe: waiting for its first byte would never end.
        const std::string pipe = folder.filePath("pipe.sluice").toStdString();
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        const auto waiting = loadDiagram(pipe);
        QVERIFY(!waiting.ok());
        QCOMPARE(QString::fromStdString(waiting.error().sentence),
                 QString("cannot read from a pipe: a drawing is a file on the disk; save it in one and open "
                         "that"));
        const auto endless = loadDiagram("/dev/zero");
        QVERIFY(!endless.ok());
        QCOMPARE(
            QString::fromStdString(endless.error().sentence),
            QString("cannot read from a device: a drawing is a file on the disk; save it in one and open "
                    "that"));
    }
};

QTEST_GUILESS_MAIN(TestFile)
#include "tst_file.moc"
