#include "core/trace/transits.h"

#include <algorithm>

namespace sluice {
namespace {

std::uint32_t low(TraceTime time) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.count()));
}

std::uint32_t high(TraceTime time) {
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>(time.count()) >> 32U);
}

TraceTime joined(std::uint32_t lower, std::uint32_t upper) {
    return TraceTime(static_cast<std::int64_t>(std::uint64_t{upper} << 32U | lower));
}

}  // namespace

Transit Transits::at(const Piece& piece, std::size_t index) {
    const std::size_t count = countOf(piece);
    const auto column = [&](std::size_t number) { return piece[number * count + index]; };
    return {column(0), column(1), joined(column(3), column(4)), joined(column(5), column(6)),
            static_cast<std::uint8_t>(column(2))};
}

Transits::Part Transits::partOf(std::span<const Transit> transits) {
    const std::size_t count = transits.size();
    auto piece = std::make_shared<Piece>(count * kColumns);
    for (std::size_t i = 0; i < count; ++i) {
        const Transit& one = transits[i];
        const std::uint32_t columns[kColumns]{one.message,       one.link,           one.flags,
                                              low(one.departed), high(one.departed), low(one.arrives),
                                              high(one.arrives)};
        for (std::size_t column = 0; column < kColumns; ++column)
            (*piece)[column * count + i] = columns[column];
    }
    return {std::move(piece), 0, transits.front().arrives};
}

bool Transits::isPiece(const Piece& piece) {
    const std::size_t count = countOf(piece);
    if (count == 0 || piece.size() % kColumns != 0)
        return false;
    for (std::size_t i = 1; i < count; ++i) {
        if (at(piece, i).arrives < at(piece, i - 1).arrives)
            return false;
    }
    return true;
}

Transits Transits::fromParts(std::vector<Part> parts, std::vector<Transit> rest, std::uint64_t added) {
    Transits made;
    made.m_parts = std::move(parts);
    made.m_rest = std::move(rest);
    made.m_added = added;
    made.m_size = made.m_rest.size();
    for (Part& part : made.m_parts) {
        made.m_size += countOf(*part.piece) - part.gone;
        part.next = at(*part.piece, part.gone).arrives;
    }
    for (const Transit& transit : made.m_rest)
        made.m_restNext = std::min(made.m_restNext, transit.arrives);
    return made;
}

void Transits::push_back(const Transit& transit) {
    m_rest.push_back(transit);
    m_restNext = std::min(m_restNext, transit.arrives);
    ++m_size;
    if (++m_added % kPiece == 0)
        seal(transit.departed);
}

/// By the number of those added, so that pieces are the same whoever looked at arrivals meanwhile.
void Transits::seal(TraceTime now) {
    m_size -= m_rest.size();
    std::erase_if(m_rest, [now](const Transit& transit) { return transit.arrives <= now; });
    if (m_rest.empty())
        return;
    const auto earlier = [](const Transit& a, const Transit& b) { return a.arrives < b.arrives; };
    if (!std::is_sorted(m_rest.begin(), m_rest.end(), earlier))
        std::stable_sort(m_rest.begin(), m_rest.end(), earlier);
    m_size += m_rest.size();
    m_parts.push_back(partOf(m_rest));
    m_rest.clear();
    m_restNext = TraceTime::max();
}

bool Transits::remove(MessageId message, EntityId link, TraceTime time) {
    const auto isIt = [&](const Transit& transit) {
        return transit.message == message && transit.link == link && transit.arrives > time;
    };
    for (auto part = m_parts.begin(); part != m_parts.end(); ++part) {
        const std::size_t count = countOf(*part->piece);
        for (std::size_t i = part->gone; i < count; ++i) {
            if ((*part->piece)[i] != message || !isIt(at(*part->piece, i)))
                continue;
            std::vector<Transit> left;
            for (std::size_t k = part->gone; k < count; ++k) {
                if (k != i)
                    left.push_back(at(*part->piece, k));
            }
            if (left.empty())
                m_parts.erase(part);
            else
                *part = partOf(left);
            --m_size;
            return true;
        }
    }
    const auto found = std::find_if(m_rest.begin(), m_rest.end(), isIt);
    if (found == m_rest.end())
        return false;
    m_rest.erase(found);
    --m_size;
    return true;
}

void Transits::advanceTo(TraceTime time) {
    bool over = false;
    for (Part& part : m_parts) {
        if (part.next > time)
            continue;
        const std::size_t count = countOf(*part.piece);
        const std::size_t before = part.gone;
        while (part.gone < count && at(*part.piece, part.gone).arrives <= time)
            ++part.gone;
        m_size -= part.gone - before;
        if (part.gone == count) {
            part.piece.reset();
            over = true;
        } else if (part.gone * 4 > count * 3) {
            // Few that take long do not keep the memory of many.
            std::vector<Transit> left;
            for (std::size_t i = part.gone; i < count; ++i)
                left.push_back(at(*part.piece, i));
            part = partOf(left);
        } else {
            part.next = at(*part.piece, part.gone).arrives;
        }
    }
    if (over)
        std::erase_if(m_parts, [](const Part& part) { return !part.piece; });
    if (m_restNext > time)
        return;
    m_restNext = TraceTime::max();
    m_size -= std::erase_if(m_rest, [&](const Transit& transit) {
        if (transit.arrives > time)
            m_restNext = std::min(m_restNext, transit.arrives);
        return transit.arrives <= time;
    });
}

Transits::Iterator Transits::begin() const {
    return m_parts.empty() ? Iterator(this, 0, 0) : Iterator(this, 0, m_parts.front().gone);
}

Transit Transits::Iterator::operator*() const {
    return m_part < m_transits->m_parts.size() ? at(*m_transits->m_parts[m_part].piece, m_index)
                                               : m_transits->m_rest[m_index];
}

Transits::Iterator& Transits::Iterator::operator++() {
    ++m_index;
    const std::vector<Part>& parts = m_transits->m_parts;
    if (m_part < parts.size() && m_index == countOf(*parts[m_part].piece)) {
        ++m_part;
        m_index = m_part < parts.size() ? parts[m_part].gone : 0;
    }
    return *this;
}

std::size_t Transits::bytes() const {
    std::size_t result = m_rest.capacity() * sizeof(Transit) + m_parts.capacity() * sizeof(Part);
    for (const Part& part : m_parts)
        result +=
            part.piece->size() * sizeof(std::uint32_t) / static_cast<std::size_t>(part.piece.use_count());
    return result;
}

bool Transits::operator==(const Transits& other) const {
    return m_size == other.m_size && std::equal(begin(), end(), other.begin());
}

}  // namespace sluice
