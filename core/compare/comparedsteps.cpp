#include <algorithm>

#include "core/compare/comparison.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

constexpr std::size_t kMostSteps = 2'000;

struct PastStep {
    Sequence sequence = 0;
    TraceEvent event;
};

/// The steps of all messages that the first one set off, in the trace's order.
std::vector<PastStep> stepsOf(const TraceStore& store, MessageId first) {
    std::vector<PastStep> steps;
    std::vector<MessageId> messages;
    if (first != 0)
        messages.push_back(first);
    for (std::size_t i = 0; i < messages.size() && steps.size() < kMostSteps; ++i) {
        const MessageId message = messages[i];
        for (const Sequence sequence : store.eventsOf(message, kMostSteps)) {
            const TraceEvent event = store.at(sequence);
            if (event.message == message && isStep(event.kind))
                steps.push_back({sequence, event});
        }
        for (const MessageId next : store.consequencesOf(message))
            messages.push_back(next);
    }
    std::sort(steps.begin(), steps.end(),
              [](const PastStep& a, const PastStep& b) { return a.sequence < b.sequence; });
    steps.resize(std::min(steps.size(), kMostSteps));
    return steps;
}

/// The same thing at the same place, whenever it was, whoever did it and however full it was there.
bool alike(const TraceEvent& a, const TraceEvent& b) {
    return a.kind == b.kind && a.subject == b.subject && a.cause() == b.cause() && reasonOf(a) == reasonOf(b);
}

}  // namespace

std::vector<ComparedStep> compareSteps(const TraceStore& left, MessageId leftFirst, const TraceStore& right,
                                       MessageId rightFirst) {
    const TableMatch match(right.table(), left.table());
    const std::vector<PastStep> lefts = stepsOf(left, leftFirst);
    std::vector<PastStep> rights = stepsOf(right, rightFirst);
    for (PastStep& step : rights)
        step.event = match.translated(step.event);

    // Lengths of the longest common subsequences of what follows (Wagner and Fischer).
    const std::size_t width = rights.size() + 1;
    std::vector<std::uint16_t> common((lefts.size() + 1) * width, 0);
    for (std::size_t l = lefts.size(); l-- > 0;) {
        for (std::size_t r = rights.size(); r-- > 0;)
            common[l * width + r] = alike(lefts[l].event, rights[r].event)
                                        ? static_cast<std::uint16_t>(common[(l + 1) * width + r + 1] + 1)
                                        : std::max(common[(l + 1) * width + r], common[l * width + r + 1]);
    }

    std::vector<ComparedStep> rows;
    std::size_t l = 0;
    std::size_t r = 0;
    while (l < lefts.size() || r < rights.size()) {
        if (l < lefts.size() && r < rights.size() && alike(lefts[l].event, rights[r].event)) {
            rows.push_back({lefts[l++].sequence, rights[r++].sequence});
        } else if (r == rights.size() ||
                   (l < lefts.size() && common[(l + 1) * width + r] >= common[l * width + r + 1])) {
            rows.push_back({lefts[l++].sequence, std::nullopt});
        } else {
            rows.push_back({std::nullopt, rights[r++].sequence});
        }
    }
    return rows;
}

}  // namespace sluice
