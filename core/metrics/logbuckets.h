#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace sluice {

/// Buckets that widen with what falls into them: 2^Bits of them for each power of two, so that the middle of
/// one is off by at most 1 in 2^(Bits + 1); the smallest values have one each.
template <unsigned Bits>
struct LogBuckets {
    static constexpr std::uint64_t kPerOctave = std::uint64_t{1} << Bits;

    [[nodiscard]] static std::uint64_t bucketOf(std::uint64_t value) {
        if (value < kPerOctave)
            return value;
        const unsigned octave = static_cast<unsigned>(std::bit_width(value)) - Bits - 1;
        return (std::uint64_t{octave} << Bits) + (value >> octave);
    }

    /// The middle of the values that fall into the bucket.
    [[nodiscard]] static double middleOf(std::uint64_t bucket) {
        if (bucket < 2 * kPerOctave)
            return static_cast<double>(bucket);
        const unsigned octave = static_cast<unsigned>(bucket >> Bits) - 1;
        const auto mantissa = static_cast<double>((bucket & (kPerOctave - 1)) + kPerOctave);
        return std::ldexp(mantissa + 0.5, static_cast<int>(octave));
    }
};

}  // namespace sluice
