#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/distribution.h"
#include "core/base/kinds.h"
#include "core/diagram/diagram.h"

namespace sluice {

// A scoped enumerator hides nothing, but g++ 12 says that Duration shadows sluice::Duration.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
enum class PropertyType : std::uint8_t {
    Boolean,
    Integer,
    Number,
    Fraction,      ///< 0 to 1, shown as a percentage
    Rate,          ///< per second; a number
    Duration,      ///< text as parseDuration reads it, or a number of milliseconds
    Distribution,  ///< text as Distribution::parse reads it
    Bytes,         ///< an integer
    Text,
    Choice,     ///< one of `choices`
    Message,    ///< id of a message type
    Reference,  ///< id of an element or link
    TextList,   ///< array of strings
    Object,     ///< a JSON object or array, edited as text (headers of a binding); of a set action, any value
};
#pragma GCC diagnostic pop

/// What the inspector, the validation, the schema and the compiler know about one property.
struct PropertyInfo {
    std::string_view key;
    std::string_view label;
    std::string_view help;  ///< one or two sentences: what it does and which rule of the broker it triggers
    PropertyType type = PropertyType::Text;
    std::string_view defaultValue;  ///< as JSON text, `null` for none
    double minimum = 0;             ///< numbers; durations in seconds
    double maximum = 1e18;
    std::string_view unit;                        ///< "messages", "bytes", "/s"; empty for none
    std::span<const std::string_view> choices{};  ///< of a Choice
    std::string_view section;   ///< heading in the inspector: "Workload", "Dead letters", ...
    std::string_view argument;  ///< the broker's own name: "x-message-ttl", "min.insync.replicas"
};

std::span<const PropertyInfo> propertiesOf(ElementKind kind);
std::span<const PropertyInfo> propertiesOf(LinkKind kind);
std::span<const PropertyInfo> propertiesOf(StepKind kind);
std::span<const PropertyInfo> propertiesOf(ActionKind kind);
std::span<const PropertyInfo> messageTypeProperties();

/// Null when the catalogue has no such key.
const PropertyInfo* findProperty(std::span<const PropertyInfo> catalogue, std::string_view key);

/// What is wrong with a value of that property; `where` is left to the caller.
/// Sentences as in "must not be negative, is -5", "must be one of a, b or c, is 'd'".
Result<void> checkValue(const PropertyInfo& property, const Json& value);

/// The set value, or the catalogue's default. The value is known to be valid for the type (checkValue); a
/// value that is not falls back to the default. A default of null gives false, 0, zero or an empty text: ask
/// Properties::has whether it was set. Asserts that the catalogue has the key.
bool booleanOf(std::span<const PropertyInfo> catalogue, const Properties& properties, std::string_view key);
std::int64_t integerOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                       std::string_view key);
double numberOf(std::span<const PropertyInfo> catalogue, const Properties& properties, std::string_view key);
Duration durationOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                    std::string_view key);
Distribution distributionOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                            std::string_view key);
std::string textOf(std::span<const PropertyInfo> catalogue, const Properties& properties,
                   std::string_view key);

/// Name and one sentence for the palette and the manual: "Queue", "Message queue, AMQP semantics".
struct KindInfo {
    std::string_view label;
    std::string_view summary;
    bool runs = true;  ///< false: the engine cannot run it yet, and the findings say so
};
const KindInfo& infoOf(ElementKind kind);
const KindInfo& infoOf(LinkKind kind);

/// The link's kind follows from its two ends; an impossible pair is refused with the reason. `from` and `to`
/// are the elements (a temporary reply queue differs from another queue).
Result<LinkKind> inferLink(const Element& from, const Element& to);

/// Every kind a link between the two may have: the inferred one first (service to database: read or write).
std::vector<LinkKind> possibleLinks(const Element& from, const Element& to);

/// The metrics an expectation can name, with their label, unit and whether they are a duration.
struct MetricInfo {
    std::string_view key;
    std::string_view label;
    std::string_view unit;
    bool isDuration = false;
};
std::span<const MetricInfo> expectationMetrics();

}  // namespace sluice
