#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

#include "app/runsession.h"
#include "core/query/eventquery.h"
#include "core/query/stepgoal.h"
#include "widgets/log/eventfilter.h"

class QAction;

namespace sluice {

/// Steps of the playhead to the next or previous event of some kind. What takes long is looked for on another
/// thread, and beyond what the engine has done as it goes on; it can be cancelled. Lives on the window's
/// thread; owned by the main window.
class StepController : public QObject {
    Q_OBJECT

public:
    /// What the window knows and steps depend on.
    struct Surroundings {
        std::function<std::vector<EntityId>()> selected;  ///< on the drawing
        std::function<MessageId()> message;               ///< that is looked at; 0: none
        std::function<std::optional<EventFilter>()>
            query;  ///< of the list of events; nothing: there is no list
    };

    StepController(RunSession& session, Surroundings surroundings, QObject* parent);
    ~StepController() override;

    void step(StepGoal kind, bool forward);
    /// To the next or previous match; `what` names it in what is told.
    void stepTo(const EventQuery& query, const QString& what, bool forward);
    void cancel();
    [[nodiscard]] bool isSearching() const { return m_search != nullptr; }
    /// For a menu, by pairs of next and previous: object names "go.deadLetter.next", …
    [[nodiscard]] QList<QAction*> actions() const { return m_actions; }

signals:
    /// Something is looked for and takes a while; empty: it is over.
    void searching(const QString& what, double progress);
    /// Why there was no step.
    void told(const QString& sentence);
    /// The playhead stands right after that event now.
    void arrived(sluice::Sequence sequence);
    /// A query is wanted, and there is none.
    void queryWanted();
    /// The bookmarks are somebody else's.
    void bookmarkWanted(bool forward);

private:
    struct Search;
    using Attempt = std::function<std::optional<Sequence>(Search&)>;
    void makeActions();
    void begin(const QString& what, bool forward, Attempt attempt);
    void beginWith(const QString& what, bool forward, std::function<bool(const TraceEvent&)> wanted);
    void attempt();
    void attempted();
    void finish();

    RunSession& m_session;
    Surroundings m_surroundings;
    QList<QAction*> m_actions;
    std::shared_ptr<Search> m_search;  ///< under way; null: none
    QThreadPool m_pool;                ///< a step does not wait for the work that charts and lanes have
    QTimer m_tell;                     ///< of what takes long
    QTimer m_again;                    ///< when the engine has gone on
};

}  // namespace sluice
