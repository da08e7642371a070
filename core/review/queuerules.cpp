#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/review/cycles.h"
#include "core/review/rules.h"

namespace sluice {
namespace {

template <class F>
void forEachQueue(const Design& design, F f) {
    for (const Element& e : design.diagram.elements) {
        if (e.kind == ElementKind::Queue)
            f(e);
    }
}

bool isFed(const Design& design, const Element& queue) {
    const auto& in = design.in(queue);
    return std::any_of(in.begin(), in.end(), [](const Link* l) {
        return l->kind == LinkKind::Publish || l->kind == LinkKind::Bind || l->kind == LinkKind::Reply;
    });
}

void hasNoConsumer(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        if (isTemporary(q) || design.isDelayQueue(q) || !design.out(q, LinkKind::Consume).empty())
            return;
        if (design.isDeadLetterQueue(q))
            findings.add(
                Severity::Hint, "dead-letters-unwatched", q,
                fmt::format("Nobody reads {}: dead letters wait there until somebody redrives or discards "
                            "them",
                            called(q)),
                "Say who is alerted; each dead letter is an incident");
        else if (isFed(design, q))
            findings.add(Severity::Warning, "queue-without-consumer", q,
                         fmt::format("Nobody consumes {}: its messages pile up for ever", called(q)),
                         "Draw a consume link to a service");
    });
}

void hasNoProducer(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        const auto consumers = design.out(q, LinkKind::Consume);
        if (!consumers.empty() && !isFed(design, q) && design.in(q, LinkKind::DeadLetter).empty())
            findings.add(Severity::Warning, "consumer-without-producer", q,
                         fmt::format("{} consumes {}, but nobody is drawn who publishes there",
                                     called(design.to(*consumers.front())), called(q)),
                         "Draw a publish link or a binding to the queue");
    });
}

/// Queues that a dead letter of this one reaches next, directly or over exchanges.
std::vector<const Element*> nextGraves(const Design& design, const Element& queue) {
    std::vector<const Element*> graves;
    std::set<const Element*> seen;
    std::vector<const Link*> links = design.out(queue, LinkKind::DeadLetter);
    while (!links.empty()) {
        const Element& target = design.to(*links.back());
        links.pop_back();
        if (!seen.insert(&target).second)
            continue;
        if (target.kind == ElementKind::Queue)
            graves.push_back(&target);
        for (const Link* bind : design.out(target, LinkKind::Bind))
            links.push_back(bind);
    }
    return graves;
}

void deadLettersInACircle(const Design& design, Findings& findings) {
    const auto& elements = design.diagram.elements;
    std::vector<std::vector<std::size_t>> next(elements.size());
    forEachQueue(design, [&](const Element& q) {
        for (const Element* grave : nextGraves(design, q))
            next[static_cast<std::size_t>(&q - elements.data())].push_back(
                static_cast<std::size_t>(grave - elements.data()));
    });
    for (const std::vector<std::size_t>& cycle : cyclesOf(next)) {
        const Element& start = elements[cycle.front()];
        std::string way;
        bool waits = false;
        for (const std::size_t i : cycle) {
            way += called(elements[i]) + " → ";
            waits = waits || (elements[i].properties.has("messageTtl") &&
                              design.out(elements[i], LinkKind::Consume).empty());
        }
        way += called(start);
        if (waits)
            findings.add(
                Severity::Warning, "retry-loop-without-limit", start,
                fmt::format("Dead letters go round {}: a retry by TTL, without a limit on the rounds", way),
                "Count the rounds in x-death and give up after some, or use the retries of the consume link");
        else
            findings.add(
                Severity::Warning, "dead-letter-cycle", start,
                fmt::format(
                    "Dead letters go round {}; the broker drops them only when none in the circle was "
                    "rejected",
                    way),
                "End the chain in a queue that does not dead-letter further");
    }
}

void deadLettersToSeveral(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        const auto links = design.out(q, LinkKind::DeadLetter);
        if (links.size() > 1)
            findings.add(Severity::Error, "several-dead-letter-targets", *links[1],
                         fmt::format("{} has {} dead-letter links; a queue has one x-dead-letter-exchange",
                                     called(q), links.size()),
                         "Dead-letter to an exchange and bind the queues to it");
    });
}

