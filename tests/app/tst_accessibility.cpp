#include <QAbstractScrollArea>
#include <QAccessible>
#include <QAction>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDockWidget>
#include <QFileDialog>
#include <QLabel>
#include <QMenuBar>
#include <QTabBar>
#include <QtTest>

#include "app/aboutdialog.h"
#include "app/comparecontroller.h"
#include "app/exportdialog.h"
#include "app/incidentcontroller.h"
#include "app/paneldocks.h"
#include "app/sharecontroller.h"
#include "app/shortcutsdialog.h"
#include "tests/app/windowtest.h"
#include "widgets/canvas/canvasview.h"

using namespace sluice;
using namespace std::chrono_literals;

namespace {

/// What a screen reader calls it.
QString spokenName(QWidget* widget) {
    QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
    return spoken ? spoken->text(QAccessible::Name).trimmed() : QString();
}

/// Part of another control, or of Qt's own furniture around one.
bool isPart(const QWidget* widget) {
    const QWidget* parent = widget->parentWidget();
    if (const auto* area = qobject_cast<const QAbstractScrollArea*>(parent);
        area && area->viewport() == widget)
        return true;
    return widget->objectName().startsWith("qt_") || qobject_cast<const QTabBar*>(widget) ||
           (parent && (parent->inherits("QAbstractSpinBox") || parent->inherits("QComboBox") ||
                       parent->inherits("QLineEdit") || parent->inherits("QDockWidget") ||
                       parent->inherits("QComboBoxPrivateContainer")));
}

QString placeOf(const QWidget* widget) {
    QStringList place;
    for (; widget; widget = widget->parentWidget())
        place.prepend(QStringLiteral("%1(%2)").arg(widget->metaObject()->className(), widget->objectName()));
    return place.join(" > ");
}

/// Controls that the keyboard reaches and that a screen reader has no name for.
QStringList unnamed(const QWidget& root) {
    QStringList places;
    for (QWidget* widget : root.findChildren<QWidget*>()) {
        const bool area = qobject_cast<QAbstractScrollArea*>(widget) && widget->inherits("QScrollArea");
        if (!(widget->focusPolicy() & Qt::TabFocus) || area || isPart(widget) ||
            !spokenName(widget).isEmpty())
            continue;
        places << placeOf(widget);
    }
    places.removeDuplicates();
    return places;
}

}  // namespace

/// Who does not see the window, or has no mouse, can use all of it.
class AccessibilityTest : public test::WindowTest {
    Q_OBJECT

private slots:
    void cleanup() { close(); }
    void everyControlOfTheWindowHasAName();
    void everyControlOfTheInspectorHasAName();
    void noKeyMeansTwoThings();
    void everyDialogIsUsableByKeyboard_data();
    void everyDialogIsUsableByKeyboard();

private:
    void open(const QString& dialog);
};

void AccessibilityTest::everyControlOfTheWindowHasAName() {
    openFlagship("processing-bug");
    if (QTest::currentTestFailed())
        return;
    session().seek(20s);
    QTRY_VERIFY(session().openIncidents() > 0);
    int panels = 0;
    for (const auto* dock : m_window->findChildren<QDockWidget*>()) {
        m_window->panels().reveal(dock->objectName().mid(5));
        ++panels;
    }
    QVERIFY(panels > 12);
    for (const Mode mode : kModes) {
        m_window->setMode(mode);
        QTRY_VERIFY(m_window->panels().isSettled());
        const QStringList places = unnamed(*m_window);
        QVERIFY2(places.isEmpty(), qPrintable('\n' + places.join('\n')));
    }
}

void AccessibilityTest::everyControlOfTheInspectorHasAName() {
    openFlagship();
    if (QTest::currentTestFailed())
        return;
    const Diagram& diagram = m_window->documents().document().diagram();
    std::vector<std::vector<Id>> selections{{}};
    for (const Element& element : diagram.elements)
        selections.push_back({element.id});
    for (const Link& link : diagram.links)
        selections.push_back({link.id});
    selections.push_back({diagram.groups.front().id});
    selections.push_back({diagram.elements[0].id, diagram.elements[1].id});
    for (const std::vector<Id>& selection : selections) {
        m_window->canvas().setSelection(selection);
        QCoreApplication::processEvents();
        const QStringList places = unnamed(*m_window);
        QVERIFY2(places.isEmpty(),
                 qPrintable('\n' + QString::fromStdString(selection.empty() ? "nothing" : selection.front()) +
                            '\n' + places.join('\n')));
    }
}

