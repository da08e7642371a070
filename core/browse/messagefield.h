#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/browse/brokermessage.h"
#include "core/browse/messagebody.h"

namespace sluice {

/// Where something about a message is read, in the words of queries: "type, header.operation, field.user.id".
/// The first of them that a message has counts.
class MessageField {
public:
    MessageField() = default;
    /// Names with commas between them: type, key, id, correlation, time, header.NAME, field.PATH. Errors: any
    /// other name.
    static Result<MessageField> parse(std::string_view names);

    [[nodiscard]] bool isEmpty() const { return m_names.empty(); }
    /// Texts as they are, anything else as JSON. Nothing: the message has none of it, or it is empty. `body`
    /// is read from the message when it is needed, and then kept.
    [[nodiscard]] std::optional<std::string> textIn(const BrokerMessage& message,
                                                    std::optional<MessageBody>& body) const;
    /// As a time since 1970: a date, or a number of seconds, or of milliseconds if that many seconds would be
    /// beyond the year 5000.
    [[nodiscard]] std::optional<TraceTime> timeIn(const BrokerMessage& message,
                                                  std::optional<MessageBody>& body) const;

private:
    enum class Part : std::uint8_t { Type, Key, Id, Correlation, Time, Header, BodyField };
    struct Name {
        Part part = Part::Type;
        std::string name;  ///< of Header and BodyField; the header's in lower case
    };
    [[nodiscard]] static std::optional<std::string> textOf(const Name& name, const BrokerMessage& message,
                                                           std::optional<MessageBody>& body);

    std::vector<Name> m_names;
};

}  // namespace sluice
