#pragma once

#include <set>

#include "plugins/api/brokerredrive.h"

namespace sluice {

/// What a broker tells of a dead letter's past.
struct LetterPast {
    QString origin;                      ///< the queue or topic where it died last; empty: it does not say
    QString reason;                      ///< of which; empty: it does not say
    bool outlived = false;               ///< of a time to live that was over
    bool ofThisRun = false;              ///< it was sent since this redrive began, and has come back
    int redriven = 0;                    ///< times before
    std::optional<TraceTime> died{};     ///< for the first time, since 1970
    std::optional<Duration> validity{};  ///< the message's own time to live
};

/// Decides what becomes of dead letters, by the same rules for every kind of broker: first each by itself,
/// then, when those held with it are known, whether one of these is newer. One redrive; on its thread.
class LetterSorter {
public:
    explicit LetterSorter(const RedriveWish& wish);

    struct Letter {
        RedrivenLetter told;
        LetterFacts facts;
        const LetterEdit* edit = nullptr;
    };
    /// The next letter, in the queue's order. Its verdict is the one by itself: Sent may become Superseded.
    [[nodiscard]] Letter take(const BrokerMessage& message, const LetterPast& past, bool isReason);
    /// A message that stands where letters would go: "orders, partition 3, offset 17".
    void see(const BrokerMessage& message, const std::string& target, const std::string& place);
    /// Whether a newer one is known; and what its edit makes of it, into `message`.
    void decide(Letter& letter, BrokerMessage& message);
    /// Of edits for which no letter came.
    [[nodiscard]] QStringList notes() const;

private:
    const RedriveWish& m_wish;
    LetterJudge m_judge;
    qint64 m_number = 0;
    std::set<const LetterEdit*> m_used;
};

}  // namespace sluice
