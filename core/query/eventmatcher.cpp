#include "core/query/eventmatcher.h"

#include <algorithm>

#include "core/query/querytext.h"
#include "core/query/termfit.h"
#include "core/trace/payload.h"

namespace sluice {
namespace {

bool entityFits(const QueryTerm& term, const Entity& entity) {
    if (term.subject == QuerySubject::ElementOfKind &&
        (entity.isLink != !term.elementKind || (!entity.isLink && entity.elementKind != *term.elementKind)))
        return false;
    const std::string name = lowered(entity.name);
    const std::string id = lowered(entity.id);
    // "Not orders" means neither its name nor its id; otherwise either will do.
    return term.op == QueryOperator::Differs ? textFits(term, name) && textFits(term, id)
                                             : textFits(term, name) || textFits(term, id);
}

}  // namespace

struct EventMatcher::Private {
    enum class Known : std::uint8_t { Not, No, Yes };

    /// A term, and what it says of each element and each message as far as it was asked.
    struct Bound {
        std::vector<bool> entities;
        std::vector<bool> kinds;
        std::vector<Known> messages;
    };

    Private(EventQuery q, std::shared_ptr<const TraceStore> s) : query(std::move(q)), store(std::move(s)) {
        bind(query.root());
    }

    void bind(const QueryNode& node);
    bool holds(const QueryNode& node, const TraceEvent& event, std::size_t& next);
    bool termHolds(const QueryTerm& term, Bound& bound, const TraceEvent& event);
    bool ofMessage(const QueryTerm& term, Bound& bound, const TraceEvent& event);
    [[nodiscard]] bool messageFits(const QueryTerm& term, const TraceEvent& event) const;

