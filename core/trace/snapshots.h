#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "core/trace/journal.h"
#include "core/trace/systemstate.h"

namespace sluice {

/// States of a trace at intervals, from which any other is folded. When they outgrow their budget every
/// second one goes and the interval doubles, so a seek stays bounded and the memory too. Any thread may look
/// one up while one adds. Owned by a TraceStore.
class Snapshots {
public:
    Snapshots(const EntityTable& table, std::size_t budget);

    /// True when a state before that event is wanted.
    [[nodiscard]] bool due(Sequence next) const { return next >= m_last + m_interval; }
    /// States come in order.
    void add(const SystemState& state);
    /// States that lie in a file are there too, without being in memory. Before anybody looks one up.
    void adopt(std::shared_ptr<const StateFile> file);
    /// The last one that contains no event from `end` on. There always is the initial one.
    [[nodiscard]] std::shared_ptr<const SystemState> before(Sequence end) const;
    [[nodiscard]] Sequence interval() const { return m_interval; }
    [[nodiscard]] std::size_t bytes() const;

private:
    void thinOut();

    const std::size_t m_budget;
    mutable std::mutex m_mutex;
    std::shared_ptr<const StateFile> m_file;
    std::vector<std::shared_ptr<const SystemState>> m_states;
    std::vector<std::size_t> m_sizes;
    std::size_t m_bytes = 0;
    Sequence m_last = 0;      ///< of the adding thread
    Sequence m_interval = 0;  ///< likewise
};

}  // namespace sluice
