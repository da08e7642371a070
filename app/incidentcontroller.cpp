#include "app/incidentcontroller.h"

#include <QDateTime>
#include <QMenu>
#include <QSettings>

#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "core/incident/causalchain.h"
#include "core/incident/discardorder.h"
#include "core/incident/redriveorder.h"
#include "core/incident/redriveplan.h"
#include "core/report/incidentnotes.h"
#include "widgets/editing/counting.h"
#include "widgets/incidents/discarddialog.h"
#include "widgets/incidents/redrivedialog.h"
#include "widgets/incidents/whyview.h"
#include "widgets/log/eventwords.h"

namespace sluice {

namespace {

constexpr auto kWhoKey = "incidents/who";

}  // namespace

IncidentController::IncidentController(QWidget& window, RunSession& session, PanelDocks& panels,
                                       RecordingController& recordings, MessageBar& messages,
                                       QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_session(session),
      m_panels(panels),
      m_recordings(recordings),
      m_messages(messages),
      m_settings(settings) {
    // Its dry run is one of the run that was.
    connect(&session, &RunSession::began, this, [this] {
        if (m_dialog)
            m_dialog->close();
        if (m_discarding)
            m_discarding->close();
    });
}

QString IncidentController::user() const {
    const QString user = qEnvironmentVariable("USER", qEnvironmentVariable("USERNAME"));
    return m_settings.value(kWhoKey, user).toString();
}

IncidentMark IncidentController::markOf(IncidentState state, const std::string& by) const {
    return {state, m_session.now(), by, QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString()};
}

void IncidentController::setNotes(const std::vector<IncidentNote>& notes) {
    IncidentStates states = statesOf(notes);
    if (states == m_states)
        return;
    m_states = std::move(states);
    emit statesChanged();
}

std::vector<IncidentNote> IncidentController::notes() const {
    return notesOf(m_states);
}

void IncidentController::setState(const Incident& incident, IncidentState state) {
    if (state == IncidentState::Discarded)
        return askToDiscard(incident);
    m_states.mark(incident, markOf(state, user().toStdString()));
    emit statesChanged();
}

int IncidentController::openCount() const {
    std::vector<Incident> incidents = m_session.incidents();
    m_states.apply(incidents);
    return static_cast<int>(std::count_if(incidents.begin(), incidents.end(), [](const Incident& one) {
        return one.state == IncidentState::Open;
    }));
}

WhyView* IncidentController::makeWhyView(const Theme& theme) {
    auto* view = new WhyView(theme);
    const auto follow = [this, view] {
        view->setTable(m_session.store() ? m_session.store()->sharedTable() : nullptr);
    };
    follow();
    connect(&m_session, &RunSession::began, view, follow);
    connect(view, &WhyView::messageActivated, this, &IncidentController::messageWanted);
    connect(view, &WhyView::stepActivated, this, [this](Sequence sequence, EntityId place) {
        m_session.seekAfter(sequence);
        if (m_session.store() && place < m_session.store()->table().entities.size())
            emit placeWanted(m_session.store()->table().entities[place].id);
    });
    return view;
}

void IncidentController::askWhy(MessageId message, EntityId place) {
    if (!m_session.store() || message == 0)
        return;
    const CausalContext context{*m_session.store(), m_session.diagram().get(), &m_session.scenario()};
    const CausalChain chain = causalChain(context, message, place, m_session.system().next);
    if (chain.steps.empty())
        return;
    auto* view = static_cast<WhyView*>(m_panels.reveal(QStringLiteral("why")));
    view->showChain(chain, m_session.now());
    view->setFocus();
}

bool IncidentController::hasMessages(EntityId queue) const {
    return m_session.store() && queue < m_session.system().entities.size() &&
           !m_session.system().entities[queue].messages.empty();
}

void IncidentController::askWhyFirstOf(EntityId queue) {
    if (hasMessages(queue))
        askWhy(m_session.system().entities[queue].messages.front(), queue);
}

void IncidentController::planRedrive(const Theme& theme, EntityId queue,
                                     const std::vector<MessageId>& wanted) {
    m_messages.withdraw("redrive");
    if (!hasMessages(queue))
        return;
    if (m_session.isReplay()) {
        m_messages.tell(
            {"redrive", MessageBar::Tone::Info,
             tr("A recording cannot be changed: nothing can be redriven in it. Run the drawing to "
                "redrive.")});
        return;
    }
    m_session.pause();
    if (m_dialog)
        m_dialog->close();
    auto* dialog = new RedriveDialog(theme, m_session.store(), queue, wanted, user(), &m_window);
    m_dialog = dialog;
    dialog->setPlan(sluice::planRedrive(*m_session.store(), m_session.system(), queue), m_session.now());
    connect(dialog, &RedriveDialog::messageActivated, this, &IncidentController::messageWanted);
    connect(dialog, &RedriveDialog::eventActivated, this,
            [this](Sequence sequence) { m_session.seekAfter(sequence); });
    connect(dialog, &RedriveDialog::redriveWanted, this, [this, dialog](const RedriveOrder& order) {
        if (m_session.now() != dialog->moment()) {
            // Whoever looked at the event behind a verdict is elsewhere now.
            m_session.pause();
            dialog->setPlan(sluice::planRedrive(*m_session.store(), m_session.system(), dialog->queue()),
                            m_session.now());
            dialog->tell(
                tr("The run stood elsewhere when this was judged. Here is the dry run of the moment "
                   "that it shows now: look again, then redrive."));
            return;
        }
        m_settings.setValue(kWhoKey, QString::fromStdString(order.by));
        dialog->close();
        redrive(order);
    });
    dialog->show();
}

void IncidentController::redrive(const RedriveOrder& order) {
    const TraceTime from = m_session.now();
    for (const Incident& incident : m_session.incidents()) {
        const bool touched =
            std::any_of(order.messages.begin(), order.messages.end(), [&](MessageId message) {
                return std::find(incident.messages.begin(), incident.messages.end(), message) !=
                       incident.messages.end();
            });
        if (touched && incident.waiting > 0)
            m_states.mark(incident, markOf(IncidentState::Redriven, order.by));
    }
    if (intervene(actionOf(order)))
        follow(order, from);
}

bool IncidentController::intervene(Action action) {
    const QString recorded = m_recordings.pathOfRun();
    m_recordings.stopRecording();
    if (!m_session.intervene(std::move(action)))
        return false;
    emit statesChanged();
    // The recording is of the run as it is now: the same file, from the beginning.
    if (!recorded.isEmpty())
        connect(
            &m_session, &RunSession::began, this, [this, recorded] { m_recordings.recordTo(recorded); },
            Qt::SingleShotConnection);
    return true;
}

/// Its letters that stand in the dead-letter queue at the playhead are taken out where that can be done.
void IncidentController::askToDiscard(const Incident& incident) {
    if (!m_session.store())
        return;
    m_session.pause();
    std::vector<MessageId> letters;
    if (!m_session.isReplay() && !m_session.isLive() && hasMessages(incident.deadLetterQueue)) {
        const std::vector<MessageId> waiting =
            m_session.system().entities[incident.deadLetterQueue].messages.all();
        std::copy_if(waiting.begin(), waiting.end(), std::back_inserter(letters), [&](MessageId message) {
            return std::find(incident.messages.begin(), incident.messages.end(), message) !=
                   incident.messages.end();
        });
    }
    const QString queue = incident.deadLetterQueue == kNoEntity
                              ? QString()
                              : eventwords::place(incident.deadLetterQueue, m_session.store()->table());
    const QString sentences =
        !letters.empty() ? tr("%1 of the incident in %2: to be taken out of it for good at %3. The run goes "
                              "on without; who did it and why stand in the run and its recording.")
                               .arg(counted(letters.size(), tr("1 message"), tr("%1 messages")), queue,
                                    eventwords::instant(m_session.now()))
        : m_session.isLive() ? tr("Nothing is changed at the broker: its messages stay where they are. The "
                                  "incident is marked as done with, with who, when and why, until another "
                                  "message joins it.")
        : m_session.isReplay()
            ? tr("A recording cannot be changed: its messages stay where they were. The "
                 "incident is marked as done with in the notes of the recording, with who, "
                 "when and why.")
            : tr("None of its messages waits any more. The incident is marked as done with, "
                 "with who, when and why.");
    if (m_discarding)
        m_discarding->close();
    m_discarding = new DiscardDialog(sentences, user(), &m_window);
    connect(m_discarding, &DiscardDialog::discardWanted, this,
            [this, incident, letters](const QString& by, const QString& why) {
                discard(incident, letters, by, why);
            });
    m_discarding->show();
}

void IncidentController::discard(const Incident& incident, const std::vector<MessageId>& letters,
                                 const QString& by, const QString& why) {
    m_settings.setValue(kWhoKey, by);
    IncidentMark mark = markOf(IncidentState::Discarded, by.toStdString());
    mark.why = why.toStdString();
    const std::string when = mark.when;
    m_states.mark(incident, std::move(mark));
    if (letters.empty())
        emit statesChanged();
    else
        intervene(
            actionOf(DiscardOrder{m_session.store()->table().entities[incident.deadLetterQueue].id,
                                  m_session.now(), letters, by.toStdString(), when, why.toStdString()}));
}

/// Once the run is again where it was: it plays, and what goes back can be seen.
void IncidentController::follow(const RedriveOrder& order, TraceTime from) {
    auto* once = new QObject(this);
    connect(&m_session, &RunSession::moved, once, [this, once, order, from] {
        if (!m_session.store() || m_session.now() < from)
            return;
        once->deleteLater();
        once->disconnect();
        std::vector<std::string> places{order.queue};
        for (const Entity& entity : m_session.store()->table().entities) {
            const bool dies = entity.isLink && entity.linkKind == LinkKind::DeadLetter;
            if (dies && m_session.store()->table().entities[entity.to].id == order.queue)
                places.push_back(m_session.store()->table().entities[entity.from].id);
        }
        emit placesWanted(places);
        if (!order.messages.empty())
            emit messageWanted(order.messages.front());
        m_session.play();
    });
}

void IncidentController::extendMenu(QMenu& menu, const std::string& id, const Theme& theme) {
    const EntityId queue = m_session.store() ? m_session.store()->table().find(id) : kNoEntity;
    if (!hasMessages(queue))
        return;
    auto* why = new QAction(tr("Why is the first message here?"), &menu);
    connect(why, &QAction::triggered, this, [this, queue] { askWhyFirstOf(queue); });
    QAction* before = menu.actions().value(0);
    menu.insertAction(before, why);
    if (m_session.store()->table().entities[queue].deadLetters) {
        auto* redrive = new QAction(tr("Redrive…"), &menu);
        redrive->setObjectName("incidents.redrive");
        redrive->setEnabled(!m_session.isReplay());
        redrive->setToolTip(m_session.isReplay() ? tr("A recording cannot be changed") : QString());
        connect(redrive, &QAction::triggered, this,
                [this, queue, chosen = &theme] { planRedrive(*chosen, queue); });
        menu.insertAction(before, redrive);
    }
    if (before)
        menu.insertSeparator(before);
}

}  // namespace sluice
