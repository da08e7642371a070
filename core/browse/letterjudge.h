#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/browse/messagefield.h"

namespace sluice {

/// By what it is decided whether a dead letter may still go back.
struct LetterRule {
    MessageField operation;           ///< the business operation that it asks for
    MessageField key;                 ///< of whom or what
    MessageField time;                ///< when that was so
    std::optional<Duration> mostAge;  ///< older ones are expired
    bool superseded = false;          ///< those that are superseded go all the same
    bool expired = false;             ///< those that are expired go all the same

    /// What most programs write: the message's type and key, its own time.
    static LetterRule usual();
};

/// A dead letter, as far as it is judged by it.
struct LetterFacts {
    std::int64_t number = 0;           ///< from 1, in the order of the queue or topic
    std::string target;                ///< where it would go
    std::string operation;             ///< empty: it does not say
    std::string key;                   ///< empty: it does not say
    std::optional<TraceTime> time;     ///< since 1970
    std::optional<TraceTime> born;     ///< since 1970, at the latest: published, or dead for the first time
    std::optional<Duration> validity;  ///< its own time to live
    std::string diedIn;                ///< of a time to live that was over; empty: of something else
};

struct LetterJudgement {
    enum class Verdict : std::uint8_t { Safe, Superseded, Expired };
    Verdict verdict = Verdict::Safe;
    std::string why;  ///< one sentence without a full stop; empty of a safe one
};

/// Judges dead letters as the engine's redrive does (RedriveVerdict). A letter is expired when it died
/// because its time to live was over, or it would be over by now, or it is older than the rule allows. It is
/// superseded when a newer message of the same operation and key, for the same target, is known: by its time,
/// or by its place among the letters where neither says a time. What has no operation or no key is never
/// superseded.
class LetterJudge {
public:
    explicit LetterJudge(LetterRule rule) : m_rule(std::move(rule)) {}

    /// Operation, key and time of a message, by the rule.
    [[nodiscard]] LetterFacts read(const BrokerMessage& message) const;
    /// A letter that goes, if nothing newer is known: it supersedes older ones.
    void note(const LetterFacts& letter);
    /// A message that stands somewhere else, "orders, partition 3, offset 17": it counts for letters that
    /// were noted already.
    void note(const LetterFacts& seen, const std::string& place);

    /// `now` is since 1970.
    [[nodiscard]] LetterJudgement expiry(const LetterFacts& letter, TraceTime now) const;
    /// Among all that were noted.
    [[nodiscard]] LetterJudgement supersession(const LetterFacts& letter) const;
    /// Whether a letter with that verdict stays.
    [[nodiscard]] bool stays(LetterJudgement::Verdict verdict) const;

private:
    struct Newest {
        std::optional<TraceTime> time;
        std::int64_t number = 0;  ///< of the one with that time; 0: it is no letter
        std::string place;
        std::int64_t last = 0;  ///< the last letter of all
    };
    [[nodiscard]] static std::string subjectOf(const LetterFacts& letter);

    LetterRule m_rule;
    std::map<std::string, Newest> m_newest;  ///< by target, operation and key
};

}  // namespace sluice
