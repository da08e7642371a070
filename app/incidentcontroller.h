#pragma once

#include <QObject>

#include "app/runsession.h"

class QMenu;

namespace sluice {

class PanelDocks;
class WhyView;
struct Theme;

/// The conversation about what went wrong in a run: why a message is where it is. Lives on the window's
/// thread; owned by the main window.
class IncidentController : public QObject {
    Q_OBJECT

public:
    IncidentController(RunSession& session, PanelDocks& panels, QObject* parent);

    /// The panel that tells why; it forgets what it showed with each new run.
    [[nodiscard]] WhyView* makeWhyView(const Theme& theme);
    /// Tells why the message is in `place` (kNoEntity: wherever it is) at the playhead; passes over 0 and
    /// what there is not yet.
    void askWhy(MessageId message, EntityId place = kNoEntity);
    /// Why the first message that stands in the queue is there.
    void askWhyFirstOf(EntityId queue);
    /// Adds what can be asked of that element of the drawing to its menu.
    void extendMenu(QMenu& menu, const std::string& id);
    /// Whether messages stand in that queue at the playhead.
    [[nodiscard]] bool hasMessages(EntityId queue) const;

signals:
    /// The element or link with that id of the drawing is to be seen.
    void placeWanted(const std::string& id);
    void messageWanted(sluice::MessageId message);

private:
    RunSession& m_session;
    PanelDocks& m_panels;
};

}  // namespace sluice
