#pragma once

#include <QObject>
#include <QPointer>

#include "app/runsession.h"
#include "core/incident/incidentstates.h"
#include "core/story/runnotes.h"

class QMenu;
class QSettings;

namespace sluice {

class DiscardDialog;
class IncidentList;
class MessageBar;
class PanelDocks;
class RecordingController;
class RedriveDialog;
class WhyView;
struct RedriveOrder;
struct Theme;

/// The conversation about what went wrong in a run: why a message is where it is, and what is redriven.
/// Lives on the window's thread; owned by the main window.
class IncidentController : public QObject {
    Q_OBJECT

public:
    IncidentController(QWidget& window, RunSession& session, PanelDocks& panels,
                       RecordingController& recordings, MessageBar& messages, QSettings& settings);

    /// The panel that tells why; it forgets what it showed with each new run.
    [[nodiscard]] WhyView* makeWhyView(const Theme& theme);
    /// Tells why the message is in `place` (kNoEntity: wherever it is) at the playhead; passes over 0 and
    /// what there is not yet.
    void askWhy(MessageId message, EntityId place = kNoEntity);
    /// Why the first message that stands in the queue is there.
    void askWhyFirstOf(EntityId queue);
    /// Shows what a redrive of that dead-letter queue would do at the playhead, and redrives what is chosen
    /// then; `wanted`: chosen at first, empty: all. In a recording it says that this cannot be done.
    void planRedrive(const Theme& theme, EntityId queue, const std::vector<MessageId>& wanted = {});
    /// Redrives in the running model, and follows what was redriven; a recording of the run goes on.
    void redrive(const RedriveOrder& order);
    /// What people said of the run's incidents.
    [[nodiscard]] const IncidentStates& states() const { return m_states; }
    /// As the notes of the run keep it.
    void setNotes(const std::vector<IncidentNote>& notes);
    [[nodiscard]] std::vector<IncidentNote> notes() const;
    /// The user of this program says so, now. To discard an incident asks why first; in the running model it
    /// takes its letters out of their queue.
    void setState(const Incident& incident, IncidentState state);
    /// How many are open at the playhead, by trace and people.
    [[nodiscard]] int openCount() const;
    /// Adds what can be asked of that element of the drawing to its menu.
    void extendMenu(QMenu& menu, const std::string& id, const Theme& theme);
    /// Whether messages stand in that queue at the playhead.
    [[nodiscard]] bool hasMessages(EntityId queue) const;

signals:
    void statesChanged();
    /// The element or link with that id of the drawing is to be seen.
    void placeWanted(const std::string& id);
    /// These are to be highlighted on the drawing.
    void placesWanted(const std::vector<std::string>& ids);
    void messageWanted(sluice::MessageId message);

private:
    [[nodiscard]] QString user() const;
    [[nodiscard]] IncidentMark markOf(IncidentState state, const std::string& by) const;
    void askToDiscard(const Incident& incident);
    void discard(const Incident& incident, const std::vector<MessageId>& letters, const QString& by,
                 const QString& why);
    /// The run goes on as another one; a recording of it as well.
    bool intervene(Action action);
    void follow(const RedriveOrder& order, TraceTime from);

    QWidget& m_window;
    RunSession& m_session;
    PanelDocks& m_panels;
    RecordingController& m_recordings;
    MessageBar& m_messages;
    QSettings& m_settings;
    QPointer<RedriveDialog> m_dialog;
    QPointer<DiscardDialog> m_discarding;
    IncidentStates m_states;
};

}  // namespace sluice
