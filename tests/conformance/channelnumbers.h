#pragma once

#include <vector>

namespace sluice::conformance {

/// Channel numbers with something to hand on, in the order in which the recorder's client comes to them. That
/// client (pika 1.2) keeps them in a Python set, so the order is that of CPython's hash table, which for
/// small numbers is almost, but not always, ascending. Without it a recording's order of deliveries to
/// different channels at one moment could not be told.
class ChannelNumbers {
public:
    /// number > 0; one that is there already stays where it is.
    void insert(int number);
    [[nodiscard]] std::vector<int> inOrder() const;
    void clear();

private:
    void place(std::vector<int>& table, int number) const;

    std::vector<int> m_table = std::vector<int>(8, 0);
    std::size_t m_used = 0;
};

}  // namespace sluice::conformance
