#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QTabWidget>
#include <QTableWidget>
#include <QtTest>

#include "tests/diagram/drawn.h"
#include "widgets/editing/history.h"
#include "widgets/inspector/propertyfield.h"
#include "widgets/inspector/scenarioeditor.h"
#include "widgets/theme/theme.h"

using namespace sluice;
using namespace sluice::test;

namespace {

Diagram shop() {
    Diagram diagram;
    diagram.elements = {element("portal", ElementKind::Client), element("orders", ElementKind::Queue),
                        element("shop", ElementKind::Service)};
    diagram.elements[2].properties.set("instances", 3);
    diagram.links = {link("take", LinkKind::Consume, "orders", "shop")};
    Scenario busy;
    busy.id = "busy";
    busy.name = "Busy";
    diagram.scenarios.push_back(busy);
    return diagram;
}

}  // namespace

class ScenarioEditorTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void addsADuplicateAndRemovesIt();
    void setsSpeedAndSeed();
    void addsAnOverrideAndChangesIt();
    void anOverrideThatCannotBeIsRefused();
    void anActionOffersWhatItCanActOn();
    void aSetActionKnowsThePropertiesOfItsTarget();
    void changingAnActionKeepsTheKeyboard();
    void theTabKeyGoesThroughAnActionAsItIsRead();
    void everyInstanceIsCalledAll();
    void writesWhyAnExpectationStands();
    void refusesWhatIsNoCount();

private:
    [[nodiscard]] const Scenario& scenario() const { return m_document->diagram().scenarios.front(); }
    void press(const QString& text) {
        for (auto* button : m_editor->findChildren<QPushButton*>()) {
            if (button->text() == text)
                return button->click();
        }
        QFAIL(qPrintable("no button " + text));
    }
    QTableWidget* table(const QString& name) {
        for (auto* one : m_editor->findChildren<QTableWidget*>()) {
            if (one->accessibleName() == name) {
                auto* tabs = m_editor->findChild<QTabWidget*>();
                for (int i = 0; i < tabs->count(); ++i) {
                    if (tabs->widget(i)->isAncestorOf(one))
                        tabs->setCurrentIndex(i);
                }
                return one;
            }
        }
        return nullptr;
    }
    static QComboBox* box(QTableWidget* rows, int row, int column) {
        return qobject_cast<QComboBox*>(rows->cellWidget(row, column));
    }
    /// Takes that entry as a person does.
    static void take(QComboBox* box, const QString& text) {
        box->setCurrentText(text);
        emit box->activated(box->currentIndex());
    }

    std::unique_ptr<ScenarioEditor> m_editor;
    std::unique_ptr<History> m_history;
    std::unique_ptr<Document> m_document;
};

void ScenarioEditorTest::init() {
    m_editor.reset();
    m_history.reset();
    m_document = std::make_unique<Document>(shop());
    m_history = std::make_unique<History>(*m_document);
    m_editor = std::make_unique<ScenarioEditor>(theme(ThemeName::Light));
    m_editor->resize(900, 320);
    m_editor->setHistory(m_history.get());
    m_editor->show();
    m_editor->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_editor.get()));
}

void ScenarioEditorTest::addsADuplicateAndRemovesIt() {
    press("Duplicate");
    QCOMPARE(m_document->diagram().scenarios.size(), std::size_t(2));
    QCOMPARE(m_document->diagram().scenarios[1].name, std::string("Copy of Busy"));
    QCOMPARE(m_editor->chosen(), m_document->diagram().scenarios[1].id);
    press("Remove");
    QCOMPARE(m_document->diagram(), shop());
    QCOMPARE(m_editor->chosen(), std::string("busy"));
    press("Add scenario");
    QCOMPARE(m_document->diagram().scenarios.size(), std::size_t(2));
}

void ScenarioEditorTest::setsSpeedAndSeed() {
    auto* speed = m_editor->findChild<QDoubleSpinBox*>();
    speed->setFocus();
    speed->selectAll();
    QTest::keyClicks(speed, "0.25");
    QTest::keyClick(speed, Qt::Key_Return);
    QCOMPARE(scenario().speed, 0.25);
    QCOMPARE(QApplication::focusWidget(), speed);
    m_history->undo();
    QCOMPARE(scenario().speed, 1.0);
    QCOMPARE(speed->value(), 1.0);
}

