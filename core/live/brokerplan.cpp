#include "core/live/brokerplan.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/diagram/catalogue.h"
#include "core/diagram/diagramindex.h"
#include "core/live/drift.h"

namespace sluice {
namespace {

using Act = BrokerStep::Act;
using Thing = BrokerStep::Thing;

Thing thingOf(ElementKind kind) {
    return kind == ElementKind::Exchange ? Thing::Exchange
           : kind == ElementKind::Topic  ? Thing::Topic
                                         : Thing::Queue;
}

std::string_view wordOf(Thing thing) {
    switch (thing) {
        case Thing::Exchange:
            return "exchange";
        case Thing::Queue:
            return "queue";
        case Thing::Topic:
            return "topic";
        case Thing::Binding:
            break;
    }
    return "binding";
}

/// RabbitMQ and Kafka keep these names for themselves.
bool isBrokersOwn(const std::string& name) {
    return name.empty() || name.starts_with("amq.") || name.starts_with("__");
}

std::string beginningOf(const std::string& name) {
    return name.substr(0, name.find_first_of(".:/-_"));
}

/// Lives and dies with a connection; nobody can make it for another.
bool isPassing(const Element& element) {
    const auto is = [&](const char* key) {
        const Json* value = element.properties.find(key);
        return value && value->is_boolean() && value->get<bool>();
    };
    return element.kind == ElementKind::Queue && (is("exclusive") || is("temporary"));
}

/// The settings of an element that a broker has to be told.
std::vector<std::string_view> toldProperties(ElementKind kind) {
    switch (kind) {
        case ElementKind::Exchange:
            return {"exchangeType", "durable", "autoDelete", "internal"};
        case ElementKind::Queue:
            return {"queueType",     "durable",     "autoDelete",          "messageTtl",
                    "expires",       "maxLength",   "maxLengthBytes",      "overflow",
                    "deliveryLimit", "maxPriority", "singleActiveConsumer"};
        case ElementKind::Topic:
            return {"partitions", "replication", "minIsr", "compacted", "retention", "retentionBytes"};
        default:
            return {};
    }
}

using Key = std::pair<ElementKind, std::string>;

/// A drawing of thousands, in which things are found by id.
struct IndexedDiagram {
    explicit IndexedDiagram(const Diagram& of) : diagram(of) {
        index.rebuild(diagram);
        for (const Link& link : diagram.links) {
            if (link.kind == LinkKind::DeadLetter)
                deadLetters.emplace(link.from, &link);
        }
    }
    /// Null when there is none.
    [[nodiscard]] const Element* element(std::string_view id) const {
        const auto at = index.elements.find(diagram.elements, id);
        return at ? &diagram.elements[*at] : nullptr;
    }
    /// One that there is.
    [[nodiscard]] const Link& link(std::string_view id) const {
        return diagram.links[*index.links.find(diagram.links, id)];
    }

    const Diagram& diagram;
    DiagramIndex index;
    std::map<std::string_view, const Link*>
        deadLetters;  ///< by where they come from; the first that is drawn
};

class Planner {
public:
    Planner(const Diagram& drawing, const Diagram& found, const PlanWish& wish)
        : m_drawing(drawing), m_found(found), m_wish(wish) {}

