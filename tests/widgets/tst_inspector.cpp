#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QtTest>

#include "widgets/editing/history.h"
#include "widgets/findings/findingspanel.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/messagecatalogue.h"
#include "widgets/inspector/propertyfield.h"
#include "widgets/inspector/scenarioeditor.h"
#include "widgets/palette/palette.h"
#include "widgets/theme/theme.h"

using namespace sluice;

namespace {

Diagram services() {
    Diagram diagram;
    for (const char* id : {"one", "two"}) {
        Element e;
        e.id = id;
        e.name = id;
        diagram.elements.push_back(e);
    }
    diagram.elements[1].position = {300, 0};
    diagram.elements[1].properties.set("instances", 4);
    Element queue;
    queue.id = "orders";
    queue.name = "Orders";
    queue.kind = ElementKind::Queue;
    queue.position = {600, 0};
    diagram.elements.push_back(queue);
    return diagram;
}

// The field of a property by its key.
PropertyField* field(QWidget& inspector, const char* key) {
    PropertyField* last = nullptr;
    // What was replaced waits to be deleted.
    for (auto* one : inspector.findChildren<PropertyField*>(QLatin1String(key)))
        last = one;
    return last;
}

void write(QWidget* editor, const QString& text) {
    auto* line = qobject_cast<QLineEdit*>(editor);
    if (!line)
        line = editor->findChild<QLineEdit*>();
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, text);
    QTest::keyClick(line, Qt::Key_Return);
}

}  // namespace

class InspectorTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void setsANumber();
    void complainsOutsideTheRange();
    void complainsAboutADuration();
    void showsMixedValuesAndSetsAll();
    void resetsToTheDefault();
    void followsUndo();
    void renames();
    void emptySelectionShowsTheDiagram();
    void addsAHandler();
    void paletteFindsByOtherNames();
    void findingsFollowEdits();
    void catalogueAddsAMessage();
    void scenarioIsAdded();

private:
    std::unique_ptr<Inspector> m_inspector;
    std::unique_ptr<History> m_history;
    std::unique_ptr<Document> m_document;
};

void InspectorTest::init() {
    m_inspector.reset();
    m_history.reset();
    m_document = std::make_unique<Document>(services());
    m_history = std::make_unique<History>(*m_document);
    m_inspector = std::make_unique<Inspector>(theme(ThemeName::Light));
    m_inspector->resize(300, 700);
    m_inspector->setHistory(m_history.get());
    m_inspector->show();
    m_inspector->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_inspector.get()));
}

void InspectorTest::setsANumber() {
    m_inspector->setSelection({"one"});
    write(field(*m_inspector, "instances")->editor(), "7");
    QCOMPARE(m_document->findElement("one")->properties.find("instances")->get<int>(), 7);
    QCOMPARE(m_history->labels(), QStringList{"Set Instances of one"});
}

void InspectorTest::complainsOutsideTheRange() {
    m_inspector->setSelection({"one"});
    PropertyField* instances = field(*m_inspector, "instances");
    write(instances->editor(), "99999");
    QVERIFY(!instances->complaint().isEmpty());
    QVERIFY(!m_document->findElement("one")->properties.has("instances"));
    QVERIFY(!m_history->canUndo());
}

void InspectorTest::complainsAboutADuration() {
    m_inspector->setSelection({"orders"});
    PropertyField* ttl = field(*m_inspector, "messageTtl");
    write(ttl->editor(), "soon");
    QVERIFY(!ttl->complaint().isEmpty());
    write(ttl->editor(), "5 s");
    QVERIFY(ttl->complaint().isEmpty());
    QVERIFY(m_document->findElement("orders")->properties.has("messageTtl"));
}

void InspectorTest::showsMixedValuesAndSetsAll() {
    m_inspector->setSelection({"one", "two"});
    auto* box = qobject_cast<QDoubleSpinBox*>(field(*m_inspector, "instances")->editor());
    QCOMPARE(box->text(), QString("mixed"));
    write(box, "3");
    QCOMPARE(m_document->findElement("one")->properties.find("instances")->get<int>(), 3);
    QCOMPARE(m_document->findElement("two")->properties.find("instances")->get<int>(), 3);
    QCOMPARE(m_history->labels().size(), 1);
}

