#include <fmt/format.h>

#include <array>
#include <set>

#include "core/review/rules.h"

namespace sluice {
namespace {

void tableStandsAlone(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Table)
            continue;
        const auto readers = design.in(e, LinkKind::Read);
        if (design.in(e, LinkKind::Materialize).empty())
            findings.add(Severity::Warning, "table-without-source", e,
                         fmt::format("Nothing feeds {}: it stays empty", called(e)),
                         "Materialize it from a topic");
        else if (readers.empty())
            findings.add(Severity::Hint, "table-without-reader", e, fmt::format("Nobody reads {}", called(e)),
                         "Draw a read link from a service, or leave the table out");
        if (!readers.empty() && !booleanOf(e, "indexed"))
            findings
                .add(Severity::Warning, "table-without-index", e,
                     fmt::format("{} has no index on its key: each read of {} looks at every row", called(e),
                                 called(design.from(*readers.front()))),
                     "Index the key")
                .fix = setting(e, "indexed", nullptr, "Index the key");
        if (textOf(e, "location") == "internal" && textOf(e, "of").empty())
            findings.add(
                Severity::Error, "internal-table-without-service", e,
                fmt::format("{} is an internal table, but does not say inside which service", called(e)),
                "Name the service, or make it external");
    }
}

void databaseIsShared(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Database)
            continue;
        std::set<std::string> users;
        for (const Link* l : design.in(e)) {
            if (design.from(*l).kind == ElementKind::Service)
                users.insert(called(design.from(*l)));
        }
        if (users.size() < 2)
            continue;
        std::string names;
        for (const std::string& user : users)
            names += (names.empty() ? "" : " and ") + user;
        findings.add(Severity::Warning, "shared-database", e,
                     fmt::format("{} share {}: a change of its schema concerns all of them, and its load too",
                                 names, called(e)),
                     "Give each service its own store and hand data over as events");
    }
}

void sidecarStandsAlone(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Sidecar && textOf(e, "of").empty())
            findings.add(Severity::Error, "sidecar-without-service", e,
                         fmt::format("{} does not say which service it stands beside", called(e)),
                         "Name the service");
    }
}

constexpr std::array<Rule, 3> kStoreRules{tableStandsAlone, databaseIsShared, sidecarStandsAlone};

}  // namespace

std::span<const Rule> storeRules() {
    return kStoreRules;
}

}  // namespace sluice