    BrokerPlan plan() {
        const Diagram brokers = brokersPart();
        const IndexedDiagram own(brokers);
        const std::vector<Drift> drifts = driftOf(brokers, m_found.diagram);
        std::set<Id> touched;
        for (const Drift& drift : drifts) {
            if (!drift.drawn.empty())
                touched.insert(drift.drawn);
        }
        for (const Element& element : brokers.elements)
            m_plan.same += touched.contains(element.id) ? 0 : 1;
        for (const Link& link : brokers.links)
            m_plan.same += isBrokers(link) && !touched.contains(link.id) ? 1 : 0;
        for (const Drift& drift : drifts) {
            if (drift.kind == Drift::Kind::Missing && !drift.isLink)
                create(*own.element(drift.drawn), own);
        }
        compareAlternates(own);
        for (const Drift& drift : drifts) {
            if (drift.kind == Drift::Kind::Different)
                differ(drift, own);
            else if (drift.kind == Drift::Kind::Extra && !drift.isLink)
                tooMuch(*m_found.element(drift.found));
        }
        for (const Drift& drift : drifts) {
            if (drift.isLink && drift.kind == Drift::Kind::Missing)
                join(own.link(drift.drawn), own);
            else if (drift.isLink && drift.kind == Drift::Kind::Extra)
                part(m_found.link(drift.found));
        }
        // What is there before what leads to it; what leads to it goes first.
        std::stable_sort(m_plan.steps.begin(), m_plan.steps.end(),
                         [](const BrokerStep& a, const BrokerStep& b) { return turnOf(a) < turnOf(b); });
        return std::move(m_plan);
    }

private:
    static bool isBrokers(const Link& link) {
        return link.kind == LinkKind::Bind || link.kind == LinkKind::DeadLetter;
    }
    static int turnOf(const BrokerStep& step) {
        const int thing = static_cast<int>(step.thing);
        return step.act == Act::Create ? thing : step.act == Act::Change ? 10 + thing : 30 - thing;
    }

    /// The drawing without what this kind of broker cannot have.
    Diagram brokersPart() {
        Diagram own;
        std::set<Id> ids;
        std::map<std::string_view, std::size_t> others;
        for (const Element& element : m_drawing.elements) {
            if (element.kind != ElementKind::Exchange && element.kind != ElementKind::Queue &&
                element.kind != ElementKind::Topic)
                continue;
            m_drawn.emplace(element.kind, element.name);
            if (std::find(m_wish.kinds.begin(), m_wish.kinds.end(), element.kind) == m_wish.kinds.end()) {
                ++others[kindName(element.kind)];
                continue;
            }
            if (element.name.empty()) {
                obstacle(element.id, fmt::format("the {} has no name; name it", kindName(element.kind)));
                continue;
            }
            if (isPassing(element)) {
                m_plan.notes.push_back(
                    fmt::format("{} belongs to one connection: whoever reads it makes it", element.name));
                continue;
            }
            if (!isBrokersOwn(element.name))
                m_beginnings.insert(beginningOf(element.name));
            ids.insert(element.id);
            own.elements.push_back(element);
        }
        for (const auto& [kind, count] : others)
            m_plan.notes.push_back(
                fmt::format("{} {}{} of another kind of broker", count, kind, count == 1 ? " is" : "s are"));
        for (const Link& link : m_drawing.links) {
            if (ids.contains(link.from) && ids.contains(link.to))
                own.links.push_back(link);
        }
        return own;
    }

    void obstacle(const std::string& name, const std::string& sentence) {
        m_plan.obstacles.push_back({name, sentence});
    }

    void create(const Element& element, const IndexedDiagram& own) {
        if (isBrokersOwn(element.name)) {
            // An exchange of the broker's own is found only where somebody uses it.
            m_plan.notes.push_back(fmt::format("{} is the broker's own", element.name));
            return;
        }
        if (!m_created.emplace(element.kind, element.name).second) {
            obstacle(element.name, "is drawn twice, and the broker can have one; rename the other");
            return;
        }
        BrokerStep step{.thing = thingOf(element.kind), .name = element.name};
        for (const std::string_view key : toldProperties(element.kind)) {
            if (const Json* value = element.properties.find(key))
                step.settings.set(key, *value);
        }
        for (const std::string& tag : element.tags) {
            // Found ones say so that are none of the catalogue's.
            if (element.kind == ElementKind::Queue && tag == "stream")
                step.settings.set("queueType", "stream");
            if (element.kind == ElementKind::Exchange && tag.starts_with("x-"))
                step.settings.set("exchangeType", tag);
        }
        if (const std::string other = alternateOf(element, own); !other.empty())
            step.settings.set("alternateExchange", other);
        if (element.kind == ElementKind::Queue)
            addDeadLetters(element, own, step);
        m_plan.steps.push_back(std::move(step));
    }

