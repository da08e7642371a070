#include "core/compare/followedmessage.h"

#include <algorithm>
#include <map>

namespace sluice {
namespace {

/// The conversation that the message began.
std::uint32_t begunBy(const std::vector<Conversation>& conversations, MessageId first) {
    const auto found = std::find_if(conversations.begin(), conversations.end(),
                                    [first](const Conversation& one) { return one.first == first; });
    return found == conversations.end() ? ConversationPair::kNone
                                        : static_cast<std::uint32_t>(found - conversations.begin());
}

MessageId firstOf(const std::vector<Conversation>& conversations, std::uint32_t which) {
    return which == ConversationPair::kNone ? 0 : conversations[which].first;
}

/// Of the rows only those of one message and of the one that has most steps in common with it.
void keepOnly(FollowedMessage& followed, MessageId message, bool onLeft, const TraceStore& left,
              const TraceStore& right) {
    const auto messageOf = [](const TraceStore& store, const std::optional<Sequence>& sequence) {
        return sequence ? store.at(*sequence).message : 0;
    };
    std::map<MessageId, int> common;
    for (const ComparedStep& step : followed.steps) {
        const MessageId one = messageOf(left, step.left);
        const MessageId other = messageOf(right, step.right);
        if ((onLeft ? one : other) == message && one != 0 && other != 0)
            ++common[onLeft ? other : one];
    }
    const auto most = std::max_element(common.begin(), common.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    const MessageId opposite = most == common.end() ? 0 : most->first;
    followed.left = onLeft ? message : opposite;
    followed.right = onLeft ? opposite : message;
    std::vector<ComparedStep> kept;
    for (ComparedStep step : followed.steps) {
        if (messageOf(left, step.left) != followed.left)
            step.left.reset();
        if (messageOf(right, step.right) != followed.right)
            step.right.reset();
        if (step.left || step.right)
            kept.push_back(step);
    }
    followed.steps = std::move(kept);
}

}  // namespace

std::optional<FollowedMessage> followMessage(const Comparison& comparison, const TraceStore& left,
                                             const TraceStore& right, MessageId message, bool alone) {
    const auto onLeft = left.message(message);
    const auto info = onLeft ? onLeft : right.message(message);
    if (!info)
        return std::nullopt;
    const std::uint32_t own =
        begunBy(onLeft ? comparison.leftConversations : comparison.rightConversations, info->correlation);
    const auto pair =
        std::find_if(comparison.pairs.begin(), comparison.pairs.end(), [&](const ConversationPair& one) {
            return own != ConversationPair::kNone && (onLeft ? one.left : one.right) == own;
        });
    FollowedMessage followed;
    if (pair != comparison.pairs.end()) {
        followed.left = firstOf(comparison.leftConversations, pair->left);
        followed.right = firstOf(comparison.rightConversations, pair->right);
    } else {
        // It has begun after what was compared.
        (onLeft ? followed.left : followed.right) = info->correlation;
    }
    followed.steps = compareSteps(left, followed.left, right, followed.right);
    if (alone)
        keepOnly(followed, message, onLeft.has_value(), left, right);
    return followed;
}

}  // namespace sluice