    EventQuery query;
    std::shared_ptr<const TraceStore> store;
    std::vector<Bound> bounds;  // in the order in which the terms stand in the tree
};

void EventMatcher::Private::bind(const QueryNode& node) {
    if (node.kind != QueryNode::Kind::Term) {
        for (const QueryNode& child : node.children)
            bind(child);
        return;
    }
    Bound bound;
    const QuerySubject subject = node.term.subject;
    const bool anything = subject == QuerySubject::Anything;
    if (anything || subject == QuerySubject::Element || subject == QuerySubject::ElementOfKind) {
        for (const Entity& entity : store->table().entities)
            bound.entities.push_back(entityFits(node.term, entity));
    }
    if (anything || subject == QuerySubject::Kind) {
        for (int kind = 0; kind < kEventKindCount; ++kind) {
            const std::string_view name = kindName(static_cast<EventKind>(kind));
            bool fits = textFits(node.term, name);
            if (anything)
                fits = isLike(name, wordsOf(node.term.values.front().text));
            bound.kinds.push_back(fits);
        }
    }
    bounds.push_back(std::move(bound));
}

bool EventMatcher::Private::holds(const QueryNode& node, const TraceEvent& event, std::size_t& next) {
    switch (node.kind) {
        case QueryNode::Kind::Term:
            return termHolds(node.term, bounds[next++], event);
        case QueryNode::Kind::Not:
            return !holds(node.children.front(), event, next);
        case QueryNode::Kind::All:
        case QueryNode::Kind::Any:
            break;
    }
    // Every child is asked, since each takes its own place among the bounds.
    bool all = true;
    bool any = false;
    for (const QueryNode& child : node.children) {
        const bool one = holds(child, event, next);
        all = all && one;
        any = any || one;
    }
    return node.kind == QueryNode::Kind::All ? all : any;
}

bool EventMatcher::Private::messageFits(const QueryTerm& term, const TraceEvent& event) const {
    const auto info = store->message(event.message);
    if (!info)
        return term.op == QueryOperator::Differs;
    const EntityTable& table = store->table();
    const std::string type =
        info->type < table.types.size() ? lowered(table.types[info->type].id) : std::string();
    switch (term.subject) {
        case QuerySubject::Anything:
            return textFits(term, type) || textFits(term, lowered(table.keyText(info->type, info->key)));
        case QuerySubject::Type:
            return textFits(term, type);
        case QuerySubject::Key: {
            const std::string key = lowered(table.keyText(info->type, info->key));
            return key.empty() ? term.op == QueryOperator::Differs : textFits(term, key);
        }
        case QuerySubject::Correlation:
            return numbersFit(term, info->correlation);
        case QuerySubject::BodyField:
            return jsonFits(term, payloadOf(*info, table).body);
        case QuerySubject::Header:
            return jsonFits(term, payloadOf(*info, table).headers);
        default:
            return false;
    }
}

bool EventMatcher::Private::ofMessage(const QueryTerm& term, Bound& bound, const TraceEvent& event) {
    if (event.message == 0)
        return term.op == QueryOperator::Differs;
    if (event.message >= bound.messages.size())
        bound.messages.resize(
            std::max<std::size_t>(event.message + std::size_t{1}, bound.messages.size() * 2));
    Known& known = bound.messages[event.message];
    if (known == Known::Not)
        known = messageFits(term, event) ? Known::Yes : Known::No;
    return known == Known::Yes;
}

bool EventMatcher::Private::termHolds(const QueryTerm& term, Bound& bound, const TraceEvent& event) {
    switch (term.subject) {
        case QuerySubject::Anything:
            return bound.kinds[static_cast<std::size_t>(event.kind)] ||
                   (event.subject < bound.entities.size() && bound.entities[event.subject]) ||
                   (event.message != 0 && term.values.front().text == "m-" + std::to_string(event.message)) ||
                   ofMessage(term, bound, event);
        case QuerySubject::Kind:
            return bound.kinds[static_cast<std::size_t>(event.kind)];
        case QuerySubject::Element:
        case QuerySubject::ElementOfKind:
            return event.subject < bound.entities.size() && bound.entities[event.subject];
        case QuerySubject::Message:
            return event.message == 0 ? term.op == QueryOperator::Differs : numbersFit(term, event.message);
        case QuerySubject::Cause:
            return event.cause() == FailureKind::None ? term.op == QueryOperator::Differs
                                                      : textFits(term, kindName(event.cause()));
        case QuerySubject::Reason: {
            const std::string reason = wordsOf(reasonOf(event));
            return reason.empty() ? term.op == QueryOperator::Differs : textFits(term, reason);
        }
        case QuerySubject::Mark: {
            // The answer's bit means something else in other kinds.
            std::uint8_t flags = event.flags();
            if (event.kind != EventKind::Moved)
                flags &= static_cast<std::uint8_t>(~eventflag::Reverse);
            return ((flags & term.mark) != 0) != (term.op == QueryOperator::Differs);
        }
        case QuerySubject::Time:
            return numbersFit(term, static_cast<double>(event.at.count()));
        case QuerySubject::Number: {
            const auto number = fieldOf(event, term.field);
            return number ? numbersFit(term, static_cast<double>(*number))
                          : term.op == QueryOperator::Differs;
        }
        case QuerySubject::Type:
        case QuerySubject::Key:
        case QuerySubject::Correlation:
        case QuerySubject::BodyField:
        case QuerySubject::Header:
            return ofMessage(term, bound, event);
    }
    return false;
}

EventMatcher::EventMatcher(EventQuery query, std::shared_ptr<const TraceStore> store)
    : d(std::make_unique<Private>(std::move(query), std::move(store))) {}
EventMatcher::~EventMatcher() = default;
EventMatcher::EventMatcher(EventMatcher&&) noexcept = default;
EventMatcher& EventMatcher::operator=(EventMatcher&&) noexcept = default;

bool EventMatcher::matches(const TraceEvent& event) {
    std::size_t next = 0;
    return static_cast<std::size_t>(event.kind) < static_cast<std::size_t>(kEventKindCount) &&
           d->holds(d->query.root(), event, next);
}

const EventQuery& EventMatcher::query() const {
    return d->query;
}

}  // namespace sluice
