#include "core/interchange/importtrace.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/interchange/csvimport.h"
#include "core/interchange/firehoseimport.h"
#include "core/interchange/importtext.h"
#include "core/interchange/otlpimport.h"

namespace sluice {

namespace {

/// A log of the firehose in its text format: records between rules. What is quoted in other files is none.
bool isFirehoseText(std::string_view head) {
    const std::string rule(40, '=');
    const std::size_t begin = std::min(head.find_first_not_of(" \t\r\n"), head.size());
    const std::string_view first = head.substr(begin, head.substr(begin).find('\n'));
    const bool record = head.find(": Message published") != std::string_view::npos ||
                        head.find(": Message received") != std::string_view::npos;
    // A part of a log begins anywhere.
    return record && (first.starts_with(rule) || (first.find_first_of(",;\t") == std::string_view::npos &&
                                                  head.find('\n' + rule) != std::string_view::npos));
}

Result<ImportedTrace> importText(std::string_view text, const std::string& name) {
    constexpr std::size_t kLook = 65'536;
    const std::string_view head = text.substr(0, kLook);
    const std::size_t begin = head.find_first_not_of(" \t\r\n");
    const bool json = begin != std::string_view::npos && (head[begin] == '{' || head[begin] == '[');
    const bool spans = head.find("\"resourceSpans\"") != std::string_view::npos ||
                       head.find("\"scopeSpans\"") != std::string_view::npos;
    if (json && !spans && head.find("\"routing_keys\"") != std::string_view::npos)
        return importFirehose(text, name);
    if (json)
        return importOtlp(text, name);
    return isFirehoseText(head) ? importFirehose(text, name) : importCsv(text, name);
}

}  // namespace

Result<ImportedTrace> importTrace(std::string_view bytes, const std::string& name) {
    ImportText text(bytes);
    Result<ImportedTrace> trace = importText(text.text, name);
    if (trace && text.warning)
        trace->warnings.insert(trace->warnings.begin(), std::move(*text.warning));
    return trace;
}

Result<ImportedTrace> importTraceFile(const std::string& path) {
    constexpr std::uintmax_t kMost = std::uintmax_t(2) << 30U;
    std::error_code error;
    const std::filesystem::path file(path);
    const std::uintmax_t size = std::filesystem::file_size(file, error);
    if (error)
        return Error{ErrorCode::InputOutput, "the file cannot be read: " + error.message(), path};
    if (size > kMost)
        return Error{ErrorCode::Unsupported, "the file is larger than 2 GB; import a part of it", path};
    std::ifstream stream(file, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!stream.read(text.data(), static_cast<std::streamsize>(size)))
        return Error{ErrorCode::InputOutput, std::string("the file cannot be read: ") + std::strerror(errno),
                     path};
    return importTrace(text, file.stem().string());
}

}  // namespace sluice
