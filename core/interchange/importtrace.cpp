#include "core/interchange/importtrace.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/interchange/csvimport.h"
#include "core/interchange/firehoseimport.h"
#include "core/interchange/otlpimport.h"

namespace sluice {

Result<ImportedTrace> importTrace(std::string_view text, const std::string& name) {
    constexpr std::size_t kLook = 65'536;
    const std::string_view head = text.substr(0, kLook);
    const std::size_t begin = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    const bool json = begin != std::string_view::npos && (head[begin] == '{' || head[begin] == '[');
    const bool records = head.find(": Message published") != std::string_view::npos ||
                         head.find(": Message received") != std::string_view::npos;
    if (json && head.find("\"routing_keys\"") != std::string_view::npos)
        return importFirehose(text, name);
    if (json)
        return importOtlp(text, name);
    return records ? importFirehose(text, name) : importCsv(text, name);
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
