#pragma once

#include <chrono>
#include <optional>

namespace sluice::rabbitmq {

/// What a round of questions takes the broker, and how often it may be asked what is dear: with 10,000 queues
/// the numbers of their consumers take it more than all the rest, and change seldom. A value; times are of
/// the caller's clock.
class AskingCost {
public:
    using Time = std::chrono::milliseconds;

    /// At least this often the consumers are counted, whatever it takes.
    static constexpr Time kLongest = std::chrono::minutes(1);

    /// A round took it no more than that, as long as nothing was measured.
    void guess(double seconds) { m_guess = seconds; }
    /// A round took the broker so many seconds of a core.
    void measured(bool withConsumers, double seconds);
    /// Whether the round that begins now is to count the consumers. `mostOfCore`: as in WatchPace.
    [[nodiscard]] bool countsConsumers(Time now, double mostOfCore) const;
    /// The round that began then has counted them.
    void counted(Time at) { m_countedAt = at; }
    /// They are to be counted in the next round.
    void countSoon() { m_countedAt.reset(); }

    /// From one count of the consumers to the next; 0: in every round.
    [[nodiscard]] Time consumersEvery(double mostOfCore) const;
    /// The share of a core that rounds at that distance take.
    [[nodiscard]] double ofCore(Time interval, double mostOfCore) const;
    /// The distance from one round to the next with which it is no more than `mostOfCore`; 0: any.
    [[nodiscard]] Time affordable(double mostOfCore) const;

private:
    /// Seconds that the consumers take beside the rest; nothing while no round went without them.
    [[nodiscard]] double ofConsumers() const;
    [[nodiscard]] double ofRest() const { return m_plain ? *m_plain : m_whole.value_or(m_guess); }

    double m_guess = 0;
    std::optional<double> m_plain;  ///< seconds, smoothed, of a round without the consumers
    std::optional<double> m_whole;  ///< and with them
    std::optional<Time> m_countedAt;
};

}  // namespace sluice::rabbitmq
