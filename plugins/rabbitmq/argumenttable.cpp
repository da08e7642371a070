#include "plugins/rabbitmq/argumenttable.h"

namespace sluice::rabbitmq {

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
        } else {
            continue;
        }
        entry.key = kept(name);
        m_entries.push_back(entry);
    }
}

}  // namespace sluice::rabbitmq
