#include "core/engine/queuebroker/queueoptions.h"

#include <fmt/format.h>
#include <array>
#include <limits>

namespace sluice {

namespace {

Error refused(std::string_view argument, std::string_view why, const nlohmann::json& value) {
    return {ErrorCode::InvalidInput, fmt::format("{}, is {}", why, value.dump()), std::string(argument)};
}

/// Reads a whole number of at least `least` into `target`.
template <class T>
Result<void> readWhole(const nlohmann::json& arguments, const char* name, std::int64_t least,
                       std::optional<T>& target) {
    const auto it = arguments.find(name);
    if (it == arguments.end())
        return {};
    if (!it->is_number_integer() || (it->is_number_unsigned() && it->get<std::uint64_t>() > INT64_MAX))
        return refused(name, "must be a whole number", *it);
    const auto value = it->get<std::int64_t>();
    if (value < least)
        return refused(name, fmt::format("must be at least {}", least), *it);
    if (static_cast<std::uint64_t>(value) > std::numeric_limits<T>::max())
        return refused(name, "is too large", *it);
    target = static_cast<T>(value);
    return {};
}

/// Milliseconds; RabbitMQ takes no more than an unsigned 32-bit number of them.
Result<void> readMilliseconds(const nlohmann::json& arguments, const char* name, std::int64_t least,
                              std::optional<Duration>& target) {
    std::optional<std::uint32_t> value;
    Result<void> read = readWhole(arguments, name, least, value);
    if (read && value)
        target = std::chrono::milliseconds(*value);
    return read;
}

Result<void> readText(const nlohmann::json& arguments, const char* name, std::optional<std::string>& target) {
    const auto it = arguments.find(name);
    if (it == arguments.end())
        return {};
    if (!it->is_string())
        return refused(name, "must be a text", *it);
    target = it->get<std::string>();
    return {};
}

Result<void> readKinds(const nlohmann::json& arguments, QueueOptions& options) {
    std::optional<std::string> type;
    std::optional<std::string> overflow;
    if (auto read = readText(arguments, "x-queue-type", type); !read)
        return read;
    if (auto read = readText(arguments, "x-overflow", overflow); !read)
        return read;
    if (type && *type != "classic" && *type != "quorum")
        return refused("x-queue-type", "must be classic or quorum", *type);
    options.type = type == "quorum" ? QueueType::Quorum : QueueType::Classic;
    if (overflow) {
        if (*overflow == "reject-publish")
            options.overflow = Overflow::RejectPublish;
        else if (*overflow == "reject-publish-dlx")
            options.overflow = Overflow::RejectPublishDlx;
        else if (*overflow != "drop-head")
            return refused("x-overflow", "must be drop-head, reject-publish or reject-publish-dlx",
                           *overflow);
    }
    if (const auto it = arguments.find("x-single-active-consumer"); it != arguments.end()) {
        if (!it->is_boolean())
            return refused("x-single-active-consumer", "must be true or false", *it);
        options.singleActiveConsumer = it->get<bool>();
    }
    return {};
}

}  // namespace

Result<QueueOptions> queueOptionsOf(const nlohmann::json& arguments) {
    QueueOptions options;
    if (arguments.is_null())
        return options;
    if (!arguments.is_object())
        return Error{ErrorCode::InvalidInput, "must be an object of arguments", "arguments"};
    std::optional<std::uint8_t> maxPriority;
    Result<void> read = readKinds(arguments, options);
    if (read)
        read = readMilliseconds(arguments, "x-message-ttl", 0, options.messageTtl);
    if (read)
        read = readMilliseconds(arguments, "x-expires", 1, options.expires);
    if (read)
        read = readWhole(arguments, "x-max-length", 0, options.maxLength);
    if (read)
        read = readWhole(arguments, "x-max-length-bytes", 0, options.maxLengthBytes);
    if (read)
        read = readWhole(arguments, "x-max-priority", 0, maxPriority);
    if (read)
        read = readWhole(arguments, "x-delivery-limit", 0, options.deliveryLimit);
    if (read)
        read = readText(arguments, "x-dead-letter-exchange", options.deadLetterExchange);
    if (read)
        read = readText(arguments, "x-dead-letter-routing-key", options.deadLetterRoutingKey);
    if (!read)
        return read.error();
    if (options.deadLetterRoutingKey && !options.deadLetterExchange) {
        return refused("x-dead-letter-routing-key", "needs an x-dead-letter-exchange",
                       *options.deadLetterRoutingKey);
    }
    options.maxPriority = maxPriority.value_or(0);
    if (options.type == QueueType::Quorum && maxPriority)
        return refused("x-max-priority", "is not for quorum queues", *maxPriority);
    if (options.type == QueueType::Quorum && options.overflow == Overflow::RejectPublishDlx)
        return refused("x-overflow", "reject-publish-dlx is not for quorum queues", "reject-publish-dlx");
    if (options.type == QueueType::Classic)
        options.deliveryLimit.reset();
    return options;
}

std::optional<ExchangeType> findExchangeType(std::string_view name) {
    constexpr std::array<std::string_view, 4> names{"direct", "fanout", "topic", "headers"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == name)
            return static_cast<ExchangeType>(i);
    }
    return std::nullopt;
}

}  // namespace sluice