    /// A key without an exchange RabbitMQ refuses (Dead Letter Exchanges, "x-dead-letter-routing-key").
    static void addDeadLetters(const Element& element, const IndexedDiagram& own, BrokerStep& step) {
        const auto found = own.deadLetters.find(element.id);
        if (found == own.deadLetters.end())
            return;
        const Link& link = *found->second;
        const Element& to = *own.element(link.to);
        const bool straight = to.kind == ElementKind::Queue;
        const std::string said = link.properties.text("routingKey");
        const std::string key = straight       ? to.name
                                : said.empty() ? element.properties.text("deadLetterRoutingKey")
                                               : said;
        step.settings.set("deadLetterExchange", straight ? std::string() : to.name);
        if (!key.empty())
            step.settings.set("deadLetterRoutingKey", key);
    }

    static std::string alternateOf(const Element& element, const IndexedDiagram& diagram) {
        if (element.kind != ElementKind::Exchange)
            return {};
        const Element* other = diagram.element(element.properties.text("alternateExchange"));
        return other ? other->name : std::string();
    }

    void compareAlternates(const IndexedDiagram& own) {
        for (const Element& element : own.diagram.elements) {
            if (element.kind != ElementKind::Exchange)
                continue;
            for (const Element& there : m_found.diagram.elements) {
                if (there.kind != element.kind || there.name != element.name)
                    continue;
                const std::string wanted = alternateOf(element, own);
                const std::string actual = alternateOf(there, m_found);
                if (wanted == actual)
                    continue;
                obstacle(element.name,
                         fmt::format(
                             "its alternate exchange is {}, drawn {}; an exchange cannot be changed: set a "
                             "policy, or delete it on the broker and apply again",
                             actual.empty() ? "none" : actual, wanted.empty() ? "none" : wanted));
            }
        }
    }

    void differ(const Drift& drift, const IndexedDiagram& own) {
        const Element& drawn = *own.element(drift.drawn);
        const std::string how = fmt::format("{} is {} on the broker, drawn {}", drift.property,
                                            drift.actual.dump(), drift.wanted.dump());
        if (drawn.kind != ElementKind::Topic) {
            obstacle(drift.name,
                     how + fmt::format("; {} cannot be changed: {}take the broker's over, or delete it "
                                       "there and apply again",
                                       drawn.kind == ElementKind::Queue ? "a queue" : "an exchange",
                                       drawn.kind == ElementKind::Queue ? "set a policy, " : ""));
            return;
        }
        if (drift.property == "replication") {
            obstacle(drift.name, how + "; copies are moved with kafka-reassign-partitions");
            return;
        }
        if (drift.property == "partitions" &&
            !(drift.wanted.is_number() && drift.actual.is_number() && drift.wanted > drift.actual)) {
            obstacle(drift.name, how + "; partitions are never taken away: make another topic");
            return;
        }
        const auto [it, isNew] = m_changes.emplace(drift.name, m_plan.steps.size());
        if (isNew)
            m_plan.steps.push_back({.act = Act::Change, .thing = Thing::Topic, .name = drift.name});
        BrokerStep& step = m_plan.steps[it->second];
        step.settings.set(drift.property, drift.wanted);
        // Whether a compacted topic also deletes by age hangs on both.
        if (drift.property == "compacted" || drift.property == "retention" ||
            drift.property == "retentionBytes") {
            for (const char* key : {"compacted", "retention", "retentionBytes"}) {
                if (const Json* value = drawn.properties.find(key))
                    step.settings.set(key, *value);
            }
        }
    }

    /// The broker has it, and it is not drawn.
    void tooMuch(const Element& element) {
        if (isBrokersOwn(element.name) || m_drawn.contains(Key(element.kind, element.name)) ||
            (!m_beginnings.contains(beginningOf(element.name)) && !m_wish.mayGo.contains(element.name)))
            return;
        if (!m_wish.deletes) {
            m_plan.left.push_back(fmt::format("{} {}", wordOf(thingOf(element.kind)), element.name));
            return;
        }
        m_plan.steps.push_back({.act = Act::Delete,
                                .thing = thingOf(element.kind),
                                .name = element.name,
                                .withMessages = m_wish.withMessages.contains(element.name)});
    }

