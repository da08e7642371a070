#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/trace/tracestore.h"

namespace sluice {

/// From event to event along what brought it about: of a message the last thing before that befell it where
/// the event happened, and of a new message what befell the one that caused it. Remembers the messages it has
/// looked up. One thread at a time.
class Causes {
public:
    explicit Causes(std::shared_ptr<const TraceStore> store) : m_store(std::move(store)) {}

    /// Always an earlier event; nothing for what a client does of its own accord and what nobody began.
    [[nodiscard]] std::optional<Sequence> causeOf(Sequence event);
    /// Those whose cause it is, in order.
    [[nodiscard]] std::vector<Sequence> consequencesOf(Sequence event);

private:
    struct Known {
        Sequence sequence;
        TraceEvent event;
    };
    const std::vector<Known>& eventsOf(MessageId message);
    [[nodiscard]] std::optional<Sequence> causeOf(Sequence sequence, const TraceEvent& event);
    [[nodiscard]] std::optional<Sequence> causeInSystem(Sequence sequence, const TraceEvent& event) const;

    std::shared_ptr<const TraceStore> m_store;
    std::unordered_map<MessageId, std::vector<Known>> m_known;
    Sequence m_knownSize = 0;  ///< of the trace, when they were looked up
};

}  // namespace sluice
