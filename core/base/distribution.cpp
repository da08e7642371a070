#include "core/base/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "core/base/exponential.h"
#include "core/base/trimmed.h"

namespace sluice {
namespace {

// The 99th percentile of a standard normal.
constexpr double kZ99 = 2.3263478740408408;

std::vector<std::string_view> splitArguments(std::string_view text) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto comma = text.find(',');
        parts.push_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos)
            return parts;
        text.remove_prefix(comma + 1);
    }
}

Error wrong(std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), {}};
}

Result<double> parseNumber(std::string_view text) {
    // Not strtod: what it takes for a decimal point depends on the locale.
    double value = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || !std::isfinite(value))
        return wrong(fmt::format("'{}' is not a number", text));
    return value;
}

struct Form {
    std::string_view name;
    Distribution::Shape shape;
    std::string_view usage;
};
constexpr Form kForms[] = {
    {"constant", Distribution::Shape::Constant, "constant(20ms)"},
    {"exp", Distribution::Shape::Exponential, "exp(20ms), its mean"},
    {"exponential", Distribution::Shape::Exponential, "exp(20ms), its mean"},
    {"uniform", Distribution::Shape::Uniform, "uniform(10ms, 30ms), its ends"},
    {"normal", Distribution::Shape::Normal, "normal(20ms, 5ms), its mean and standard deviation"},
    {"lognormal", Distribution::Shape::LogNormal, "lognormal(20ms, 60ms), its median and 99th percentile"},
    {"erlang", Distribution::Shape::Erlang, "erlang(3, 20ms), its stages and mean"},
    {"pareto", Distribution::Shape::Pareto, "pareto(10ms, 2.5), its minimum and shape"},
};

}  // namespace

Result<Distribution> Distribution::parse(std::string_view text) {
    text = trimmed(text);
    const auto open = text.find('(');
    if (open == std::string_view::npos) {
        const auto value = parseDuration(text);
        if (!value)
            return value.error();
        return constant(*value);
    }
    if (text.back() != ')')
        return wrong(fmt::format("'{}' lacks its closing parenthesis", text));
    const std::string_view name = trimmed(text.substr(0, open));
    const auto arguments = splitArguments(text.substr(open + 1, text.size() - open - 2));
    const auto* form =
        std::find_if(std::begin(kForms), std::end(kForms), [&](const Form& f) { return f.name == name; });
    if (form == std::end(kForms))
        return wrong(fmt::format(
            "'{}' is not a distribution; use exp, uniform, normal, lognormal, erlang, pareto or a duration",
            name));
    const std::size_t wanted = form->shape == Shape::Constant || form->shape == Shape::Exponential ? 1 : 2;
    if (arguments.size() != wanted)
        return wrong(
            fmt::format("'{}' takes {} argument{}: {}", name, wanted, wanted == 1 ? "" : "s", form->usage));

    const auto nanoseconds = [](std::string_view part) -> Result<double> {
        const auto value = parseDuration(part);
        if (!value)
            return value.error();
        return static_cast<double>(value->count());
    };
    const bool numberFirst = form->shape == Shape::Erlang;
    const bool numberLast = form->shape == Shape::Pareto;
    const auto a = numberFirst ? parseNumber(arguments[0]) : nanoseconds(arguments[0]);
    if (!a)
        return a.error();
    if (wanted == 1)
        return Distribution(form->shape, *a, 0);
    const auto b = numberLast ? parseNumber(arguments[1]) : nanoseconds(arguments[1]);
    if (!b)
        return b.error();
    if (form->shape == Shape::Uniform && *b < *a)
        return wrong(fmt::format("'{}': the upper end is below the lower one", text));
    if (form->shape == Shape::LogNormal && (*b < *a || *a <= 0))
        return wrong(
            fmt::format("'{}': the median must be above zero and not above the 99th percentile", text));
    if (form->shape == Shape::Erlang && (*a < 1 || *a > 1000 || *a != std::floor(*a)))
        return wrong(fmt::format("'{}': the number of stages must be a whole number from 1 to 1000", text));
    if (form->shape == Shape::Pareto && (*b <= 0 || *a <= 0))
        return wrong(fmt::format("'{}': minimum and shape must be above zero", text));
    return Distribution(form->shape, *a, *b);
}

Duration Distribution::sampleOther(RandomStream& random) const {
    switch (m_shape) {
        case Shape::Uniform:
            return bounded(m_a + (m_b - m_a) * random.uniform());
        case Shape::Normal:
            return bounded(std::max(0.0, m_a + m_b * random.normal()));
        case Shape::LogNormal:
            return bounded(m_a * exponentialOf(logarithm(m_b / m_a) / kZ99 * random.normal()));
        case Shape::Erlang: {
            double sum = 0;
            for (int i = 0; i < static_cast<int>(m_a); ++i)
                sum += random.exponential();
            return bounded(sum * m_b / m_a);
        }
        case Shape::Pareto:
            return bounded(m_a * power(1 - random.uniform(), -1 / m_b));
        case Shape::Constant:
        case Shape::Exponential:
            break;
    }
    return sample(random);
}

Duration Distribution::mean() const {
    switch (m_shape) {
        case Shape::Constant:
        case Shape::Exponential:
        case Shape::Normal:
            return bounded(m_a);
        case Shape::Uniform:
            return bounded((m_a + m_b) / 2);
        case Shape::LogNormal: {
            const double sigma = logarithm(m_b / m_a) / kZ99;
            return bounded(m_a * exponentialOf(sigma * sigma / 2));
        }
        case Shape::Erlang:
            return bounded(m_b);
        case Shape::Pareto:
            return m_b > 1 ? bounded(m_a * m_b / (m_b - 1)) : Duration::max();
    }
    return Duration::zero();
}

std::string Distribution::text() const {
    const auto length = [](double nanoseconds) { return formatDuration(bounded(nanoseconds)); };
    switch (m_shape) {
        case Shape::Constant:
            return length(m_a);
        case Shape::Exponential:
            return fmt::format("exp({})", length(m_a));
        case Shape::Uniform:
            return fmt::format("uniform({}, {})", length(m_a), length(m_b));
        case Shape::Normal:
            return fmt::format("normal({}, {})", length(m_a), length(m_b));
        case Shape::LogNormal:
            return fmt::format("lognormal({}, {})", length(m_a), length(m_b));
        case Shape::Erlang:
            return fmt::format("erlang({}, {})", static_cast<int>(m_a), length(m_b));
        case Shape::Pareto:
            return fmt::format("pareto({}, {})", length(m_a), m_b);
    }
    return {};
}

}  // namespace sluice
