#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "app/documentcontroller.h"
#include "core/diagram/file.h"
#include "widgets/editing/edits.h"

using namespace sluice;

/// A drawing and its file, and what becomes of both when something goes wrong.
class DocumentControllerTest : public QObject {
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void opensWhatItSaved();
    void leavesTheDrawingWhenAnotherCannotBeOpened_data();
    void leavesTheDrawingWhenAnotherCannotBeOpened();
    void saysWhyItCannotSave();
    void staysModifiedWhenEditedWhileSaving();
    void noticesThatAnotherProgramWroteTheFile();
    void keepsQuietAboutItsOwnSaving();
    void autosavesAfterEditing();
    void forgetsTheAutosaveOnceSaved();
    void recoversWithItsOldPath();

private:
    void addElement(const char* id);
    QString path(const char* name) const { return m_folder->filePath(name); }
    QStringList autosaved() const {
        return QDir(m_folder->filePath("autosave")).entryList({"*.sluice"}, QDir::Files);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<DocumentController> m_controller;
};

void DocumentControllerTest::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
    m_controller = std::make_unique<DocumentController>(AutosaveFolder(path("autosave")));
    m_controller->newDrawing();
}

void DocumentControllerTest::cleanup() {
    m_controller.reset();
    m_folder.reset();
}

void DocumentControllerTest::addElement(const char* id) {
    Element element;
    element.id = id;
    element.name = id;
    element.kind = ElementKind::Queue;
    const Edit edit{"Add", {Change<Element>{id, element}}};
    QVERIFY(m_controller->history().apply(edit).ok());
}

void DocumentControllerTest::opensWhatItSaved() {
    addElement("orders");
    const Diagram drawn = m_controller->document().diagram();
    QSignalSpy saved(m_controller.get(), &DocumentController::saved);
    QVERIFY(m_controller->isModified());
    m_controller->saveAs(path("a drawing.sluice"));
    QTRY_COMPARE(saved.size(), 1);
    QVERIFY(!m_controller->isModified());
    QCOMPARE(m_controller->title(), QString("a drawing"));

    m_controller->newDrawing();
    QVERIFY(m_controller->document().diagram().elements.empty());
    m_controller->open(path("a drawing.sluice"));
    QTRY_VERIFY(!m_controller->document().diagram().elements.empty());
    QVERIFY(m_controller->document().diagram() == drawn);
    QVERIFY(!m_controller->isModified());
}

void DocumentControllerTest::leavesTheDrawingWhenAnotherCannotBeOpened_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("truncated") << QByteArray(R"({"sluice":1,"nodes":[{"id":"a","ki)");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("another format") << QByteArray("%PDF-1.4\n");
    QTest::newRow("newer version") << QByteArray(R"({"sluice":99,"nodes":[]})");
}

