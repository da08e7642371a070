#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/trace/source.h"

namespace sluice {

/// Acknowledged: somebody has seen it; the trace itself never says so.
enum class IncidentState : std::uint8_t { Open, Redriven, Discarded, Acknowledged };

/// Dead letters of one queue with one cause: an incident opens with the first, and later ones join it
/// (domain: dead letters are incidents). Open until every message is redriven or discarded.
struct Incident {
    EntityId queue = kNoEntity;            ///< where the messages died
    EntityId deadLetterQueue = kNoEntity;  ///< where they wait; kNoEntity: discarded
    FailureKind cause = FailureKind::None;
    DeathReason reason = DeathReason::Rejected;
    TraceTime opened{};
    TraceTime last{};
    std::vector<MessageId> messages;  ///< at most 10,000; `count` has them all
    std::vector<std::int64_t> keys;   ///< distinct keys touched, at most 1,000
    std::uint64_t count = 0;
    std::uint64_t waiting = 0;  ///< of them still in the dead-letter queue
    IncidentState state = IncidentState::Open;
    std::string sentence;  ///< "3 UpdateUserEmail rejected in Commands: unexpected error in processing"
    bool operator==(const Incident&) const = default;
};

/// Folds a trace into its incidents, in memory that does not grow with its length: of more than 10,000
/// incidents the oldest that have ended are forgotten. Any thread, one at a time.
class IncidentCollector : public TraceSink {
public:
    explicit IncidentCollector(std::shared_ptr<const EntityTable> table);
    ~IncidentCollector() override;
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;
    [[nodiscard]] std::vector<Incident> incidents() const;
    /// How many of them are open.
    [[nodiscard]] std::size_t openCount() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
