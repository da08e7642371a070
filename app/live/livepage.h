#pragma once

#include <QWidget>

#include "plugins/api/brokerconnection.h"

class QLabel;
class QListWidget;
class QPushButton;
class QStackedLayout;
class QVBoxLayout;

namespace sluice {

class ConnectionForm;
struct Theme;

/// The connection manager: the connections there are, the form of the chosen one, what a test of it found,
/// and what can be done with it. On the window's thread; owned by the main window.
class LivePage : public QWidget {
    Q_OBJECT

public:
    explicit LivePage(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// The plugins there are, and why others cannot be used.
    void setPlugins(const QList<PluginDescription>& plugins, const QStringList& problems);
    void setConnections(const QList<ConnectionSettings>& connections, const QString& chosen);
    /// The drawing has something that could be watched.
    void setWatchable(bool watchable);
    /// Secrets that came after their connections: into the form too, unless somebody has typed there.
    void addSecrets(const QList<ConnectionSettings>& connections);
    /// Whether secrets outlive the program, in the desktop's keychain.
    void setSecretsKept(bool kept);
    void showTest(QList<TestStep> steps);
    /// What is being done; empty: nothing.
    void setBusy(const QString& what);
    void showProblem(const QString& text);
    /// As the form has it; without an id while it was never saved.
    [[nodiscard]] ConnectionSettings current() const;

signals:
    void testWanted(const sluice::ConnectionSettings& connection);
    void discoverWanted(const sluice::ConnectionSettings& connection);
    void watchWanted(const sluice::ConnectionSettings& connection);
    void removeWanted(const QString& id);

private:
    QWidget* makeEmpty();
    QWidget* makeManager();
    void choose(int row);
    void showForm(const ConnectionSettings& settings);
    void clearResults();
    void addResult(const QString& mark, const QColor& color, const QString& text);
    void act(void (LivePage::*wanted)(const ConnectionSettings&));
    void refreshButtons();

    const Theme* m_theme;
    QList<PluginDescription> m_plugins;
    QList<ConnectionSettings> m_connections;
    QList<TestStep> m_steps;
    QStackedLayout* m_pages;
    QLabel* m_emptyText;
    QListWidget* m_list;
    QWidget* m_formPlace;
    ConnectionForm* m_form = nullptr;
    QVBoxLayout* m_results;
    QPushButton* m_test;
    QPushButton* m_discover;
    QPushButton* m_watch;
    QPushButton* m_remove;
    QLabel* m_secrets = nullptr;
    QLabel* m_busy;
    bool m_watchable = false;
    bool m_isBusy = false;
};

}  // namespace sluice
