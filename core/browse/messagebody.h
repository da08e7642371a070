#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace sluice {

/// Packed bodies that unpack to more than this many bytes are read up to here.
inline constexpr std::size_t kMostUnpacked = std::size_t(64) << 20U;

/// A message's body as a person can read it.
struct MessageBody {
    enum class Form : std::uint8_t { Empty, Json, Text, Binary };
    Form form = Form::Empty;
    std::string packing;          ///< "gzip", "zstd", "lz4", "snappy"; empty: it was not packed
    std::string bytes;            ///< unpacked
    nlohmann::ordered_json json;  ///< of Json
    std::string problem;          ///< what could not be unpacked, and why; empty: all was
};

/// Unpacks the body (gzip, zstd, LZ4 frames, Snappy in its framing format or as Kafka's Java client writes
/// it, by their first bytes) and finds out what it is. Bytes that are no UTF-8 are Binary.
MessageBody readBody(std::string_view bytes);

/// Indented JSON, the text as it is, or for binary the first bytes as in `hexText`.
std::string shownBody(const MessageBody& body);

/// "00000000  7b 22 61 ...  {"a": ...": sixteen bytes a line, at most `most` bytes of them.
std::string hexText(std::string_view bytes, std::size_t most = 4096);

/// Whether all of it is well-formed UTF-8 without control characters other than white space.
bool isText(std::string_view bytes);

}  // namespace sluice
