#pragma once

#include <string>
#include <vector>

#include "core/query/eventquery.h"
#include "core/trace/entitytable.h"

namespace sluice {

/// Something that could stand where the cursor is.
struct QueryCompletion {
    std::string
        text;  ///< what to put there, quoted if need be: "queue:", "dead-lettered", "\"Price service\""
    std::string description;  ///< one line, or empty
    bool operator==(const QueryCompletion&) const = default;
};

struct QueryCompletions {
    std::size_t from = 0;  ///< the byte from which `text` replaces what stands before the cursor
    std::vector<QueryCompletion> choices;
};

/// What the word before the cursor (a byte offset) may become: fields and keywords, or after a field what it
/// compares with, as far as the trace's table knows it. At most 50, best first.
QueryCompletions completeQuery(std::string_view text, std::size_t cursor, const EntityTable& table);

}  // namespace sluice