void AccessibilityTest::noKeyMeansTwoThings() {
    openFlagship();
    if (QTest::currentTestFailed())
        return;
    // A key of two actions does nothing at all, and Alt with a letter may open a menu.
    QHash<QKeySequence, QString> meanings;
    const auto add = [&](const QKeySequence& key, const QString& meaning) {
        if (key.isEmpty())
            return;
        const QString other = meanings.value(key, meaning);
        QVERIFY2(other == meaning, qPrintable(key.toString() + ": " + other + ", " + meaning));
        meanings.insert(key, meaning);
    };
    for (const QAction* menu : m_window->findChild<QMenuBar*>()->actions())
        add(QKeySequence::mnemonic(menu->text()), menu->text());
    QVERIFY(meanings.size() >= 6);
    for (const QAction* action : m_window->findChildren<QAction*>()) {
        for (const QKeySequence& key : action->shortcuts())
            add(key, action->objectName() + ' ' + action->text());
    }
    QVERIFY(meanings.size() > 60);
}

void AccessibilityTest::everyDialogIsUsableByKeyboard_data() {
    QTest::addColumn<QString>("action");
    for (const char* action : {"file.export", "file.share", "compare.fork", "incidents.redrive",
                               "edit.search", "help.shortcuts", "help.about"})
        QTest::newRow(action) << action;
}

void AccessibilityTest::open(const QString& dialog) {
    auto* action = m_window->findChild<QAction*>(dialog);
    QVERIFY2(action, qPrintable(dialog));
    QVERIFY(action->isEnabled());
    action->trigger();
}

void AccessibilityTest::everyDialogIsUsableByKeyboard() {
    QFETCH(QString, action);
    openFlagship("processing-bug");
    if (QTest::currentTestFailed())
        return;
    session().seek(20s);
    QTRY_VERIFY(session().openIncidents() > 0);
    m_window->canvas().setSelection({"dead-commands"});
    open(action);
    QPointer<QDialog> dialog;
    QTRY_VERIFY((dialog = m_window->findChild<QDialog*>()) && dialog->isVisible());
    QVERIFY(QTest::qWaitForWindowActive(dialog));

    const QStringList places = unnamed(*dialog);
    QVERIFY2(places.isEmpty(), qPrintable('\n' + places.join('\n')));

    // Its keys lead to one place each.
    QHash<QString, QString> keys;
    const auto add = [&](const QString& text) {
        const QString key = QKeySequence::mnemonic(text).toString();
        if (key.isEmpty())
            return;
        QVERIFY2(!keys.contains(key), qPrintable(key + ": " + keys.value(key) + ", " + text));
        keys.insert(key, text);
    };
    for (const auto* label : dialog->findChildren<QLabel*>()) {
        if (label->buddy())
            add(label->text());
    }
    for (const auto* button : dialog->findChildren<QAbstractButton*>())
        add(button->text());

    // The keyboard begins somewhere and comes by every control that can be used.
    QTRY_VERIFY(dialog->focusWidget());
    QSet<QWidget*> visited;
    for (int i = 0; i < 200; ++i) {
        QWidget* at = dialog->focusWidget();
        if (!at || visited.contains(at))
            break;
        visited << at;
        QTest::keyClick(at, Qt::Key_Tab);
    }
    for (auto* button : dialog->findChildren<QAbstractButton*>()) {
        if (button->isVisible() && button->isEnabled() && (button->focusPolicy() & Qt::TabFocus) &&
            !isPart(button))
            QVERIFY2(visited.contains(button),
                     qPrintable("not reached: " + placeOf(button) + button->text()));
    }

    QTest::keyClick(dialog->focusWidget() ? dialog->focusWidget() : dialog.data(), Qt::Key_Escape);
    QTRY_VERIFY(!dialog || !dialog->isVisible());
}

QTEST_MAIN(AccessibilityTest)
#include "tst_accessibility.moc"