void InspectorTest::resetsToTheDefault() {
    m_inspector->setSelection({"two"});
    emit field(*m_inspector, "instances")->edited(Json());
    QVERIFY(!m_document->findElement("two")->properties.has("instances"));
}

void InspectorTest::followsUndo() {
    m_inspector->setSelection({"one"});
    auto* box = qobject_cast<QDoubleSpinBox*>(field(*m_inspector, "instances")->editor());
    box->stepUp();
    box->stepUp();
    QCOMPARE(box->value(), 3.0);
    QCOMPARE(m_history->labels().size(), 1);
    m_history->undo();
    QCOMPARE(box->value(), 1.0);
}

void InspectorTest::renames() {
    m_inspector->setSelection({"one"});
    write(m_inspector->findChildren<QLineEdit*>("name").last(), "Shop");
    QCOMPARE(QString::fromStdString(m_document->findElement("one")->name), QString("Shop"));
}

void InspectorTest::emptySelectionShowsTheDiagram() {
    m_inspector->setSelection({});
    write(m_inspector->findChildren<QLineEdit*>("name").last(), "Warehouse");
    QCOMPARE(QString::fromStdString(m_document->diagram().name), QString("Warehouse"));
}

void InspectorTest::addsAHandler() {
    m_inspector->setSelection({"one"});
    for (auto* button : m_inspector->findChildren<QPushButton*>()) {
        if (button->text() == "Add handler")
            button->click();
    }
    QCOMPARE(m_document->findElement("one")->handlers.size(), std::size_t(1));
    write(field(*m_inspector, "time")->editor(), "exp(20ms)");
    QCOMPARE(m_document->findElement("one")
                 ->handlers.front()
                 .steps.front()
                 .properties.find("time")
                 ->get<std::string>(),
             std::string("exp(20ms)"));
    m_history->undo();
    m_history->undo();
    QVERIFY(m_document->findElement("one")->handlers.empty());
}

void InspectorTest::paletteFindsByOtherNames() {
    Palette palette(theme(ThemeName::Light));
    palette.show();
    std::optional<ElementKind> chosen;
    connect(&palette, &Palette::kindChosen, this, [&](ElementKind kind) { chosen = kind; });
    auto* search = palette.findChild<QLineEdit*>();
    QTest::keyClicks(search, "kafka");
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(chosen == ElementKind::Topic);
    palette.setCompact(true);
    QCOMPARE(palette.width(), 56);
}

void InspectorTest::findingsFollowEdits() {
    FindingsPanel panel(theme(ThemeName::Light));
    panel.setHistory(m_history.get());
    const auto aboutOrders = [&] {
        return std::any_of(panel.findings().begin(), panel.findings().end(),
                           [](const Finding& finding) { return finding.subject == "orders"; });
    };
    QTRY_VERIFY(aboutOrders());
    QVERIFY(m_history->apply({"Remove", {Change<Element>{"orders", std::nullopt}}}).ok());
    QTRY_VERIFY(!aboutOrders());
}

void InspectorTest::catalogueAddsAMessage() {
    MessageCatalogue catalogue(theme(ThemeName::Light));
    catalogue.setHistory(m_history.get());
    for (auto* button : catalogue.findChildren<QPushButton*>()) {
        if (button->text() == "Add" || button->text() == "Add field")
            button->click();
    }
    QCOMPARE(m_document->diagram().messages.size(), std::size_t(1));
    QCOMPARE(m_document->diagram().messages.front().fields.size(), std::size_t(1));
}

void InspectorTest::scenarioIsAdded() {
    ScenarioEditor editor(theme(ThemeName::Light));
    editor.setHistory(m_history.get());
    // In the order of the window: the scenario, an action, an expectation.
    for (auto* button : editor.findChildren<QPushButton*>()) {
        if (button->text() == "Add")
            button->click();
    }
    QCOMPARE(m_document->diagram().scenarios.size(), std::size_t(1));
    const Scenario& scenario = m_document->diagram().scenarios.front();
    QCOMPARE(editor.chosen(), scenario.id);
    QCOMPARE(scenario.actions.size(), std::size_t(1));
    QCOMPARE(scenario.expectations.size(), std::size_t(1));
}

QTEST_MAIN(InspectorTest)
#include "tst_inspector.moc"
