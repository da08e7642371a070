#pragma once

#include <QFrame>
#include <QTimer>

#include "app/brokers/messagewish.h"
#include "plugins/api/brokerconnection.h"

class QLabel;
class QPushButton;

namespace sluice {

struct Theme;

/// The line above a drawing that is watched: which broker, whether it answers, what watching it costs it. On
/// the window's thread; owned by the main window.
class LiveBar : public QFrame {
    Q_OBJECT

public:
    explicit LiveBar(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setConnection(const QString& name);
    void setStatus(const WatchStatus& status);
    void setMessages(const MessagesStatus& status);
    /// The playhead is at the newest, as opposed to looking back.
    void setFollowing(bool following);

signals:
    void disconnectWanted();
    /// Back to the connections: what was watched is over and has been looked at.
    void connectionsWanted();
    void followWanted();
    void driftWanted();
    void browseWanted();
    /// Single messages shall be shown, or no longer.
    void tokensWanted();

private:
    void refresh();
    [[nodiscard]] QString messageWords() const;

    const Theme* m_theme;
    QString m_name;
    WatchStatus m_status;
    MessagesStatus m_messages;
    bool m_following = true;
    qint64 m_retryAt = 0;  ///< ms since the epoch
    QTimer m_countdown;
    QLabel* m_mark;
    QLabel* m_text;
    QLabel* m_cost;
    QPushButton* m_follow;
    QPushButton* m_browse;
    QPushButton* m_tokens;
    QPushButton* m_leave;
};

}  // namespace sluice
