#include "core/trace/messagetexts.h"

#include <algorithm>

namespace sluice {
namespace {

using OrderedJson = nlohmann::ordered_json;

std::string dumped(const OrderedJson& json) {
    return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

}  // namespace

std::int64_t MessageTexts::key(std::string_view text) {
    const std::scoped_lock lock(m_mutex);
    return keyLocked(text);
}

std::int64_t MessageTexts::keyLocked(std::string_view text) {
    if (text.empty())
        return -1;
    std::string own(text);
    if (const auto known = m_keyNumbers.find(own); known != m_keyNumbers.end())
        return known->second;
    if (m_keys.size() >= kMostKeys)
        return -1;
    const auto number = static_cast<std::int64_t>(m_keys.size());
    m_keys.push_back(own);
    m_keyNumbers.emplace(std::move(own), number);
    return number;
}

std::string MessageTexts::keyText(std::int64_t key) const {
    const std::scoped_lock lock(m_mutex);
    return key >= 0 && static_cast<std::size_t>(key) < m_keys.size() ? m_keys[static_cast<std::size_t>(key)]
                                                                     : std::string();
}

void MessageTexts::add(const MessageText& text) {
    Entry entry{text.message, dumped(text.headers), dumped(text.body)};
    const std::scoped_lock lock(m_mutex);
    addLocked(std::move(entry));
}

void MessageTexts::addLocked(Entry entry) {
    // Ids only grow, which find() counts on.
    if (!m_entries.empty() && entry.message <= m_entries.back().message)
        return;
    m_bytes += sizeof(Entry) + entry.headers.size() + entry.body.size();
    m_entries.push_back(std::move(entry));
    while (m_bytes > m_mostBytes && m_entries.size() > 1) {
        const Entry& oldest = m_entries.front();
        m_bytes -= sizeof(Entry) + oldest.headers.size() + oldest.body.size();
        m_entries.pop_front();
        ++m_givenUp;
    }
}

std::optional<MessageText> MessageTexts::find(MessageId message) const {
    Entry found;
    {
        const std::scoped_lock lock(m_mutex);
        const auto at =
            std::lower_bound(m_entries.begin(), m_entries.end(), message,
                             [](const Entry& entry, MessageId wanted) { return entry.message < wanted; });
        if (at == m_entries.end() || at->message != message)
            return std::nullopt;
        found = *at;
    }
    return MessageText{message, OrderedJson::parse(found.headers, nullptr, false),
                       OrderedJson::parse(found.body, nullptr, false)};
}

std::string MessageTexts::since(Place& place) const {
    const std::scoped_lock lock(m_mutex);
    const std::uint64_t end = m_givenUp + m_entries.size();
    if (place.messages >= end && place.keys >= m_keys.size())
        return {};
    OrderedJson messages = OrderedJson::array();
    for (std::uint64_t i = std::max(place.messages, m_givenUp); i < end; ++i) {
        const Entry& entry = m_entries[static_cast<std::size_t>(i - m_givenUp)];
        messages.push_back({entry.message, entry.headers, entry.body});
    }
    const OrderedJson keys(
        std::vector<std::string>(m_keys.begin() + static_cast<std::ptrdiff_t>(place.keys), m_keys.end()));
    std::string told = dumped({{"firstKey", place.keys}, {"keys", keys}, {"messages", messages}});
    place = {end, m_keys.size()};
    return told;
}

bool MessageTexts::take(std::string_view told) {
    const OrderedJson json = OrderedJson::parse(told, nullptr, false);
    if (!json.is_object() || !json.contains("firstKey") || !json["firstKey"].is_number_unsigned() ||
        !json.contains("keys") || !json["keys"].is_array() || !json.contains("messages") ||
        !json["messages"].is_array())
        return false;
    const std::scoped_lock lock(m_mutex);
    auto number = json["firstKey"].get<std::uint64_t>();
    for (const OrderedJson& key : json["keys"]) {
        if (!key.is_string() || number >= kMostKeys)
            return false;
        // A piece that got lost in between: its keys have no texts, and the others keep their numbers.
        if (m_keys.size() < number)
            m_keys.resize(static_cast<std::size_t>(number));
        if (m_keys.size() == number) {
            m_keys.push_back(key.get<std::string>());
            m_keyNumbers.emplace(m_keys.back(), static_cast<std::int64_t>(number));
        }
        ++number;
    }
    for (const OrderedJson& one : json["messages"]) {
        if (!one.is_array() || one.size() != 3 || !one[0].is_number_unsigned() || !one[1].is_string() ||
            !one[2].is_string() || one[0].get<std::uint64_t>() > 0xffffffffU)
            return false;
        addLocked({one[0].get<MessageId>(), one[1].get<std::string>(), one[2].get<std::string>()});
    }
    return true;
}

}  // namespace sluice
