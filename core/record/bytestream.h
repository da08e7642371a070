#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace sluice {

static_assert(std::endian::native == std::endian::little, "fixed fields are written as they lie in memory");

/// Puts numbers and text one after the other. Numbers are base 128 (the lowest seven bits first), signed ones
/// zigzag; fixed() are little-endian.
class ByteWriter {
public:
    void number(std::uint64_t value) {
        while (value >= 0x80) {
            m_bytes.push_back(static_cast<std::uint8_t>(value | 0x80U));
            value >>= 7U;
        }
        m_bytes.push_back(static_cast<std::uint8_t>(value));
    }
    void signedNumber(std::int64_t value) {
        number((static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
    }
    template <class Value>
    void fixed(const Value& value) {
        static_assert(std::is_trivially_copyable_v<Value>);
        const std::size_t before = m_bytes.size();
        m_bytes.resize(before + sizeof(value));
        std::memcpy(m_bytes.data() + before, &value, sizeof(value));
    }
    void bytes(std::span<const std::uint8_t> all) { m_bytes.insert(m_bytes.end(), all.begin(), all.end()); }
    void text(std::string_view words) {
        number(words.size());
        m_bytes.insert(m_bytes.end(), words.begin(), words.end());
    }
    /// So many bytes more, to be filled.
    std::uint8_t* space(std::size_t count) {
        m_bytes.resize(m_bytes.size() + count);
        return m_bytes.data() + m_bytes.size() - count;
    }
    /// The last ones were not needed.
    void drop(std::size_t count) { m_bytes.resize(m_bytes.size() - count); }
    void reserve(std::size_t count) { m_bytes.reserve(count); }
    void clear() { m_bytes.clear(); }
    [[nodiscard]] const std::vector<std::uint8_t>& written() const { return m_bytes; }
    /// All of it, in place of what was in `to`, whose memory the writer goes on with, from nothing.
    void moveTo(std::vector<std::uint8_t>& to) {
        m_bytes.swap(to);
        m_bytes.clear();
    }
    std::vector<std::uint8_t> take() {
        std::vector<std::uint8_t> all;
        moveTo(all);
        return all;
    }

private:
    std::vector<std::uint8_t> m_bytes;
};

/// Reads them again from bytes that may be anything: what is not there is 0 or empty, and good() remembers
/// it.
class ByteReader {
public:
    explicit ByteReader(std::span<const std::uint8_t> bytes)
        : m_next(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    std::uint64_t number() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70 && m_next != m_end; shift += 7) {
            const std::uint8_t byte = *m_next++;
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << std::min(shift, 63U);
            if (byte < 0x80)
                return value;
        }
        fail();
        return 0;
    }
    std::int64_t signedNumber() {
        const std::uint64_t value = number();
        return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
    }
    template <class Value>
    Value fixed() {
        static_assert(std::is_trivially_copyable_v<Value>);
        Value value{};
        const auto raw = bytes(sizeof(value));
        if (!raw.empty())
            std::memcpy(&value, raw.data(), sizeof(value));
        return value;
    }
    std::span<const std::uint8_t> bytes(std::uint64_t count) {
        if (count > left()) {
            fail();
            return {};
        }
        const std::span<const std::uint8_t> result(m_next, static_cast<std::size_t>(count));
        m_next += count;
        return result;
    }
    std::string text() {
        const auto words = bytes(number());
        return {reinterpret_cast<const char*>(words.data()), words.size()};
    }
    std::span<const std::uint8_t> rest() { return bytes(left()); }
    /// How many bytes follow: no list has more members than that.
    [[nodiscard]] std::size_t left() const { return static_cast<std::size_t>(m_end - m_next); }
    /// From here on there is nothing.
    void fail() {
        m_good = false;
        m_next = m_end;
    }
    [[nodiscard]] bool good() const { return m_good; }

private:
    const std::uint8_t* m_next;
    const std::uint8_t* m_end;
    bool m_good = true;
};

}  // namespace sluice
