#include <fmt/format.h>

#include "core/alerts/alertcondition.h"
#include "core/alerts/alerttokens.h"
#include "core/base/lettercase.h"
#include "core/diagram/spelling.h"

namespace sluice {
namespace {

using Test = AlertCondition::Test;

constexpr Duration kRateWindow = std::chrono::seconds(10);
constexpr Duration kCountWindow = std::chrono::minutes(1);
constexpr Duration kLeastWindow = std::chrono::milliseconds(1);
constexpr Duration kMostWindow = std::chrono::hours(24 * 30);

std::optional<Test> testNamed(std::string_view word) {
    if (word == ">" || word == "above" || word == "over")
        return Test::Above;
    if (word == ">=")
        return Test::AtLeast;
    if (word == "<" || word == "below" || word == "under")
        return Test::Below;
    if (word == "<=")
        return Test::AtMost;
    return std::nullopt;
}

/// Reads a condition from left to right; keeps the first error.
class ConditionParser {
public:
    ConditionParser(std::vector<AlertToken> tokens, std::size_t end)
        : m_tokens(std::move(tokens)), m_end(end) {}

    Result<AlertCondition> parse() {
        target();
        if (!m_error)
            what();
        if (!m_error)
            window();
        if (!m_error && take("for"))
            m_condition.hold = duration("for");
        if (!m_error && m_condition.test == Test::Silent && m_condition.hold <= Duration::zero())
            fail("silence needs a length of time: silent for 30s");
        if (!m_error && take(","))
            clearing();
        if (!m_error && m_next < m_tokens.size())
            fail(fmt::format("'{}' was not expected here; a condition ends with for 30s or , clear < 500",
                             m_tokens[m_next].text));
        if (m_error)
            return *m_error;
        return m_condition;
    }

private:
    void fail(std::string sentence) { failAt(place(m_next), std::move(sentence)); }
    void failAt(std::size_t at, std::string sentence) {
        if (!m_error)
            m_error = Error{ErrorCode::InvalidInput, std::move(sentence), fmt::format("column {}", at + 1)};
    }
    [[nodiscard]] std::size_t place(std::size_t token) const {
        return token < m_tokens.size() ? m_tokens[token].at : m_end;
    }
    [[nodiscard]] std::string word(std::size_t ahead = 0) const {
        return m_next + ahead < m_tokens.size() ? lowered(m_tokens[m_next + ahead].text) : std::string();
    }
    bool take(std::string_view wanted) {
        if (word() != wanted)
            return false;
        ++m_next;
        return true;
    }

    void target() {
        if (m_tokens.empty())
            return fail("say what it is about and when: queue:orders depth > 1000 for 30s");
        const AlertToken& token = m_tokens.front();
        ++m_next;
        AlertTarget& target = m_condition.target;
        if (token.text == "broker" && !token.quoted) {
            target.kind = AlertTarget::Kind::Broker;
            return;
        }
        const std::size_t colon = token.text.find(':');
        target.pattern = lowered(token.text);
        if (colon == std::string::npos)
            return;
        const std::string kind = lowered(std::string_view(token.text).substr(0, colon));
        target.pattern = lowered(std::string_view(token.text).substr(colon + 1));
        if (target.pattern.empty())
            return failAt(token.at, fmt::format("name one after '{}:', or all with {}:*", kind, kind));
        if (kind == "link") {
            target.kind = AlertTarget::Kind::Link;
            return;
        }
        for (std::size_t i = 0; i < kElementKindNames.size(); ++i) {
            if (lowered(kElementKindNames[i]) == kind) {
                target.kind = AlertTarget::Kind::Element;
                target.elementKind = static_cast<ElementKind>(i);
                return;
            }
        }
        if (kind == "element") {
            target.kind = AlertTarget::Kind::Anything;
            return;
        }
        failAt(token.at, fmt::format("there is no kind of element '{}'; write queue:, topic:, service:, "
                                     "link: and so on, or the name alone",
                                     kind));
    }