void DocumentControllerTest::leavesTheDrawingWhenAnotherCannotBeOpened() {
    QFETCH(QByteArray, content);
    addElement("orders");
    const Diagram before = m_controller->document().diagram();
    QFile file(path("bad.sluice"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    QSignalSpy failed(m_controller.get(), &DocumentController::failed);
    m_controller->open(path("bad.sluice"));
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed.front().front().toString().contains("bad.sluice"));
    QVERIFY(m_controller->document().diagram() == before);
    QVERIFY(m_controller->isModified());
    QVERIFY(m_controller->history().canUndo());
}

void DocumentControllerTest::saysWhyItCannotSave() {
    addElement("orders");
    QSignalSpy failed(m_controller.get(), &DocumentController::notSaved);
    m_controller->saveAs(path("no such folder/drawing.sluice"));
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(m_controller->isModified());
    QVERIFY(m_controller->path().isEmpty());
}

void DocumentControllerTest::staysModifiedWhenEditedWhileSaving() {
    addElement("orders");
    QSignalSpy saved(m_controller.get(), &DocumentController::saved);
    m_controller->saveAs(path("drawing.sluice"));
    addElement("payments");
    QTRY_COMPARE(saved.size(), 1);
    QVERIFY(m_controller->isModified());
}

void DocumentControllerTest::noticesThatAnotherProgramWroteTheFile() {
    addElement("orders");
    QSignalSpy saved(m_controller.get(), &DocumentController::saved);
    m_controller->saveAs(path("drawing.sluice"));
    QTRY_COMPARE(saved.size(), 1);
    QSignalSpy changed(m_controller.get(), &DocumentController::changedOnDisk);
    QVERIFY(saveDiagram(Diagram(), path("drawing.sluice").toStdString()).ok());
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(changed.front().front().toBool(), false);
    QVERIFY(QFile::remove(path("drawing.sluice")));
    QTRY_COMPARE(changed.size(), 2);
    QCOMPARE(changed.back().front().toBool(), true);
}

void DocumentControllerTest::keepsQuietAboutItsOwnSaving() {
    QSignalSpy saved(m_controller.get(), &DocumentController::saved);
    QSignalSpy changed(m_controller.get(), &DocumentController::changedOnDisk);
    m_controller->saveAs(path("drawing.sluice"));
    QTRY_COMPARE(saved.size(), 1);
    for (int i = 0; i < 5; ++i) {
        addElement(qPrintable(QString("queue-%1").arg(i)));
        m_controller->save();
        QTRY_COMPARE(saved.size(), i + 2);
    }
    // The watcher's news come in their order: what another program does now is the first it has to tell.
    QVERIFY(QFile::remove(path("drawing.sluice")));
    QTRY_COMPARE(changed.size(), 1);
    QCOMPARE(changed.front().front().toBool(), true);
}

void DocumentControllerTest::autosavesAfterEditing() {
    m_controller->setAutosaveTimes(std::chrono::milliseconds(1), std::chrono::milliseconds(1));
    QVERIFY(autosaved().isEmpty());
    addElement("orders");
    QTRY_COMPARE(autosaved().size(), 1);
    // Ours while we live: nobody is offered it.
    QVERIFY(m_controller->autosaves().leftovers().isEmpty());
}

void DocumentControllerTest::forgetsTheAutosaveOnceSaved() {
    m_controller->setAutosaveTimes(std::chrono::milliseconds(1), std::chrono::milliseconds(1));
    addElement("orders");
    QTRY_COMPARE(autosaved().size(), 1);
    m_controller->saveAs(path("drawing.sluice"));
    QTRY_VERIFY(autosaved().isEmpty());
}

void DocumentControllerTest::recoversWithItsOldPath() {
    // What a process that was killed leaves: the drawing, where it belongs, and no living holder of the lock.
    QVERIFY(QDir().mkpath(path("autosave")));
    Diagram diagram;
    diagram.name = "Lost";
    QVERIFY(saveDiagram(diagram, path("autosave/left.sluice").toStdString()).ok());
    QFile description(path("autosave/left.json"));
    QVERIFY(description.open(QIODevice::WriteOnly));
    description.write(R"({"path":"/somewhere/lost.sluice","name":"Lost"})");
    description.close();

    const QList<Leftover> leftovers = m_controller->autosaves().leftovers();
    QCOMPARE(leftovers.size(), 1);
    QCOMPARE(leftovers.front().originalPath, QString("/somewhere/lost.sluice"));
    m_controller->recover(leftovers.front());
    QTRY_COMPARE(m_controller->document().diagram().name, std::string("Lost"));
    QCOMPARE(m_controller->path(), QString("/somewhere/lost.sluice"));
    QVERIFY(m_controller->isModified());
    // It is safe under our own name before the old one goes.
    QTRY_VERIFY(!QFile::exists(path("autosave/left.sluice")));
    QCOMPARE(autosaved().size(), 1);
}

QTEST_MAIN(DocumentControllerTest)
#include "tst_documentcontroller.moc"
