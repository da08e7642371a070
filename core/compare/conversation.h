#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "core/trace/source.h"

namespace sluice {

/// What became of a conversation, from well to ill: the worst that befell one of its messages counts.
enum class Fate : std::uint8_t {
    Underway,      ///< neither an end nor a mishap so far
    Done,          ///< handled, and the user told so where one waited
    Deferred,      ///< the user was told that it is taken into account
    Refused,       ///< a business error
    Late,          ///< a late arrival: something newer had overtaken it
    TimedOut,      ///< an answer came too late or never
    Discarded,     ///< a broker threw a message away or gave it back
    Lost,          ///< a message got lost on the way
    DeadLettered,  ///< a message waits in a dead-letter queue
};
inline constexpr int kFateCount = static_cast<int>(Fate::DeadLettered) + 1;
/// "done", "dead-lettered".
std::string_view fateName(Fate fate);

/// All that one message which nothing caused set off: a user's action, as a rule. Its messages share a
/// correlation id.
struct Conversation {
    MessageId first = 0;
    EntityId creator = kNoEntity;
    std::uint16_t type = 0;
    Fate fate = Fate::Underway;
    std::int64_t key = -1;
    TraceTime began{};
    TraceTime ended{};         ///< of the last thing that happened in it
    std::uint32_t events = 0;  ///< that count as steps, see isStep
    std::uint64_t way = 0;     ///< digest of its steps, whatever their times and their order between branches
    bool operator==(const Conversation&) const = default;
};

/// Whether an event is a step of a conversation: it says where a message went or what became of it. Others
/// (offsets committed, instances stopped) follow from how fast things went.
bool isStep(EventKind kind);

/// Folds a trace into its conversations, in the order in which they began. Four bytes a message and some 64
/// a conversation. Any thread, one at a time.
class ConversationCollector : public TraceSink {
public:
    /// `entities` and `types`: what each entity and message type of the table is called in digests, so that
    /// those of two traces can be compared; empty: by their own numbers.
    explicit ConversationCollector(std::vector<std::uint32_t> entities = {},
                                   std::vector<std::uint32_t> types = {});
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;
    [[nodiscard]] const std::vector<Conversation>& conversations() const { return m_conversations; }

private:
    Conversation* conversationOf(const TraceEvent& event);

    std::vector<std::uint32_t> m_entities;
    std::vector<std::uint32_t> m_types;
    std::vector<std::uint32_t> m_ofMessage;  ///< index of its conversation, by message id
    std::vector<Conversation> m_conversations;
};

}  // namespace sluice
