#include "core/trace/eventpredictor.h"

namespace sluice {

constexpr std::array<EventPredictor::Rules, kEventKindCount> EventPredictor::makeRules() {
    std::array<Rules, kEventKindCount> all{};
    std::uint64_t hash = 1;
    for (Rules& rules : all)
        rules.hash = hash++ * 0xa0761d6478bd642fULL;
    constexpr std::uint64_t kAll = ~std::uint64_t{0};
    const auto of = [&all](EventKind kind) -> Rules& { return all[static_cast<std::size_t>(kind)]; };

    of(EventKind::MessageCreated).message = kNew;
    of(EventKind::MessageCreated).creates = kYes;
    of(EventKind::MessageCreated).last = 0;
    of(EventKind::WorkFinished).message = kWorking;
    of(EventKind::WorkStarted).starts = kYes;
    for (const EventKind kind : {EventKind::MessageCreated, EventKind::Enqueued, EventKind::Requeued,
                                 EventKind::WorkStarted, EventKind::Called})
        of(kind).begins = kYes;
    for (const EventKind kind :
         {EventKind::Delivered, EventKind::WorkFinished, EventKind::TimedOut, EventKind::UserInformed}) {
        of(kind).last = 0;
        of(kind).elapsed = kAll;
    }
    for (const EventKind kind : {EventKind::Appended, EventKind::Fetched, EventKind::Committed}) {
        of(kind).partitioned = kYes;
        of(kind).plus = 1;
    }
    for (const EventKind kind :
         {EventKind::Committed, EventKind::Assigned, EventKind::Rebalanced, EventKind::InstanceStopped,
          EventKind::InstanceStarted, EventKind::ActionBegan, EventKind::ActionEnded,
          EventKind::ConsumerRefused, EventKind::ConsumerActivated, EventKind::Observed, EventKind::Counted,
          EventKind::ConnectionMade, EventKind::ConnectionLost, EventKind::AlertRaised,
          EventKind::AlertCleared}) {
        of(kind).message = kNone;
        of(kind).named = 0;
    }
    return all;
}

const std::array<EventPredictor::Rules, kEventKindCount> EventPredictor::kRules = makeRules();

void EventPredictor::Memory::clear() {
    subjects.fill(0);
    last.fill(Last{});
    working.fill(0);
    begun.fill(0);
}

}  // namespace sluice