void ScenarioEditorTest::addsAnOverrideAndChangesIt() {
    QTableWidget* rows = table("Overrides");
    const auto boxes = rows->parentWidget()->findChildren<QComboBox*>(QString(), Qt::FindDirectChildrenOnly);
    QCOMPARE(boxes.size(), 2);
    take(boxes[0], "shop");
    take(boxes[1], "Instances");
    press("Add override");
    // What the drawing has is what one begins with.
    QCOMPARE(scenario().overrides.at("shop").find("instances")->get<int>(), 3);
    QCOMPARE(rows->currentRow(), 0);
    QVERIFY(boxes[1]->findText("Instances") < 0);
    auto* field = m_editor->findChild<PropertyField*>("instances");
    auto* number = qobject_cast<QDoubleSpinBox*>(field->editor());
    number->setFocus();
    number->selectAll();
    QTest::keyClicks(number, "7");
    QTest::keyClick(number, Qt::Key_Return);
    QCOMPARE(scenario().overrides.at("shop").find("instances")->get<int>(), 7);
    QCOMPARE(rows->item(0, 2)->text(), QString("7"));
    QCOMPARE(QApplication::focusWidget(), number);
    press("Remove override");
    QVERIFY(scenario().overrides.empty());
    m_history->undo();
    m_history->undo();
    m_history->undo();
    QVERIFY(m_document->diagram() == shop());
}

void ScenarioEditorTest::anOverrideThatCannotBeIsRefused() {
    Scenario changed = scenario();
    changed.overrides["shop"].set("instances", 2);
    QVERIFY(m_history->apply({"", {Change<Scenario>{"busy", changed}}}).ok());
    QTableWidget* rows = table("Overrides");
    rows->item(0, 2)->setText("-4");
    QCOMPARE(scenario().overrides.at("shop").find("instances")->get<int>(), 2);
    QCOMPARE(rows->item(0, 2)->text(), QString("2"));
    const auto labels = m_editor->findChildren<QLabel*>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel* label) {
        return label->isVisible() && label->text().startsWith("Instances must");
    }));
}

void ScenarioEditorTest::anActionOffersWhatItCanActOn() {
    QTableWidget* rows = table("Actions");
    press("Add action");
    QCOMPARE(rows->rowCount(), 1);
    QComboBox* target = box(rows, 0, 2);
    QVERIFY(target->findText("shop") >= 0);
    QVERIFY(target->findText("portal") < 0);
    take(box(rows, 0, 1), "Burst");
    QVERIFY(target->findText("portal") >= 0);
    QVERIFY(target->findText("shop") < 0);
    take(target, "portal");
    QCOMPARE(scenario().actions[0].target, std::string("portal"));
    QVERIFY(m_editor->findChild<PropertyField*>("count"));
    take(box(rows, 0, 1), "Cut");
    // It stays as it was said until another is taken.
    QCOMPARE(target->currentText(), QString("portal"));
    take(target, "orders → shop");
    QCOMPARE(scenario().actions[0].target, std::string("take"));
}

void ScenarioEditorTest::aSetActionKnowsThePropertiesOfItsTarget() {
    Scenario changed = scenario();
    Action set;
    set.kind = ActionKind::Set;
    set.target = "shop";
    changed.actions = {set};
    QVERIFY(m_history->apply({"", {Change<Scenario>{"busy", changed}}}).ok());
    table("Actions")->setCurrentCell(0, 0);
    const auto last = [&](const char* key) {
        PropertyField* found = nullptr;
        for (auto* one : m_editor->findChildren<PropertyField*>(QLatin1String(key)))
            found = one;
        return found;
    };
    auto* key = qobject_cast<QComboBox*>(last("key")->editor());
    QVERIFY(key && key->findData("instances") >= 0 && key->findData("messageTtl") < 0);
    key->setCurrentIndex(key->findData("instances"));
    emit key->activated(key->currentIndex());
    QCOMPARE(scenario().actions[0].properties.find("key")->get<std::string>(), std::string("instances"));
    auto* value = qobject_cast<QDoubleSpinBox*>(last("value")->editor());
    QVERIFY(value);
    value->setFocus();
    value->selectAll();
    QTest::keyClicks(value, "5");
    QTest::keyClick(value, Qt::Key_Return);
    QCOMPARE(*scenario().actions[0].properties.find("value"), Json(5));
}

