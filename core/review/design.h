#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/diagram/catalogue.h"
#include "core/diagram/deadletterqueues.h"
#include "core/review/finding.h"

namespace sluice {

/// A diagram with what every rule asks of it: items by id, links by their ends, places in the file. Refers to
/// the diagram and lives no longer than it; one review makes one.
class Design {
public:
    explicit Design(const Diagram& diagram);

    const Diagram& diagram;

    [[nodiscard]] const Element* element(std::string_view id) const;
    [[nodiscard]] const Link* link(std::string_view id) const;
    [[nodiscard]] const MessageType* message(std::string_view id) const;
    [[nodiscard]] bool hasId(std::string_view id) const {
        return element(id) || link(id) || diagram.findGroup(id);
    }
    [[nodiscard]] const Element& from(const Link& link) const { return *element(link.from); }
    [[nodiscard]] const Element& to(const Link& link) const { return *element(link.to); }

    [[nodiscard]] const std::vector<const Link*>& in(const Element& element) const;
    [[nodiscard]] const std::vector<const Link*>& out(const Element& element) const;
    [[nodiscard]] std::vector<const Link*> in(const Element& element, LinkKind kind) const;
    [[nodiscard]] std::vector<const Link*> out(const Element& element, LinkKind kind) const;

    /// "nodes[3]", "links[0]", "messages[2]", "scenarios[1]".
    [[nodiscard]] std::string where(const Element& element) const;
    [[nodiscard]] std::string where(const Link& link) const;
    [[nodiscard]] std::string where(const MessageType& message) const;
    [[nodiscard]] std::string where(const Scenario& scenario) const;

    [[nodiscard]] bool isDeadLetterQueue(const Element& element) const;
    [[nodiscard]] bool isDelayQueue(const Element& element) const;

    /// The link that a step goes over: the one it names, or the service's only one of that kind.
    [[nodiscard]] const Link* linkOf(const Element& service, const Step& step) const;
    /// The message types that may go over a publish link: its own, and those of the steps that use it.
    [[nodiscard]] std::vector<const MessageType*> typesOver(const Link& link) const;

private:
    std::unordered_map<std::string_view, const Element*> m_elements;
    std::unordered_map<std::string_view, const Link*> m_links;
    std::unordered_map<std::string_view, const MessageType*> m_messages;
    std::vector<std::vector<const Link*>> m_in;
    std::vector<std::vector<const Link*>> m_out;
    DeadLetterQueues m_deadLetters;
};

/// How a sentence calls an element: 'User commands', or its id where it has no name.
std::string called(const Element& element);
/// How a sentence calls a link: by its name or id.
std::string called(const Link& link);

bool booleanOf(const Element& element, std::string_view key);
bool booleanOf(const Link& link, std::string_view key);
std::int64_t integerOf(const Element& element, std::string_view key);
std::int64_t integerOf(const Link& link, std::string_view key);
double numberOf(const Element& element, std::string_view key);
std::string textOf(const Element& element, std::string_view key);
std::string textOf(const Link& link, std::string_view key);
Duration durationOf(const Element& element, std::string_view key);
Duration durationOf(const Link& link, std::string_view key);
bool isTemporary(const Element& element);

/// Service, gateway or processor: what has instances.
bool hasInstances(const Element& element);

/// A one-click mend that sets a property.
Edit setting(const Element& element, std::string_view key, Json value, std::string label);
Edit setting(const Link& link, std::string_view key, Json value, std::string label);

/// "one instance", "3 instances".
std::string counted(std::int64_t count, std::string_view singular);

/// Where the rules put what they find.
class Findings {
public:
    explicit Findings(const Design& design) : m_design(design) {}

    /// The fix, if there is one, is added to the finding that comes back.
    Finding& add(Severity severity, std::string_view rule, const Element& subject, std::string sentence,
                 std::string mend);
    Finding& add(Severity severity, std::string_view rule, const Link& subject, std::string sentence,
                 std::string mend);
    Finding& add(Severity severity, std::string_view rule, const MessageType& subject, std::string sentence,
                 std::string mend);
    Finding& add(Severity severity, std::string_view rule, const Scenario& subject, std::string sentence,
                 std::string mend);
    Finding& add(Severity severity, std::string_view rule, std::string subject, std::string where,
                 std::string sentence, std::string mend);

    [[nodiscard]] std::vector<Finding> take() { return std::move(m_findings); }

private:
    const Design& m_design;
    std::vector<Finding> m_findings;
};

}  // namespace sluice
