#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/browse/brokermessage.h"

namespace sluice {

/// What is changed about one dead letter before it is sent. What is left out stays as it is.
struct LetterEdit {
    // Which letter.
    std::int64_t number = 0;  ///< in the queue, from 1; 0: it is told by something else
    int partition = -1;
    std::int64_t offset = -1;  ///< with a partition
    std::string id;            ///< the message's own; empty: by its number alone
    std::string mark;          ///< letterMark of what was looked at; empty: unknown
    // What becomes of it.
    std::optional<std::string> body;                ///< its bytes
    std::optional<nlohmann::ordered_json> headers;  ///< an object: all that it has then
    std::optional<std::string> key;
    std::optional<std::string> target;
};

/// Edits by the letters that they are for.
class LetterEdits {
public:
    /// JSON Lines as browsing and dry runs write them, changed by somebody. Which letter: "letter", or
    /// "partition" and "offset" of a topic, or "offset" + 1 of a queue; where it has an "id" that must fit,
    /// and "mark" too. What it becomes: "to", "key", "headers", and "body" or "bodyBase64". Errors: a line
    /// that is no JSON or names no letter, two for one letter; `where` is "line 3".
    static Result<LetterEdits> parse(std::string_view lines);

    void add(LetterEdit edit);
    [[nodiscard]] bool isEmpty() const { return m_edits.empty(); }
    [[nodiscard]] const std::vector<LetterEdit>& all() const { return m_edits; }

    struct Found {
        const LetterEdit* edit = nullptr;
        bool strange = false;  ///< it is for a letter at that place which is not this one
    };
    [[nodiscard]] Found find(std::int64_t number, const BrokerMessage& message) const;

private:
    std::vector<LetterEdit> m_edits;
    std::map<std::int64_t, std::size_t> m_byNumber;
    std::map<std::pair<int, std::int64_t>, std::size_t> m_byOffset;
    std::map<std::string, std::size_t> m_byId;
};

/// "crc32:1a2b3c4d" of the body's bytes.
std::string letterMark(const BrokerMessage& message);

/// Whether anything of it is changed. What is only written in another way, such as JSON with other spaces, is
/// left as it was. Errors: the body is packed, so that what reads it would not understand the edited one.
Result<bool> applyEdit(const LetterEdit& edit, BrokerMessage& message);

}  // namespace sluice
