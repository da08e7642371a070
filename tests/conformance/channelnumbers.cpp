#include "tests/conformance/channelnumbers.h"

#include <algorithm>

namespace sluice::conformance {

void ChannelNumbers::insert(int number) {
    if (std::find(m_table.begin(), m_table.end(), number) != m_table.end())
        return;
    place(m_table, number);
    ++m_used;
    // CPython: a set grows once three fifths are used, to the power of two above four times what it holds.
    if (m_used * 5 < (m_table.size() - 1) * 3)
        return;
    std::size_t size = 8;
    while (size <= m_used * 4)
        size *= 2;
    std::vector<int> larger(size, 0);
    for (const int known : inOrder())
        place(larger, known);
    m_table = std::move(larger);
}

void ChannelNumbers::place(std::vector<int>& table, int number) const {
    constexpr std::size_t linearProbes = 9;
    const std::size_t mask = table.size() - 1;
    auto perturb = static_cast<std::size_t>(number);
    std::size_t slot = perturb & mask;
    while (true) {
        const std::size_t last = slot + linearProbes <= mask ? slot + linearProbes : slot;
        for (std::size_t i = slot; i <= last; ++i) {
            if (table[i] == 0) {
                table[i] = number;
                return;
            }
        }
        perturb >>= 5U;
        slot = (slot * 5 + 1 + perturb) & mask;
    }
}

std::vector<int> ChannelNumbers::inOrder() const {
    std::vector<int> numbers;
    std::copy_if(m_table.begin(), m_table.end(), std::back_inserter(numbers),
                 [](int number) { return number != 0; });
    return numbers;
}

void ChannelNumbers::clear() {
    m_table.assign(8, 0);
    m_used = 0;
}

}  // namespace sluice::conformance
