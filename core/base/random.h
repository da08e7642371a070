#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "core/base/logarithm.h"

namespace sluice {

/// 64-bit FNV-1a: turns an element's id into the number its random stream is derived from.
constexpr std::uint64_t hashOf(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3ULL;
    }
    return hash;
}

/// splitmix64's finaliser (Steele, Lea, Flood 2014): spreads every input bit over the word.
constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e3779b97f4a7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/// xoshiro256++ (Blackman, Vigna 2019). One stream an element, seeded from the run's seed and the
/// element's id, so that an element that touches nothing changes nothing.
class RandomStream {
public:
    RandomStream() : RandomStream(0, 0) {}
    RandomStream(std::uint64_t seed, std::uint64_t element) {
        std::uint64_t x = mixed(seed) ^ element;
        for (std::uint64_t& word : m_s) {
            x = mixed(x);
            word = x;
        }
    }

    std::uint64_t next() {
        const std::uint64_t result = rotl(m_s[0] + m_s[3], 23) + m_s[0];
        const std::uint64_t t = m_s[1] << 17;
        m_s[2] ^= m_s[0];
        m_s[3] ^= m_s[1];
        m_s[1] ^= m_s[2];
        m_s[0] ^= m_s[3];
        m_s[2] ^= t;
        m_s[3] = rotl(m_s[3], 45);
        return result;
    }

    /// Uniform in [0, 1), 53 bits.
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

    /// Uniform in [0, bound); bound > 0. Multiply-shift: the bias is below 2^-32 for any bound below 2^32.
    std::uint64_t below(std::uint64_t bound) {
        __extension__ using Wide = unsigned __int128;
        return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
    }

    bool chance(double probability) { return probability > 0 && uniform() < probability; }

    /// Exponential with mean 1.
    double exponential() { return -logarithm(1 - uniform()); }

    /// Standard normal, Marsaglia's polar method; the second value is thrown away to keep no state.
    double normal() {
        while (true) {
            const double u = 2 * uniform() - 1;
            const double v = 2 * uniform() - 1;
            const double s = u * u + v * v;
            if (s > 0 && s < 1)
                return u * std::sqrt(-2 * logarithm(s) / s);
        }
    }

private:
    static constexpr std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
    std::uint64_t m_s[4];
};

}  // namespace sluice
