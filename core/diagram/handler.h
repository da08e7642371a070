#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/diagram/properties.h"

namespace sluice {

/// What a service does with a message, step by step. Each kind's properties stand in the catalogue.
enum class StepKind : std::uint8_t {
    Work,      ///< takes `time` on one of the instance's slots
    Validate,  ///< fails with bad data when the message is malformed, or with `probability`
    Call,      ///< a synchronous call over `link`, waiting for the answer at most `timeout`
    Read,      ///< from the table, cache or database behind `link`
    Write,     ///< to the database behind `link`
    Publish,   ///< `message` on `link`; with `awaitReply`, waits at most `timeout` on a temporary queue
    Reply,     ///< answers the caller: `outcome` ok or a business error
    Fail,      ///< fails with `failure` at `probability`
};
inline constexpr std::array<std::string_view, 8> kStepKindNames{"work",  "validate", "call",  "read",
                                                                "write", "publish",  "reply", "fail"};
constexpr std::string_view kindName(StepKind kind) {
    return kStepKindNames[static_cast<std::size_t>(kind)];
}

struct Step {
    StepKind kind = StepKind::Work;
    Properties properties;
    bool operator==(const Step&) const = default;
};

/// The list of steps for what arrives over one link, of one message type. Empty means any.
struct Handler {
    std::string link;     ///< id of the incoming link, or empty
    std::string message;  ///< id of the message type, or empty
    std::vector<Step> steps;
    Properties properties{};  ///< keys a newer version added
    bool operator==(const Handler&) const = default;
};

}  // namespace sluice
