#include "widgets/timeline/timelineindex.h"

#include <QElapsedTimer>
#include <QFutureWatcher>
#include <QTimer>
#include <QtConcurrent>
#include <atomic>

namespace sluice {

namespace {

constexpr int kSlice = 100;  // ms until what was found is shown

}  // namespace

struct TimelineIndex::Job {
    std::atomic<bool> stop = false;
};

TimelineIndex::TimelineIndex(std::shared_ptr<TraceStore> store)
    : m_store(std::move(store)), m_lanes(std::make_shared<TraceLanes>()) {}

TimelineIndex::~TimelineIndex() {
    // What still runs holds all it needs, and ends at its next block.
    if (m_job)
        m_job->stop = true;
}

void TimelineIndex::setWatches(const std::vector<Watch>& watches) {
    std::vector<AskedWatch> asked;
    for (const Watch& watch : watches) {
        const auto known = std::find_if(m_watches.begin(), m_watches.end(), [&](const AskedWatch& one) {
            return one.watch.query == watch.query;
        });
        AskedWatch one{watch};
        if (known != m_watches.end()) {
            one.tally = known->tally;
            one.mistake = known->mistake;
        } else if (auto query = EventQuery::parse(watch.query)) {
            one.tally = std::make_shared<WatchTally>(std::move(*query), m_store);
        } else {
            one.mistake = query.error().text();
        }
        asked.push_back(std::move(one));
    }
    m_watches = std::move(asked);
    emit watchesChanged();
    follow();
}

bool TimelineIndex::isComplete() const {
    const Sequence size = m_store->size();
    return !m_job && m_lanes->size() == size &&
           std::all_of(m_watches.begin(), m_watches.end(), [size](const AskedWatch& one) {
               return !one.tally || one.tally->findings().searched == size;
           });
}

void TimelineIndex::follow() {
    if (!m_job && !isComplete())
        startJob();
}

void TimelineIndex::startJob() {
    m_job = std::make_shared<Job>();
    std::vector<std::shared_ptr<WatchTally>> tallies;
    for (const AskedWatch& one : m_watches) {
        if (one.tally && std::find(tallies.begin(), tallies.end(), one.tally) == tallies.end())
            tallies.push_back(one.tally);
    }
    const auto work = [store = m_store, lanes = m_lanes, tallies, job = m_job] {
        QElapsedTimer clock;
        clock.start();
        const auto goOn = [&] { return !job->stop && clock.elapsed() < kSlice; };
        const Sequence size = store->size();
        Sequence next = lanes->size();
        while (next < size && goOn()) {
            const auto events = store->read(next, std::min(size, (next / kBlockEvents + 1) * kBlockEvents));
            lanes->accept(events, TraceTime::zero());
            next += events.size();
        }
        // Each has its turn, so that all of them get on.
        bool any = true;
        while (any && goOn()) {
            any = false;
            for (const auto& tally : tallies)
                any = !tally->advance(kBlockEvents, job->stop) || any;
        }
        return clock.elapsed() >= kSlice;
    };
    auto* watcher = new QFutureWatcher<bool>(this);
    connect(watcher, &QFutureWatcher<bool>::finished, this, [this, watcher] {
        const bool cut = watcher->result();
        watcher->deleteLater();
        m_job.reset();
        emit grown();
        // A trace that grows is asked for some times a second, not as fast as it does.
        if (cut)
            follow();
        else if (!isComplete())
            QTimer::singleShot(kSlice, this, &TimelineIndex::follow);
    });
    watcher->setFuture(QtConcurrent::run(work));
}

}  // namespace sluice
