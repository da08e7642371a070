#include "core/engine/queuebroker/headersmatch.h"

#include <algorithm>

namespace sluice {

namespace {

/// Classes of AMQP field types as the broker compares them: integers of all widths are one, reals another.
int kindOf(const nlohmann::json& value) {
    if (value.is_number_integer())
        return 100;
    return static_cast<int>(value.type());
}

}  // namespace

HeadersMatch::HeadersMatch(const nlohmann::json& arguments) {
    if (!arguments.is_object())
        return;
    std::string kind = "all";
    if (const auto it = arguments.find("x-match"); it != arguments.end() && it->is_string())
        kind = it->get<std::string>();
    m_any = kind.rfind("any", 0) == 0;
    const bool withX = kind == "all-with-x" || kind == "any-with-x";
    for (const auto& [name, value] : arguments.items()) {
        if (name == "x-match" || (!withX && name.rfind("x-", 0) == 0))
            continue;
        m_wanted.push_back({name, value});
    }
}

bool HeadersMatch::asksForX() const {
    return std::any_of(m_wanted.begin(), m_wanted.end(),
                       [](const Wanted& wanted) { return wanted.name.rfind("x-", 0) == 0; });
}

bool HeadersMatch::accepts(const nlohmann::json& headers) const {
    for (const Wanted& wanted : m_wanted) {
        bool matches = false;
        if (headers.is_object()) {
            const auto it = headers.find(wanted.name);
            matches = it != headers.end() && (wanted.value.is_null() ||
                                              (kindOf(*it) == kindOf(wanted.value) && *it == wanted.value));
        }
        if (matches == m_any)
            return m_any;
    }
    return !m_any;
}

}  // namespace sluice
