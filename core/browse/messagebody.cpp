#include "core/browse/messagebody.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/browse/unpacking.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

/// Length of the well-formed UTF-8 sequence at the front; 0 if there is none (Unicode, table 3-7).
std::size_t sequenceLength(std::string_view text) {
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80)
        return 1;
    std::size_t length = 0;
    unsigned char least = 0x80;
    unsigned char most = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        least = lead == 0xE0 ? 0xA0 : least;
        most = lead == 0xED ? 0x9F : most;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        least = lead == 0xF0 ? 0x90 : least;
        most = lead == 0xF4 ? 0x8F : most;
    }
    if (length == 0 || length > text.size() || byte(1) < least || byte(1) > most)
        return 0;
    for (std::size_t i = 2; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    }
    return length;
}

bool mayBeJson(std::string_view bytes) {
    const std::size_t begin = bytes.find_first_not_of(" \t\r\n");
    return begin != std::string_view::npos && (bytes[begin] == '{' || bytes[begin] == '[');
}

}  // namespace

bool isText(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = sequenceLength(bytes);
        const auto c = static_cast<unsigned char>(bytes.front());
        if (length == 0 || (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F)
            return false;
        bytes.remove_prefix(length);
    }
    return true;
}

MessageBody readBody(std::string_view bytes) {
    MessageBody body;
    const Packing packing = packingOf(bytes);
    if (packing == Packing::None) {
        body.bytes = bytes;
    } else if (Result<std::string> unpacked = unpack(packing, bytes, kMostUnpacked)) {
        body.packing = packingName(packing);
        body.bytes = std::move(*unpacked);
        if (body.bytes.size() >= kMostUnpacked)
            body.problem = fmt::format("only the first {} MiB are unpacked", kMostUnpacked >> 20U);
    } else {
        body.bytes = bytes;
        body.problem = unpacked.error().sentence;
    }
    if (body.bytes.empty())
        return body;
    if (mayBeJson(body.bytes)) {
        body.json = Json::parse(body.bytes, nullptr, false);
        if (!body.json.is_discarded()) {
            body.form = MessageBody::Form::Json;
            return body;
        }
        body.json = nullptr;
    }
    body.form = isText(body.bytes) ? MessageBody::Form::Text : MessageBody::Form::Binary;
    return body;
}

std::string shownBody(const MessageBody& body) {
    switch (body.form) {
        case MessageBody::Form::Json:
            return body.json.dump(2, ' ', false, Json::error_handler_t::replace);
        case MessageBody::Form::Text:
            return body.bytes;
        case MessageBody::Form::Binary:
            return hexText(body.bytes);
        case MessageBody::Form::Empty:
            break;
    }
    return {};
}

std::string hexText(std::string_view bytes, std::size_t most) {
    constexpr std::size_t kLine = 16;
    std::string text;
    const std::string_view shown = bytes.substr(0, most);
    for (std::size_t at = 0; at < shown.size(); at += kLine) {
        const std::string_view line = shown.substr(at, kLine);
        text += fmt::format("{:08x} ", at);
        for (std::size_t i = 0; i < kLine; ++i)
            text += i < line.size() ? fmt::format(" {:02x}", static_cast<unsigned char>(line[i])) : "   ";
        text += "  ";
        for (const char c : line)
            text += c >= ' ' && c <= '~' ? c : '.';
        text += '\n';
    }
    if (bytes.size() > most)
        text += fmt::format("and {} bytes more\n", bytes.size() - most);
    return text;
}

}  // namespace sluice
