#include "core/compare/conversation.h"

#include <algorithm>

#include "core/base/random.h"

namespace sluice {
namespace {

constexpr std::uint32_t kNone = 0xffffffff;

constexpr std::array<std::string_view, kFateCount> kFateNames{
    "underway", "done", "deferred", "refused", "late", "timed out", "discarded", "lost", "dead-lettered"};

Fate fateOfUser(UserOutcome outcome) {
    switch (outcome) {
        case UserOutcome::Done:
            return Fate::Done;
        case UserOutcome::Refused:
            return Fate::Refused;
        case UserOutcome::Deferred:
            return Fate::Deferred;
        case UserOutcome::Failed:
            break;
    }
    return Fate::TimedOut;
}

/// What an event alone says of the fate; Underway: nothing.
Fate fateOf(const TraceEvent& event) {
    using enum EventKind;
    switch (event.kind) {
        case WorkFinished:
        case Acknowledged:
        case Answered:
        case RowWritten:
            return event.cause() == FailureKind::None ? Fate::Done : Fate::Underway;
        case UserInformed:
            return fateOfUser(static_cast<UserOutcome>(event.detail));
        case LateArrival:
            return Fate::Late;
        case TimedOut:
        case AnsweredLate:
            return Fate::TimedOut;
        case Discarded:
        case Returned:
            return Fate::Discarded;
        case Lost:
            return Fate::Lost;
        case DeadLettered:
            return Fate::DeadLettered;
        default:
            return Fate::Underway;
    }
}

/// What of an event belongs to the way, and not to the pace: numbers of instances, depths, offsets and times
/// are left out.
std::uint64_t digestOf(const TraceEvent& event, std::uint32_t subject, std::uint32_t type) {
    using enum EventKind;
    std::uint64_t detail = 0;
    switch (event.kind) {
        case MessageCreated:
            detail = type;
            break;
        case DeadLettered:
        case Discarded:
        case Returned:
        case Nacked:
        case Requeued:
        case LateArrival:
        case UserInformed:
        case RetryScheduled:
            detail = event.detail;
            break;
        default:
            break;
    }
    const auto kind = static_cast<std::uint64_t>(event.kind);
    const auto cause = static_cast<std::uint64_t>(event.cause());
    return mixed((kind << 56U) ^ (cause << 52U) ^ (detail << 32U) ^ subject);
}

}  // namespace

std::string_view fateName(Fate fate) {
    return kFateNames[static_cast<std::size_t>(fate)];
}

bool isStep(EventKind kind) {
    using enum EventKind;
    switch (kind) {
        case Committed:
        case Assigned:
        case Rebalanced:
        case InstanceStopped:
        case InstanceStarted:
        case ActionBegan:
        case ActionEnded:
        case ConsumerRefused:
        case ConsumerActivated:
        case Observed:
        case Counted:
        case ConnectionMade:
        case ConnectionLost:
        case AlertRaised:
        case AlertCleared:
        case QueueDeclared:
        case QueueDeleted:
            return false;
        default:
            return true;
    }
}

ConversationCollector::ConversationCollector(std::vector<std::uint32_t> entities,
                                             std::vector<std::uint32_t> types)
    : m_entities(std::move(entities)), m_types(std::move(types)) {}

Conversation* ConversationCollector::conversationOf(const TraceEvent& event) {
    if (event.message == 0)
        return nullptr;
    if (event.kind == EventKind::MessageCreated) {
        if (event.message >= m_ofMessage.size())
            m_ofMessage.resize(event.message + 1, kNone);
        std::uint32_t& of = m_ofMessage[event.message];
        if (event.peer != 0 && event.peer < m_ofMessage.size())
            of = m_ofMessage[event.peer];
        if (of == kNone) {
            of = static_cast<std::uint32_t>(m_conversations.size());
            m_conversations.push_back({.first = event.message,
                                       .creator = event.subject,
                                       .type = event.detail,
                                       .key = event.value,
                                       .began = event.at});
        }
    }
    if (event.message >= m_ofMessage.size() || m_ofMessage[event.message] == kNone)
        return nullptr;
    return &m_conversations[m_ofMessage[event.message]];
}

void ConversationCollector::accept(std::span<const TraceEvent> events, TraceTime /*horizon*/) {
    for (const TraceEvent& event : events) {
        if (!isStep(event.kind))
            continue;
        Conversation* const one = conversationOf(event);
        if (!one)
            continue;
        const std::uint32_t subject =
            event.subject < m_entities.size() ? m_entities[event.subject] : event.subject;
        const std::uint32_t type = event.detail < m_types.size() ? m_types[event.detail] : event.detail;
        one->way += digestOf(event, subject, type);
        one->ended = event.at;
        ++one->events;
        // A dead letter that is sent back has another chance; what came of that follows.
        if (event.kind == EventKind::Redriven && one->fate == Fate::DeadLettered)
            one->fate = Fate::Underway;
        else
            one->fate = std::max(one->fate, fateOf(event));
    }
}

void ConversationCollector::finish(const Result<void>& /*outcome*/) {}

}  // namespace sluice
