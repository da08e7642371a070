#include "core/query/queryterms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <charconv>

#include "core/base/duration.h"
#include "core/query/querytext.h"

namespace sluice {
namespace {

constexpr std::ptrdiff_t kListed = 12;  // so many names fit in a sentence

struct Numbered {
    std::string_view name;
    EventField field;
};
constexpr std::array kNumbered{
    Numbered{"duration", EventField::Duration}, Numbered{"attempt", EventField::Attempt},
    Numbered{"depth", EventField::Depth},       Numbered{"partition", EventField::Partition},
    Numbered{"offset", EventField::Offset},     Numbered{"instance", EventField::Instance},
    Numbered{"step", EventField::Step},         Numbered{"rows", EventField::Rows},
    Numbered{"members", EventField::Members},
};

struct Named {
    std::string_view name;
    QuerySubject subject;
};
constexpr std::array kNamed{
    Named{"kind", QuerySubject::Kind},       Named{"element", QuerySubject::Element},
    Named{"type", QuerySubject::Type},       Named{"key", QuerySubject::Key},
    Named{"message", QuerySubject::Message}, Named{"correlation", QuerySubject::Correlation},
    Named{"cause", QuerySubject::Cause},     Named{"reason", QuerySubject::Reason},
    Named{"is", QuerySubject::Mark},         Named{"time", QuerySubject::Time},
};

bool countsFromOne(EventField field) {
    return field == EventField::Instance || field == EventField::Step;
}

Error wrong(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

Result<double> numberOf(const QueryTerm& term, std::string_view text) {
    const bool time = term.subject == QuerySubject::Time || term.field == EventField::Duration;
    if (time) {
        const Result<Duration> duration = parseDuration(text);
        if (!duration)
            return wrong(fmt::format("\"{}\" is no length of time; write one such as 250ms or 2s", text));
        return static_cast<double>(duration->count());
    }
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size())
        return wrong(fmt::format("\"{}\" is no whole number", text));
    return static_cast<double>(number);
}

/// "m-17" or "17".
Result<double> messageOf(std::string_view text) {
    std::string_view digits = text;
    if (digits.starts_with("m-") || digits.starts_with("M-"))
        digits.remove_prefix(2);
    MessageId id = 0;
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (failure != std::errc() || end != digits.data() + digits.size() || id == 0)
        return wrong(fmt::format("\"{}\" is no message; write it as m-17", text));
    return static_cast<double>(id);
}

/// One of the names must hold the value, so that a slip of the pen is not an empty answer.
template <class Names>
Result<void> checkName(const Names& names, std::string_view value, std::string_view what) {
    for (const std::string_view name : names) {
        if (isLike(wordsOf(name), value))
            return {};
    }
    if (std::ssize(names) > kListed)
        return wrong(
            fmt::format("there is no {} \"{}\"; there are such as {}", what, value,
                        fmt::join(std::begin(names) + kListed / 2, std::begin(names) + kListed, ", ")));
    return wrong(fmt::format("there is no {} \"{}\"; there are {}", what, value, fmt::join(names, ", ")));
}

std::vector<std::string_view> eventKindNames() {
    std::vector<std::string_view> names;
    for (int kind = 0; kind < kEventKindCount; ++kind)
        names.push_back(kindName(static_cast<EventKind>(kind)));
    return names;
}

Result<void> addNumber(QueryTerm& term, QueryTerm::Value value) {
    const std::size_t dots = value.text.find("..");
    if (dots == std::string::npos) {
        const Result<double> number = numberOf(term, value.text);
        if (!number)
            return number.error();
        value.number = *number;
    } else {
        const Result<double> from = numberOf(term, std::string_view(value.text).substr(0, dots));
        const Result<double> to = numberOf(term, std::string_view(value.text).substr(dots + 2));
        if (!from || !to)
            return from ? to.error() : from.error();
        if (term.op != QueryOperator::Holds && term.op != QueryOperator::Equals)
            return wrong("a range a..b goes with : or =");
        value.number = *from;
        value.upTo = *to;
    }
    if (countsFromOne(term.field)) {
        value.number = *value.number - 1;
        if (value.upTo)
            value.upTo = *value.upTo - 1;
    }
    term.values.push_back(std::move(value));
    return {};
}

}  // namespace

std::optional<QueryTerm> termFor(std::string_view field) {
    const std::string name = lowered(field);
    QueryTerm term;
    for (const Named& one : kNamed) {
        if (one.name == name) {
            term.subject = one.subject;
            return term;
        }
    }
    for (const Numbered& one : kNumbered) {
        if (one.name == name) {
            term.subject = QuerySubject::Number;
            term.field = one.field;
            return term;
        }
    }
    if (name.starts_with("field.") && name.size() > 6) {
        term.subject = QuerySubject::BodyField;
        term.name = field.substr(6);
        return term;
    }
    if (name.starts_with("header.") && name.size() > 7) {
        term.subject = QuerySubject::Header;
        term.name = field.substr(7);
        return term;
    }
    term.subject = QuerySubject::ElementOfKind;
    if (name == "link")
        return term;
    for (std::size_t i = 0; i < kElementKindNames.size(); ++i) {
        if (lowered(kElementKindNames[i]) == name) {
            term.elementKind = static_cast<ElementKind>(i);
            return term;
        }
    }
    return std::nullopt;
}

Result<void> addValue(QueryTerm& term, std::string_view text) {
    QueryTerm::Value value{.text = lowered(text)};
    const bool ordered = term.op != QueryOperator::Holds && term.op != QueryOperator::Equals &&
                         term.op != QueryOperator::Differs;
    switch (term.subject) {
        case QuerySubject::Time:
        case QuerySubject::Number:
            return addNumber(term, std::move(value));
        case QuerySubject::Message:
        case QuerySubject::Correlation: {
            const Result<double> id = messageOf(text);
            if (!id)
                return id.error();
            value.number = *id;
            break;
        }
        case QuerySubject::BodyField:
        case QuerySubject::Header: {
            // Ordered when both sides are numbers.
            double number = 0;
            const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (failure == std::errc() && end == text.data() + text.size())
                value.number = number;
            else if (ordered)
                return wrong(fmt::format("\"{}\" is no number to compare with", text));
            term.values.push_back(std::move(value));
            return {};
        }
        case QuerySubject::Kind:
            value.text = wordsOf(text);
            if (const auto known = checkName(eventKindNames(), value.text, "kind of event"); !known)
                return known.error();
            break;
        case QuerySubject::Cause:
            value.text = wordsOf(text);
            if (const auto known = checkName(kFailureKindNames, value.text, "cause"); !known)
                return known.error();
            break;
        case QuerySubject::Reason:
            value.text = wordsOf(text);
            break;
        case QuerySubject::Mark: {
            for (const QueryMark& mark : queryMarks()) {
                if (mark.name == value.text)
                    term.mark |= mark.flag;
            }
            std::vector<std::string_view> names;
            for (const QueryMark& mark : queryMarks())
                names.push_back(mark.name);
            if (const auto known = checkName(names, value.text, "mark"); !known)
                return known.error();
            break;
        }
        default:
            break;
    }
    if (ordered)
        return wrong("< and > compare numbers, lengths of time and body fields only");
    term.values.push_back(std::move(value));
    return {};
}

const std::vector<QueryFieldInfo>& queryFields() {
    static const std::vector<QueryFieldInfo> fields{
        {"kind", "what happened: kind:dead-lettered"},
        {"element", "where, by name or id: element:orders"},
        {"queue", "at a queue: queue:orders"},
        {"topic", "at a topic"},
        {"service", "at a service"},
        {"client", "at a client"},
        {"table", "at a table"},
        {"exchange", "at an exchange"},
        {"database", "at a database"},
        {"cache", "at a cache"},
        {"external", "at an external system"},
        {"link", "on a link"},
        {"type", "the message's type: type:UpdateUser"},
        {"key", "the message's key: key:user-17"},
        {"message", "one message: message:m-17"},
        {"correlation", "all that one message set off: correlation:m-3"},
        {"cause", "why it failed: cause:bad-data"},
        {"reason", "why it died, was requeued, rejected: reason:expired"},
        {"is", "redelivered, late, malformed, duplicate or answer"},
        {"time", "since the beginning: time:10s..12s"},
        {"duration", "how long it waited, worked, travelled: duration>250ms"},
        {"attempt", "attempt>2"},
        {"depth", "ready messages afterwards: depth>=100"},
        {"partition", "partition:3"},
        {"offset", "offset>=1000"},
        {"instance", "of a service, from 1: instance:2"},
        {"step", "of a handler, from 1"},
        {"rows", "in a table afterwards"},
        {"members", "of a consumer group"},
        {"field.", "a field of the message's body: field.email:ada"},
        {"header.", "a header of the message: header.user-id:user-17"},
    };
    return fields;
}

const std::vector<QueryMark>& queryMarks() {
    static const std::vector<QueryMark> marks{
        {"redelivered", eventflag::Redelivered}, {"late", eventflag::Late},
        {"malformed", eventflag::Poisoned},      {"duplicate", eventflag::Duplicate},
        {"answer", eventflag::Reverse},
    };
    return marks;
}

}  // namespace sluice
