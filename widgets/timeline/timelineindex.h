#pragma once

#include <QObject>
#include <memory>
#include <vector>

#include "core/metrics/tracelanes.h"
#include "core/query/watchtally.h"
#include "core/story/runnotes.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// A watch as it is asked: what it says, and what was found or why it cannot be asked.
struct AskedWatch {
    Watch watch;
    std::shared_ptr<WatchTally> tally{};  ///< null when the query cannot be read
    std::string mistake{};                ///< then why
};

/// What the timeline paints from: the lanes of a trace and the answers to its watches, kept up with the
/// trace on a thread of the pool, block by block. Lives on the window's thread; shared by the views of a run.
class TimelineIndex : public QObject {
    Q_OBJECT

public:
    explicit TimelineIndex(std::shared_ptr<TraceStore> store);
    ~TimelineIndex() override;

    [[nodiscard]] const std::shared_ptr<TraceStore>& store() const { return m_store; }
    [[nodiscard]] const TraceLanes& lanes() const { return *m_lanes; }
    /// Asks these of the whole trace; one that was asked already keeps what it has found.
    void setWatches(const std::vector<Watch>& watches);
    [[nodiscard]] const std::vector<AskedWatch>& watches() const { return m_watches; }
    /// Takes in what the trace has grown by, in the background. Cheap when it has not.
    void follow();
    /// All that there is was taken in, and grown() has said so.
    [[nodiscard]] bool isComplete() const;

signals:
    /// The lanes or answers have grown.
    void grown();
    /// The watches are others.
    void watchesChanged();

private:
    struct Job;
    void startJob();

    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<TraceLanes> m_lanes;
    std::vector<AskedWatch> m_watches;
    std::shared_ptr<Job> m_job;  ///< what runs now; null: nothing
};

}  // namespace sluice
