#include "core/browse/messagefilter.h"

#include <algorithm>

#include "core/base/lettercase.h"
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

/// In the key, the type, the ids, the headers' values and the body as text.
bool anythingFits(const QueryTerm& term, const BrokerMessage& message, MessageBody& body) {
    if ((message.key && textFits(term, lowered(*message.key))) || textFits(term, lowered(message.type)) ||
        textFits(term, lowered(message.id)) || textFits(term, lowered(message.correlation)))
        return true;
    for (const BrokerMessage::Header& header : message.headers) {
        if (jsonValueFits(term, header.value))
            return true;
    }
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

MessageFilter::MessageFilter(EventQuery query, std::vector<std::string> masked)
    : m_query(std::move(query)), m_masked(std::move(masked)) {
    for (std::string& name : m_masked)
        name = lowered(name);
}

bool MessageFilter::take(BrokerMessage& message) const {
    mask(message, m_masked);
    MessageBody body;
    return holds(m_query.root(), message, body);
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
