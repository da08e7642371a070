#include "core/sequence/sequencediagram.h"

#include <algorithm>

#include "core/sequence/sequencebuilder.h"
#include "core/trace/closedrange.h"

namespace sluice {

std::vector<MessageId> messagesCausedBy(const TraceStore& store, MessageId first, std::size_t most) {
    std::vector<MessageId> found{first};
    for (std::size_t next = 0; next < found.size() && found.size() < most; ++next) {
        for (const MessageId consequence : store.consequencesOf(found[next])) {
            if (found.size() < most)
                found.push_back(consequence);
        }
    }
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

SequenceDiagram sequenceOf(const TraceStore& store, const SequenceScope& scope) {
    SequenceBuilder builder(store, scope);
    std::size_t taken = 0;
    bool truncated = false;
    TraceTime end{};
    const auto take = [&](Sequence sequence, const TraceEvent& event) {
        if (event.message == 0)
            return true;
        if (taken == scope.mostEvents) {
            truncated = true;
            return false;
        }
        ++taken;
        end = event.at;
        builder.apply(sequence, event);
        return true;
    };
    if (scope.messages.empty()) {
        store.visit(store.lowerBound(scope.from), firstAfter(store, scope.to), take);
    } else {
        // The events of each message are found by its own index; together they go in the trace's order.
        std::vector<std::pair<Sequence, TraceEvent>> events;
        for (const MessageId message : scope.messages) {
            for (const Sequence sequence : store.eventsOf(message, scope.mostEvents)) {
                const TraceEvent event = store.at(sequence);
                if (event.message == message && event.at >= scope.from && event.at <= scope.to)
                    events.emplace_back(sequence, event);
            }
        }
        std::ranges::sort(events, {}, &std::pair<Sequence, TraceEvent>::first);
        for (const auto& [sequence, event] : events) {
            if (!take(sequence, event))
                break;
        }
    }
    SequenceDiagram diagram = builder.finish(end);
    diagram.truncated = truncated;
    return diagram;
}

}  // namespace sluice
