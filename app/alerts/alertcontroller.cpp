#include "app/alerts/alertcontroller.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDateTime>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSettings>
#include <QSystemTrayIcon>

#include "app/brokers/alertpost.h"
#include "app/documentcontroller.h"
#include "app/live/livecontroller.h"
#include "app/messagebar.h"
#include "app/notebook.h"
#include "app/recordingcontroller.h"
#include "app/runsession.h"
#include "core/alerts/alertrules.h"
#include "core/alerts/alertwords.h"
#include "core/diagram/slug.h"
#include "core/record/lastminutes.h"
#include "core/record/recordingwriter.h"
#include "widgets/alerts/alertlook.h"
#include "widgets/alerts/alertruledialog.h"
#include "widgets/editing/alertedits.h"
#include "widgets/work/inbackground.h"

namespace sluice {

namespace {

constexpr int kFollowEvery = 500;                          // ms
constexpr Duration kAfterward = std::chrono::seconds(30);  // kept of what follows an alert
constexpr Duration kLongest = std::chrono::hours(1);       // of one recording, however long an alert lasts

constexpr std::uint64_t kMostKept = std::uint64_t{256}
                                    << 20U;  // bytes of one recording, whatever its minutes

constexpr std::size_t kMostAtOnce = 3;  ///< alerts that are told one by one
constexpr std::size_t kMostBookmarks = 200;

DesktopNotifier::Urgency urgencyOf(AlertSeverity severity) {
    return severity == AlertSeverity::Critical  ? DesktopNotifier::Urgency::Critical
           : severity == AlertSeverity::Warning ? DesktopNotifier::Urgency::Normal
                                                : DesktopNotifier::Urgency::Low;
}

int minuteOfDay() {
    const QTime now = QTime::currentTime();
    return now.hour() * 60 + now.minute();
}

}  // namespace

AlertController::AlertController(const Parts& parts, QObject* parent)
    : QObject(parent), m_parts(parts), m_settings(AlertSettings::from(parts.settings)) {
    m_webhook.setUrl(m_settings.webhook);
    connect(&m_webhook, &Webhook::failed, this, [this](const QString& why) {
        m_parts.messages.tell({"webhook", MessageBar::Tone::Warning,
                               tr("An alert was not posted to the webhook: %1.").arg(why)});
    });
    // What nobody looks at is told all the same.
    m_follow.setInterval(kFollowEvery);
    connect(&m_follow, &QTimer::timeout, this, [this] {
        if (m_index && m_parts.session.isLive() && !m_parts.session.isComplete())
            m_index->follow();
        finishKeeping(false);
    });
    connect(&parts.documents.history(), &History::changed, this, [this](const DocumentChange& change) {
        if (!change.alerts.empty() && m_parts.live.isWatching())
            m_parts.live.setAlerts();
    });
    connect(&parts.session, &RunSession::stateChanged, this, &AlertController::changed);
}

AlertController::~AlertController() = default;

void AlertController::setIndex(std::shared_ptr<TimelineIndex> index) {
    // The watch that was is over: what of it was to be kept is written now.
    finishKeeping(true);
    if (m_index)
        m_index->disconnect(this);
    m_index = std::move(index);
    m_diagram = m_parts.session.diagram();
    m_alerts.clear();
    if (m_index) {
        connect(m_index.get(), &TimelineIndex::grown, this, &AlertController::take);
        m_follow.start();
    } else {
        m_follow.stop();
    }
    emit changed();
}

int AlertController::raisedCount() const {
    const TraceTime now = m_parts.session.now();
    return static_cast<int>(std::count_if(m_alerts.begin(), m_alerts.end(), [now](const Alert& alert) {
        return alert.raised <= now && (!alert.cleared || *alert.cleared > now);
    }));
}

void AlertController::take() {
    if (m_index->lanes().count(TraceLane::Alerts) == 0 && m_alerts.empty())
        return;
    const std::size_t known = m_alerts.size();
    std::vector<Alert> alerts = m_index->lanes().alerts();
    if (alerts == m_alerts)
        return;
    m_alerts = std::move(alerts);
    std::vector<Alert> toTell;
    for (std::size_t i = known; i < m_alerts.size(); ++i) {
        if (began(m_alerts[i], i))
            toTell.push_back(m_alerts[i]);
    }
    if (toTell.size() > kMostAtOnce)
        tellMany(toTell);
    else
        std::for_each(toTell.begin(), toTell.end(), [this](const Alert& alert) { tell(alert); });
    finishKeeping(false);
    emit changed();
}

const AlertRule* AlertController::ruleOf(const Alert& alert) const {
    const auto& named = m_index->store()->table().alerts;
    const std::string id =
        alert.rule < named.size() ? named[alert.rule].id : m_parts.live.alertRuleAt(alert.rule);
    return m_parts.documents.document().diagram().findAlert(id);
}

QString AlertController::nameFor(const Alert& alert, const AlertRule* rule) const {
    return QString::fromStdString(rule ? nameOf(*rule) : ruleName(alert, m_index->store()->table()));
}

QString AlertController::placeOf(const Alert& alert) const {
    return alert.subject == kNoEntity ? tr("broker")
                                      : QString::fromStdString(subjectName(alert, m_index->store()->table()));
}

bool AlertController::began(const Alert& alert, std::size_t at) {
    const AlertRule* const rule = ruleOf(alert);
    const auto& bookmarks = m_parts.notebook.notes().bookmarks;
    if (m_parts.recordings.isRecording() && bookmarks.size() < kMostBookmarks)
        m_parts.notebook.addBookmark(tr("Alert: %1").arg(nameFor(alert, rule)).toStdString(), alert.raised);
    if (!m_parts.session.isLive() || m_parts.session.isComplete())
        return false;
    if (rule && rule->record)
        keep(alert, at);
    return !rule || !isQuiet(*rule, minuteOfDay());
}

void AlertController::keep(const Alert& alert, std::size_t at) {
    // One recording holds what belongs together.
    if (!m_keeping.empty()) {
        m_keeping.back().alert = at;
        return;
    }
    const QString name = nameFor(alert, ruleOf(alert));
    const QString stamp = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss"));
    const QString stem = QString::fromStdString(slugOf(name.toStdString()));
    m_keeping.push_back(
        {std::max<TraceTime>(TraceTime::zero(), alert.raised - std::chrono::minutes(m_settings.minutes)), at,
         QDir(m_settings.recordings()).filePath(stem + u' ' + stamp + ".sluicerec"), name});
    // At once, since nobody knows what comes next; again when it is over.
    write(m_keeping.back(), m_index->store()->horizon(), false);
}

void AlertController::finishKeeping(bool now) {
    if (m_keeping.empty() || !m_index)
        return;
    const TraceTime horizon = m_index->store()->horizon();
    std::erase_if(m_keeping, [&](const Keeping& keeping) {
        const Alert& alert = m_alerts[keeping.alert];
        const bool over = alert.cleared && *alert.cleared + kAfterward <= horizon;
        if (!over && !now && !m_parts.session.isComplete() && horizon - alert.raised < kLongest)
            return false;
        write(keeping, horizon, true);
        return true;
    });
}

bool AlertController::canKeep() const {
    return m_index && m_parts.session.isLive() && !m_parts.session.isComplete();
}

void AlertController::keepLastMinutes() {
    if (!canKeep())
        return;
    const TraceTime horizon = m_index->store()->horizon();
    const QString stamp = QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd HH.mm.ss"));
    write({std::max<TraceTime>(TraceTime::zero(), horizon - std::chrono::minutes(m_settings.minutes)),
           m_alerts.size(),
           QDir(m_settings.recordings()).filePath(tr("Kept") + u' ' + stamp + ".sluicerec"),
           {}},
          horizon, true);
}

void AlertController::write(Keeping keeping, TraceTime to, bool tellWhere) {
    keeping.from = beginningWithin(*m_index->store(), keeping.from, to, kMostKept);
    QDir().mkpath(QFileInfo(keeping.path).path());
    RunNotes notes;
    if (keeping.alert < m_alerts.size())
        addBookmark(notes, {.at = std::max<TraceTime>(m_alerts[keeping.alert].raised - keeping.from, {}),
                            .name = tr("Alert: %1").arg(keeping.name).toStdString()});
    RecordingHeader header{m_diagram ? *m_diagram : Diagram(), {}, 0, m_index->store()->sharedTable()};
    inBackground(
        this,
        [store = m_index->store(), keeping, to, header, notes, alerts = m_alerts] {
            const auto part = lastMinutes(*store, keeping.from, to, alerts);
            return saveRecording(keeping.path.toStdString(), header, *part, notes);
        },
        [this, path = keeping.path, tellWhere](const Result<void>& saved) {
            if (!saved)
                m_parts.messages.tell({"kept", MessageBar::Tone::Danger,
                                       tr("The minutes around the alert were not kept. %1")
                                           .arg(QString::fromStdString(saved.error().text()))});
            else if (tellWhere)
                m_parts.messages.tell(
                    {"kept",
                     MessageBar::Tone::Info,
                     tr("The last minutes are kept in %1.").arg(QDir::toNativeSeparators(path)),
                     {{tr("Open"), [this, path] { m_parts.recordings.openPath(path); }}}});
            if (saved)
                emit kept(path);
        });
}

void AlertController::tellMany(const std::vector<Alert>& alerts) {
    const auto gravest = std::max_element(
        alerts.begin(), alerts.end(), [](const Alert& a, const Alert& b) { return a.severity < b.severity; });
    const QString title = tr("%n alerts at once", nullptr, static_cast<int>(alerts.size()));
    const QString text =
        tr("%1: %2, %3, and others")
            .arg(alertlook::word(gravest->severity), nameFor(*gravest, ruleOf(*gravest)), placeOf(*gravest));
    m_parts.messages.tell({"alert", MessageBar::Tone::Danger, tr("%1. %2").arg(title, text)});
    if (m_settings.notify)
        notify({.title = title,
                .text = text,
                .urgency = urgencyOf(gravest->severity),
                .chosen = [this, alert = *gravest] { show(alert); }});
    if (m_settings.sound)
        QApplication::beep();
    QJsonObject json =
        alertPost(*gravest, m_index->store()->table(), ruleOf(*gravest), tr("%1. %2").arg(title, text));
    json["count"] = static_cast<int>(alerts.size());
    m_webhook.post(QJsonDocument(json).toJson(QJsonDocument::Compact));
}

void AlertController::tell(const Alert& alert) {
    const AlertRule* const rule = ruleOf(alert);
    const EntityTable& table = m_index->store()->table();
    const bool isNamed = alert.rule < table.alerts.size() || !rule;
    const QString level =
        alertlook::reading(isNamed ? levelText(alert, table) : levelText(alert, rule->when));
    const QString title = tr("%1: %2").arg(alertlook::word(alert.severity), nameFor(alert, rule));
    const QString text = level.isEmpty() ? placeOf(alert) : tr("%1, at %2").arg(placeOf(alert), level);
    m_parts.messages.tell({"alert",
                           alert.severity == AlertSeverity::Critical  ? MessageBar::Tone::Danger
                           : alert.severity == AlertSeverity::Warning ? MessageBar::Tone::Warning
                                                                      : MessageBar::Tone::Info,
                           tr("%1 (%2)").arg(title, text),
                           {{tr("Show"), [this, alert] { show(alert); }}}});
    if (m_settings.notify)
        notify({.title = title, .text = text, .urgency = urgencyOf(alert.severity), .chosen = [this, alert] {
                    show(alert);
                }});
    if (m_settings.sound)
        QApplication::beep();
    m_webhook.post(QJsonDocument(alertPost(alert, m_index->store()->table(), rule, sentenceFor(alert, rule)))
                       .toJson(QJsonDocument::Compact));
}

QString AlertController::sentenceFor(const Alert& alert, const AlertRule* rule) const {
    return tr("%1: %2 (%3)").arg(alertlook::word(alert.severity), nameFor(alert, rule), placeOf(alert));
}

void AlertController::show(const Alert& alert) {
    // It may have been told of long ago, of another watch.
    if (!m_index || std::find_if(m_alerts.begin(), m_alerts.end(), [&](const Alert& one) {
                        return one.event == alert.event && one.rule == alert.rule;
                    }) == m_alerts.end())
        return;
    m_parts.session.seekAfter(alert.event);
    emit alertChosen(alert);
}

void AlertController::notify(DesktopNotifier::Notification notification) {
    if (m_notifier)
        return m_notifier(notification.title, notification.text);
    QApplication::alert(&m_parts.window);
    if (!m_desktop)
        setBus(QDBusConnection::sessionBus());
    notification.chosen = [this, chosen = std::move(notification.chosen)] {
        m_parts.window.raise();
        m_parts.window.activateWindow();
        chosen();
    };
    notification.unanswered = [this, title = notification.title, text = notification.text] {
        notifyByTray(title, text);
    };
    m_desktop->show(std::move(notification));
}

void AlertController::setBus(const QDBusConnection& bus) {
    m_desktop = std::make_unique<DesktopNotifier>(bus);
}

void AlertController::notifyByTray(const QString& title, const QString& text) {
    if (!QSystemTrayIcon::isSystemTrayAvailable() || !QSystemTrayIcon::supportsMessages())
        return;
    if (!m_tray) {
        m_tray = std::make_unique<QSystemTrayIcon>(m_parts.window.windowIcon());
        m_tray->setToolTip(QStringLiteral("Sluice"));
        connect(m_tray.get(), &QSystemTrayIcon::messageClicked, this, [this] {
            m_parts.window.raise();
            m_parts.window.activateWindow();
        });
    }
    m_tray->show();
    m_tray->showMessage(title, text, m_parts.window.windowIcon());
}

void AlertController::setSettings(const AlertSettings& settings) {
    m_settings = settings;
    m_settings.saveTo(m_parts.settings);
    m_webhook.setUrl(m_settings.webhook);
    emit changed();
}

void AlertController::editSettings() {
    auto* dialog = new AlertSettingsDialog(m_settings, &m_parts.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this, [this, dialog] { setSettings(dialog->settings()); });
    dialog->open();
}

void AlertController::apply(const Edit& edit) {
    const auto applied = m_parts.documents.history().apply(edit);
    if (!applied)
        m_parts.messages.tell(
            {"alert", MessageBar::Tone::Danger,
             tr("The rule was not changed. %1").arg(QString::fromStdString(applied.error().text()))});
}

void AlertController::showRule(const AlertRule& rule) {
    auto* dialog = new AlertRuleDialog(m_parts.documents.document().diagram(), rule, &m_parts.window);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { apply(putAlertRule(m_parts.documents.document(), dialog->rule())); });
    dialog->open();
}

void AlertController::newRule() {
    showRule({});
}

void AlertController::editRule(const std::string& id) {
    if (const AlertRule* rule = m_parts.documents.document().diagram().findAlert(id))
        showRule(*rule);
}

void AlertController::removeRule(const std::string& id) {
    apply(removeAlertRule(m_parts.documents.document(), id));
}

void AlertController::switchRule(const std::string& id, bool on) {
    const AlertRule* const rule = m_parts.documents.document().diagram().findAlert(id);
    if (!rule || rule->enabled == on)
        return;
    AlertRule changed = *rule;
    changed.enabled = on;
    apply(putAlertRule(m_parts.documents.document(), changed));
}

}  // namespace sluice
