#include "widgets/charts/tracedigest.h"

#include <QFutureWatcher>
#include <QtConcurrent>
#include <atomic>

namespace sluice {

struct TraceDigest::Worker {
    std::atomic<bool> stop = false;
};

TraceDigest::TraceDigest(std::shared_ptr<TraceStore> store)
    : m_store(std::move(store)),
      m_aggregator(std::make_shared<Aggregator>(m_store->sharedTable())),
      m_worker(std::make_shared<Worker>()) {}

TraceDigest::~TraceDigest() {
    // What still runs holds the store and the aggregator, and ends at its next batch.
    m_worker->stop = true;
}

void TraceDigest::follow() {
    const Sequence size = m_store->size();
    const bool horizonMoved = m_store->horizon() != m_aggregator->horizon();
    if (m_running || (size == m_done && !horizonMoved))
        return;
    m_running = true;
    const auto job = [store = m_store, aggregator = m_aggregator, worker = m_worker, from = m_done, size] {
        constexpr Sequence kBatch = 16'384;
        const TraceTime horizon = store->horizon();
        Sequence next = from;
        while (next < size && !worker->stop) {
            const std::vector<TraceEvent> events = store->read(next, std::min(size, next + kBatch));
            aggregator->accept(events, TraceTime::zero());
            next += events.size();
        }
        if (next == size && store->size() == size)
            aggregator->accept({}, horizon);
        return next;
    };
    auto* watcher = new QFutureWatcher<Sequence>(this);
    connect(watcher, &QFutureWatcher<Sequence>::finished, this, [this, watcher] {
        m_done = watcher->result();
        m_running = false;
        watcher->deleteLater();
        emit grown();
    });
    watcher->setFuture(QtConcurrent::run(job));
}

}  // namespace sluice
