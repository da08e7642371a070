#include "core/browse/messagefilter.h"

#include <algorithm>

#include "core/base/lettercase.h"
#include "core/browse/unpacking.h"
#include "core/query/querytext.h"
#include "core/query/termfit.h"
#include "core/share/masking.h"

namespace sluice {
namespace {

constexpr std::string_view kMask = "***";

bool isNamed(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void readOnce(const BrokerMessage& message, MessageBody& body) {
    if (body.form == MessageBody::Form::Empty && !message.body.empty())
        body = readBody(message.body);
}

bool headerFits(const QueryTerm& term, const BrokerMessage& message) {
    const std::string name = lowered(term.name);
    bool found = false;
    for (const BrokerMessage::Header& header : message.headers) {
        if (lowered(header.name) != name)
            continue;
        found = true;
        if (jsonValueFits(term, header.value))
            return true;
    }
    return !found && term.op == QueryOperator::Differs;
}

/// Whether the term's value can only be found where its letters stand in the body as they are: they are ASCII
/// letters, figures and marks that JSON writes in one way alone, and no number, of which there are many
/// spellings.
bool isLiteral(const QueryTerm& term) {
    if (term.op != QueryOperator::Holds && term.op != QueryOperator::Equals)
        return false;
    return std::all_of(term.values.begin(), term.values.end(), [](const QueryTerm::Value& value) {
        bool isWord = false;
        for (const char c : value.text) {
            // An "e" may be a number's.
            isWord = isWord || (c >= 'a' && c <= 'z' && c != 'e');
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '@' && c != '_' && c != '-' &&
                c != '.')
                return false;
        }
        return isWord && !value.number;
    });
}

/// `lower` is in lower case.
bool holdsLetters(std::string_view text, std::string_view lower) {
    const auto fits = [&](std::size_t at) {
        for (std::size_t i = 1; i < lower.size(); ++i) {
            const char c = text[at + i];
            if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower[i])
                return false;
        }
        return true;
    };
    const char first = lower.front();
    const char other = first >= 'a' && first <= 'z' ? static_cast<char>(first - 'a' + 'A') : first;
    // Both spellings of the first letter, found a word at a time by the library.
    for (const char begin : {first, other}) {
        for (std::size_t at = text.find(begin);
             at != std::string_view::npos && at + lower.size() <= text.size();
             at = text.find(begin, at + 1)) {
            if (fits(at))
                return true;
        }
        if (first == other)
            break;
    }
    return false;
}

/// Without reading it: the body holds none of the term's values anywhere. A backslash may hide letters, and
/// what is packed shows none.
bool cannotHold(const QueryTerm& term, std::string_view body) {
    return isLiteral(term) && packingOf(body) == Packing::None && body.find('\\') == std::string_view::npos &&
           std::none_of(term.values.begin(), term.values.end(),
                        [&](const QueryTerm::Value& value) { return holdsLetters(body, value.text); });
}

/// In the key, the type, the ids, the headers' values and the body as text.
bool anythingFits(const QueryTerm& term, const BrokerMessage& message, MessageBody& body) {
    if ((message.key && textFits(term, lowered(*message.key))) || textFits(term, lowered(message.type)) ||
        textFits(term, lowered(message.id)) || textFits(term, lowered(message.correlation)))
        return true;
    for (const BrokerMessage::Header& header : message.headers) {
        if (jsonValueFits(term, header.value))
            return true;
    }
    // As it is, there is no need to know what it says.
    if (body.form == MessageBody::Form::Empty && packingOf(message.body) == Packing::None)
        return textFits(term, lowered(message.body));
    readOnce(message, body);
    return textFits(term, lowered(body.bytes));
}

bool fits(const QueryTerm& term, const BrokerMessage& message, MessageBody& body) {
    const bool absent = term.op == QueryOperator::Differs;
    switch (term.subject) {
        case QuerySubject::Anything:
            return anythingFits(term, message, body);
        case QuerySubject::Type:
            return message.type.empty() ? absent : textFits(term, lowered(message.type));
        case QuerySubject::Key:
            return message.key ? textFits(term, lowered(*message.key)) : absent;
        case QuerySubject::Time:
            return message.time ? numbersFit(term, static_cast<double>(message.time->count())) : absent;
        case QuerySubject::Number: {
            const std::int64_t number =
                term.field == EventField::Partition ? message.partition : message.offset;
            return number < 0 ? absent : numbersFit(term, static_cast<double>(number));
        }
        case QuerySubject::Mark:
            return message.redelivered != absent;
        case QuerySubject::Header:
            return headerFits(term, message);
        case QuerySubject::BodyField:
            if (body.form == MessageBody::Form::Empty && cannotHold(term, message.body))
                return false;
            readOnce(message, body);
            return body.form == MessageBody::Form::Json ? jsonFits(term, body.json) : absent;
        default:
            return false;
    }
}

}  // namespace

void mask(BrokerMessage& message, const std::vector<std::string>& masked) {
    if (masked.empty())
        return;
    if (message.key && isNamed(masked, "key"))
        message.key = kMask;
    for (BrokerMessage::Header& header : message.headers) {
        if (isNamed(masked, lowered(header.name)))
            header.value = kMask;
        else
            mask(header.value, masked);
    }
    if (isNamed(masked, "body")) {
        message.body = kMask;
        return;
    }
    MessageBody body = readBody(message.body);
    if (body.form != MessageBody::Form::Json)
        return;
    mask(body.json, masked);
    message.body = body.json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

MessageFilter::MessageFilter(EventQuery query, std::vector<std::string> masked, SharedSchema schema)
    : m_query(std::move(query)), m_schema(std::move(schema)), m_masked(std::move(masked)) {
    for (std::string& name : m_masked)
        name = lowered(name);
}

bool MessageFilter::take(BrokerMessage& message) const {
    if (m_schema && !message.body.empty())
        readBySchema(message);
    mask(message, m_masked);
    MessageBody body;
    return holds(m_query.root(), message, body);
}

void MessageFilter::readBySchema(BrokerMessage& message) const {
    MessageBody body = readBody(message.body);
    Result<BodySchema::Reading> reading = m_schema->read(body.bytes);
    if (reading) {
        if (m_masked.empty())
            message.original = std::move(message.body);
        message.body = reading->json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
        message.schema = std::move(reading->as);
        message.problem = std::move(reading->remark);
        return;
    }
    if (body.form == MessageBody::Form::Json)
        return;
    message.problem = reading.error().sentence;
    if (!m_masked.empty())
        message.body = kMask;
}

bool MessageFilter::holds(const QueryNode& node, const BrokerMessage& message, MessageBody& body) const {
    const auto one = [&](const QueryNode& child) { return holds(child, message, body); };
    switch (node.kind) {
        case QueryNode::Kind::Term:
            return fits(node.term, message, body);
        case QueryNode::Kind::Not:
            return !one(node.children.front());
        case QueryNode::Kind::Any:
            return std::any_of(node.children.begin(), node.children.end(), one);
        case QueryNode::Kind::All:
            break;
    }
    return std::all_of(node.children.begin(), node.children.end(), one);
}

}  // namespace sluice