bool canFail(const Design& design, const Link& consume) {
    if (integerOf(consume, "retries") > 0)
        return true;
    for (const Handler& handler : design.to(consume).handlers) {
        if (!handler.link.empty() && handler.link != consume.id)
            continue;
        for (const Step& step : handler.steps) {
            if (step.kind == StepKind::Validate || step.kind == StepKind::Fail || step.kind == StepKind::Call)
                return true;
        }
    }
    return false;
}

/// Adds a queue below and the link to it.
Edit addDeadLetterQueue(const Design& design, const Element& q) {
    Element dead;
    dead.id = "dead-" + q.id;
    for (int n = 2; design.hasId(dead.id); ++n)
        dead.id = fmt::format("dead-{}-{}", q.id, n);
    dead.kind = ElementKind::Queue;
    dead.name = "Dead " + (q.name.empty() ? q.id : q.name);
    dead.group = q.group;
    dead.position = {q.position.x, q.position.y + 140};
    Link link;
    link.id = q.id + "-to-" + dead.id;
    for (int n = 2; design.hasId(link.id); ++n)
        link.id = fmt::format("{}-to-{}-{}", q.id, dead.id, n);
    link.kind = LinkKind::DeadLetter;
    link.from = q.id;
    link.to = dead.id;
    return {"Add a dead-letter queue",
            {Change<Element>{dead.id, dead, std::nullopt}, Change<Link>{link.id, link, std::nullopt}}};
}

void losesWhatFails(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        if (isTemporary(q) || design.isDeadLetterQueue(q) || !design.out(q, LinkKind::DeadLetter).empty())
            return;
        const auto consumers = design.out(q, LinkKind::Consume);
        const auto failing = std::find_if(consumers.begin(), consumers.end(),
                                          [&](const Link* l) { return canFail(design, *l); });
        if (failing != consumers.end())
            findings
                .add(Severity::Warning, "queue-without-dead-letters", q,
                     fmt::format("{} may reject what it takes from {}, which has no dead-letter queue: such "
                                 "messages are "
                                 "gone",
                                 called(design.to(**failing)), called(q)),
                     "Give the queue a dead-letter queue")
                .fix = addDeadLetterQueue(design, q);
        else if (q.properties.has("messageTtl"))
            findings
                .add(Severity::Hint, "expires-silently", q,
                     fmt::format("Messages that wait longer than {} in {} vanish without a trace",
                                 formatDuration(durationOf(q, "messageTtl")), called(q)),
                     "Give the queue a dead-letter queue, or say in a note that it is meant so")
                .fix = addDeadLetterQueue(design, q);
    });
}

void hasNoLimit(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        const Properties& p = q.properties;
        if (isTemporary(q) || !isFed(design, q) || p.has("maxLength") || p.has("maxLengthBytes") ||
            p.has("messageTtl"))
            return;
        findings.add(
            Severity::Hint, "unbounded-queue", q,
            fmt::format(
                "{} has no limit: while its consumers stand still it grows until the broker's disk is "
                "full",
                called(q)),
            "Set a length limit or a TTL, or watch its depth");
    });
}

void expiresBeforeTheRetry(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        if (!q.properties.has("messageTtl"))
            return;
        for (const Link* l : design.out(q, LinkKind::Consume)) {
            const Duration backoff = durationOf(*l, "backoff");
            if (integerOf(*l, "retries") > 0 && durationOf(q, "messageTtl") < backoff)
                findings.add(Severity::Warning, "ttl-below-backoff", *l,
                             fmt::format("A retry waits {}, but a message of {} is good for {} only",
                                         formatDuration(backoff), called(q),
                                         formatDuration(durationOf(q, "messageTtl"))),
                             "Make the TTL longer than all backoffs together, or retry sooner");
        }
    });
}

