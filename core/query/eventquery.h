#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/kinds.h"
#include "core/base/result.h"
#include "core/trace/eventfields.h"

namespace sluice {

/// What a term of a query looks at.
enum class QuerySubject : std::uint8_t {
    Anything,       ///< a bare word: kind, element, message, type or key
    Kind,           ///< kind:dead-lettered
    Element,        ///< element:orders, by name or id
    ElementOfKind,  ///< queue:orders, topic:prices, link:...
    Type,           ///< type:UpdateUser
    Key,            ///< key:user-17
    Message,        ///< message:m-17
    Correlation,    ///< correlation:m-3, the first message of the chain
    Cause,          ///< cause:"bad data"
    Reason,         ///< reason:expired
    Mark,           ///< is:late
    Time,           ///< time>2s, since the trace began
    Number,         ///< duration>250ms, partition:3, offset, depth, attempt, instance, step, rows, members
    BodyField,      ///< field.email:"ada@example.org"
    Header,         ///< header.user-id:user-17
};

enum class QueryOperator : std::uint8_t {
    Holds,    ///< `:`  text contains it (with * the whole text is like it), a number is it or lies in a..b
    Equals,   ///< `=`  the whole text, or the number
    Differs,  ///< `!=` not equal; also true where there is nothing to compare
    Less,     ///< `<`
    AtMost,   ///< `<=`
    Greater,  ///< `>`
    AtLeast,  ///< `>=`
};

/// One comparison. Of several values, `kind:failed,lost`, one has to be met.
struct QueryTerm {
    struct Value {
        std::string text;                ///< lower case; for kinds with spaces, "dead lettered"
        std::optional<double> number{};  ///< times and durations in ns; instances count from 1
        std::optional<double> upTo{};    ///< of a range a..b, included
        bool operator==(const Value&) const = default;
    };
    QuerySubject subject = QuerySubject::Anything;
    QueryOperator op = QueryOperator::Holds;
    EventField field = EventField::None;       ///< of Number
    std::optional<ElementKind> elementKind{};  ///< of ElementOfKind; nothing: links
    std::uint8_t mark = 0;                     ///< of Mark: the flag
    std::string name{};                        ///< of BodyField and Header
    std::vector<Value> values{};
    bool operator==(const QueryTerm&) const = default;
};

/// A query as a tree.
struct QueryNode {
    enum class Kind : std::uint8_t { Term, All, Any, Not };
    Kind kind = Kind::All;
    QueryTerm term{};
    std::vector<QueryNode> children{};  ///< of Not: one; All without children holds for everything
    bool operator==(const QueryNode&) const = default;
};

/// A question to the events of a trace.
///
///     dead-lettered queue:orders duration>2s
///     kind:failed,lost and not cause:"business error"
///     (type:Update* or key:user-17) time:10s..12s field.email:ada
///
/// Terms side by side all have to hold; `or` binds less than `and`, `not` and a leading `-` most. A word
/// without a field is looked for in the event's kind, element, message, type and key. Text is compared
/// without regard to case; quotes hold what has spaces; `-` stands for a space in names of kinds, causes and
/// reasons.
class EventQuery {
public:
    EventQuery() = default;

    /// Errors: an unknown field, kind, cause, reason or mark, a value that is no number or time where one is
    /// needed, an open quote or bracket. `where` is "column 7".
    static Result<EventQuery> parse(std::string_view text);
    /// The same for messages that a broker keeps, whose times are dates: time>2026-11-21T18:00:00Z. Errors
    /// too: fields that only events of a trace have.
    static Result<EventQuery> parseForMessages(std::string_view text);

    /// True if it holds for every event.
    [[nodiscard]] bool isEmpty() const {
        return m_root.kind == QueryNode::Kind::All && m_root.children.empty();
    }
    [[nodiscard]] const QueryNode& root() const { return m_root; }
    bool operator==(const EventQuery&) const = default;

private:
    explicit EventQuery(QueryNode root) : m_root(std::move(root)) {}
    QueryNode m_root;
};

/// A field that a query may name, for completion and help.
struct QueryFieldInfo {
    std::string_view name;         ///< "duration"
    std::string_view description;  ///< one line
    QuerySubject subject = QuerySubject::Anything;
    EventField field = EventField::None;  ///< of a Number
};
/// In the order in which a person should meet them.
const std::vector<QueryFieldInfo>& queryFields();

/// The marks of `is:`.
struct QueryMark {
    std::string_view name;
    std::uint8_t flag;
};
const std::vector<QueryMark>& queryMarks();

}  // namespace sluice
