#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/review/cycles.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

/// How long the caller at the beginning of a call link waits; zero: for ever.
Duration patienceOf(const Design& design, const Link& call) {
    const Element& caller = design.from(call);
    if (call.properties.has("timeout"))
        return durationOf(call, "timeout");
    if (caller.kind == ElementKind::Gateway ||
        (caller.kind == ElementKind::Client && caller.properties.has("timeout")))
        return durationOf(caller, "timeout");
    return Duration::zero();
}

void goesRoundInCalls(const Design& design, Findings& findings) {
    const auto& elements = design.diagram.elements;
    std::vector<std::vector<std::size_t>> next(elements.size());
    for (std::size_t i = 0; i < elements.size(); ++i) {
        for (const Link* l : design.out(elements[i], LinkKind::Call))
            next[i].push_back(static_cast<std::size_t>(&design.to(*l) - elements.data()));
    }
    for (const std::vector<std::size_t>& cycle : cyclesOf(next)) {
        std::string way;
        for (const std::size_t i : cycle)
            way += called(elements[i]) + " → ";
        findings.add(
            Severity::Warning, "call-cycle", elements[cycle.front()],
            fmt::format("Synchronous calls go round: {}{}; each may wait for the others until all slots are "
                        "taken",
                        way, called(elements[cycle.front()])),
            "Break the circle with an event or a queue");
    }
}

void waitsForEver(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Call || patienceOf(design, l) > Duration::zero() ||
            design.from(l).kind == ElementKind::LoadBalancer)
            continue;
        findings
            .add(Severity::Warning, "call-without-timeout", l,
                 fmt::format("{} waits for {} for ever: a call that hangs holds its slot",
                             called(design.from(l)), called(design.to(l))),
                 "Set a timeout a little above the slowest good answer")
            .fix = setting(l, "timeout", "5s", "Set a timeout of 5 s");
    }
}

void givesUpBeforeTheNext(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Call)
            continue;
        const Duration patience = patienceOf(design, l);
        if (patience == Duration::zero())
            continue;
        for (const Link* next : design.out(design.to(l), LinkKind::Call)) {
            const Duration later = patienceOf(design, *next);
            if (later > patience)
                findings.add(
                    Severity::Warning, "timeouts-inverted", l,
                    fmt::format(
                        "{} gives up on {} after {}, which itself waits up to {} for {}: work goes on that "
                        "nobody waits for",
                        called(design.from(l)), called(design.to(l)), formatDuration(patience),
                        formatDuration(later), called(design.to(*next))),
                    "Let timeouts grow towards the caller");
        }
    }
}

/// The reply queue that a service consumes; null when there is none.
const Element* replyQueueOf(const Design& design, const Element& service) {
    for (const Link* l : design.in(service, LinkKind::Consume)) {
        if (isTemporary(design.from(*l)))
            return &design.from(*l);
    }
    return nullptr;
}

void setTimeout(const Element& service, std::size_t handler, std::size_t step, Finding& finding) {
    Element changed = service;
    changed.handlers[handler].steps[step].properties.set("timeout", "5s");
    finding.fix =
        Edit{"Set a timeout of 5 s", {Change<Element>{service.id, std::move(changed), std::nullopt}}};
}

void asksWithoutEnd(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        for (std::size_t h = 0; h < e.handlers.size(); ++h) {
            for (std::size_t s = 0; s < e.handlers[h].steps.size(); ++s) {
                const Step& step = e.handlers[h].steps[s];
                if (step.kind != StepKind::Publish ||
                    !booleanOf(propertiesOf(StepKind::Publish), step.properties, "awaitReply"))
                    continue;
                const std::string where = fmt::format("{}.handlers[{}].steps[{}]", design.where(e), h, s);
                if (!step.properties.has("timeout"))
                    setTimeout(
                        e, h, s,
                        findings.add(
                            Severity::Warning, "request-reply-without-timeout", e.id, where,
                            fmt::format("{} awaits a reply without a timeout: when none comes, its user "
                                        "waits for ever",
                                        called(e)),
                            "Set a timeout, and tell the user that the change will be handled later"));
                if (!replyQueueOf(design, e))
                    findings.add(
                        Severity::Error, "request-without-reply-queue", e.id, where,
                        fmt::format("{} awaits a reply, but reads no temporary queue where it could arrive",
                                    called(e)),
                        "Draw a temporary queue, a reply link to it, and a consume link from it");
            }
        }
    }
}

void retriesInLayers(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Call || integerOf(l, "retries") == 0)
            continue;
        for (const Link* next : design.out(design.to(l), LinkKind::Call)) {
            const std::int64_t inner = integerOf(*next, "retries");
            if (inner > 0)
                findings.add(Severity::Hint, "layered-retries", l,
                             fmt::format("Retries multiply: {} may be called {} times for one request of {}",
                                         called(design.to(*next)),
                                         (integerOf(l, "retries") + 1) * (inner + 1), called(design.from(l))),
                             "Retry in one place only");
        }
    }
}

constexpr std::array<Rule, 5> kCallRules{goesRoundInCalls, waitsForEver, givesUpBeforeTheNext, asksWithoutEnd,
                                         retriesInLayers};

}  // namespace

std::span<const Rule> callRules() {
    return kCallRules;
}

}  // namespace sluice