void contradictsItsType(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        const bool quorum = textOf(q, "queueType") == "quorum";
        if (!quorum && q.properties.has("deliveryLimit"))
            findings
                .add(Severity::Warning, "delivery-limit-on-classic", q,
                     fmt::format("{} is a classic queue: it ignores the delivery limit of {}", called(q),
                                 integerOf(q, "deliveryLimit")),
                     "Make it a quorum queue, or remove the limit")
                .fix = setting(q, "queueType", "quorum", "Make it a quorum queue");
        if (!quorum)
            return;
        if (q.properties.has("maxPriority"))
            findings.add(Severity::Error, "priority-on-quorum", q,
                         fmt::format("{} is a quorum queue: x-max-priority is refused there", called(q)),
                         "Make it a classic queue, or use one queue for each priority");
        for (const std::string_view key : {"exclusive", "temporary"}) {
            if (booleanOf(q, key))
                findings
                    .add(Severity::Error, "temporary-quorum", q,
                         fmt::format(
                             "{} is a quorum queue and {}: a quorum queue is never exclusive or temporary",
                             called(q), key),
                         "Make it a classic queue")
                    .fix = setting(q, "queueType", nullptr, "Make it a classic queue");
        }
        if (!booleanOf(q, "durable"))
            findings.add(
                Severity::Error, "transient-quorum", q,
                fmt::format("{} is a quorum queue that is not durable; the broker refuses that", called(q)),
                "Make it durable, or a classic queue");
    });
}

void overloadsItsConsumer(const Design& design, Findings& findings) {
    for (const Link& l : design.diagram.links) {
        if (l.kind != LinkKind::Consume || design.from(l).kind != ElementKind::Queue ||
            isTemporary(design.from(l)))
            continue;
        const std::string queue = called(design.from(l));
        const std::string service = called(design.to(l));
        if (booleanOf(l, "autoAck"))
            findings
                .add(
                    Severity::Warning, "automatic-acknowledgement", l,
                    fmt::format(
                        "{} takes from {} with automatic acknowledgement: a crash loses what is in work, and "
                        "prefetch does not hold",
                        service, queue),
                    "Acknowledge after the work is done")
                .fix = setting(l, "autoAck", nullptr, "Acknowledge by hand");
        else if (integerOf(l, "prefetch") == 0)
            findings
                .add(Severity::Warning, "unlimited-prefetch", l,
                     fmt::format("{} has unlimited prefetch on {}: the first consumer takes everything, the "
                                 "others stand "
                                 "idle",
                                 service, queue),
                     "Limit the prefetch to a few times the concurrency")
                .fix = setting(l, "prefetch", 10, "Limit the prefetch to 10");
        if (booleanOf(l, "exclusive") &&
            (design.out(design.from(l), LinkKind::Consume).size() > 1 ||
             (hasInstances(design.to(l)) && integerOf(design.to(l), "instances") > 1)))
            findings.add(
                Severity::Error, "exclusive-consumer-shared", l,
                fmt::format("{} consumes {} exclusively, yet more than one consumer wants it: the others are "
                            "refused",
                            service, queue),
                "Use a single active consumer instead");
    }
}

void isNoGoodReplyQueue(const Design& design, Findings& findings) {
    forEachQueue(design, [&](const Element& q) {
        const auto readers = design.out(q, LinkKind::Consume);
        const auto writers = design.in(q, LinkKind::Reply);
        if (isTemporary(q) && readers.empty())
            findings.add(
                Severity::Warning, "temporary-queue-without-reader", q,
                fmt::format("{} is a temporary queue that nobody reads: answers are lost", called(q)),
                "Draw a consume link to the service that asks");
        if (isTemporary(q) && !readers.empty() && writers.empty())
            findings.add(Severity::Warning, "temporary-queue-without-reply", q,
                         fmt::format("{} waits at {}, but nobody replies there",
                                     called(design.to(*readers.front())), called(q)),
                         "Draw a reply link from the service that answers");
        if (isTemporary(q) && readers.size() > 1)
            findings.add(
                Severity::Error, "temporary-queue-shared", q,
                fmt::format("{} consumers read {}; a temporary queue belongs to the instance that asked",
                            readers.size(), called(q)),
                "Give each asking service a reply queue of its own");
        if (!isTemporary(q) && !writers.empty())
            findings
                .add(Severity::Warning, "permanent-reply-queue", q,
                     fmt::format("{} gets replies but is not temporary: any instance of the asking service "
                                 "may take an "
                                 "answer that is not its own",
                                 called(q)),
                     "Make it a temporary queue")
                .fix = setting(q, "temporary", true, "Make it temporary");
    });
}

constexpr std::array<Rule, 10> kQueueRules{
    hasNoConsumer, hasNoProducer,         deadLettersInACircle, deadLettersToSeveral, losesWhatFails,
    hasNoLimit,    expiresBeforeTheRetry, contradictsItsType,   overloadsItsConsumer, isNoGoodReplyQueue};

}  // namespace

std::span<const Rule> queueRules() {
    return kQueueRules;
}

}  // namespace sluice
