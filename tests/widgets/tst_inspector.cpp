#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QtTest>

#include "tests/diagram/drawn.h"
#include "widgets/editing/history.h"
#include "widgets/findings/findingspanel.h"
#include "widgets/inspector/inspector.h"
#include "widgets/inspector/messagecatalogue.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/palette/palette.h"
#include "widgets/theme/theme.h"

using namespace sluice;
using namespace sluice::test;

namespace {

Diagram services() {
    Diagram diagram;
    diagram.elements = {element("one", ElementKind::Service), element("two", ElementKind::Service, {300, 0}),
                        element("orders", ElementKind::Queue, {600, 0})};
    diagram.elements[1].properties.set("instances", 4);
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
    void tabKeepsTheKeyboardInAStep();
    void followsReferences();
    void mixedNumberIsLeftAloneOrSetToZero();
    void groupsAmongTheSelectionDoNotHideProperties();
    void aFieldThatIsLeftBySelectingChangesWhatItWasFor();
    void helpFollowsTheKeyboard();
    void everyFieldFits_data();
    void everyFieldFits();
    void messageSizeIsSet();
    void largeNumbersAreWrittenOut();

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
        if (button->text() == "Add message" || button->text() == "Add field")
            button->click();
    }
    QCOMPARE(m_document->diagram().messages.size(), std::size_t(1));
    QCOMPARE(m_document->diagram().messages.front().fields.size(), std::size_t(1));
}

void InspectorTest::tabKeepsTheKeyboardInAStep() {
    Element one = *m_document->findElement("one");
    Step work;
    work.kind = StepKind::Work;
    one.handlers = {Handler{{}, {}, {work, work}, {}}};
    QVERIFY(m_history->apply({"", {Change<Element>{"one", one}}}).ok());
    m_inspector->setSelection({"one"});
    PropertyField* time = m_inspector->findChildren<PropertyField*>("time").first();
    time->editor()->setFocus();
    QTest::keyClicks(time->editor(), "5ms");
    QTest::keyClick(time->editor(), Qt::Key_Tab);
    QVERIFY(m_document->findElement("one")->handlers[0].steps[0].properties.has("time"));
    // The next field of the same step has the keyboard, and not a widget that is about to go.
    auto* role = m_inspector->findChildren<PropertyField*>("role").first();
    QCOMPARE(QApplication::focusWidget(), role->editor());
}

void InspectorTest::followsReferences() {
    Diagram diagram = services();
    Element exchange = element("x", ElementKind::Exchange);
    exchange.properties.set("alternateExchange", "y");
    diagram.elements.push_back(exchange);
    exchange.id = "y";
    exchange.properties = {};
    diagram.elements.push_back(exchange);
    Link publish = link("tell", LinkKind::Publish, "one", "orders");
    publish.properties.set("message", "Placed");
    diagram.links.push_back(publish);
    MessageType placed;
    placed.id = "Placed";
    diagram.messages.push_back(placed);
    m_history->reset(diagram);
    QSignalSpy elements(m_inspector.get(), &Inspector::referenceActivated);
    QSignalSpy messages(m_inspector.get(), &Inspector::messageCatalogueRequested);
    const auto followed = [&] { return elements.takeLast().front().value<std::string>(); };

    m_inspector->setSelection({"x"});
    const auto open = [&](const char* key) {
        for (auto* button : field(*m_inspector, key)->findChildren<QToolButton*>()) {
            if (button->isVisible() && button->accessibleName().startsWith("Go to"))
                button->click();
        }
    };
    open("alternateExchange");
    QCOMPARE(followed(), std::string("y"));

    // The ends of a link, by the keyboard as a person has it.
    m_inspector->setSelection({"tell"});
    const auto follow = [&](int which) {
        auto* list = m_inspector->findChildren<QLabel*>("connections").last();
        list->setFocus(Qt::TabFocusReason);
        for (int i = 0; i <= which; ++i)
            QTest::keyClick(list, Qt::Key_Tab);
        QTest::keyClick(list, Qt::Key_Return);
    };
    follow(1);
    QCOMPARE(followed(), std::string("orders"));
    m_inspector->setSelection({});
    m_inspector->setSelection({"tell"});
    follow(0);
    QCOMPARE(followed(), std::string("one"));
    open("message");
    QCOMPARE(messages.takeLast().front().value<std::string>(), std::string("Placed"));
    QVERIFY(elements.isEmpty());

    // What an element is joined to.
    m_inspector->setSelection({"orders"});
    follow(1);
    QCOMPARE(followed(), std::string("one"));
}

void InspectorTest::mixedNumberIsLeftAloneOrSetToZero() {
    m_inspector->setSelection({"one", "two"});
    auto* instances = qobject_cast<QDoubleSpinBox*>(field(*m_inspector, "instances")->editor());
    instances->setFocus();
    QTest::keyClick(instances, Qt::Key_Return);
    QVERIFY(!m_history->canUndo());
    QCOMPARE(instances->text(), QString("mixed"));
    write(instances, "1");
    QCOMPARE(m_document->findElement("two")->properties.has("instances"), false);
    QVERIFY(m_history->canUndo());
}

void InspectorTest::groupsAmongTheSelectionDoNotHideProperties() {
    QVERIFY(
        m_history->apply({"", {Change<Group>{"g", Group{"g", "team", "G", {}, {}, {}, {400, 300}, {}, {}}}}})
            .ok());
    m_inspector->setSelection({"one", "g", "two"});
    write(field(*m_inspector, "instances")->editor(), "9");
    QCOMPARE(m_document->findElement("two")->properties.find("instances")->get<int>(), 9);
    QVERIFY(m_document->findGroup("g")->properties.empty());
}

