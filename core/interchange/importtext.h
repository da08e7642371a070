#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sluice {

/// The text of a file as UTF-8, whatever program has written it.
struct ImportText {
    std::string_view text;         ///< of the bytes, or of `converted`
    std::string converted;         ///< empty where the bytes are what is read
    std::optional<Error> warning;  ///< that it was read as something else than UTF-8

    explicit ImportText(std::string_view bytes);
    ImportText(const ImportText&) = delete;
    ImportText& operator=(const ImportText&) = delete;
};

}  // namespace sluice
