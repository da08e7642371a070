#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// What one message of a live broker carried, as it may be shown: masked and cut before it came here.
struct MessageText {
    MessageId message = 0;
    nlohmann::ordered_json headers;
    nlohmann::ordered_json body;  ///< an object or list where it was JSON, else text
};

/// What live messages carried, and the texts of their keys: the part of a trace that is no number. Messages
/// come in the order of their ids; beyond a bound the oldest are given up, and a key has no text of its own
/// any more. One thread adds; any thread reads. Shared by the trace's table and whoever fills it.
class MessageTexts {
public:
    static constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
    static constexpr std::size_t kMostKeys = 200'000;

    explicit MessageTexts(std::size_t mostBytes = kMostBytes) : m_mostBytes(mostBytes) {}

    /// The number that stands for this key in the trace; -1 for none, and when there are kMostKeys others.
    std::int64_t key(std::string_view text);
    /// Empty when there is none.
    [[nodiscard]] std::string keyText(std::int64_t key) const;

    void add(const MessageText& text);
    /// Nothing when the message was never here or was given up.
    [[nodiscard]] std::optional<MessageText> find(MessageId message) const;

    /// Where somebody is who follows what is added.
    struct Place {
        std::uint64_t messages = 0;
        std::size_t keys = 0;
    };
    /// What was added since, and the place moves on; empty when nothing was. For replaying with take().
    [[nodiscard]] std::string since(Place& place) const;
    /// Adds what since() told elsewhere; false when it is no such thing.
    bool take(std::string_view told);

private:
    struct Entry {
        MessageId message = 0;
        std::string headers;
        std::string body;
    };
    void addLocked(Entry entry);
    std::int64_t keyLocked(std::string_view text);

    const std::size_t m_mostBytes;
    mutable std::mutex m_mutex;  ///< guards what follows
    std::deque<Entry> m_entries;
    std::uint64_t m_givenUp = 0;  ///< entries before those
    std::size_t m_bytes = 0;
    std::vector<std::string> m_keys;
    std::unordered_map<std::string, std::int64_t> m_keyNumbers;
};

}  // namespace sluice
