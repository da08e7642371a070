#pragma once

#include <QWidget>
#include <functional>

#include "plugins/api/brokerconnection.h"

class QLabel;
class QListWidget;
class QPushButton;
class QScrollArea;
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
    /// `together`: the ids of those that are watched with one of them.
    void setConnections(const QList<ConnectionSettings>& connections, const QString& chosen,
                        const std::function<QStringList(const QString& id)>& together);
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
    /// `together`: the ids of the connections that are ticked to go with it.
    void discoverWanted(const sluice::ConnectionSettings& connection, const QStringList& together);
    void watchWanted(const sluice::ConnectionSettings& connection, const QStringList& together);
    void removeWanted(const QString& id);

private:
    QWidget* makeEmpty();
    QWidget* makeManager();
    void choose(int row);
    void showForm(const ConnectionSettings& settings);
    void clearResults();
    void bringResultsIntoSight();
    void addResult(const QString& mark, const QColor& color, const QString& text);
    /// What is in the form, if all of it is filled in.
    void act(const std::function<void(const ConnectionSettings&)>& wanted);
    void orderByKeyboard();
    void showOthers();
    [[nodiscard]] QStringList together() const;
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
    QScrollArea* m_scroll;
    QVBoxLayout* m_results;
    QWidget* m_others;
    std::function<QStringList(const QString& id)> m_together;
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
