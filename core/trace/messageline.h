#pragma once

#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// The messages that stand in a queue, the consumer's end first. A value whose copies share what does not
/// change: the middle of a long line lies in immutable pieces, so a copy of a line of a million costs some
/// hundred pointers. What can be seen of it is its first kShown messages.
class MessageLine {
public:
    static constexpr std::size_t kShown = 128;
    /// A run of those who stand in the middle; never changes.
    using Piece = std::vector<MessageId>;

    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = MessageId;
        using difference_type = std::ptrdiff_t;
        using pointer = const MessageId*;
        using reference = MessageId;

        Iterator() = default;
        Iterator(const MessageLine* line, std::size_t index) : m_line(line), m_index(index) {}
        MessageId operator*() const { return (*m_line)[m_index]; }
        Iterator& operator++() {
            ++m_index;
            return *this;
        }
        Iterator operator++(int) {
            const Iterator before = *this;
            ++m_index;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const MessageLine* m_line = nullptr;
        std::size_t m_index = 0;
    };
    using const_iterator = Iterator;

    MessageLine() = default;
    MessageLine(std::initializer_list<MessageId> messages);

    void push_back(MessageId message);
    void push_front(MessageId message);
    /// Takes out the first that is `message`; false when it does not stand here. Fast near either end.
    bool remove(MessageId message);

    /// All who stand here, shown or not.
    [[nodiscard]] std::size_t length() const { return m_length; }
    /// Of them, those that can be seen: at most kShown.
    [[nodiscard]] std::size_t size() const { return m_length < kShown ? m_length : kShown; }
    [[nodiscard]] bool empty() const { return m_length == 0; }
    [[nodiscard]] MessageId operator[](std::size_t index) const;
    [[nodiscard]] MessageId front() const { return (*this)[0]; }
    [[nodiscard]] Iterator begin() const { return {this, 0}; }
    [[nodiscard]] Iterator end() const { return {this, size()}; }
    /// Everyone, in order.
    [[nodiscard]] std::vector<MessageId> all() const;
    /// The line in parts, in order: the first (as it stands), the pieces, the last.
    [[nodiscard]] Piece head() const { return {m_front.rbegin(), m_front.rend()}; }
    [[nodiscard]] std::span<const std::shared_ptr<const Piece>> pieces() const {
        return std::span(m_middle).subspan(m_middleFrom);
    }
    [[nodiscard]] const Piece& rest() const { return m_back; }
    /// The line of these parts; no piece is null or empty.
    static MessageLine fromParts(const Piece& head, std::vector<std::shared_ptr<const Piece>> pieces,
                                 Piece rest);

    /// Memory that this copy takes, and its share of what it shares.
    [[nodiscard]] std::size_t bytes() const;

    bool operator==(const MessageLine& other) const;

private:
    /// How many make a piece: more in a long line, so that copies cost some hundred pointers.
    [[nodiscard]] std::size_t pieceSize() const;
    void refillFront();

    Piece m_front;  ///< the beginning, reversed: the first in line is the last here
    std::vector<std::shared_ptr<const Piece>> m_middle;
    std::size_t m_middleFrom = 0;  ///< pieces before it were used up
    Piece m_back;
    std::size_t m_length = 0;
};

}  // namespace sluice
