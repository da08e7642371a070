#pragma once

#include <string>
#include <string_view>

#include "core/base/duration.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace sluice {

/// How long something takes, as an architect writes it: "20ms" (constant), "exp(20ms)",
/// "uniform(10ms, 30ms)", "normal(20ms, 5ms)", "lognormal(20ms, 60ms)" (median and 99th percentile),
/// "erlang(3, 20ms)" (stages and mean), "pareto(10ms, 2.5)" (minimum and shape).
/// Samples are never negative; the standard library's distributions differ between libraries, so these are
/// ours.
class Distribution {
public:
    enum class Shape : std::uint8_t { Constant, Exponential, Uniform, Normal, LogNormal, Erlang, Pareto };

    Distribution() = default;
    static Distribution constant(Duration value) {
        return {Shape::Constant, static_cast<double>(value.count()), 0};
    }
    static Distribution exponential(Duration mean) {
        return {Shape::Exponential, static_cast<double>(mean.count()), 0};
    }

    Duration sample(RandomStream& random) const {
        switch (m_shape) {
            case Shape::Constant:
                return Duration(static_cast<std::int64_t>(m_a));
            case Shape::Exponential:
                return bounded(m_a * random.exponential());
            default:
                return sampleOther(random);
        }
    }

    /// Theoretical mean; an infinite one (pareto with shape <= 1) saturates.
    [[nodiscard]] Duration mean() const;
    [[nodiscard]] Shape shape() const { return m_shape; }
    [[nodiscard]] std::string text() const;
    bool operator==(const Distribution&) const = default;

    /// Reads the spellings above. Errors name the part that is wrong.
    static Result<Distribution> parse(std::string_view text);

private:
    Distribution(Shape shape, double a, double b) : m_shape(shape), m_a(a), m_b(b) {}
    static Duration bounded(double nanoseconds) {
        return Duration(nanoseconds < 9.2e18 ? static_cast<std::int64_t>(nanoseconds) : INT64_MAX);
    }
    Duration sampleOther(RandomStream& random) const;

    Shape m_shape = Shape::Constant;
    double m_a = 0;  ///< nanoseconds (Erlang: stages)
    double m_b = 0;  ///< nanoseconds, or the shape of a Pareto
};

}  // namespace sluice
