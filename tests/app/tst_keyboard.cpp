#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QMainWindow>
#include <QMenu>
#include <QPushButton>
#include <QTreeView>
#include <QtTest>

#include "app/aboutdialog.h"
#include "app/exportdialog.h"
#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/rememberedfolder.h"
#include "app/runsession.h"
#include "app/sharedialog.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/inspector/inspector.h"
#include "widgets/palette/palette.h"

using namespace sluice;

/// What can be reached without a mouse.
class KeyboardTest : public QObject {
    Q_OBJECT
private slots:
    void goesFromPanelToPanel();
    void countsAPanelAmongTheSeenThatPaintsAllOfItsDock();
    void choosingAPanelBehindAnotherBringsItToTheFront();
    void everyFieldOfTheExportHasItsKey();
    void enterSharesAndExportsAfterAnotherButtonHadTheKeyboard();
    void everyMenuEntryHasALetterWhileItsMenuIsOpen();
    void spacePlaysTheScenarioThatWasChosen();
    void aDialogForFilesBeginsInAFolderThatIsThere();
    void aDialogForFilesShowsItsTextsWhole();

private:
    QTemporaryDir m_folder;
};

void KeyboardTest::goesFromPanelToPanel() {
    QSettings settings(m_folder.filePath("settings.ini"), QSettings::IniFormat);
    ThemeController theme(settings);
    MainWindow window(theme, settings, AutosaveFolder(m_folder.filePath("autosave")));
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.findChild<FileController*>()->openExample("update-user-email");
    auto* canvas = window.findChild<CanvasView*>();
    QTRY_VERIFY(canvas->isVisible() && window.findChild<Inspector*>());
    canvas->setFocus();
    const auto inside = [&](const QWidget* place) {
        return place && (place == window.focusWidget() || place->isAncestorOf(window.focusWidget()));
    };
    const auto tour = [&](Qt::KeyboardModifiers modifiers) {
        QStringList seen;
        for (int i = 0; i < 12; ++i) {
            QTest::keyClick(&window, Qt::Key_F6, modifiers);
            if (inside(canvas))
                return seen;
            seen << (inside(window.findChild<Inspector*>()) ? "inspector"
                     : inside(window.findChild<Palette*>()) ? "palette"
                                                            : "other");
        }
        return QStringList{"never came back"};
    };
    const QStringList there = tour(Qt::NoModifier);
    QVERIFY2(there.contains("inspector") && there.contains("palette") && there.size() >= 3,
             qPrintable(there.join(' ')));
    QStringList back = tour(Qt::ShiftModifier);
    std::reverse(back.begin(), back.end());
    QCOMPARE(back, there);
}

void KeyboardTest::countsAPanelAmongTheSeenThatPaintsAllOfItsDock() {
    QMainWindow window;
    QSettings settings(m_folder.filePath("docks.ini"), QSettings::IniFormat);
    window.setCentralWidget(new QWidget);
    window.resize(600, 500);
    PanelDocks docks(window, settings);
    const auto opaque = [] {
        auto* widget = new QWidget;
        widget->setAttribute(Qt::WA_OpaquePaintEvent);
        return widget;
    };
    docks.add({"behind", "Behind", Qt::BottomDockWidgetArea, opaque});
    docks.add({"front", "Front", Qt::BottomDockWidgetArea, opaque});
    docks.setDefault(Mode::Design, {"behind", "front"});
    window.show();
    docks.enter(Mode::Design);
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_VERIFY(docks.isSettled() && docks.isSeen("front"));
    QWidget* behind = docks.ensure("behind");
    QCoreApplication::processEvents();
    QVERIFY(docks.isSeen("front"));
    QVERIFY(!docks.isSeen("behind"));
    QCOMPARE(docks.visiblePanels(), QList<QWidget*>{docks.find("front")});
    QVERIFY(!docks.visiblePanels().contains(behind));
}

