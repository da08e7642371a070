#include "core/query/eventquery.h"

#include <fmt/format.h>

#include <cctype>

#include "core/query/queryterms.h"
#include "core/query/querytext.h"

namespace sluice {
namespace {

constexpr int kDeepest = 64;  // brackets within brackets; more is no question that a person asks

bool isSpace(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string noMessageField(std::string_view name) {
    return fmt::format(
        "messages have no \"{}\"; there are key, type, time, partition, offset, field.NAME, header.NAME "
        "and is:redelivered",
        name);
}

/// Reads by recursive descent: any := all ("or" all)*; all := one (["and"] one)*; one := ("not" | "-") one |
/// "(" any ")" | term.
class Parser {
public:
    Parser(std::string_view text, QueryTarget target) : m_text(text), m_target(target) {}

    Result<QueryNode> parse() {
        QueryNode root;
        skipSpaces();
        if (atEnd())
            return root;
        auto node = readAny();
        if (!node)
            return node;
        if (!atEnd())
            return error("this bracket closes nothing");
        return node;
    }

private:
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] char here() const { return atEnd() ? '\0' : m_text[m_at]; }
    void skipSpaces() {
        while (!atEnd() && isSpace(here()))
            ++m_at;
    }
    [[nodiscard]] Error error(std::string sentence) const { return errorAt(m_at, std::move(sentence)); }
    [[nodiscard]] static Error errorAt(std::size_t at, std::string sentence) {
        return {ErrorCode::InvalidInput, std::move(sentence), fmt::format("column {}", at + 1)};
    }

    /// True, and stepped over, if the next word is this keyword.
    bool takeKeyword(std::string_view keyword) {
        std::size_t end = m_at;
        while (end < m_text.size() && std::isalpha(static_cast<unsigned char>(m_text[end])) != 0)
            ++end;
        const bool whole =
            end == m_text.size() || isSpace(m_text[end]) || m_text[end] == '(' || m_text[end] == ')';
        if (!whole || lowered(m_text.substr(m_at, end - m_at)) != keyword)
            return false;
        m_at = end;
        skipSpaces();
        return true;
    }

    Result<QueryNode> readAny() {
        QueryNode any{.kind = QueryNode::Kind::Any};
        do {
            auto all = readAll();
            if (!all)
                return all;
            any.children.push_back(std::move(*all));
        } while (takeKeyword("or"));
        return any.children.size() == 1 ? std::move(any.children.front()) : std::move(any);
    }

    [[nodiscard]] bool atOr() {
        const std::size_t before = m_at;
        const bool is = takeKeyword("or");
        m_at = before;
        return is;
    }

    Result<QueryNode> readAll() {
        QueryNode all{.kind = QueryNode::Kind::All};
        do {
            auto one = readOne();
            if (!one)
                return one;
            all.children.push_back(std::move(*one));
            takeKeyword("and");
        } while (!atEnd() && here() != ')' && !atOr());
        return all.children.size() == 1 ? std::move(all.children.front()) : std::move(all);
    }

    Result<QueryNode> readOne() {
        if (++m_depth > kDeepest)
            return error("the brackets go too deep");
        Result<QueryNode> node = readPrimary();
        --m_depth;
        return node;
    }

    Result<QueryNode> readPrimary() {
        if (atEnd() || here() == ')')
            return error("something to look for is missing here");
        if (here() == '-' || takeKeyword("not")) {
            if (here() == '-' && m_at + 1 < m_text.size() && !isSpace(m_text[m_at + 1]))
                ++m_at;
            auto inner = readOne();
            if (!inner)
                return inner;
            QueryNode node{.kind = QueryNode::Kind::Not};
            node.children.push_back(std::move(*inner));
            return node;
        }
        if (here() != '(')
            return readTerm();
        const std::size_t open = m_at++;
        skipSpaces();
        auto inner = readAny();
        if (!inner)
            return inner;
        if (here() != ')')
            return errorAt(open, "this bracket is never closed");
        ++m_at;
        skipSpaces();
        return inner;
    }

    [[nodiscard]] static bool endsName(char c) {
        return isSpace(c) || c == '(' || c == ')' || c == ':' || c == '=' || c == '!' || c == '<' ||
               c == '>' || c == '"';
    }

    std::optional<QueryOperator> takeOperator() {
        const auto take = [this](std::string_view sign) {
            const bool is = m_text.substr(m_at).starts_with(sign);
            m_at += is ? sign.size() : 0;
            return is;
        };
        if (take("!="))
            return QueryOperator::Differs;
        if (take("<="))
            return QueryOperator::AtMost;
        if (take(">="))
            return QueryOperator::AtLeast;
        if (take("<"))
            return QueryOperator::Less;
        if (take(">"))
            return QueryOperator::Greater;
        if (take("="))
            return QueryOperator::Equals;
        if (take(":"))
            return QueryOperator::Holds;
        return std::nullopt;
    }

    /// A word up to a space, bracket or comma, or what stands between quotes.
    Result<std::string> readValue(bool comma) {
        if (here() == '"') {
            const std::size_t open = m_at++;
            const std::size_t close = m_text.find('"', m_at);
            if (close == std::string_view::npos)
                return errorAt(open, "this quote is never closed");
            std::string value(m_text.substr(m_at, close - m_at));
            m_at = close + 1;
            return value;
        }
        const std::size_t from = m_at;
        while (!atEnd() && !isSpace(here()) && here() != '(' && here() != ')' && !(comma && here() == ','))
            ++m_at;
        return std::string(m_text.substr(from, m_at - from));
    }

    Result<QueryNode> readTerm() {
        const std::size_t from = m_at;
        while (!atEnd() && !endsName(here()))
            ++m_at;
        const std::string_view name = m_text.substr(from, m_at - from);
        // As people write comparisons elsewhere: duration > 250ms.
        skipSpaces();
        const std::optional<QueryOperator> op = name.empty() ? std::nullopt : takeOperator();
        const std::string_view compared = m_text.substr(from, m_at - from);
        QueryNode node{.kind = QueryNode::Kind::Term};
        if (!op) {
            m_at = from;
            auto word = readValue(false);
            if (!word)
                return word.error();
            if (word->empty())
                return errorAt(from, "something to look for is missing here");
            node.term.values.push_back({.text = lowered(*word)});
            skipSpaces();
            return node;
        }
        auto term = termFor(name);
        const std::string prefix = lowered(name);
        if (!term && (prefix == "field." || prefix == "header."))
            return errorAt(from, fmt::format("after \"{}\" a name is missing, as in {}", name,
                                             prefix == "field." ? "field.email:ada" : "header.user:ada"));
        if (!term)
            return errorAt(from,
                           m_target == QueryTarget::Messages
                               ? noMessageField(name)
                               : fmt::format("events have no \"{}\"; there are kind, element, type, key, "
                                             "cause, time, duration and others",
                                             name));
        term->op = *op;
        do {
            if (here() == ',')
                ++m_at;
            skipSpaces();
            const std::size_t at = m_at;
            auto value = readValue(true);
            if (!value)
                return value.error();
            if (value->empty())
                return errorAt(at,
                               fmt::format("after \"{}\" something to compare with is missing", compared));
            if (const auto added = addValue(*term, *value, m_target); !added)
                return errorAt(at, added.error().sentence);
        } while (here() == ',');
        if (m_target == QueryTarget::Messages && !isOfMessages(*term))
            return errorAt(from, noMessageField(name));
        node.term = std::move(*term);
        skipSpaces();
        return node;
    }

    std::string_view m_text;
    QueryTarget m_target;
    std::size_t m_at = 0;
    int m_depth = 0;
};

}  // namespace

Result<EventQuery> EventQuery::parse(std::string_view text) {
    auto root = Parser(text, QueryTarget::Events).parse();
    if (!root)
        return root.error();
    return EventQuery(std::move(*root));
}

Result<EventQuery> EventQuery::parseForMessages(std::string_view text) {
    auto root = Parser(text, QueryTarget::Messages).parse();
    if (!root)
        return root.error();
    return EventQuery(std::move(*root));
}

}  // namespace sluice
