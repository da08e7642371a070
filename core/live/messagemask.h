#pragma once

#include <string>
#include <vector>

#include "core/browse/brokermessage.h"

namespace sluice {

/// Masks what is seen of a live broker's messages, before anything else looks at them. `names`: members of
/// JSON bodies at any depth and headers, without regard to case; "key", "body", "type", "id" and
/// "correlation" stand for the whole of these, the last two for the headers that carry them as well. A body
/// in which names cannot be looked for, since it is no JSON or is larger than kMostMasked, is hidden whole as
/// soon as there is a name. A value; any thread, one at a time.
class MessageMask {
public:
    static constexpr std::size_t kMostMasked = std::size_t{1} << 20U;  ///< bytes

    MessageMask() = default;
    explicit MessageMask(std::vector<std::string> names);
    void apply(BrokerMessage& message) const;

private:
    [[nodiscard]] bool has(const char* name) const;

    std::vector<std::string> m_names;  ///< lower case
};

}  // namespace sluice