void ScenarioEditorTest::changingAnActionKeepsTheKeyboard() {
    press("Add action");
    press("Add action");
    QTableWidget* rows = table("Actions");
    QComboBox* kind = box(rows, 1, 1);
    kind->setFocus();
    QTest::keyClick(kind, Qt::Key_Down);
    QVERIFY(scenario().actions[1].kind == ActionKind::Start);
    QCOMPARE(QApplication::focusWidget(), kind);
    QCOMPARE(box(rows, 1, 1), kind);
}

void ScenarioEditorTest::theTabKeyGoesThroughAnActionAsItIsRead() {
    QTableWidget* rows = table("Actions");
    press("Add action");
    QTRY_VERIFY(m_editor->findChild<PropertyField*>("duration")->isVisible());
    rows->setFocus();
    QStringList seen;
    for (int i = 0; i < 7; ++i) {
        const QWidget* at = QApplication::focusWidget();
        const auto* button = qobject_cast<const QPushButton*>(at);
        const auto* field = qobject_cast<const PropertyField*>(at->parentWidget());
        seen << (button ? button->text()
                 : field
                     ? QString::fromUtf8(field->property().label.data(), int(field->property().label.size()))
                 : at->accessibleName().isEmpty() ? QString(at->metaObject()->className())
                                                  : at->accessibleName());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    }
    QCOMPARE(seen, QStringList({"Actions", "Do", "To", "Add action", "Remove action", "Instance", "For"}));
}

void ScenarioEditorTest::everyInstanceIsCalledAll() {
    press("Add action");
    const auto instance = [&] {
        return qobject_cast<QDoubleSpinBox*>(m_editor->findChild<PropertyField*>("instance")->editor());
    };
    const auto write = [&](const QString& text) {
        instance()->setFocus();
        instance()->selectAll();
        QTest::keyClicks(instance(), text);
        QTest::keyClick(instance(), Qt::Key_Return);
    };
    QCOMPARE(instance()->text(), QString("all"));
    write("2");
    QCOMPARE(scenario().actions[0].properties.find("instance")->get<int>(), 2);
    QCOMPARE(instance()->text(), QString("2"));
    write("all");
    QCOMPARE(instance()->text(), QString("all"));
    QCOMPARE(integerOf(propertiesOf(ActionKind::Stop), scenario().actions[0].properties, "instance"), -1);
}

void ScenarioEditorTest::writesWhyAnExpectationStands() {
    QTableWidget* rows = table("Expectations");
    press("Add expectation");
    rows->item(0, 4)->setText("nothing may be lost");
    QCOMPARE(scenario().expectations[0].note, std::string("nothing may be lost"));
    rows->item(0, 3)->setText("4");
    QCOMPARE(scenario().expectations[0].value, Json(4));
    QCOMPARE(rows->currentRow(), 0);
}

void ScenarioEditorTest::refusesWhatIsNoCount() {
    QTableWidget* rows = table("Expectations");
    press("Add expectation");
    rows->item(0, 3)->setText("2 s");
    QCOMPARE(scenario().expectations[0].value, Json(0));
    rows->item(0, 3)->setText("nan");
    QCOMPARE(scenario().expectations[0].value, Json(0));
    take(box(rows, 0, 0), "wait, mean");
    rows->item(0, 3)->setText("2 s");
    QCOMPARE(scenario().expectations[0].value, Json("2 s"));
}

QTEST_MAIN(ScenarioEditorTest)
#include "tst_scenarioeditor.moc"
