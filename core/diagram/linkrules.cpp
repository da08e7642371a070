#include <fmt/format.h>

#include <array>

#include "core/diagram/catalogue.h"

namespace sluice {
namespace {

struct Rule {
    ElementKind from;
    ElementKind to;
    LinkKind kind;
};

using E = ElementKind;
using L = LinkKind;

/// Which kinds a pair of ends allows; of several, the first is the one that is meant most often.
constexpr std::array kRules{
    Rule{E::Client, E::Service, L::Call},       Rule{E::Client, E::Gateway, L::Call},
    Rule{E::Client, E::LoadBalancer, L::Call},  Rule{E::Client, E::External, L::Call},
    Rule{E::Client, E::Queue, L::Publish},      Rule{E::Client, E::Exchange, L::Publish},
    Rule{E::Client, E::Topic, L::Publish},      Rule{E::Service, E::Service, L::Call},
    Rule{E::Service, E::Gateway, L::Call},      Rule{E::Service, E::LoadBalancer, L::Call},
    Rule{E::Service, E::External, L::Call},     Rule{E::Service, E::Queue, L::Publish},
    Rule{E::Service, E::Queue, L::Reply},       Rule{E::Service, E::Exchange, L::Publish},
    Rule{E::Service, E::Topic, L::Publish},     Rule{E::Service, E::Table, L::Read},
    Rule{E::Service, E::Database, L::Read},     Rule{E::Service, E::Database, L::Write},
    Rule{E::Service, E::Cache, L::Read},        Rule{E::Service, E::Cache, L::Write},
    Rule{E::Gateway, E::Service, L::Call},      Rule{E::Gateway, E::LoadBalancer, L::Call},
    Rule{E::Gateway, E::External, L::Call},     Rule{E::LoadBalancer, E::Service, L::Call},
    Rule{E::LoadBalancer, E::Gateway, L::Call}, Rule{E::LoadBalancer, E::External, L::Call},
    Rule{E::External, E::Gateway, L::Call},     Rule{E::External, E::LoadBalancer, L::Call},
    Rule{E::External, E::Service, L::Call},     Rule{E::Cache, E::Database, L::Read},
    Rule{E::Exchange, E::Queue, L::Bind},       Rule{E::Exchange, E::Exchange, L::Bind},
    Rule{E::Queue, E::Service, L::Consume},     Rule{E::Queue, E::Processor, L::Consume},
    Rule{E::Queue, E::Queue, L::DeadLetter},    Rule{E::Queue, E::Exchange, L::DeadLetter},
    Rule{E::Topic, E::Service, L::Consume},     Rule{E::Topic, E::Processor, L::Consume},
    Rule{E::Topic, E::Table, L::Materialize},   Rule{E::Processor, E::Table, L::Materialize},
    Rule{E::Processor, E::Table, L::Read},      Rule{E::Processor, E::Topic, L::Publish},
    Rule{E::Processor, E::Queue, L::Publish},   Rule{E::Processor, E::Exchange, L::Publish},
};

struct Reason {
    ElementKind from;
    ElementKind to;
    std::string_view sentence;
};

/// What to draw instead, for the pairs that people try.
constexpr std::array kReasons{
    Reason{E::Topic, E::Topic, "A topic does not feed a topic by itself; put a processor between them"},
    Reason{E::Topic, E::Queue,
           "A topic does not feed a queue by itself; let a service or processor consume it and publish"},
    Reason{E::Topic, E::Exchange,
           "A topic does not feed an exchange by itself; let a service or processor consume it and publish"},
    Reason{E::Topic, E::Database,
           "A topic feeds materialized tables; a database belongs to the service that writes it"},
    Reason{E::Queue, E::Topic,
           "A queue does not feed a topic by itself; let a service or processor consume it and publish"},
    Reason{E::Queue, E::Table, "A table is fed by a topic or a processor, not by a queue"},
    Reason{E::Queue, E::Database, "A queue is consumed by a service, which writes the database"},
    Reason{E::Exchange, E::Topic,
           "An exchange routes to queues and exchanges; publish to the topic directly"},
    Reason{E::Exchange, E::Service, "A service consumes from a queue; bind a queue to the exchange"},
    Reason{E::Exchange, E::Processor,
           "A processor consumes from a queue or topic; bind a queue to the exchange"},
    Reason{E::Client, E::Database, "A database belongs to a service; let the client call that service"},
    Reason{E::Client, E::Table, "A table is read by a service; let the client call that service"},
    Reason{E::Client, E::Cache, "A cache is used by a service; let the client call that service"},
    Reason{E::External, E::Queue, "A third party reaches the system by a call to a gateway or service"},
    Reason{E::External, E::Topic, "A third party reaches the system by a call to a gateway or service"},
    Reason{E::External, E::Exchange, "A third party reaches the system by a call to a gateway or service"},
    Reason{E::Gateway, E::Queue, "A gateway makes calls; let a service behind it publish"},
    Reason{E::Gateway, E::Topic, "A gateway makes calls; let a service behind it publish"},
    Reason{E::Gateway, E::Exchange, "A gateway makes calls; let a service behind it publish"},
    Reason{E::Service, E::Processor, "A processor consumes from a topic or queue; put one between them"},
    Reason{E::Database, E::Topic,
           "A database publishes nothing by itself; let its service publish the change"},
};

std::string sentenceCase(std::string_view label) {
    std::string text(label);
    if (!text.empty() && text.front() >= 'A' && text.front() <= 'Z')
        text.front() = static_cast<char>(text.front() - 'A' + 'a');
    return text;
}

std::string article(std::string_view label) {
    const std::string text = sentenceCase(label);
    const bool vowel =
        !text.empty() && std::string_view("aeiou").find(text.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + text;
}

bool isTemporary(const Element& element) {
    return element.kind == ElementKind::Queue &&
           booleanOf(propertiesOf(ElementKind::Queue), element.properties, "temporary");
}

Error refusal(const Element& from, const Element& to) {
    std::string sentence;
    for (const Reason& reason : kReasons) {
        if (reason.from == from.kind && reason.to == to.kind)
            sentence = reason.sentence;
    }
    const auto label = [](const Element& element) { return infoOf(element.kind).label; };
    if (from.kind == ElementKind::Note || to.kind == ElementKind::Note)
        sentence = "A note has no links";
    else if (from.kind == ElementKind::Sidecar || to.kind == ElementKind::Sidecar)
        sentence = "A sidecar has no links of its own; say in its properties which service it stands beside";
    else if (&from == &to || from.id == to.id)
        sentence = fmt::format("Nothing goes from {} to itself", article(label(from)));
    else if (to.kind == ElementKind::Client)
        sentence = fmt::format("Traffic begins at a client; draw the link from the client to the {}",
                               sentenceCase(label(from)));
    else if (sentence.empty() && !possibleLinks(to, from).empty())
        sentence = fmt::format("Nothing goes from {} to {}; draw the link the other way",
                               article(label(from)), article(label(to)));
    else if (sentence.empty())
        sentence = fmt::format("Nothing goes from {} to {}", article(label(from)), article(label(to)));
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

}  // namespace

std::vector<LinkKind> possibleLinks(const Element& from, const Element& to) {
    std::vector<LinkKind> kinds;
    const bool dead = from.kind == ElementKind::Queue || from.kind == ElementKind::Exchange;
    if (from.id == to.id && !dead)
        return kinds;
    for (const Rule& rule : kRules) {
        if (rule.from != from.kind || rule.to != to.kind)
            continue;
        if (rule.kind == LinkKind::Reply && isTemporary(to))
            kinds.insert(kinds.begin(), rule.kind);
        else
            kinds.push_back(rule.kind);
    }
    return kinds;
}

Result<LinkKind> inferLink(const Element& from, const Element& to) {
    const std::vector<LinkKind> kinds = possibleLinks(from, to);
    if (kinds.empty())
        return refusal(from, to);
    return kinds.front();
}

}  // namespace sluice
