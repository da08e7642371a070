#include "core/browse/letterjudge.h"

#include <fmt/format.h>

#include "core/base/writtentime.h"

namespace sluice {

using Verdict = LetterJudgement::Verdict;

LetterRule LetterRule::usual() {
    LetterRule rule;
    // CloudEvents in Kafka and AMQP, Spring's type ids, and bodies that say it themselves.
    rule.operation = *MessageField::parse(
        "type, header.type, header.ce_type, header.cloudEvents:type, header.__TypeId__, field.type");
    rule.key = *MessageField::parse("key, header.key, field.key");
    rule.time = *MessageField::parse("time");
    return rule;
}

LetterFacts LetterJudge::read(const BrokerMessage& message) const {
    LetterFacts facts;
    std::optional<MessageBody> body;
    facts.operation = m_rule.operation.textIn(message, body).value_or("");
    if (!facts.operation.empty())
        facts.key = m_rule.key.textIn(message, body).value_or("");
    facts.time = m_rule.time.timeIn(message, body);
    facts.born = facts.time;
    return facts;
}

std::string LetterJudge::subjectOf(const LetterFacts& letter) {
    if (letter.operation.empty() || letter.key.empty())
        return {};
    // Lengths, so that no two subjects are one text.
    return fmt::format("{}:{}{}:{}{}", letter.target.size(), letter.target, letter.operation.size(),
                       letter.operation, letter.key);
}

void LetterJudge::note(const LetterFacts& letter) {
    const std::string subject = subjectOf(letter);
    if (subject.empty())
        return;
    Newest& newest = m_newest[subject];
    newest.last = std::max(newest.last, letter.number);
    if (!letter.time || (newest.time && *newest.time >= *letter.time))
        return;
    newest.time = letter.time;
    newest.number = letter.number;
}

void LetterJudge::note(const LetterFacts& seen, const std::string& place) {
    const std::string subject = subjectOf(seen);
    if (subject.empty() || !seen.time)
        return;
    const auto found = m_newest.find(subject);
    if (found == m_newest.end() || (found->second.time && *found->second.time >= *seen.time))
        return;
    Newest& newest = found->second;
    newest.time = seen.time;
    newest.number = 0;
    newest.place = place;
}

LetterJudgement LetterJudge::expiry(const LetterFacts& letter, TraceTime now) const {
    if (!letter.diedIn.empty())
        return {Verdict::Expired, fmt::format("its time to live in {} was over", letter.diedIn)};
    if (!letter.born)
        return {};
    const Duration age = now - *letter.born;
    if (letter.validity && age > *letter.validity)
        return {Verdict::Expired, fmt::format("it was to live {} and is at least {} old",
                                              describeDuration(*letter.validity), describeDuration(age))};
    if (m_rule.mostAge && age > *m_rule.mostAge)
        return {Verdict::Expired, fmt::format("it is at least {} old, more than {}", describeDuration(age),
                                              describeDuration(*m_rule.mostAge))};
    return {};
}

LetterJudgement LetterJudge::supersession(const LetterFacts& letter) const {
    const auto found = m_newest.find(subjectOf(letter));
    if (found == m_newest.end())
        return {};
    const Newest& newest = found->second;
    const std::string subject = fmt::format("{} of {}", letter.operation, letter.key);
    if (letter.time && newest.time && *newest.time > *letter.time)
        return {Verdict::Superseded,
                fmt::format("{} is the newer {}: {} after {}",
                            newest.number > 0 ? fmt::format("letter {}", newest.number) : newest.place,
                            subject, calendarText(*newest.time), calendarText(*letter.time))};
    if (!letter.time && newest.last > letter.number)
        return {Verdict::Superseded, fmt::format("letter {} behind it is {} too, and this one says no time",
                                                 newest.last, subject)};
    return {};
}

bool LetterJudge::stays(Verdict verdict) const {
    return (verdict == Verdict::Superseded && !m_rule.superseded) ||
           (verdict == Verdict::Expired && !m_rule.expired);
}

}  // namespace sluice
