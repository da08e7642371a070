#include "core/review/design.h"

#include <fmt/format.h>

#include <algorithm>

namespace sluice {
namespace {

template <class T>
const T* found(const std::unordered_map<std::string_view, const T*>& map, std::string_view id) {
    const auto it = map.find(id);
    return it == map.end() ? nullptr : it->second;
}

/// The item's index in its list. Items handed to the rules are always those of the diagram.
template <class T>
std::size_t indexIn(const std::vector<T>& list, const T& item) {
    return static_cast<std::size_t>(&item - list.data());
}

std::vector<const Link*> only(const std::vector<const Link*>& links, LinkKind kind) {
    std::vector<const Link*> chosen;
    std::copy_if(links.begin(), links.end(), std::back_inserter(chosen),
                 [kind](const Link* link) { return link->kind == kind; });
    return chosen;
}

std::optional<LinkKind> linkKindOf(StepKind kind) {
    switch (kind) {
        case StepKind::Call:
            return LinkKind::Call;
        case StepKind::Read:
            return LinkKind::Read;
        case StepKind::Write:
            return LinkKind::Write;
        case StepKind::Publish:
            return LinkKind::Publish;
        default:
            return std::nullopt;
    }
}

}  // namespace

Design::Design(const Diagram& d)
    : diagram(d), m_in(d.elements.size()), m_out(d.elements.size()), m_deadLetters(d) {
    for (const Element& e : d.elements)
        m_elements.emplace(e.id, &e);
    for (const MessageType& m : d.messages)
        m_messages.emplace(m.id, &m);
    for (const Link& l : d.links) {
        m_links.emplace(l.id, &l);
        const Element* a = element(l.from);
        const Element* b = element(l.to);
        if (!a || !b)
            continue;
        m_out[indexIn(d.elements, *a)].push_back(&l);
        m_in[indexIn(d.elements, *b)].push_back(&l);
    }
}

const Element* Design::element(std::string_view id) const {
    return found(m_elements, id);
}
const Link* Design::link(std::string_view id) const {
    return found(m_links, id);
}
const MessageType* Design::message(std::string_view id) const {
    return found(m_messages, id);
}

const std::vector<const Link*>& Design::in(const Element& e) const {
    return m_in[indexIn(diagram.elements, e)];
}
const std::vector<const Link*>& Design::out(const Element& e) const {
    return m_out[indexIn(diagram.elements, e)];
}
std::vector<const Link*> Design::in(const Element& e, LinkKind kind) const {
    return only(in(e), kind);
}
std::vector<const Link*> Design::out(const Element& e, LinkKind kind) const {
    return only(out(e), kind);
}

std::string Design::where(const Element& e) const {
    return fmt::format("nodes[{}]", indexIn(diagram.elements, e));
}
std::string Design::where(const Link& l) const {
    return fmt::format("links[{}]", indexIn(diagram.links, l));
}
std::string Design::where(const MessageType& m) const {
    return fmt::format("messages[{}]", indexIn(diagram.messages, m));
}
std::string Design::where(const Scenario& s) const {
    return fmt::format("scenarios[{}]", indexIn(diagram.scenarios, s));
}

bool Design::isDeadLetterQueue(const Element& e) const {
    return m_deadLetters.isDeadLetterQueue(indexIn(diagram.elements, e));
}
bool Design::isDelayQueue(const Element& e) const {
    return m_deadLetters.isDelayQueue(indexIn(diagram.elements, e));
}

const Link* Design::linkOf(const Element& service, const Step& step) const {
    const auto kind = linkKindOf(step.kind);
    if (!kind)
        return nullptr;
    const std::string id = sluice::textOf(propertiesOf(step.kind), step.properties, "link");
    if (!id.empty())
        return link(id);
    const auto links = out(service, *kind);
    return links.empty() ? nullptr : links.front();
}

std::vector<const MessageType*> Design::typesOver(const Link& l) const {
    std::vector<const MessageType*> types;
    const auto add = [&](const std::string& id) {
        const MessageType* type = message(id);
        if (type && std::find(types.begin(), types.end(), type) == types.end())
            types.push_back(type);
    };
    const Element& source = from(l);
    if (source.handlers.empty())
        add(textOf(l, "message"));
    if (source.kind == ElementKind::Client && textOf(l, "message").empty())
        add(textOf(source, "message"));
    for (const Handler& handler : source.handlers) {
        for (const Step& step : handler.steps) {
            if (step.kind != StepKind::Publish || linkOf(source, step) != &l)
                continue;
            const std::string own =
                sluice::textOf(propertiesOf(StepKind::Publish), step.properties, "message");
            add(own.empty() ? textOf(l, "message") : own);
        }
    }
    return types;
}

std::string called(const Element& element) {
    return "'" + (element.name.empty() ? element.id : element.name) + "'";
}
std::string called(const Link& link) {
    return "'" + (link.name.empty() ? link.id : link.name) + "'";
}

bool booleanOf(const Element& element, std::string_view key) {
    return booleanOf(propertiesOf(element.kind), element.properties, key);
}
bool booleanOf(const Link& link, std::string_view key) {
    return booleanOf(propertiesOf(link.kind), link.properties, key);
}
std::int64_t integerOf(const Element& element, std::string_view key) {
    return integerOf(propertiesOf(element.kind), element.properties, key);
}
std::int64_t integerOf(const Link& link, std::string_view key) {
    return integerOf(propertiesOf(link.kind), link.properties, key);
}
double numberOf(const Element& element, std::string_view key) {
    return numberOf(propertiesOf(element.kind), element.properties, key);
}
std::string textOf(const Element& element, std::string_view key) {
    return textOf(propertiesOf(element.kind), element.properties, key);
}
std::string textOf(const Link& link, std::string_view key) {
    return textOf(propertiesOf(link.kind), link.properties, key);
}
Duration durationOf(const Element& element, std::string_view key) {
    return durationOf(propertiesOf(element.kind), element.properties, key);
}
Duration durationOf(const Link& link, std::string_view key) {
    return durationOf(propertiesOf(link.kind), link.properties, key);
}

bool isTemporary(const Element& element) {
    return element.kind == ElementKind::Queue && booleanOf(element, "temporary");
}

bool hasInstances(const Element& element) {
    return element.kind == ElementKind::Service || element.kind == ElementKind::Gateway ||
           element.kind == ElementKind::Processor;
}

Edit setting(const Element& element, std::string_view key, Json value, std::string label) {
    Element changed = element;
    changed.properties.set(key, std::move(value));
    return {std::move(label), {Change<Element>{element.id, std::move(changed), std::nullopt}}};
}

Edit setting(const Link& link, std::string_view key, Json value, std::string label) {
    Link changed = link;
    changed.properties.set(key, std::move(value));
    return {std::move(label), {Change<Link>{link.id, std::move(changed), std::nullopt}}};
}

std::string counted(std::int64_t count, std::string_view singular) {
    return count == 1 ? fmt::format("one {}", singular) : fmt::format("{} {}s", count, singular);
}

Finding& Findings::add(Severity severity, std::string_view rule, std::string subject, std::string where,
                       std::string sentence, std::string mend) {
    m_findings.push_back({severity, std::string(rule), std::move(subject), std::move(where),
                          std::move(sentence), std::move(mend)});
    return m_findings.back();
}
Finding& Findings::add(Severity severity, std::string_view rule, const Element& subject, std::string sentence,
                       std::string mend) {
    return add(severity, rule, subject.id, m_design.where(subject), std::move(sentence), std::move(mend));
}
Finding& Findings::add(Severity severity, std::string_view rule, const Link& subject, std::string sentence,
                       std::string mend) {
    return add(severity, rule, subject.id, m_design.where(subject), std::move(sentence), std::move(mend));
}
Finding& Findings::add(Severity severity, std::string_view rule, const MessageType& subject,
                       std::string sentence, std::string mend) {
    return add(severity, rule, subject.id, m_design.where(subject), std::move(sentence), std::move(mend));
}
Finding& Findings::add(Severity severity, std::string_view rule, const Scenario& subject,
                       std::string sentence, std::string mend) {
    return add(severity, rule, subject.id, m_design.where(subject), std::move(sentence), std::move(mend));
}

}  // namespace sluice
