#include "core/query/termfit.h"

#include <algorithm>

#include "core/query/querytext.h"

namespace sluice {
namespace {

using Value = nlohmann::ordered_json;

bool numberFits(const QueryTerm::Value& value, QueryOperator op, double number) {
    if (!value.number)
        return op == QueryOperator::Differs;
    if (value.upTo)
        return number >= *value.number && number <= *value.upTo;
    switch (op) {
        case QueryOperator::Holds:
        case QueryOperator::Equals:
            return number == *value.number;
        case QueryOperator::Differs:
            return number != *value.number;
        case QueryOperator::Less:
            return number < *value.number;
        case QueryOperator::AtMost:
            return number <= *value.number;
        case QueryOperator::Greater:
            return number > *value.number;
        case QueryOperator::AtLeast:
            return number >= *value.number;
    }
    return false;
}

}  // namespace

const Value* memberNamed(const Value& object, std::string_view name) {
    if (!object.is_object())
        return nullptr;
    if (const auto found = object.find(name); found != object.end())
        return &*found;
    for (std::size_t dot = name.find('.'); dot != std::string_view::npos; dot = name.find('.', dot + 1)) {
        if (const auto found = object.find(name.substr(0, dot)); found != object.end()) {
            if (const Value* inner = memberNamed(*found, name.substr(dot + 1)))
                return inner;
        }
    }
    return nullptr;
}

bool textFits(const QueryTerm& term, std::string_view text) {
    const auto equal = [&](const QueryTerm::Value& value) {
        return value.text.find('*') == std::string::npos ? text == value.text : isLike(text, value.text);
    };
    if (term.op == QueryOperator::Differs)
        return std::ranges::none_of(term.values, equal);
    if (term.op == QueryOperator::Equals)
        return std::ranges::any_of(term.values, equal);
    return std::ranges::any_of(term.values,
                               [&](const QueryTerm::Value& value) { return isLike(text, value.text); });
}

bool numbersFit(const QueryTerm& term, double number) {
    const auto fits = [&](const QueryTerm::Value& value) { return numberFits(value, term.op, number); };
    return term.op == QueryOperator::Differs ? std::ranges::all_of(term.values, fits)
                                             : std::ranges::any_of(term.values, fits);
}

bool jsonFits(const QueryTerm& term, const Value& object) {
    const Value* found = memberNamed(object, term.name);
    return found ? jsonValueFits(term, *found) : term.op == QueryOperator::Differs;
}

bool jsonValueFits(const QueryTerm& term, const Value& value) {
    const bool ordered = term.op != QueryOperator::Holds && term.op != QueryOperator::Equals &&
                         term.op != QueryOperator::Differs;
    if (value.is_number() && (ordered || std::ranges::all_of(term.values, [](const auto& wanted) {
                                  return wanted.number.has_value();
                              })))
        return numbersFit(term, value.get<double>());
    if (ordered)
        return false;
    return textFits(term,
                    lowered(value.is_string() ? value.get<std::string>()
                                              : value.dump(-1, ' ', false, Value::error_handler_t::replace)));
}

}  // namespace sluice