    void what() {
        if (m_next >= m_tokens.size())
            return fail("say when: depth > 1000, silent for 30s, no consumer, dead-letters > 0");
        if (word() == "silent" || (word() == "no" && word(1).starts_with("message"))) {
            m_next += word() == "silent" ? 1 : 2;
            m_condition.metric = AlertMetric::Arrivals;
            m_condition.test = Test::Silent;
            return;
        }
        if (take("no"))
            return none();
        const bool any = take("any");
        const std::size_t metricAt = m_next;
        if (!metric())
            return;
        const AlertMetricInfo& info = infoOf(m_condition.metric);
        const bool broker = m_condition.target.kind == AlertTarget::Kind::Broker;
        if ((info.kind == AlertMetricInfo::Kind::OfBroker) != broker)
            return failAt(place(metricAt),
                          broker
                              ? "of the broker there are unreachable and alarm: broker unreachable for 1min"
                              : fmt::format("{0} is of the broker: write broker {0}", info.name));
        if (broker) {
            m_condition.test = Test::AtLeast;
            m_condition.level = 1;
            return;
        }
        if (any || word().empty() || word() == "in" || word() == "for" || word() == ",") {
            if (info.kind != AlertMetricInfo::Kind::InWindow)
                return fail(fmt::format("compare {0} with a number: {0} > 1000", info.name));
            m_condition.test = Test::Above;
            return;
        }
        comparison();
    }

    void none() {
        const std::string of = word();
        const auto metric = alertMetricNamed(of);
        if (!metric || infoOf(*metric).kind != AlertMetricInfo::Kind::Gauge)
            return fail("after no comes consumer or message: no consumer for 10s");
        ++m_next;
        m_condition.metric = *metric;
        m_condition.test = Test::Below;
        m_condition.level = 1;
    }

    /// "dead-letters", or "dead letters" in two words.
    bool metric() {
        const std::size_t at = m_next;
        const std::string two = word() + "-" + word(1);
        if (const auto found = alertMetricNamed(two)) {
            m_condition.metric = *found;
            m_next += 2;
            return true;
        }
        if (const auto found = alertMetricNamed(word())) {
            m_condition.metric = *found;
            ++m_next;
            return true;
        }
        std::vector<std::string_view> names;
        names.reserve(kAlertMetricCount);
        for (int i = 0; i < kAlertMetricCount; ++i)
            names.push_back(infoOf(static_cast<AlertMetric>(i)).name);
        const std::string wanted = word();
        const std::string meant = suggestion(wanted, names);
        failAt(place(at),
               wanted.empty()
                   ? std::string("say of what: depth, lag, dead-letters, in-rate")
                   : fmt::format("there is no figure '{}'{}", wanted,
                                 meant.empty() ? "; there are such as depth, consumers, in-rate, lag, "
                                                 "time-lag, dead-letters"
                                               : meant));
        return false;
    }

    void comparison() {
        const bool rises = take("rises");
        if (rises || take("falls")) {
            m_condition.test = rises ? Test::Rises : Test::Falls;
            if (infoOf(m_condition.metric).kind != AlertMetricInfo::Kind::Gauge)
                return fail(fmt::format("{} is measured over a while already: compare it with a number",
                                        infoOf(m_condition.metric).name));
            take("by");
            m_condition.level = value();
            if (!m_error && word() != "in" && word() != "within")
                fail("say in which time: rises by 500 in 5min");
            return;
        }
        const auto test = testNamed(word());
        if (!test)
            return fail("compare with >, >=, < or <=, or write rises by 500 in 5min");
        ++m_next;
        m_condition.test = *test;
        m_condition.level = value();
    }

    double value() {
        if (m_next >= m_tokens.size() || m_tokens[m_next].text == ",") {
            fail("here a number is missing");
            return 0;
        }
        const AlertToken& token = m_tokens[m_next];
        const auto number = valueIn(token.text);
        if (!number) {
            fail(fmt::format("'{}' is no {}", token.text, expected()));
            return 0;
        }
        if (*number < 0) {
            fail(fmt::format("'{}' is below zero, which no figure is", token.text));
            return 0;
        }
        ++m_next;
        return *number;
    }

