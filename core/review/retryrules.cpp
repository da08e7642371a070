#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/review/rules.h"

namespace sluice {
namespace {

constexpr std::int64_t kAsGoodAsEndless = 50;

void retriesWithoutLimit(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Consume && l.kind != LinkKind::Call)
            continue;
        const std::int64_t retries = integerOf(l, "retries");
        if (retries >= kAsGoodAsEndless)
            findings
                .add(Severity::Warning, "retry-without-limit", l,
                     fmt::format(
                         "{} retries {} times, as good as without a limit: a message that always fails keeps "
                         "coming back",
                         l.kind == LinkKind::Call ? called(design.from(l)) : called(design.to(l)), retries),
                     "Give up after a few attempts and dead-letter what is left")
                .fix = setting(l, "retries", 5, "Retry 5 times");
        if (retries > 0 && durationOf(l, "backoff") == Duration::zero())
            findings
                .add(Severity::Warning, "retry-without-backoff", l,
                     fmt::format("{} retries at once: what failed because of load gets more of it",
                                 l.kind == LinkKind::Call ? called(design.from(l)) : called(design.to(l))),
                     "Wait before each retry, longer each time")
                .fix = setting(l, "backoff", nullptr, "Wait before retrying");
    }
}

/// A quorum queue that requeues without a delivery limit hands a poisonous message out for ever.
void returnsWithoutLimit(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Queue || textOf(e, "queueType") != "quorum" ||
            e.properties.has("deliveryLimit") || design.out(e, LinkKind::Consume).empty())
            continue;
        findings
            .add(Severity::Hint, "redelivery-without-limit", e,
                 fmt::format(
                     "{} has no delivery limit: a message that crashes its consumer is redelivered for ever",
                     called(e)),
                 "Set x-delivery-limit")
            .fix = setting(e, "deliveryLimit", 20, "Limit deliveries to 20");
    }
}

/// A classic queue puts what is given back in its place, which is the head, and counts nothing.
void givesBackForEver(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Consume || !booleanOf(l, "requeue") || booleanOf(l, "autoAck") ||
            design.from(l).kind != ElementKind::Queue || textOf(design.from(l), "queueType") == "quorum")
            continue;
        findings
            .add(Severity::Warning, "requeue-without-limit", l,
                 fmt::format(
                     "{} gives back to {} what it cannot handle: a classic queue delivers it again at once, "
                     "for ever, and what is behind it waits",
                     called(design.to(l)), called(design.from(l))),
                 "Reject it into a dead-letter queue, or use a quorum queue with a delivery limit")
            .fix = setting(l, "requeue", nullptr, "Reject instead");
    }
}

void isNotIdempotent(const Design& design, Findings& findings) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind != ElementKind::Service || booleanOf(e, "idempotent"))
            continue;
        const auto consumed = design.in(e, LinkKind::Consume);
        const auto again = std::find_if(consumed.begin(), consumed.end(), [&](const Link* l) {
            return !isTemporary(design.from(*l)) && !booleanOf(*l, "autoAck");
        });
        if (again == consumed.end())
            continue;
        findings
            .add(Severity::Warning, "consumer-not-idempotent", e,
                 fmt::format(
                     "{} is not idempotent, but {} delivers at least once: the same message may take effect "
                     "twice",
                     called(e), called(design.from(**again))),
                 "Remember the ids of what was done, in the same transaction as the effect")
            .fix = setting(e, "idempotent", true, "Make it idempotent");
    }
}

constexpr std::array<Rule, 4> kRetryRules{retriesWithoutLimit, returnsWithoutLimit, givesBackForEver,
                                          isNotIdempotent};

}  // namespace

std::span<const Rule> retryRules() {
    return kRetryRules;
}

}  // namespace sluice