void InspectorTest::aFieldThatIsLeftBySelectingChangesWhatItWasFor() {
    m_inspector->setSelection({"orders"});
    QWidget* ttl = field(*m_inspector, "messageTtl")->editor();
    ttl->setFocus();
    QTest::keyClicks(ttl, "5s");
    m_inspector->setSelection({"one"});
    QVERIFY(m_document->findElement("orders")->properties.has("messageTtl"));
    QVERIFY(!m_document->findElement("one")->properties.has("messageTtl"));
}

void InspectorTest::helpFollowsTheKeyboard() {
    m_inspector->setSelection({"orders"});
    auto* help = m_inspector->findChild<QLabel*>("help");
    QVERIFY(!help->isVisible());
    field(*m_inspector, "maxLength")->editor()->setFocus();
    QVERIFY(help->isVisible());
    // The broker's own name, the unit and the range.
    for (const char* part : {"x-max-length", "messages", "0 or more"})
        QVERIFY2(help->text().contains(part), qPrintable(help->text()));
}

void InspectorTest::everyFieldFits_data() {
    QTest::addColumn<QString>("kind");
    for (int i = 0; i < kElementKindCount; ++i) {
        const QString name = QString::fromUtf8(kindName(static_cast<ElementKind>(i)).data());
        QTest::newRow(qPrintable(name)) << name;
    }
    for (int i = 0; i < kLinkKindCount; ++i) {
        const QString name = QString::fromUtf8(kindName(static_cast<LinkKind>(i)).data());
        QTest::newRow(qPrintable("link " + name)) << "link " + name;
    }
}

// At the least width of the dock nothing asks for more room than there is, and every field has its help.
void InspectorTest::everyFieldFits() {
    QFETCH(QString, kind);
    const bool isLink = kind.startsWith("link ");
    std::span<const PropertyInfo> catalogue;
    for (int i = 0; i < kElementKindCount && !isLink; ++i) {
        if (kind == QString::fromUtf8(kindName(static_cast<ElementKind>(i)).data()))
            catalogue = propertiesOf(static_cast<ElementKind>(i));
    }
    for (int i = 0; i < kLinkKindCount && isLink; ++i) {
        if (kind == "link " + QString::fromUtf8(kindName(static_cast<LinkKind>(i)).data()))
            catalogue = propertiesOf(static_cast<LinkKind>(i));
    }
    auto fields = PropertyForm(propertiesIn(catalogue), {m_document.get(), &theme(ThemeName::Light), {}});
    fields.setStyleSheet(styleSheetOf(theme(ThemeName::Light)));
    const Properties none;
    fields.show({&none});
    // 280 without the margins and a scroll bar.
    const int room = 280 - 24 - 12;
    fields.resize(room,
                  fields.heightForWidth(room) > 0 ? fields.heightForWidth(room) : fields.sizeHint().height());
    fields.QWidget::show();
    QVERIFY2(fields.minimumSizeHint().width() <= room,
             qPrintable(QString::number(fields.minimumSizeHint().width())));
    for (const PropertyInfo& property : catalogue) {
        const PropertyField* one = fields.field(property.key);
        QVERIFY(one);
        QVERIFY2(one->editor()->toolTip().contains(
                     QString::fromUtf8(property.argument.data(), qsizetype(property.argument.size()))),
                 property.key.data());
        // No word of a label is wider than its place.
        for (const QLabel* label : one->findChildren<QLabel*>()) {
            if (label->isVisible())
                QVERIFY2(label->minimumSizeHint().width() <= label->width(), property.key.data());
        }
        if (const auto* box = qobject_cast<QComboBox*>(one->editor())) {
            for (int i = 0; i < box->count(); ++i)
                QVERIFY2(box->fontMetrics().horizontalAdvance(box->itemText(i)) <= box->width() - 36,
                         qPrintable(box->itemText(i)));
        }
        if (const auto* box = qobject_cast<QDoubleSpinBox*>(one->editor()))
            QVERIFY2(box->fontMetrics().horizontalAdvance(box->text()) <= box->width() - 28,
                     property.key.data());
    }
}

void InspectorTest::messageSizeIsSet() {
    MessageType placed;
    placed.id = "Placed";
    QVERIFY(m_history->apply({"", {Change<MessageType>{"Placed", placed}}}).ok());
    MessageCatalogue catalogue(theme(ThemeName::Light));
    catalogue.setHistory(m_history.get());
    catalogue.show();
    write(field(catalogue, "size")->editor(), "2048");
    QCOMPARE(m_document->diagram().messages[0].properties.find("size")->get<int>(), 2048);
    catalogue.setTheme(theme(ThemeName::Dark));
    QVERIFY(field(catalogue, "size"));
    QCOMPARE(qobject_cast<QDoubleSpinBox*>(field(catalogue, "size")->editor())->value(), 2048.0);
}

void InspectorTest::largeNumbersAreWrittenOut() {
    Element topic = element("clicks", ElementKind::Topic);
    topic.properties.set("retentionBytes", 1099511627776);  // 1 TiB
    QVERIFY(m_history->apply({"", {Change<Element>{"clicks", topic}}}).ok());
    m_inspector->setSelection({"clicks"});
    auto* box = qobject_cast<QDoubleSpinBox*>(field(*m_inspector, "retentionBytes")->editor());
    const QString digits = box->text().remove(QRegularExpression("[^0-9e]"));
    QVERIFY2(digits.startsWith("1099511627776"), qPrintable(box->text()));
    box->setFocus();
    QTest::keyClick(box, Qt::Key_Return);
    QCOMPARE(m_document->findElement("clicks")->properties.find("retentionBytes")->get<std::int64_t>(),
             1099511627776);
}

QTEST_MAIN(InspectorTest)
#include "tst_inspector.moc"
