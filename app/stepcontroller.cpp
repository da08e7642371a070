#include "app/stepcontroller.h"

#include <QAction>
#include <QFutureWatcher>
#include <QtConcurrentRun>
#include <algorithm>
#include <atomic>

#include "core/query/causes.h"
#include "core/query/tracesearch.h"

namespace sluice {

namespace {

constexpr std::size_t kSlice = 65'536;  // events until it is looked whether it was cancelled
constexpr int kTellAfter = 150;         // ms
constexpr int kAgain = 30;              // ms

struct KindInfo {
    StepGoal kind;
    const char* name;
    const char* next;
    const char* previous;
    QKeySequence nextKey;
    QKeySequence previousKey;
};

const std::vector<KindInfo>& kinds() {
    static const std::vector<KindInfo> all{
        {StepGoal::AtElement, "element", QT_TRANSLATE_NOOP("StepController", "Next event at the selection"),
         QT_TRANSLATE_NOOP("StepController", "Previous event at the selection"),
         QKeySequence(Qt::CTRL | Qt::Key_Period), QKeySequence(Qt::CTRL | Qt::Key_Comma)},
        {StepGoal::OfMessage, "message", QT_TRANSLATE_NOOP("StepController", "Next event of this message"),
         QT_TRANSLATE_NOOP("StepController", "Previous event of this message"),
         QKeySequence(Qt::ALT | Qt::Key_Period), QKeySequence(Qt::ALT | Qt::Key_Comma)},
        {StepGoal::Causality, "cause", QT_TRANSLATE_NOOP("StepController", "Consequence of this event"),
         QT_TRANSLATE_NOOP("StepController", "Cause of this event"),
         QKeySequence(Qt::CTRL | Qt::Key_BracketRight), QKeySequence(Qt::CTRL | Qt::Key_BracketLeft)},
        {StepGoal::DeadLetter, "deadLetter", QT_TRANSLATE_NOOP("StepController", "Next dead letter"),
         QT_TRANSLATE_NOOP("StepController", "Previous dead letter"), QKeySequence(Qt::Key_F8),
         QKeySequence(Qt::SHIFT | Qt::Key_F8)},
        {StepGoal::LateArrival, "late", QT_TRANSLATE_NOOP("StepController", "Next late arrival"),
         QT_TRANSLATE_NOOP("StepController", "Previous late arrival"), QKeySequence(Qt::Key_F7),
         QKeySequence(Qt::SHIFT | Qt::Key_F7)},
        {StepGoal::Match, "match", QT_TRANSLATE_NOOP("StepController", "Next match of the query"),
         QT_TRANSLATE_NOOP("StepController", "Previous match of the query"), QKeySequence(Qt::Key_F3),
         QKeySequence(Qt::SHIFT | Qt::Key_F3)},
        {StepGoal::Bookmark, "bookmark", QT_TRANSLATE_NOOP("StepController", "Next bookmark"),
         QT_TRANSLATE_NOOP("StepController", "Previous bookmark"), QKeySequence(Qt::CTRL | Qt::Key_PageDown),
         QKeySequence(Qt::CTRL | Qt::Key_PageUp)},
    };
    return all;
}

}  // namespace

struct StepController::Search {
    QString what;
    bool forward = true;
    Attempt attempt;
    std::atomic<bool> stop = false;
    std::atomic<double> progress = 0;
    bool complete = false;  ///< the trace, before the last attempt
    std::optional<Sequence> found{};
};

StepController::StepController(RunSession& session, Surroundings surroundings, QObject* parent)
    : QObject(parent), m_session(session), m_surroundings(std::move(surroundings)) {
    m_pool.setMaxThreadCount(1);
    m_tell.setInterval(kTellAfter);
    connect(&m_tell, &QTimer::timeout, this,
            [this] { emit searching(tr("Looking for %1").arg(m_search->what), m_search->progress); });
    m_again.setSingleShot(true);
    m_again.setInterval(kAgain);
    connect(&m_again, &QTimer::timeout, this, &StepController::attempt);
    connect(&session, &RunSession::began, this, &StepController::cancel);
    makeActions();
}

StepController::~StepController() {
    if (m_search)
        m_search->stop = true;
    m_pool.waitForDone();
}

void StepController::makeActions() {
    for (const KindInfo& info : kinds()) {
        for (const bool forward : {true, false}) {
            auto* action = new QAction(tr(forward ? info.next : info.previous), this);
            action->setObjectName(
                QStringLiteral("go.%1.%2").arg(QLatin1String(info.name), forward ? "next" : "previous"));
            action->setShortcut(forward ? info.nextKey : info.previousKey);
            connect(action, &QAction::triggered, this,
                    [this, kind = info.kind, forward] { step(kind, forward); });
            m_actions << action;
        }
    }
}

void StepController::step(StepGoal kind, bool forward) {
    cancel();
    if (kind == StepGoal::Bookmark) {
        emit bookmarkWanted(forward);
        return;
    }
    const auto& store = m_session.store();
    if (!store) {
        emit told(tr("There is no run to step through yet: play one."));
        return;
    }
    switch (kind) {
        case StepGoal::Event:
            if (forward)
                m_session.stepForward();
            else
                m_session.stepBack();
            return;
        case StepGoal::AtElement: {
            const std::vector<EntityId> entities = m_surroundings.selected();
            if (entities.empty()) {
                emit told(tr("Select an element or a link on the drawing first."));
                return;
            }
            beginWith(tr("an event at the selection"), forward,
                      [entities](const TraceEvent& event) { return concerns(event, entities); });
            return;
        }
        case StepGoal::OfMessage: {
            const Sequence next = m_session.system().next;
            MessageId message = m_surroundings.message();
            if (message == 0 && next > 0)
                message = store->at(next - 1).message;
            if (message == 0) {
                emit told(tr("Choose a message first: on the drawing, in the events or in an incident."));
                return;
            }
            begin(tr("an event of m-%1").arg(message), forward, [store, message, next, forward](Search&) {
                const std::vector<Sequence> all = store->eventsOf(message);
                // The current event is the one before `next`.
                const auto after = std::lower_bound(all.begin(), all.end(), next);
                if (forward)
                    return after == all.end() ? std::optional<Sequence>() : *after;
                const auto current = std::lower_bound(all.begin(), after, next == 0 ? 0 : next - 1);
                return current == all.begin() ? std::optional<Sequence>() : *std::prev(current);
            });
            return;
        }
        case StepGoal::Causality: {
            const Sequence next = m_session.system().next;
            if (next == 0) {
                emit told(tr("Nothing has happened yet that could have a cause."));
                return;
            }
            begin(forward ? tr("a consequence") : tr("a cause"), forward, [store, next, forward](Search&) {
                Causes causes(store);
                if (!forward)
                    return causes.causeOf(next - 1);
                const std::vector<Sequence> all = causes.consequencesOf(next - 1);
                return all.empty() ? std::optional<Sequence>() : all.front();
            });
            return;
        }
        case StepGoal::DeadLetter:
            beginWith(tr("a dead letter"), forward, [](const TraceEvent& event) {
                return event.kind == EventKind::DeadLettered || event.kind == EventKind::Discarded;
            });
            return;
        case StepGoal::LateArrival:
            beginWith(tr("a late arrival"), forward,
                      [](const TraceEvent& event) { return event.kind == EventKind::LateArrival; });
            return;
        case StepGoal::Match: {
            const auto filter = m_surroundings.query();
            if (!filter || filter->isEmpty()) {
                emit queryWanted();
                return;
            }
            auto sieve = std::make_shared<EventSieve>(store, *filter);
            beginWith(tr("a match"), forward,
                      [sieve](const TraceEvent& event) { return sieve->passes(event); });
            return;
        }
        case StepGoal::Bookmark:
            return;
    }
}

void StepController::stepTo(const EventQuery& query, const QString& what, bool forward) {
    cancel();
    if (!m_session.store())
        return;
    EventFilter filter;
    filter.query = query;
    auto sieve = std::make_shared<EventSieve>(m_session.store(), filter);
    beginWith(what, forward, [sieve](const TraceEvent& event) { return sieve->passes(event); });
}

void StepController::beginWith(const QString& what, bool forward,
                               std::function<bool(const TraceEvent&)> wanted) {
    using Direction = TraceSearch::Direction;
    const Sequence next = m_session.system().next;
    const Sequence from = forward ? next : next == 0 ? 0 : next - 1;
    auto search = std::make_shared<TraceSearch>(m_session.store(), std::move(wanted), from,
                                                forward ? Direction::Forward : Direction::Backward);
    begin(what, forward, [search](Search& state) {
        auto outcome = TraceSearch::Outcome::NotYet;
        while (outcome == TraceSearch::Outcome::NotYet && !state.stop) {
            outcome = search->advance(kSlice);
            state.progress = search->progress();
        }
        return search->found();
    });
}

void StepController::begin(const QString& what, bool forward, Attempt attempt) {
    m_session.pause();
    m_search = std::make_shared<Search>();
    m_search->what = what;
    m_search->forward = forward;
    m_search->attempt = std::move(attempt);
    m_tell.start();
    this->attempt();
}

void StepController::attempt() {
    if (!m_search)
        return;
    // Asked before: what comes to the trace while it is looked through is looked at the next time.
    m_search->complete = m_session.isComplete();
    auto* watcher = new QFutureWatcher<void>(this);
    connect(watcher, &QFutureWatcher<void>::finished, this, [this, watcher, search = m_search] {
        watcher->deleteLater();
        if (search == m_search)
            attempted();
    });
    watcher->setFuture(
        QtConcurrent::run(&m_pool, [search = m_search] { search->found = search->attempt(*search); }));
}

void StepController::attempted() {
    if (!m_search->found && m_search->forward && !m_search->complete) {
        m_session.lookAhead(true);
        m_again.start();
        return;
    }
    const auto search = m_search;
    finish();
    if (search->found) {
        m_session.seekAfter(*search->found);
        emit arrived(*search->found);
    } else if (search->forward) {
        emit told(tr("There is not %1 after this moment.").arg(search->what));
    } else {
        emit told(tr("There is not %1 before this moment.").arg(search->what));
    }
}

void StepController::finish() {
    m_search.reset();
    m_tell.stop();
    m_again.stop();
    m_session.lookAhead(false);
    emit searching({}, 0);
}

void StepController::cancel() {
    if (!m_search)
        return;
    m_search->stop = true;
    finish();
}

}  // namespace sluice
