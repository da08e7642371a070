#pragma once

#include <QObject>
#include <memory>

#include "core/metrics/series.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// The series of a trace, kept up with it on a thread of the pool: charts and timeline read them. Lives on
/// the window's thread; shared by the views of one run.
class TraceDigest : public QObject {
    Q_OBJECT

public:
    explicit TraceDigest(std::shared_ptr<TraceStore> store);
    ~TraceDigest() override;

    [[nodiscard]] const std::shared_ptr<TraceStore>& store() const { return m_store; }
    [[nodiscard]] const Aggregator& aggregator() const { return *m_aggregator; }
    /// Takes in what the trace has grown by, in the background. Cheap when it has not.
    void follow();

signals:
    /// The series have grown.
    void grown();

private:
    struct Worker;
    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<Aggregator> m_aggregator;
    std::shared_ptr<Worker> m_worker;
    Sequence m_done = 0;
    bool m_running = false;
};

}  // namespace sluice
