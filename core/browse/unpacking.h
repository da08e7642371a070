#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sluice {

enum class Packing : std::uint8_t { None, Gzip, Zstd, Lz4, Snappy, JavaSnappy };

/// By the first bytes: RFC 1952, RFC 8878, LZ4's and Snappy's framing formats, and the header of snappy-java.
Packing packingOf(std::string_view bytes);
std::string_view packingName(Packing packing);

/// At most `most` bytes of what it unpacks to; a body that is longer is cut there, which is no error. Errors:
/// damaged data, in one sentence.
Result<std::string> unpack(Packing packing, std::string_view bytes, std::size_t most);

}  // namespace sluice
