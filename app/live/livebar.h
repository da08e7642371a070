#pragma once

#include <QFrame>
#include <QTimer>

#include "app/brokers/messagewish.h"
#include "plugins/api/brokerconnection.h"

class QAction;
class QLabel;
class QPushButton;

namespace sluice {

struct Theme;

/// The line above a drawing that is watched: which brokers, whether they answer, what watching costs them. On
/// the window's thread; owned by the main window.
class LiveBar : public QFrame {
    Q_OBJECT

public:
    explicit LiveBar(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// Their names; nothing is known of them yet.
    void setConnections(const QStringList& names);
    void setPace(const WatchPace& pace);
    /// `which`: of those names.
    void setStatus(const WatchStatus& status, int which = 0);
    void setMessages(const MessagesStatus& status);
    /// The playhead is at the newest, as opposed to looking back.
    void setFollowing(bool following);

signals:
    void disconnectWanted();
    /// Back to the connections: what was watched is over and has been looked at.
    void connectionsWanted();
    void followWanted();
    void paceWanted(const sluice::WatchPace& pace);
    void driftWanted();
    void browseWanted();
    /// Single messages shall be shown, or no longer.
    void tokensWanted();

private:
    struct Watched {
        QString name;
        WatchStatus status{};
        qint64 retryAt = 0;  ///< ms since the epoch
    };
    void makePaceMenu();
    void refresh();
    [[nodiscard]] const Watched* inState(WatchStatus::State state) const;
    [[nodiscard]] bool isOver() const;
    [[nodiscard]] QString watchingWords() const;
    [[nodiscard]] QString messageWords() const;
    [[nodiscard]] QString details() const;

    const Theme* m_theme;
    QList<Watched> m_watched;
    WatchPace m_pace;
    MessagesStatus m_messages;
    bool m_following = true;
    QTimer m_countdown;
    QLabel* m_mark;
    QLabel* m_text;
    QLabel* m_cost;
    QPushButton* m_every;
    QList<QAction*> m_intervals;
    QAction* m_frugal;  ///< keep to the usual budget
    QPushButton* m_follow;
    QPushButton* m_drift;
    QPushButton* m_browse;
    QPushButton* m_tokens;
    QPushButton* m_leave;
};

}  // namespace sluice
