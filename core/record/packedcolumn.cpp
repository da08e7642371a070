#include "core/record/packedcolumn.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <optional>
#include <vector>

namespace sluice {
namespace {

/// In the first byte, beside the width: they are differences.
constexpr std::uint8_t kDifferences = 0x10;

unsigned widthOf(std::uint64_t most) {
    return (static_cast<unsigned>(std::bit_width(most)) + 7) / 8;
}

/// Of each number less `less` the lowest bytes.
template <class NumberAt>
void putAll(ByteWriter& out, std::size_t count, unsigned width, const NumberAt& numberAt) {
    if (width == 0)
        return;
    // Each is written whole, and the next one over what is too much of it.
    std::uint8_t* to = out.space(count * width + sizeof(std::uint64_t));
    for (std::size_t i = 0; i < count; ++i, to += width) {
        const std::uint64_t number = numberAt(i);
        std::memcpy(to, &number, sizeof(number));
    }
    out.drop(sizeof(std::uint64_t));
}

/// Hands each of them on.
template <class Take>
void takeAll(ByteReader& in, std::size_t count, unsigned width, const Take& take) {
    if (width == 0) {
        for (std::size_t i = 0; i < count; ++i)
            take(i, 0);
        return;
    }
    const auto bytes = in.bytes(std::uint64_t{count} * width);
    if (bytes.empty())
        return;
    const std::uint64_t mask = ~std::uint64_t{0} >> (64 - 8 * width);
    const std::size_t whole =
        bytes.size() < sizeof(std::uint64_t) ? 0 : (bytes.size() - sizeof(std::uint64_t)) / width + 1;
    for (std::size_t i = 0; i < whole; ++i) {
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data() + i * width, sizeof(number));
        take(i, number & mask);
    }
    for (std::size_t i = whole; i < count; ++i) {
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data() + i * width, width);
        take(i, number);
    }
}

/// What numbers exceed the ones before them by; that wraps around, as they may be anything.
struct Steps {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

Steps stepsOf(std::span<const std::uint64_t> numbers) {
    Steps steps;
    if (numbers.size() > 1)
        steps.least = steps.most = static_cast<std::int64_t>(numbers[1] - numbers[0]);
    for (std::size_t i = 2; i < numbers.size(); ++i) {
        const auto step = static_cast<std::int64_t>(numbers[i] - numbers[i - 1]);
        steps.least = std::min(steps.least, step);
        steps.most = std::max(steps.most, step);
    }
    return steps;
}

struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

Range rangeOf(std::span<const std::uint64_t> numbers, const Steps& steps) {
    // Times mostly rise. Together such steps are less than all numbers, so who wrapped around ends below.
    const std::uint64_t together = ~std::uint64_t{0} / numbers.size();
    if (steps.least >= 0 && static_cast<std::uint64_t>(steps.most) <= together &&
        numbers.back() >= numbers.front())
        return {numbers.front(), numbers.back()};
    const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
    return {*least, *most};
}

/// By how much each exceeds the one before, if that is always the same.
template <class Number>
std::optional<Number> evenStep(std::span<const Number> numbers) {
    const Number step = numbers.size() > 1 ? numbers[1] - numbers[0] : 0;
    // Some at once, so that the compiler takes several with one instruction.
    constexpr std::size_t kAtOnce = 64;
    std::size_t i = 1;
    for (; i + kAtOnce <= numbers.size(); i += kAtOnce) {
        Number other = 0;
        for (std::size_t k = i; k < i + kAtOnce; ++k)
            other |= (numbers[k] - numbers[k - 1]) ^ step;
        if (other != 0)
            return std::nullopt;
    }
    for (; i < numbers.size(); ++i) {
        if (numbers[i] - numbers[i - 1] != step)
            return std::nullopt;
    }
    return step;
}

void putEven(ByteWriter& out, std::uint64_t first, std::int64_t step) {
    out.fixed(kDifferences);
    out.number(first);
    out.signedNumber(step);
}

void putUneven(ByteWriter& out, std::span<const std::uint64_t> numbers) {
    const Steps steps = stepsOf(numbers);
    const Range range = rangeOf(numbers, steps);
    const auto smallest = static_cast<std::uint64_t>(steps.least);
    const unsigned width = widthOf(range.most - range.least);
    const unsigned stepWidth = widthOf(static_cast<std::uint64_t>(steps.most) - smallest);
    if (width <= stepWidth) {
        out.fixed(static_cast<std::uint8_t>(width));
        out.number(range.least);
        putAll(out, numbers.size(), width, [&](std::size_t i) { return numbers[i] - range.least; });
        return;
    }
    out.fixed(static_cast<std::uint8_t>(stepWidth | kDifferences));
    out.number(numbers[0]);
    out.signedNumber(steps.least);
    putAll(out, numbers.size() - 1, stepWidth,
           [&](std::size_t i) { return numbers[i + 1] - numbers[i] - smallest; });
}

}  // namespace

// Mostly messages are numbered through, times pass evenly, and links are the same: no need to look for the
// widest then.
void putColumn(ByteWriter& out, std::span<const std::uint64_t> numbers) {
    assert(!numbers.empty());
    if (const auto step = evenStep(numbers))
        return putEven(out, numbers[0], static_cast<std::int64_t>(*step));
    putUneven(out, numbers);
}

void putColumn(ByteWriter& out, std::span<const std::uint32_t> numbers) {
    assert(!numbers.empty());
    if (const auto step = evenStep(numbers))
        return putEven(out, numbers[0], static_cast<std::int32_t>(*step));
    const std::vector<std::uint64_t> wide(numbers.begin(), numbers.end());
    putUneven(out, wide);
}

void takeColumn(ByteReader& in, std::span<std::uint64_t> numbers) {
    const auto kind = in.fixed<std::uint8_t>();
    const unsigned width = kind & ~kDifferences;
    if (width > sizeof(std::uint64_t) || numbers.empty())
        return in.fail();
    const std::uint64_t first = in.number();
    if ((kind & kDifferences) == 0) {
        takeAll(in, numbers.size(), width, [&](std::size_t i, std::uint64_t by) { numbers[i] = first + by; });
        return;
    }
    const auto smallest = static_cast<std::uint64_t>(in.signedNumber());
    std::uint64_t last = numbers[0] = first;
    takeAll(in, numbers.size() - 1, width, [&](std::size_t i, std::uint64_t by) {
        last += smallest + by;
        numbers[i + 1] = last;
    });
}

}  // namespace sluice