    std::optional<double> valueIn(std::string_view text) {
        AlertMetric& metric = m_condition.metric;
        if (metric == AlertMetric::Lag && !countIn(text) && parseDuration(text))
            metric = AlertMetric::TimeLag;
        switch (infoOf(metric).unit) {
            case AlertMetricInfo::Unit::Seconds: {
                // A bare number would be milliseconds, which nobody means here.
                const auto length = numberIn(text) ? Error{} : parseDuration(text);
                return length ? std::optional(seconds(*length)) : std::nullopt;
            }
            case AlertMetricInfo::Unit::Bytes:
                return bytesIn(text);
            case AlertMetricInfo::Unit::PerSecond:
                return countIn(text.ends_with("/s") ? text.substr(0, text.size() - 2) : text);
            default:
                return countIn(text);
        }
    }
    [[nodiscard]] std::string_view expected() const {
        switch (infoOf(m_condition.metric).unit) {
            case AlertMetricInfo::Unit::Seconds:
                return "length of time; write one with its unit, such as 30s";
            case AlertMetricInfo::Unit::Bytes:
                return "size; write one such as 500MB";
            case AlertMetricInfo::Unit::PerSecond:
                return "rate; write one such as 200 or 200/s";
            default:
                return "number; write one such as 1000 or 10k";
        }
    }

    void window() {
        const AlertMetricInfo& info = infoOf(m_condition.metric);
        const bool trend = m_condition.test == Test::Rises || m_condition.test == Test::Falls;
        const bool counted = info.kind == AlertMetricInfo::Kind::InWindow && m_condition.test != Test::Silent;
        if (info.kind == AlertMetricInfo::Kind::Rate && !trend)
            m_condition.window = kRateWindow;
        else if (counted)
            m_condition.window = kCountWindow;
        if (word() != "in" && word() != "within" && word() != "over")
            return;
        if (m_condition.window == Duration::zero() && !trend)
            return fail(fmt::format("{} stands at every moment: how long it has to be so is said with for",
                                    info.name));
        ++m_next;
        m_condition.window = duration("in");
    }

    Duration duration(std::string_view after) {
        const std::string text = m_next < m_tokens.size() ? m_tokens[m_next].text : std::string();
        const auto length = text.empty() || numberIn(text) ? Error{} : parseDuration(text);
        if (!length) {
            fail(fmt::format("after {} comes a length of time such as 30s or 5min", after));
            return {};
        }
        if (*length < kLeastWindow || *length > kMostWindow) {
            fail(fmt::format("'{}' must be from 1ms to 30 days", text));
            return {};
        }
        ++m_next;
        return *length;
    }

    void clearing() {
        if (!take("clear") && !take("clears"))
            return fail("after the comma comes when it is cleared: , clear < 500 for 1min");
        const std::size_t at = m_next;
        if (const auto test = testNamed(word())) {
            ++m_next;
            AlertCondition::Clearing clearing{*test, value()};
            if (!m_error)
                checkClearing(clearing, place(at));
            m_condition.clearing = clearing;
        }
        if (!m_error && (take("for") || take("after")))
            m_condition.clearHold = duration("for");
        else if (!m_error && m_next == at)
            fail("say when it is cleared: , clear < 500, or , clear for 1min");
    }

    void checkClearing(const AlertCondition::Clearing& clearing, std::size_t at) {
        const bool raisedAbove = m_condition.test == Test::Above || m_condition.test == Test::AtLeast;
        const bool raisedBelow = m_condition.test == Test::Below || m_condition.test == Test::AtMost;
        if (!raisedAbove && !raisedBelow)
            return failAt(at,
                          "a trend and a silence clear by themselves; a time may be said: , clear for 1min");
        const bool clearsBelow = clearing.test == Test::Below || clearing.test == Test::AtMost;
        if (raisedAbove != clearsBelow)
            return failAt(at, raisedAbove ? "it is raised above, so it clears below: , clear < 500"
                                          : "it is raised below, so it clears above: , clear > 500");
        if (raisedAbove ? clearing.level > m_condition.level : clearing.level < m_condition.level)
            failAt(at, "it would be cleared where it is raised: the two values lie the wrong way round");
    }

    std::vector<AlertToken> m_tokens;
    std::size_t m_end;
    std::size_t m_next = 0;
    AlertCondition m_condition;
    std::optional<Error> m_error;
};

}  // namespace

Result<AlertCondition> AlertCondition::parse(std::string_view text) {
    auto tokens = alertTokensOf(text);
    if (!tokens)
        return tokens.error();
    return ConditionParser(std::move(*tokens), text.size()).parse();
}

}  // namespace sluice
