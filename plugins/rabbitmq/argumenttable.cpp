#include "plugins/rabbitmq/argumenttable.h"

#include <algorithm>

namespace sluice::rabbitmq {
namespace {

bool isListOfTexts(const nlohmann::json& value) {
    return value.is_array() &&
           std::all_of(value.begin(), value.end(), [](const auto& one) { return one.is_string(); });
}

}  // namespace

amqp_bytes_t ArgumentTable::kept(std::string text) {
    m_texts.push_back(std::move(text));
    return {m_texts.back().size(), m_texts.back().data()};
}

ArgumentTable::ArgumentTable(const nlohmann::json& object) {
    if (!object.is_object())
        return;
    for (const auto& [name, value] : object.items()) {
        amqp_table_entry_t entry{};
        if (value.is_string()) {
            entry.value.kind = AMQP_FIELD_KIND_UTF8;
            entry.value.value.bytes = kept(value.get<std::string>());
        } else if (value.is_boolean()) {
            entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
            entry.value.value.boolean = value.get<bool>() ? 1 : 0;
        } else if (value.is_number_integer()) {
            entry.value.kind = AMQP_FIELD_KIND_I64;
            entry.value.value.i64 = value.get<std::int64_t>();
        } else if (value.is_number()) {
            entry.value.kind = AMQP_FIELD_KIND_F64;
            entry.value.value.f64 = value.get<double>();
        } else if (isListOfTexts(value)) {
            std::vector<amqp_field_value_t>& list = m_lists.emplace_back(value.size());
            for (std::size_t i = 0; i < list.size(); ++i) {
                list[i].kind = AMQP_FIELD_KIND_UTF8;
                list[i].value.bytes = kept(value[i].get<std::string>());
            }
            entry.value.kind = AMQP_FIELD_KIND_ARRAY;
            entry.value.value.array = {static_cast<int>(list.size()), list.data()};
        } else {
            continue;
        }
        entry.key = kept(name);
        m_entries.push_back(entry);
    }
}

}  // namespace sluice::rabbitmq
