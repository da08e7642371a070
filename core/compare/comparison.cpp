#include "core/compare/comparison.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/trace/blockindex.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

Error cancelled() {
    return {ErrorCode::Cancelled, "the comparison was cancelled", {}};
}

template <class Item>
std::vector<std::uint32_t> numbered(const std::vector<Item>& from, const std::vector<Item>& to,
                                    std::vector<std::string>* missing) {
    std::map<std::string_view, std::uint32_t> numbers;
    for (std::size_t i = 0; i < to.size(); ++i)
        numbers.emplace(to[i].id, static_cast<std::uint32_t>(i));
    std::vector<std::uint32_t> result;
    for (const Item& item : from) {
        const auto it = numbers.find(item.id);
        if (it != numbers.end()) {
            result.push_back(it->second);
            continue;
        }
        result.push_back(static_cast<std::uint32_t>(to.size() + result.size()));
        if (missing)
            missing->push_back(item.id);
    }
    return result;
}

Duration lengthOf(const Conversation& conversation) {
    return conversation.ended - conversation.began;
}

/// Hands the events of a trace to sinks, and says how far it is.
class Reading {
public:
    Reading(std::optional<TraceTime> until, const std::function<void(double)>& progress,
            const std::stop_token& stop)
        : m_until(until), m_progress(progress), m_stop(stop) {}

    /// False when it was cancelled. `share` of the whole work begins at `from`.
    bool read(const TraceStore& store, std::initializer_list<TraceSink*> sinks, double from, double share) {
        const Sequence end = m_until ? store.lowerBound(*m_until) : store.size();
        for (Sequence at = 0; at < end; at += kBlockEvents) {
            if (m_stop.stop_requested())
                return false;
            const Sequence to = std::min<Sequence>(end, at + kBlockEvents);
            const std::vector<TraceEvent> events = store.read(at, to);
            const TraceTime horizon =
                to < end ? events.back().at : m_until.value_or(std::max(store.horizon(), events.back().at));
            for (TraceSink* sink : sinks)
                sink->accept(events, horizon);
            if (m_progress)
                m_progress(from + share * static_cast<double>(to) / static_cast<double>(end));
        }
        return true;
    }

private:
    std::optional<TraceTime> m_until;
    const std::function<void(double)>& m_progress;
    const std::stop_token& m_stop;
};

void pairByOrder(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right,
                 std::vector<ConversationPair>& pairs) {
    for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i)
        pairs.push_back({i < left.size() ? left[i] : ConversationPair::kNone,
                         i < right.size() ? right[i] : ConversationPair::kNone});
}

/// Both in the order of time. One goes unpaired when the next of its own side is nearer to its opposite.
void pairByTime(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right,
                const std::vector<Conversation>& lefts, const std::vector<Conversation>& rights,
                std::vector<ConversationPair>& pairs) {
    std::size_t l = 0;
    std::size_t r = 0;
    const auto apart = [&](std::size_t a, std::size_t b) {
        const Duration gap = lefts[left[a]].began - rights[right[b]].began;
        return gap < Duration::zero() ? -gap : gap;
    };
    while (l < left.size() && r < right.size()) {
        if (l + 1 < left.size() && apart(l + 1, r) < apart(l, r))
            pairs.push_back({left[l++], ConversationPair::kNone});
        else if (r + 1 < right.size() && apart(l, r + 1) < apart(l, r))
            pairs.push_back({ConversationPair::kNone, right[r++]});
        else
            pairs.push_back({left[l++], right[r++]});
    }
    while (l < left.size())
        pairs.push_back({left[l++], ConversationPair::kNone});
    while (r < right.size())
        pairs.push_back({ConversationPair::kNone, right[r++]});
}

void count(Comparison& result, const ConversationPair& pair) {
    if (pair.left == ConversationPair::kNone || pair.right == ConversationPair::kNone) {
        ++(pair.left == ConversationPair::kNone ? result.missingLeft : result.missingRight);
        result.different.push_back(pair);
        return;
    }
    const Conversation& left = result.leftConversations[pair.left];
    const Conversation& right = result.rightConversations[pair.right];
    ++result.fates[static_cast<std::size_t>(left.fate)][static_cast<std::size_t>(right.fate)];
    if (left.way == right.way && left.fate == right.fate) {
        ++result.same;
    } else {
        ++result.otherWay;
        result.different.push_back(pair);
    }
    if (left.fate == Fate::Underway || right.fate == Fate::Underway)
        return;
    result.leftTimes.add(lengthOf(left));
    result.rightTimes.add(lengthOf(right));
    result.slower += lengthOf(right) > lengthOf(left) ? 1 : 0;
    result.faster += lengthOf(right) < lengthOf(left) ? 1 : 0;
}

}  // namespace

TableMatch::TableMatch(const EntityTable& from, const EntityTable& to) {
    entities = numbered(from.entities, to.entities, &onlyFrom);
    types = numbered(from.types, to.types, nullptr);
    numbered(to.entities, from.entities, &onlyTo);
}

