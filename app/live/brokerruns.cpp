#include "app/live/brokerruns.h"

#include <spdlog/spdlog.h>

#include <QUuid>

#include "app/brokers/loggedchanges.h"
#include "app/comparecontroller.h"
#include "app/documentcontroller.h"
#include "app/live/brokerrundialog.h"
#include "app/live/livecontroller.h"
#include "app/messagebar.h"
#include "app/runcontroller.h"
#include "app/runsession.h"

namespace sluice {

BrokerRuns::BrokerRuns(const Parts& parts, QObject* parent) : QObject(parent), m_parts(parts) {
    // Another run, another drawing: what was made there goes.
    connect(&parts.session, &RunSession::began, this, [this] {
        if (m_play && m_shown && m_parts.session.store() != m_play->store())
            m_play->stop();
    });
}

BrokerRuns::~BrokerRuns() = default;

Result<std::unique_ptr<RealRun>> BrokerRuns::made(const QList<ConnectionSettings>& on, bool keep) const {
    RealRun::Wish wish;
    wish.drawing = m_parts.documents.document().snapshot();
    wish.options.scenario = m_parts.runs.scenarioId().toStdString();
    wish.prefix = m_prefix;
    wish.keeps = keep;
    for (const ConnectionSettings& one : on) {
        const BrokerPlugin* plugin = m_parts.live.plugin(one);
        if (!plugin)
            return Error{ErrorCode::Unsupported, "there is no plugin for it", one.name.toStdString()};
        wish.places.push_back({plugin, one, one.name});
    }
    return RealRun::create(std::move(wish), [](auto changes, const RealRun::Place& place) {
        return std::make_unique<LoggedChanges>(
            std::move(changes), WritingLog(place.name, [](const QString& file) {
                spdlog::warn("what was written could not be noted in {}", file.toStdString());
            }));
    });
}

void BrokerRuns::chooseNames() {
    m_prefix =
        QStringLiteral("sluice-run-%1.").arg(QUuid::createUuid().toString(QUuid::WithoutBraces).left(4));
}

void BrokerRuns::open(const Theme& theme, QWidget* parent) {
    if (m_dialog) {
        m_dialog->raise();
        m_dialog->activateWindow();
        return;
    }
    chooseNames();
    m_dialog = new BrokerRunDialog(
        theme, m_parts.runs.scenarioName(), m_parts.live.connections(),
        [this](const ConnectionSettings& one) {
            const BrokerPlugin* plugin = m_parts.live.plugin(one);
            return plugin ? plugin->description().name : one.plugin;
        },
        [this](const QList<ConnectionSettings>& on) -> Result<BrokerRunDialog::Preview> {
            const auto run = made(on, false);
            if (!run)
                return run.error();
            return BrokerRunDialog::Preview{(*run)->steps(), (*run)->notes()};
        },
        parent);
    connect(m_dialog, &BrokerRunDialog::runWanted, this, &BrokerRuns::start);
    connect(m_dialog, &BrokerRunDialog::stopWanted, this, [this] {
        if (m_play)
            m_play->stop();
    });
    // Closing it ends nothing.
    connect(m_dialog, &QDialog::finished, this, [this] {
        if (!m_play)
            return;
        m_parts.messages.tell({"brokerRun",
                               MessageBar::Tone::Info,
                               tr("The run on %1 goes on.").arg(m_where),
                               {{tr("Stop it"), [this] {
                                     if (m_play)
                                         m_play->stop();
                                 }}}});
    });
    if (m_play)
        m_dialog->setBusy(tr("Playing on %1…").arg(m_where));
    m_dialog->show();
}

QList<ConnectionSettings> BrokerRuns::withSecrets(QList<ConnectionSettings> on) const {
    // The keychain answers after the dialog was opened.
    const QList<ConnectionSettings> known = m_parts.live.connections();
    for (ConnectionSettings& one : on) {
        const auto it = std::find_if(known.cbegin(), known.cend(),
                                     [&](const ConnectionSettings& other) { return other.id == one.id; });
        if (it != known.cend())
            one.secrets = it->secrets;
    }
    return on;
}

void BrokerRuns::start(const QList<ConnectionSettings>& chosen, bool keep) {
    if (m_play)
        return;
    const QList<ConnectionSettings> on = withSecrets(chosen);
    for (const ConnectionSettings& one : on) {
        if (!one.text("user").isEmpty() && one.secrets.isEmpty())
            return tell(
                tr("The password of %1 is not known. In Live, choose this connection and type it in; it "
                   "is remembered until Sluice ends.")
                    .arg(one.name),
                false);
    }
    auto run = made(on, keep);
    if (!run)
        return tell(QString::fromStdString(run.error().text()), false);
    QStringList names;
    for (const ConnectionSettings& one : on)
        names << one.name;
    m_where = names.join(tr(" and "));
    m_drawing = std::make_shared<const Diagram>((*run)->drawing());
    m_parts.messages.withdraw("brokerRun");
    m_play = std::make_unique<BrokerPlay>(std::move(*run));
    connect(m_play.get(), &BrokerPlay::began, this, &BrokerRuns::show);
    connect(m_play.get(), &BrokerPlay::progressed, this, [this](TraceTime now, TraceTime end) {
        if (m_dialog)
            m_dialog->setBusy(tr("Playing on %1: %2 of %3")
                                  .arg(m_where, QString::fromStdString(describeDuration(now)),
                                       QString::fromStdString(describeDuration(end))));
    });
    connect(m_play.get(), &BrokerPlay::takingAway, this, [this] {
        if (m_dialog)
            m_dialog->setBusy(tr("Taking away what was made…"));
    });
    connect(m_play.get(), &BrokerPlay::ended, this, &BrokerRuns::end);
    if (m_dialog)
        m_dialog->setBusy(tr("Making what is needed on %1…").arg(m_where));
    m_play->start();
}

void BrokerRuns::show() {
    m_parts.live.disconnectBroker();
    Scenario played = m_play->scenario();
    played.name = tr("%1, on %2").arg(QString::fromStdString(played.name), m_where).toStdString();
    m_parts.session.watchPlay(m_drawing, m_play->store(), played, m_play->seed(),
                              [play = m_play.get()](const std::shared_ptr<TraceJournal>& journal) {
                                  return play->record(journal);
                              });
    m_shown = true;  // only now: what was shown before has ended in between
    emit began();
}

void BrokerRuns::end(const BrokerPlayEnd& end) {
    const std::unique_ptr<BrokerPlay> play = std::move(m_play);
    m_shown = false;
    // What was left, or could not be taken away, keeps its names.
    chooseNames();
    const auto store = play->store();
    const bool shown = store && m_parts.session.store() == store;
    if (shown)
        m_parts.session.endWatching();
    QStringList words;
    if (!end.problem.isEmpty())
        words << tr("The run on %1 ended early. %2").arg(m_where, end.problem);
    else if (end.stopped)
        words << tr("The run on %1 was stopped.").arg(m_where);
    else
        words << tr("Played on %1.").arg(m_where);
    QStringList different;
    for (const RealRun::Held& one : end.held) {
        if (one.found >= 0 && one.found != one.told)
            different << tr("%1 holds %2 messages, by the trace %3")
                             .arg(QString::fromStdString(one.element))
                             .arg(one.found)
                             .arg(one.told);
    }
    if (!different.isEmpty())
        words << different.join(QStringLiteral("; ")) + u'.';
    else if (!end.held.empty())
        words << tr("Queues and topics hold what the trace says.");
    if (!end.left.isEmpty())
        words << end.left;
    const bool well = end.problem.isEmpty() && different.isEmpty() && end.left.isEmpty();
    if (m_dialog)
        m_dialog->setEnded(words.join(u' '), well);
    MessageBar::Notice notice{"brokerRun", well ? MessageBar::Tone::Info : MessageBar::Tone::Warning,
                              words.join(u' ')};
    if (shown)
        notice.choices = {{tr("Compare with the run in the program"), [this, store] {
                               if (m_parts.session.store() == store)
                                   m_parts.comparisons.compareWithProgram();
                           }}};
    m_parts.messages.tell(notice);
}

void BrokerRuns::tell(const QString& sentence, bool well) {
    if (m_dialog)
        m_dialog->setEnded(sentence, well);
}

}  // namespace sluice
