#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/kinds.h"
#include "core/base/result.h"
#include "core/diagram/scenario.h"
#include "core/metrics/histogram.h"
#include "core/trace/source.h"
#include "core/trace/timerange.h"

namespace sluice {

class TraceStore;

/// Counts and times of one element, link, or the whole system over a run. The system's counts are the sums
/// over its elements (not its links), except that a dead letter counts once, where it died; its maxDepth is
/// the most that was ready in all queues together.
struct ElementOutcome {
    std::string id;
    std::string name;
    std::string kind;  ///< kindName of the element or link; "system"
    std::uint64_t created = 0;
    std::uint64_t in = 0;   ///< enqueued, appended, taken up for work, written; links: moved
    std::uint64_t out = 0;  ///< acknowledged, finished
    std::uint64_t failed = 0;
    std::uint64_t retried = 0;
    std::uint64_t redelivered = 0;
    /// By cause: messages that died in this queue, or came to it as a dead-letter queue.
    std::array<std::uint64_t, kFailureKindCount> deadLetters{};
    std::uint64_t discarded = 0;
    std::uint64_t lost = 0;
    std::uint64_t lateArrivals = 0;
    std::uint64_t timeouts = 0;
    std::uint64_t lateAnswers = 0;
    std::uint64_t redriven = 0;
    std::uint64_t refused = 0;   ///< users told of a business error
    std::uint64_t deferred = 0;  ///< users told that it will be handled later
    std::uint64_t done = 0;      ///< users told that it is done
    std::uint64_t depth = 0;     ///< ready at the end; consume links: lag in records
    std::uint64_t maxDepth = 0;
    std::uint64_t openIncidents = 0;  ///< causes of death in this queue with dead letters still waiting
    double busy = 0;                  ///< services: mean messages in work over the run
    Histogram wait;                   ///< queues: time in the queue; services: for a slot
    Histogram service;                ///< work; stores: time to read
    Histogram roundTrip;  ///< call links, reply queues: request to answer; clients: request to being informed
    Histogram freshness;  ///< tables: event time to visible
    [[nodiscard]] std::uint64_t deadLettersTotal() const;
};

/// One expectation, judged.
struct Judgement {
    Expectation expectation;
    bool met = false;
    std::string sentence;  ///< "dead letters of Dead commands: 3, expected <= 3"
};

struct Outcome {
    TraceTime ended{};
    std::uint64_t events = 0;
    ElementOutcome system;
    std::vector<ElementOutcome> elements;  ///< in the diagram's order, elements before links
    [[nodiscard]] const ElementOutcome* find(std::string_view id) const;
};

/// Folds a trace into its outcome. A TraceSink, so that it can stand behind a live run as well as a
/// recording.
class OutcomeCollector : public TraceSink {
public:
    explicit OutcomeCollector(std::shared_ptr<const EntityTable> table);
    ~OutcomeCollector() override;
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;
    /// What happened so far is not counted any more, and its times are not measured: from this moment on the
    /// outcome is that of a part of the run. What stands at that moment does: depths, what is worked on, dead
    /// letters that wait.
    void beginAnew(TraceTime at);
    /// Messages created so far.
    [[nodiscard]] std::uint64_t messages() const;
    /// The outcome of what was accepted so far.
    [[nodiscard]] Outcome outcome() const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The outcome of what happened in that part of a trace. Reads the trace up to there. Errors: Cancelled, when
/// `isWanted` says no, which is asked now and then.
Result<Outcome> outcomeOf(const TraceStore& store, const TimeRange& range,
                          const std::function<bool()>& isWanted = {});

/// The metrics are those of expectationMetrics() (catalogue.h). An unknown metric or target is an expectation
/// that is not met, and the sentence says which.
std::vector<Judgement> judge(const Outcome& outcome, const std::vector<Expectation>& expectations);

}  // namespace sluice
