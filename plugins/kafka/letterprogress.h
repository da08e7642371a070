#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::kafka {

/// How far the letters of one partition are done with. A topic keeps what was sent, so that it has to be
/// remembered elsewhere: as a group's offset, and in the text that goes with it the letters before that
/// offset which stayed.
class LetterProgress {
public:
    LetterProgress() = default;
    /// `next`: the first letter that was not looked at; `left`: the text of those that stayed before it. A
    /// text that cannot be read says that none did.
    LetterProgress(std::int64_t next, std::string_view left);

    /// The first letter that is of interest.
    [[nodiscard]] std::int64_t first() const;
    [[nodiscard]] bool isOpen(std::int64_t offset) const;
    /// Letters that are left, of a partition that holds those from `begin` to before `end`.
    [[nodiscard]] std::int64_t waiting(std::int64_t begin, std::int64_t end) const;

    /// It is being looked at, and not settled.
    void take(std::int64_t offset);
    void settle(std::int64_t offset, bool gone);

    /// What is to be remembered now.
    [[nodiscard]] std::int64_t next() const;
    [[nodiscard]] std::string left() const;

private:
    std::int64_t m_next = 0;  ///< after all that was taken
    std::set<std::int64_t> m_taken;
    std::set<std::int64_t> m_left;
};

/// A cluster takes so many bytes with an offset as a rule (offset.metadata.max.bytes).
inline constexpr std::size_t kMostProgressBytes = 4096;

}  // namespace sluice::kafka