void KeyboardTest::choosingAPanelBehindAnotherBringsItToTheFront() {
    QMainWindow window;
    QSettings settings(m_folder.filePath("chosen.ini"), QSettings::IniFormat);
    window.setCentralWidget(new QWidget);
    window.resize(600, 500);
    PanelDocks docks(window, settings);
    const auto made = [] { return new QWidget; };
    docks.add({"behind", "Behind", Qt::BottomDockWidgetArea, made});
    docks.add({"front", "Front", Qt::BottomDockWidgetArea, made});
    docks.setDefault(Mode::Design, {"behind", "front"});
    window.show();
    docks.enter(Mode::Design);
    QVERIFY(QTest::qWaitForWindowExposed(&window));
    QTRY_VERIFY(docks.isSettled() && docks.isSeen("front"));
    QAction* behind = docks.toggleActions().front();
    QVERIFY(behind->isChecked());
    behind->trigger();
    QTRY_VERIFY(docks.isSeen("behind"));
    QVERIFY(behind->isChecked() && !docks.isSeen("front"));
    // In front it goes, and comes back.
    behind->trigger();
    QTRY_VERIFY(docks.isSeen("front"));
    QVERIFY(!behind->isChecked() && !docks.isSeen("behind"));
    behind->trigger();
    QTRY_VERIFY(docks.isSeen("behind"));
    QVERIFY(behind->isChecked());
}

void KeyboardTest::everyFieldOfTheExportHasItsKey() {
    QSettings settings(m_folder.filePath("export.ini"), QSettings::IniFormat);
    auto* dialog = new ExportDialog({{"a"}, true, ThemeName::Light}, settings, nullptr);
    dialog->show();
    QVERIFY(QTest::qWaitForWindowActive(dialog));
    QSet<QString> keys;
    const auto add = [&](const QString& text) {
        const QString key = QKeySequence::mnemonic(text).toString();
        QVERIFY2(key.isEmpty() || !keys.contains(key), qPrintable(text));
        if (!key.isEmpty())
            keys << key;
    };
    for (const auto* label : dialog->findChildren<QLabel*>())
        add(label->text());
    for (const auto* button : dialog->findChildren<QAbstractButton*>())
        add(button->text());
    QCOMPARE(keys.size(), 9);
    QSignalSpy accepted(dialog, &QDialog::accepted);
    QTest::keyClick(dialog, Qt::Key_Return);
    QCOMPARE(accepted.size(), 1);
}

void KeyboardTest::enterSharesAndExportsAfterAnotherButtonHadTheKeyboard() {
    QSettings settings(m_folder.filePath("enter.ini"), QSettings::IniFormat);
    ShareRequest request;
    request.to = std::chrono::seconds(1);
    const auto run = std::make_shared<TraceStore>(std::make_shared<EntityTable>());
    for (QDialog* dialog :
         {static_cast<QDialog*>(new ExportDialog({{"a"}, true, ThemeName::Light}, settings, nullptr)),
          static_cast<QDialog*>(new ShareDialog(request, run, settings, nullptr))}) {
        dialog->show();
        QVERIFY(QTest::qWaitForWindowActive(dialog));
        auto* go = dialog->findChild<QDialogButtonBox*>()->buttons().front();
        for (QAbstractButton* button : dialog->findChild<QDialogButtonBox*>()->buttons()) {
            if (dialog->findChild<QDialogButtonBox*>()->buttonRole(button) == QDialogButtonBox::AcceptRole)
                go = button;
        }
        auto* first = dialog->findChild<QComboBox*>();
        first->setFocus(Qt::TabFocusReason);
        for (int i = 0; i < 20 && !go->hasFocus(); ++i)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QVERIFY(go->hasFocus());
        first->setFocus(Qt::ShortcutFocusReason);
        QVERIFY(qobject_cast<QPushButton*>(go)->isDefault());
        QSignalSpy accepted(dialog, &QDialog::accepted);
        QTest::keyClick(dialog, Qt::Key_Return);
        QCOMPARE(accepted.size(), 1);
    }
}

