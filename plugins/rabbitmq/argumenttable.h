#pragma once

#include <amqp.h>

#include <deque>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sluice::rabbitmq {

/// Arguments as AMQP has them, from an object of JSON: texts, numbers, booleans and lists of texts;
/// others are left out.
class ArgumentTable {
public:
    explicit ArgumentTable(const nlohmann::json& object);
    ArgumentTable(const ArgumentTable&) = delete;
    ArgumentTable& operator=(const ArgumentTable&) = delete;
    /// It points into this.
    [[nodiscard]] amqp_table_t table() { return {static_cast<int>(m_entries.size()), m_entries.data()}; }

private:
    amqp_bytes_t kept(std::string text);

    std::deque<std::string> m_texts;  ///< they stay where they are
    std::deque<std::vector<amqp_field_value_t>> m_lists;
    std::vector<amqp_table_entry_t> m_entries;
};

}  // namespace sluice::rabbitmq
