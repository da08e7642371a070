#include <QtTest>

#include "app/exportdialog.h"
#include "app/filecontroller.h"
#include "app/mainwindow.h"
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
    void everyFieldOfTheExportHasItsKey();

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

QTEST_MAIN(KeyboardTest)
#include "tst_keyboard.moc"
