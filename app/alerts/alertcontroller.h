#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <memory>
#include <vector>

#include "app/alerts/alertsettings.h"
#include "app/alerts/desktopnotifier.h"
#include "app/brokers/webhook.h"
#include "core/diagram/edit.h"
#include "core/trace/alertlist.h"
#include "widgets/timeline/timelineindex.h"

class QDBusConnection;
class QSystemTrayIcon;

namespace sluice {

class DocumentController;
class LiveController;
class MessageBar;
class Notebook;
class RecordingController;
class RunSession;

/// The conversation about alerts: the drawing's rules, which a live watch follows as they are edited; who is
/// told of what a live broker raises; and the incident recorder, which writes the minutes around an alert
/// into a recording of its own. Runs and recordings tell nobody. Lives on the window's thread; owned by the
/// main window.
class AlertController : public QObject {
    Q_OBJECT

public:
    struct Parts {
        QWidget& window;
        DocumentController& documents;
        RunSession& session;
        RecordingController& recordings;
        LiveController& live;
        Notebook& notebook;
        MessageBar& messages;
        QSettings& settings;
    };
    AlertController(const Parts& parts, QObject* parent);
    ~AlertController() override;

    /// Where the alerts of what is shown come from; null: nothing is.
    void setIndex(std::shared_ptr<TimelineIndex> index);
    /// How many are raised at the playhead.
    [[nodiscard]] int raisedCount() const;

    void newRule();
    void editRule(const std::string& id);
    void removeRule(const std::string& id);
    void switchRule(const std::string& id, bool on);
    void editSettings();
    [[nodiscard]] const AlertSettings& settings() const { return m_settings; }
    void setSettings(const AlertSettings& settings);

    /// The last minutes of a live watch can be kept now.
    [[nodiscard]] bool canKeep() const;
    /// Writes them into a recording, at once.
    void keepLastMinutes();
    /// Who notifies, instead of the desktop: title and text.
    using Notifier = std::function<void(const QString&, const QString&)>;
    void setNotifier(Notifier notifier) { m_notifier = std::move(notifier); }
    /// On another bus than the session's.
    void setBus(const QDBusConnection& bus);
    [[nodiscard]] Webhook& webhook() { return m_webhook; }

signals:
    /// raisedCount(), canKeep() or the settings changed.
    void changed();
    /// Somebody was told of an alert and wants to see it: the playhead is there, the window is in front.
    void alertChosen(const sluice::Alert& alert);
    /// A recording of an alert was written there.
    void kept(const QString& path);

private:
    struct Keeping {
        TraceTime from{};
        std::size_t alert = 0;  ///< in m_alerts
        QString path;
        QString name;
    };
    void take();
    /// True when somebody is to be told of it.
    bool began(const Alert& alert, std::size_t at);
    void tell(const Alert& alert);
    /// Many at once are one message.
    void tellMany(const std::vector<Alert>& alerts);
    void keep(const Alert& alert, std::size_t at);
    void notify(DesktopNotifier::Notification notification);
    /// Without a service for it: an icon among those of the desktop.
    void notifyByTray(const QString& title, const QString& text);
    void show(const Alert& alert);
    [[nodiscard]] const AlertRule* ruleOf(const Alert& alert) const;
    [[nodiscard]] QString nameFor(const Alert& alert, const AlertRule* rule) const;
    [[nodiscard]] QString placeOf(const Alert& alert) const;
    [[nodiscard]] QString sentenceFor(const Alert& alert, const AlertRule* rule) const;
    void finishKeeping(bool now);
    void write(Keeping keeping, TraceTime to, bool tellWhere);
    void apply(const Edit& edit);
    void showRule(const AlertRule& rule);

    Parts m_parts;
    AlertSettings m_settings;
    Webhook m_webhook;
    Notifier m_notifier;
    std::unique_ptr<DesktopNotifier> m_desktop;  ///< from the first notification on
    std::unique_ptr<QSystemTrayIcon> m_tray;
    std::shared_ptr<TimelineIndex> m_index;
    std::shared_ptr<const Diagram> m_diagram;  ///< of what m_index is of
    std::vector<Alert> m_alerts;
    std::vector<Keeping> m_keeping;  ///< alerts that are not over long enough
    QTimer m_follow;
};

}  // namespace sluice
