#include "core/trace/messageline.h"

#include <algorithm>
#include <cassert>

namespace sluice {

MessageLine::MessageLine(std::initializer_list<MessageId> messages) {
    for (const MessageId message : messages)
        push_back(message);
}

MessageLine MessageLine::fromParts(const Piece& head, std::vector<std::shared_ptr<const Piece>> pieces,
                                   Piece rest) {
    MessageLine line;
    line.m_front.assign(head.rbegin(), head.rend());
    line.m_middle = std::move(pieces);
    line.m_back = std::move(rest);
    line.m_length = line.m_front.size() + line.m_back.size();
    for (const auto& piece : line.m_middle)
        line.m_length += piece->size();
    return line;
}

std::size_t MessageLine::pieceSize() const {
    constexpr std::size_t kSmallest = 256;
    constexpr std::size_t kLargest = 4096;  // taking one out of the middle copies its piece
    return std::clamp(m_length / 256, kSmallest, kLargest);
}

void MessageLine::push_back(MessageId message) {
    m_back.push_back(message);
    ++m_length;
    if (m_back.size() < pieceSize())
        return;
    m_middle.push_back(std::make_shared<const Piece>(std::move(m_back)));
    m_back = {};
}

void MessageLine::push_front(MessageId message) {
    m_front.push_back(message);
    ++m_length;
    const std::size_t piece = pieceSize();
    if (m_front.size() < 2 * piece)
        return;
    // The half that is further from the consumer becomes a piece.
    const auto half = m_front.begin() + static_cast<std::ptrdiff_t>(piece);
    m_middle.insert(m_middle.begin() + static_cast<std::ptrdiff_t>(m_middleFrom),
                    std::make_shared<const Piece>(std::make_reverse_iterator(half), m_front.rend()));
    m_front.erase(m_front.begin(), half);
}

void MessageLine::refillFront() {
    if (!m_front.empty())
        return;
    if (m_middleFrom == m_middle.size()) {
        m_front.assign(m_back.rbegin(), m_back.rend());
        m_back.clear();
        return;
    }
    std::shared_ptr<const Piece>& piece = m_middle[m_middleFrom++];
    m_front.assign(piece->rbegin(), piece->rend());
    piece.reset();
    if (m_middleFrom > 16 && m_middleFrom > m_middle.size() / 2) {
        m_middle.erase(m_middle.begin(), m_middle.begin() + static_cast<std::ptrdiff_t>(m_middleFrom));
        m_middleFrom = 0;
    }
}

bool MessageLine::remove(MessageId message) {
    refillFront();
    const auto inFront = std::find(m_front.rbegin(), m_front.rend(), message);
    if (inFront != m_front.rend()) {
        m_front.erase(std::next(inFront).base());
        --m_length;
        return true;
    }
    // What has just come is more likely than the middle: messages of high priority, or short-lived ones.
    const auto inBack = std::find(m_back.rbegin(), m_back.rend(), message);
    if (inBack != m_back.rend()) {
        m_back.erase(std::next(inBack).base());
        --m_length;
        return true;
    }
    for (std::size_t i = m_middleFrom; i < m_middle.size(); ++i) {
        const auto found = std::find(m_middle[i]->begin(), m_middle[i]->end(), message);
        if (found == m_middle[i]->end())
            continue;
        Piece without;
        without.reserve(m_middle[i]->size() - 1);
        without.insert(without.end(), m_middle[i]->begin(), found);
        without.insert(without.end(), std::next(found), m_middle[i]->end());
        if (without.empty())
            m_middle.erase(m_middle.begin() + static_cast<std::ptrdiff_t>(i));
        else
            m_middle[i] = std::make_shared<const Piece>(std::move(without));
        --m_length;
        return true;
    }
    return false;
}

MessageId MessageLine::operator[](std::size_t index) const {
    assert(index < m_length);
    if (index < m_front.size())
        return m_front[m_front.size() - 1 - index];
    index -= m_front.size();
    for (std::size_t i = m_middleFrom; i < m_middle.size(); ++i) {
        if (index < m_middle[i]->size())
            return (*m_middle[i])[index];
        index -= m_middle[i]->size();
    }
    return m_back[index];
}

std::vector<MessageId> MessageLine::all() const {
    std::vector<MessageId> result(m_front.rbegin(), m_front.rend());
    result.reserve(m_length);
    for (std::size_t i = m_middleFrom; i < m_middle.size(); ++i)
        result.insert(result.end(), m_middle[i]->begin(), m_middle[i]->end());
    result.insert(result.end(), m_back.begin(), m_back.end());
    return result;
}

std::size_t MessageLine::bytes() const {
    std::size_t result = (m_front.size() + m_back.size()) * sizeof(MessageId);
    for (std::size_t i = m_middleFrom; i < m_middle.size(); ++i) {
        const auto owners = static_cast<std::size_t>(std::max<long>(m_middle[i].use_count(), 1));
        result += sizeof(m_middle[i]) + m_middle[i]->size() * sizeof(MessageId) / owners;
    }
    return result;
}

bool MessageLine::operator==(const MessageLine& other) const {
    return m_length == other.m_length && all() == other.all();
}

}  // namespace sluice
