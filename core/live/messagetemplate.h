#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/duration.h"
#include "core/base/random.h"
#include "core/base/result.h"

namespace sluice {

/// A text with places that are filled anew for each message: {{number}} counts from 1, {{uuid}} is a random
/// one (RFC 4122, version 4), {{now}} the time as 2026-11-21T18:00:00.123Z, {{random 1..100}} a whole number
/// with both ends. A value; any thread.
class MessageTemplate {
public:
    /// Errors: a word that there is not, a range that is none, braces that are not closed.
    static Result<MessageTemplate> parse(std::string_view text);
    /// Text in which nothing is a place.
    static MessageTemplate plain(std::string_view text);

    /// `now`: since 1970.
    [[nodiscard]] std::string expand(std::int64_t number, TraceTime now, RandomStream& random) const;

private:
    enum class What : std::uint8_t { Text, Number, Uuid, Now, Random };
    struct Part {
        What what = What::Text;
        std::string text{};
        std::int64_t least = 0;
        std::int64_t most = 0;
    };
    static Result<Part> placeNamed(std::string_view words);

    std::vector<Part> m_parts;
};

}  // namespace sluice
