#include "core/query/queryterms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>

#include "core/base/duration.h"
#include "core/base/writtentime.h"
#include "core/query/querytext.h"

namespace sluice {
namespace {

constexpr std::ptrdiff_t kListed = 12;  // so many names fit in a sentence

bool countsFromOne(EventField field) {
    return field == EventField::Instance || field == EventField::Step;
}

Error wrong(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

Result<double> numberOf(const QueryTerm& term, std::string_view text, QueryTarget target) {
    if (term.subject == QuerySubject::Time && target == QueryTarget::Messages) {
        const std::optional<TraceTime> date = calendarTime(text);
        if (!date)
            return wrong(fmt::format("\"{}\" is no time; write one such as 2026-11-21T18:00:00Z", text));
        return static_cast<double>(date->count());
    }
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
    names.reserve(kEventKindCount);
    for (int kind = 0; kind < kEventKindCount; ++kind)
        names.push_back(kindName(static_cast<EventKind>(kind)));
    return names;
}

Result<void> addNumber(QueryTerm& term, QueryTerm::Value value, QueryTarget target) {
    const std::size_t dots = value.text.find("..");
    if (dots == std::string::npos) {
        const Result<double> number = numberOf(term, value.text, target);
        if (!number)
            return number.error();
        value.number = *number;
    } else {
        const Result<double> from = numberOf(term, std::string_view(value.text).substr(0, dots), target);
        const Result<double> to = numberOf(term, std::string_view(value.text).substr(dots + 2), target);
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
    for (const QueryFieldInfo& info : queryFields()) {
        // "field." and "header." only begin a name.
        if (info.name == name && !info.name.ends_with('.') && info.subject != QuerySubject::ElementOfKind) {
            term.subject = info.subject;
            term.field = info.field;
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

Result<void> addValue(QueryTerm& term, std::string_view text, QueryTarget target) {
    QueryTerm::Value value{.text = lowered(text)};
    const bool ordered = term.op != QueryOperator::Holds && term.op != QueryOperator::Equals &&
                         term.op != QueryOperator::Differs;
    switch (term.subject) {
        case QuerySubject::Time:
        case QuerySubject::Number:
            return addNumber(term, std::move(value), target);
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

bool isOfMessages(const QueryTerm& term) {
    switch (term.subject) {
        case QuerySubject::Anything:
        case QuerySubject::Type:
        case QuerySubject::Key:
        case QuerySubject::Time:
        case QuerySubject::BodyField:
        case QuerySubject::Header:
            return true;
        case QuerySubject::Number:
            return term.field == EventField::Partition || term.field == EventField::Offset;
        case QuerySubject::Mark:
            return term.mark == eventflag::Redelivered;
        default:
            return false;
    }
}

const std::vector<QueryFieldInfo>& queryFields() {
    static const std::vector<QueryFieldInfo> fields{
        {"kind", "what happened: kind:dead-lettered", QuerySubject::Kind},
        {"element", "where, by name or id: element:orders", QuerySubject::Element},
        {"queue", "at a queue: queue:orders", QuerySubject::ElementOfKind},
        {"topic", "at a topic", QuerySubject::ElementOfKind},
        {"service", "at a service", QuerySubject::ElementOfKind},
        {"client", "at a client", QuerySubject::ElementOfKind},
        {"table", "at a table", QuerySubject::ElementOfKind},
        {"exchange", "at an exchange", QuerySubject::ElementOfKind},
        {"database", "at a database", QuerySubject::ElementOfKind},
        {"cache", "at a cache", QuerySubject::ElementOfKind},
        {"external", "at an external system", QuerySubject::ElementOfKind},
        {"link", "on a link", QuerySubject::ElementOfKind},
        {"type", "the message's type: type:UpdateUser", QuerySubject::Type},
        {"key", "the message's key: key:user-17", QuerySubject::Key},
        {"message", "one message: message:m-17", QuerySubject::Message},
        {"correlation", "all that one message set off: correlation:m-3", QuerySubject::Correlation},
        {"cause", "why it failed: cause:bad-data", QuerySubject::Cause},
        {"reason", "why it died, was requeued, rejected: reason:expired", QuerySubject::Reason},
        {"is", "redelivered, late, malformed, duplicate or answer", QuerySubject::Mark},
        {"time", "since the beginning: time:10s..12s", QuerySubject::Time},
        {"duration", "how long it waited, worked, travelled: duration>250ms", QuerySubject::Number,
         EventField::Duration},
        {"attempt", "attempt>2", QuerySubject::Number, EventField::Attempt},
        {"depth", "ready messages afterwards: depth>=100", QuerySubject::Number, EventField::Depth},
        {"partition", "partition:3", QuerySubject::Number, EventField::Partition},
        {"offset", "offset>=1000", QuerySubject::Number, EventField::Offset},
        {"instance", "of a service, from 1: instance:2", QuerySubject::Number, EventField::Instance},
        {"step", "of a handler, from 1", QuerySubject::Number, EventField::Step},
        {"rows", "in a table afterwards", QuerySubject::Number, EventField::Rows},
        {"members", "of a consumer group", QuerySubject::Number, EventField::Members},
        {"field.", "a field of the message's body: field.email:ada", QuerySubject::BodyField},
        {"header.", "a header of the message: header.user-id:user-17", QuerySubject::Header},
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