void KeyboardTest::everyMenuEntryHasALetterWhileItsMenuIsOpen() {
    QSettings settings(m_folder.filePath("menus.ini"), QSettings::IniFormat);
    ThemeController theme(settings);
    MainWindow window(theme, settings, AutosaveFolder(m_folder.filePath("autosave")));
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    const QList<QMenu*> menus = window.findChildren<QMenu*>();
    QVERIFY(menus.size() > 6);
    const auto textsOf = [](const QMenu* menu) {
        QStringList texts;
        for (const QAction* action : menu->actions())
            texts << action->text();
        return texts;
    };
    for (QMenu* menu : menus) {
        menu->popup(window.mapToGlobal(QPoint(40, 40)));
        QStringList letters;
        for (const QAction* action : menu->actions()) {
            if (!action->isSeparator() && action->isVisible())
                letters << QKeySequence::mnemonic(action->text()).toString();
        }
        const QString all = menu->title() + ": " + letters.join(' ');
        QVERIFY2(!letters.contains(QString()), qPrintable(all));
        QVERIFY2(letters.removeDuplicates() == 0, qPrintable(all));
        menu->hide();
        // Buttons and lists that show the same actions have them plain.
        for (QAction* action : menu->actions())
            QVERIFY2(!action->text().contains('&') || action->menu(), qPrintable(action->text()));
        const QStringList plain = textsOf(menu);
        menu->popup(window.mapToGlobal(QPoint(40, 40)));
        menu->hide();
        QCOMPARE(textsOf(menu), plain);
    }
    auto* help =
        *std::find_if(menus.begin(), menus.end(), [](const QMenu* menu) { return menu->title() == "&Help"; });
    help->popup(window.mapToGlobal(QPoint(40, 40)));
    QTest::keyClick(help, Qt::Key_A);
    QVERIFY(window.findChild<AboutDialog*>());
}

void KeyboardTest::spacePlaysTheScenarioThatWasChosen() {
    QSettings settings(m_folder.filePath("space.ini"), QSettings::IniFormat);
    ThemeController theme(settings);
    MainWindow window(theme, settings, AutosaveFolder(m_folder.filePath("autosave")));
    window.resize(1280, 800);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    window.files().openExample("update-user-email");
    QTRY_VERIFY(window.documents().isOpen());
    window.setMode(Mode::Run);
    QTRY_COMPARE(window.session().state(), RunSession::State::Paused);
    auto* scenarios = window.findChild<QComboBox*>("transport.scenario");
    QVERIFY(scenarios);
    scenarios->setFocus();
    QTest::keyClick(scenarios, Qt::Key_Space);
    QTRY_COMPARE(window.session().state(), RunSession::State::Playing);
    QVERIFY(!scenarios->view()->isVisible());
    // Another box opens, as boxes do.
    QTest::keyClick(scenarios, Qt::Key_Space);
    QTRY_COMPARE(window.session().state(), RunSession::State::Paused);
    QComboBox* other = nullptr;
    for (QComboBox* box : window.findChildren<QComboBox*>()) {
        if (box != scenarios && box->isVisible() && box->isEnabled() && !box->isEditable())
            other = box;
    }
    QVERIFY(other);
    other->setFocus();
    QTest::keyClick(other, Qt::Key_Space);
    QTRY_VERIFY(other->view()->isVisible());
    other->hidePopup();
    QCOMPARE(window.session().state(), RunSession::State::Paused);
}

void KeyboardTest::aDialogForFilesBeginsInAFolderThatIsThere() {
    const QByteArray home = qgetenv("HOME");
    qputenv("HOME", m_folder.path().toLocal8Bit());
    QSettings settings(m_folder.filePath("folders.ini"), QSettings::IniFormat);
    const QString proposed = RememberedFolder(settings, "files/any").path();
    qputenv("HOME", home);
    QVERIFY2(QFileInfo(proposed).isDir(), qPrintable(proposed));
}

void KeyboardTest::aDialogForFilesShowsItsTextsWhole() {
    QSettings settings(m_folder.filePath("files.ini"), QSettings::IniFormat);
    ThemeController theme(settings);
    MainWindow window(theme, settings, AutosaveFolder(m_folder.filePath("autosave")));
    window.show();
    QFile file(m_folder.filePath("run.sluicerec"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(123'456'789));
    file.close();
    QFileDialog dialog(&window, "Open", m_folder.path());
    dialog.open();
    auto* list = dialog.findChild<QTreeView*>("treeView");
    QVERIFY(list);
    const auto row = [&] {
        for (int i = 0; i < list->model()->rowCount(list->rootIndex()); ++i) {
            const QModelIndex index = list->model()->index(i, 0, list->rootIndex());
            if (index.data().toString() == "run.sluicerec")
                return index;
        }
        return QModelIndex();
    };
    QTRY_VERIFY(row().isValid());
    for (int column = 0; column < 4; ++column) {
        const QModelIndex cell = row().siblingAtColumn(column);
        QVERIFY2(list->sizeHintForIndex(cell).width() <= list->columnWidth(column),
                 qPrintable(cell.data().toString()));
    }
}

QTEST_MAIN(KeyboardTest)
#include "tst_keyboard.moc"
