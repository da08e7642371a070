#include "core/interchange/eventmarks.h"

#include "core/base/lettercase.h"
#include "core/query/eventquery.h"

namespace sluice {
namespace {

constexpr std::uint8_t kByKind = 16;  ///< its meaning follows from the kind

std::string_view wordFor(EventKind kind) {
    switch (kind) {
        case EventKind::Moved:
            return "reverse";
        case EventKind::MessageCreated:
            return "own-event-time";
        default:
            return "outside";
    }
}

}  // namespace

std::string marksText(const TraceEvent& event) {
    std::string text;
    const auto add = [&text](std::string_view word) {
        text += (text.empty() ? "" : " ") + std::string(word);
    };
    for (const QueryMark& mark : queryMarks()) {
        if (mark.flag != kByKind && event.has(mark.flag))
            add(mark.name);
    }
    if (event.has(kByKind))
        add(wordFor(event.kind));
    return text;
}

std::uint8_t flagsOf(std::string_view words, EventKind kind) {
    std::uint8_t flags = 0;
    const std::string text = lowered(words);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find_first_of(" ;,", begin), text.size());
        const std::string_view word = std::string_view(text).substr(begin, end - begin);
        for (const QueryMark& mark : queryMarks()) {
            if (mark.flag != kByKind && word == mark.name)
                flags |= mark.flag;
        }
        if (word == wordFor(kind))
            flags |= kByKind;
        begin = end + 1;
    }
    return flags;
}

}  // namespace sluice