    BrokerStep binding(const Link& link, const IndexedDiagram& diagram) const {
        const Element& from = *diagram.element(link.from);
        const Element& to = *diagram.element(link.to);
        BrokerStep step{.thing = Thing::Binding,
                        .name = from.name,
                        .to = to.name,
                        .toExchange = to.kind == ElementKind::Exchange};
        // A fanout exchange looks at none; for others an empty one is one too.
        if (from.properties.text("exchangeType") != "fanout")
            step.settings.set("routingKey", link.properties.text("routingKey"));
        for (const char* key : {"headers", "match"}) {
            const Json* value = link.properties.find(key);
            if (value && !value->empty())
                step.settings.set(key, *value);
        }
        return step;
    }

    void join(const Link& link, const IndexedDiagram& own) {
        const Element& from = *own.element(link.from);
        if (link.kind == LinkKind::Bind) {
            BrokerStep step = binding(link, own);
            if (m_joined.emplace(nameOf(step), step.toExchange).second)
                m_plan.steps.push_back(std::move(step));
        } else if (!m_created.contains(Key(from.kind, from.name))) {
            obstacle(from.name,
                     fmt::format("does not send its dead letters to {}; a queue cannot be changed: set a "
                                 "policy, or delete it on the broker and apply again",
                                 own.element(link.to)->name));
        }
    }

    /// The broker joins them, and it is not drawn.
    void part(const Link& link) {
        const Element& from = *m_found.element(link.from);
        const Element& to = *m_found.element(link.to);
        const bool both =
            m_drawn.contains(Key(from.kind, from.name)) && m_drawn.contains(Key(to.kind, to.name));
        if (link.kind == LinkKind::DeadLetter) {
            if (m_drawn.contains(Key(from.kind, from.name)) && !m_created.contains(Key(from.kind, from.name)))
                obstacle(from.name,
                         fmt::format("sends its dead letters to {}, which is not drawn; draw it, or set a "
                                     "policy",
                                     to.name));
            return;
        }
        // A binding goes with either of its ends.
        if (!both)
            return;
        BrokerStep step = binding(link, m_found);
        step.act = Act::Delete;
        if (m_wish.deletes)
            m_plan.steps.push_back(std::move(step));
        else
            m_plan.left.push_back(fmt::format("binding {}", nameOf(step)));
    }

    const Diagram& m_drawing;
    const IndexedDiagram m_found;
    const PlanWish& m_wish;
    BrokerPlan m_plan;
    std::set<Key> m_drawn;               ///< all of the drawing, whatever becomes of it
    std::set<std::string> m_beginnings;  ///< that its names cover
    std::set<Key> m_created;
    std::map<std::string, std::size_t> m_changes;     ///< by topic: which step
    std::set<std::pair<std::string, bool>> m_joined;  ///< bindings, and whether to an exchange
};

}  // namespace

BrokerPlan brokerPlan(const Diagram& drawing, const Diagram& found, const PlanWish& wish) {
    return Planner(drawing, found, wish).plan();
}

std::string actOf(const BrokerStep& step) {
    const std::string_view act = step.act == Act::Create   ? "create"
                                 : step.act == Act::Change ? "change"
                                                           : "delete";
    return fmt::format("{} {}", act, wordOf(step.thing));
}

std::string nameOf(const BrokerStep& step) {
    if (step.thing != Thing::Binding)
        return step.name;
    std::string key = step.settings.text("routingKey");
    if (const Json* headers = step.settings.find("headers")) {
        const std::string match = step.settings.text("match");
        key += fmt::format("{}{} of {}", key.empty() ? "" : ", ", match.empty() ? "all" : match,
                           headers->dump());
    }
    return key.empty() ? fmt::format("{} → {}", step.name, step.to)
                       : fmt::format("{} → {} ({})", step.name, step.to, key);
}

}  // namespace sluice
