#include "core/alerts/alertevaluator.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "core/alerts/alertsubjects.h"

namespace sluice {
namespace {

using Test = AlertCondition::Test;
using Kind = AlertMetricInfo::Kind;

bool asks(const std::vector<ActiveAlertRule>& rules, AlertMetric metric) {
    return std::any_of(rules.begin(), rules.end(),
                       [metric](const ActiveAlertRule& rule) { return rule.condition.metric == metric; });
}

bool isTrend(const AlertCondition& condition) {
    return condition.test == Test::Rises || condition.test == Test::Falls;
}

bool isOver(const AlertCondition& condition, double reading) {
    return condition.clearing ? passes(condition.clearing->test, reading, condition.clearing->level)
                              : !passes(condition.test, reading, condition.level);
}

/// How often it is looked how old what is read has become: often enough for its level.
Duration ageStep(const AlertCondition& condition) {
    return std::clamp(fromSeconds(condition.level / 20), Duration(std::chrono::milliseconds(10)),
                      Duration(std::chrono::seconds(1)));
}

}  // namespace

AlertEvaluator::AlertEvaluator(std::shared_ptr<const EntityTable> table,
                               const std::vector<ActiveAlertRule>& rules, bool changing)
    : m_table(std::move(table)),
      m_meter(m_table, changing || asks(rules, AlertMetric::Lag),
              changing || asks(rules, AlertMetric::TimeLag)),
      m_changing(changing) {
    build(rules);
}

void AlertEvaluator::build(const std::vector<ActiveAlertRule>& rules) {
    m_rules = rules;
    m_watching.assign(m_table->entities.size(), {});
    m_kinds.assign(m_table->entities.size(), m_changing ? ~std::uint64_t{0} : 0);
    if (m_rules.empty())
        return;
    const AlertSubjects subjects(*m_table);
    for (std::uint32_t rule = 0; rule < m_rules.size(); ++rule) {
        const AlertCondition& condition = m_rules[rule].condition;
        for (const EntityId subject : subjects.of(condition)) {
            Probe probe{.rule = rule, .subject = subject};
            probe.links = m_meter.linksOf(condition.metric, subject);
            probe.window = AlertWindow(condition.window);
            m_probes.push_back(std::move(probe));
            watch(static_cast<ProbeIndex>(m_probes.size() - 1));
        }
    }
}

void AlertEvaluator::evaluateAll(TraceTime now, std::vector<TraceEvent>& said) {
    for (ProbeIndex i = 0; i < m_probes.size(); ++i)
        evaluate(i, now, said);
}

/// By which events the probe's reading may change.
void AlertEvaluator::watch(ProbeIndex index) {
    const Probe& probe = m_probes[index];
    if (probe.subject == kNoEntity) {
        m_ofBroker.push_back(index);
        return;
    }
    const AlertMetric metric = m_rules[probe.rule].condition.metric;
    const std::uint64_t kinds = AlertMeter::kindsOf(metric);
    const bool ages = metric == AlertMetric::TimeLag;
    const auto watchOne = [&](EntityId entity) {
        if (entity >= m_watching.size())
            return;
        auto& watching = m_watching[entity];
        if (watching.empty() || watching.back().probe != index)
            watching.push_back({index, kinds, ages});
        m_kinds[entity] |= AlertMeter::withThoseBefore(kinds);
    };
    watchOne(probe.subject);
    const bool consumers = metric == AlertMetric::Consumers;
    for (const EntityId link : probe.links) {
        watchOne(link);
        watchOne(consumers ? m_table->entities[link].to : m_table->entities[link].from);
    }
}

/// How old that is which is read next is looked for in every partition, too often if for every record. It
/// grows with time, so that one that is young enough is asked again at the next whole step only; and one that
/// is too old remains so as long as the partition that was furthest behind is.
bool AlertEvaluator::staysAsItIs(ProbeIndex index, TraceTime now) const {
    const Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    if (probe.step.due == kNever || (condition.test != Test::Above && condition.test != Test::AtLeast))
        return false;
    switch (probe.phase) {
        case Phase::Calm:
            return true;
        case Phase::Pending:
            return passes(condition.test, m_meter.timeLagAtLeast(probe.links, now), condition.level);
        case Phase::Raised:
            return !isOver(condition, m_meter.timeLagAtLeast(probe.links, now));
        case Phase::Clearing:
            return false;
    }
    return false;
}

void AlertEvaluator::arm(ProbeIndex index, Timer& timer, bool isStep, TraceTime due) {
    timer.due = due;
    if (due < timer.queued) {
        timer.queued = due;
        m_queue.push({due, index, isStep});
    }
}

void AlertEvaluator::advanceFurther(TraceTime time, std::vector<TraceEvent>& said) {
    while (!m_queue.empty() && m_queue.top().at <= time) {
        const Entry entry = m_queue.top();
        m_queue.pop();
        Probe& probe = m_probes[entry.probe];
        Timer& timer = entry.isStep ? probe.step : probe.hold;
        if (timer.queued != entry.at)
            continue;
        timer.queued = kNever;
        if (timer.due > entry.at) {
            if (timer.due != kNever)
                arm(entry.probe, timer, entry.isStep, timer.due);
            continue;
        }
        timer.due = kNever;
        m_now = entry.at;
        if (entry.isStep)
            step(entry.probe, entry.at, said);
        else
            holdIsOver(entry.probe, entry.at, said);
    }
}

void AlertEvaluator::apply(const TraceEvent& event, std::vector<TraceEvent>& said) {
    if (isAlert(event.kind))
        return;
    advanceTo(event.at, said);
    const bool contact = event.kind == EventKind::ConnectionMade || event.kind == EventKind::ConnectionLost;
    // A run begins with everything empty; of a live broker nothing is known before it is there.
    if (!std::exchange(m_begun, true) && !contact)
        evaluateAll(event.at, said);
    m_meter.apply(event);
    if (contact)
        return evaluateAll(event.at, said);
    if (event.subject >= m_watching.size()) {
        for (const ProbeIndex i : m_ofBroker)
            evaluate(i, event.at, said);
        return;
    }
    const auto look = [&](EntityId entity) {
        for (const Looking& looking : m_watching[entity]) {
            if ((looking.kinds & bitOf(event.kind)) != 0 &&
                !(looking.ages && staysAsItIs(looking.probe, event.at)))
                evaluate(looking.probe, event.at, said);
        }
    };
    look(event.subject);
    if (event.kind == EventKind::DeadLettered && event.peer < m_watching.size() &&
        event.peer != event.subject)
        look(event.peer);
}

void AlertEvaluator::holdIsOver(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said) {
    Probe& probe = m_probes[index];
    const double level =
        m_rules[probe.rule].condition.test == Test::Silent ? 0 : reading(index, now).value_or(0);
    if (probe.phase == Phase::Pending)
        say(EventKind::AlertRaised, probe, now, level, said);
    else if (probe.phase == Phase::Clearing)
        say(EventKind::AlertCleared, probe, now, level, said);
}

void AlertEvaluator::step(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said) {
    Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    if (!probe.window.isEmpty()) {
        if (const auto value = m_meter.reading(condition.metric, probe.subject, probe.links, now))
            probe.window.sample(now, *value);
    }
    evaluate(index, now, said);
}

/// Of metrics with a window: the difference or rate over it.
std::optional<double> AlertEvaluator::windowed(ProbeIndex index, double value, TraceTime now) {
    Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    if (probe.window.isEmpty())
        probe.window.begin(now, value);
    const double change = value - probe.window.before(now);
    if (const TraceTime next = probe.window.nextStep(now);
        probe.window.isMoving(value) && probe.step.due > next)
        arm(index, probe.step, true, next);
    if (isTrend(condition) || infoOf(condition.metric).kind == Kind::InWindow)
        return change;
    // A rate over half a window would be told as half the rate.
    if (!probe.window.isFull(now)) {
        if (probe.step.due == kNever)
            arm(index, probe.step, true, probe.window.fullAt());
        return std::nullopt;
    }
    return change / seconds(probe.window.length());
}

std::optional<double> AlertEvaluator::reading(ProbeIndex index, TraceTime now) {
    Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    const bool isReported = m_meter.isInContact() && infoOf(condition.metric).kind == Kind::Rate;
    auto value = isReported ? m_meter.reportedRate(condition.metric, probe.subject) : std::nullopt;
    const bool told = value.has_value();
    if (!told)
        value = m_meter.reading(condition.metric, probe.subject, probe.links, now);
    if (!value) {
        probe.window.clear();
        return value;
    }
    if (condition.metric == AlertMetric::TimeLag && probe.step.due == kNever &&
        (*value > 0 || m_meter.isBehind(probe.links))) {
        const Duration every = ageStep(condition);
        arm(index, probe.step, true, (now / every + 1) * every);
    }
    if (condition.window == Duration::zero() || (told && !isTrend(condition)))
        return value;
    return windowed(index, *value, now);
}

void AlertEvaluator::evaluate(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said) {
    Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    if (condition.test == Test::Silent)
        return evaluateSilence(index, now, said);
    const std::optional<double> value = reading(index, now);
    switch (probe.phase) {
        case Phase::Calm:
            if (!value || !passes(condition.test, *value, condition.level))
                return;
            if (condition.hold == Duration::zero())
                return say(EventKind::AlertRaised, probe, now, *value, said);
            probe.phase = Phase::Pending;
            return arm(index, probe.hold, false, now + condition.hold);
        case Phase::Pending:
            if (value && passes(condition.test, *value, condition.level))
                return;
            probe.phase = Phase::Calm;
            probe.hold.due = kNever;
            return;
        case Phase::Raised:
            // What is not known any more is not over.
            if (!value || !isOver(condition, *value))
                return;
            if (condition.clearHold == Duration::zero())
                return say(EventKind::AlertCleared, probe, now, *value, said);
            probe.phase = Phase::Clearing;
            return arm(index, probe.hold, false, now + condition.clearHold);
        case Phase::Clearing:
            if (value && isOver(condition, *value))
                return;
            probe.phase = Phase::Raised;
            probe.hold.due = kNever;
            return;
    }
}

void AlertEvaluator::evaluateSilence(ProbeIndex index, TraceTime now, std::vector<TraceEvent>& said) {
    Probe& probe = m_probes[index];
    const AlertCondition& condition = m_rules[probe.rule].condition;
    const auto came = m_meter.reading(condition.metric, probe.subject, probe.links, now);
    if (!came) {
        // While nobody looks there is no silence.
        probe.known = false;
        if (probe.phase == Phase::Pending) {
            probe.phase = Phase::Calm;
            probe.hold.due = kNever;
        }
        return;
    }
    if (probe.known && *came == probe.last)
        return;
    const bool begins = !std::exchange(probe.known, true);
    probe.last = *came;
    if (probe.phase == Phase::Raised && !begins) {
        if (condition.clearHold > Duration::zero()) {
            probe.phase = Phase::Clearing;
            return arm(index, probe.hold, false, now + condition.clearHold);
        }
        say(EventKind::AlertCleared, probe, now, 1, said);
    }
    if (probe.phase == Phase::Raised || probe.phase == Phase::Clearing)
        return;
    probe.phase = Phase::Pending;
    arm(index, probe.hold, false, now + condition.hold);
}

void AlertEvaluator::say(EventKind kind, Probe& probe, TraceTime now, double level,
                         std::vector<TraceEvent>& said) {
    const ActiveAlertRule& rule = m_rules[probe.rule];
    probe.phase = kind == EventKind::AlertRaised ? Phase::Raised : Phase::Calm;
    probe.hold.due = kNever;
    constexpr double kMost = 9e15;
    said.push_back({.at = now,
                    .value = std::llround(std::clamp(level, -kMost / 1000, kMost / 1000) * 1000),
                    .subject = probe.subject,
                    .peer = rule.place,
                    .detail = static_cast<std::uint16_t>(rule.severity),
                    .kind = kind});
    // After a silence that is over the next one may begin at once.
    if (kind == EventKind::AlertCleared && rule.condition.test == Test::Silent) {
        probe.phase = Phase::Pending;
        arm(static_cast<ProbeIndex>(&probe - m_probes.data()), probe.hold, false, now + rule.condition.hold);
    }
}

void AlertEvaluator::setRules(const std::vector<ActiveAlertRule>& rules, std::vector<TraceEvent>& said) {
    const std::vector<ActiveAlertRule> before = m_rules;
    std::vector<Probe> old = std::exchange(m_probes, {});
    m_ofBroker.clear();
    m_queue = {};
    build(rules);
    const auto keyOf = [](std::uint16_t place, EntityId subject) {
        return std::uint64_t{place} << 32U | subject;
    };
    std::unordered_map<std::uint64_t, ProbeIndex> places;
    for (ProbeIndex i = 0; i < m_probes.size(); ++i)
        places.emplace(keyOf(m_rules[m_probes[i].rule].place, m_probes[i].subject), i);
    for (Probe& probe : old) {
        const ActiveAlertRule& rule = before[probe.rule];
        const auto found = places.find(keyOf(rule.place, probe.subject));
        Probe* const same = found == places.end() || !(m_rules[m_probes[found->second].rule] == rule)
                                ? nullptr
                                : &m_probes[found->second];
        if (!same) {
            if (probe.phase == Phase::Raised || probe.phase == Phase::Clearing)
                said.push_back({.at = m_now,
                                .subject = probe.subject,
                                .peer = rule.place,
                                .detail = static_cast<std::uint16_t>(rule.severity),
                                .kind = EventKind::AlertCleared});
            continue;
        }
        const ProbeIndex index = found->second;
        probe.rule = same->rule;
        *same = std::move(probe);
        for (Timer* const timer : {&same->hold, &same->step}) {
            timer->queued = kNever;
            if (timer->due != kNever)
                arm(index, *timer, timer == &same->step, timer->due);
        }
    }
    if (m_begun)
        evaluateAll(m_now, said);
}

}  // namespace sluice
