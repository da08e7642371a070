#pragma once

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/runcontroller.h"
#include "app/themecontroller.h"

namespace sluice::test {

/// The program's window with a home of its own, made anew for each test: for tests to derive from.
class WindowTest : public QObject {
protected:
    /// Shows the flagship example; with a scenario, in mode Run at its beginning. QTRY as ever: check
    /// QTest::currentTestFailed() before going on.
    void openFlagship(const char* scenario = nullptr) {
        m_folder = std::make_unique<QTemporaryDir>();
        m_settings = std::make_unique<QSettings>(m_folder->filePath("settings.ini"), QSettings::IniFormat);
        m_theme = std::make_unique<ThemeController>(*m_settings);
        m_window = std::make_unique<MainWindow>(*m_theme, *m_settings,
                                                AutosaveFolder(m_folder->filePath("autosave")));
        m_window->resize(1280, 800);
        m_window->show();
        m_window->files().openExample("update-user-email");
        QTRY_VERIFY(m_window->documents().isOpen());
        if (!scenario)
            return;
        m_window->runs().chooseScenario(scenario);
        m_window->setMode(Mode::Run);
        QTRY_COMPARE(session().state(), RunSession::State::Paused);
    }
    void close() {
        m_window.reset();
        m_theme.reset();
        m_settings.reset();
        m_folder.reset();
    }
    [[nodiscard]] RunSession& session() { return m_window->session(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<QSettings> m_settings;
    std::unique_ptr<ThemeController> m_theme;
    std::unique_ptr<MainWindow> m_window;
};

}  // namespace sluice::test