TraceEvent TableMatch::translated(TraceEvent event) const {
    if (event.subject < entities.size())
        event.subject = entities[event.subject];
    const EventFields fields = fieldsOf(event.kind);
    if (fields.peer == EventField::Target && event.peer < entities.size())
        event.peer = entities[event.peer];
    if (fields.detail == EventField::Type && event.detail < types.size())
        event.detail = static_cast<std::uint16_t>(types[event.detail]);
    return event;
}

Result<std::optional<Divergence>> firstDivergence(const TraceStore& left, const TraceStore& right,
                                                  const std::stop_token& stop) {
    const TableMatch match(right.table(), left.table());
    const Sequence leftSize = left.size();
    const Sequence rightSize = right.size();
    for (Sequence from = 0; from < std::max(leftSize, rightSize); from += kBlockEvents) {
        if (stop.stop_requested())
            return cancelled();
        const auto read = [from](const TraceStore& store, Sequence size) {
            return from < size ? store.read(from, std::min<Sequence>(size, from + kBlockEvents))
                               : std::vector<TraceEvent>();
        };
        const std::vector<TraceEvent> lefts = read(left, leftSize);
        const std::vector<TraceEvent> rights = read(right, rightSize);
        for (std::size_t i = 0; i < std::max(lefts.size(), rights.size()); ++i) {
            const bool both = i < lefts.size() && i < rights.size();
            if (both && lefts[i] == match.translated(rights[i]))
                continue;
            Divergence found;
            found.sequence = from + i;
            if (i < lefts.size())
                found.left = lefts[i];
            if (i < rights.size())
                found.right = rights[i];
            found.at = both         ? std::min(lefts[i].at, rights[i].at)
                       : found.left ? found.left->at
                                    : found.right->at;
            return std::optional(found);
        }
    }
    return std::optional<Divergence>();
}

std::vector<ConversationPair> aligned(const std::vector<Conversation>& left,
                                      const std::vector<Conversation>& right, const TableMatch& rightToLeft,
                                      Alignment alignment) {
    using Likeness = std::tuple<std::uint32_t, std::uint32_t, std::int64_t>;  // creator, type, key
    std::map<Likeness, std::array<std::vector<std::uint32_t>, 2>> groups;
    const auto number = [](const std::vector<std::uint32_t>& numbers, std::uint32_t own) {
        return own < numbers.size() ? numbers[own] : own;
    };
    for (std::size_t i = 0; i < left.size(); ++i)
        groups[{left[i].creator, left[i].type, left[i].key}][0].push_back(static_cast<std::uint32_t>(i));
    for (std::size_t i = 0; i < right.size(); ++i) {
        const Likeness likeness{number(rightToLeft.entities, right[i].creator),
                                number(rightToLeft.types, right[i].type), right[i].key};
        groups[likeness][1].push_back(static_cast<std::uint32_t>(i));
    }
    std::vector<ConversationPair> pairs;
    pairs.reserve(std::max(left.size(), right.size()));
    for (const auto& [likeness, sides] : groups) {
        if (alignment == Alignment::ByTime)
            pairByTime(sides[0], sides[1], left, right, pairs);
        else
            pairByOrder(sides[0], sides[1], pairs);
    }
    const auto began = [&](const ConversationPair& pair) {
        return pair.left != ConversationPair::kNone ? left[pair.left].began : right[pair.right].began;
    };
    std::stable_sort(pairs.begin(), pairs.end(), [&](const ConversationPair& a, const ConversationPair& b) {
        return std::tuple(began(a), a.left, a.right) < std::tuple(began(b), b.left, b.right);
    });
    return pairs;
}

Result<Comparison> compare(const TraceStore& left, const TraceStore& right, const CompareOptions& options,
                           const std::function<void(double)>& progress, const std::stop_token& stop) {
    const TableMatch match(right.table(), left.table());
    Comparison result;
    result.onlyRight = match.onlyFrom;
    result.onlyLeft = match.onlyTo;
    auto divergence = firstDivergence(left, right, stop);
    if (!divergence)
        return divergence.error();
    result.divergence = *divergence;
    if (result.divergence && options.until && result.divergence->at >= *options.until)
        result.divergence.reset();

    Reading reading(options.until, progress, stop);
    OutcomeCollector leftOutcome(left.sharedTable());
    OutcomeCollector rightOutcome(right.sharedTable());
    ConversationCollector leftConversations;
    ConversationCollector rightConversations(match.entities, match.types);
    if (!reading.read(left, {&leftOutcome, &leftConversations}, 0.0, 0.5) ||
        !reading.read(right, {&rightOutcome, &rightConversations}, 0.5, 0.5))
        return cancelled();
    result.left = leftOutcome.outcome();
    result.right = rightOutcome.outcome();
    result.leftConversations = leftConversations.conversations();
    result.rightConversations = rightConversations.conversations();
    result.pairs = aligned(result.leftConversations, result.rightConversations, match, options.alignment);
    for (const ConversationPair& pair : result.pairs)
        count(result, pair);
    return result;
}

}  // namespace sluice
