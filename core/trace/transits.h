#pragma once

#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

#include "core/trace/event.h"

namespace sluice {

/// A message on its way over a link: a token of the canvas.
struct Transit {
    MessageId message = 0;
    EntityId link = kNoEntity;
    TraceTime departed{};
    TraceTime arrives{};
    std::uint8_t flags = 0;  ///< eventflag bits; Reverse: from the link's end to its beginning
    bool operator==(const Transit&) const = default;
};

/// The messages that are on their way. A value whose copies share what does not change: those that departed
/// earlier lie in immutable pieces, so a copy of a million costs some hundred pointers. Their order follows
/// from who departed when, not from how often arrivals were looked at.
class Transits {
public:
    /// Some that departed together, by arrival, as columns of 32 bits: messages, links, flags, and of
    /// departures and arrivals the lower and the upper halves. Never changes.
    using Piece = std::vector<std::uint32_t>;
    static constexpr std::size_t kColumns = 7;
    /// So many that were added make a piece, of those that are on their way by then.
    static constexpr std::uint64_t kPiece = 4096;

    struct Part {
        std::shared_ptr<const Piece> piece;
        std::size_t gone = 0;  ///< of it, from the front, have arrived
        TraceTime next{};      ///< when the first of the others will: looking there is slow
    };

    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Transit;
        using difference_type = std::ptrdiff_t;
        using pointer = const Transit*;
        using reference = Transit;

        Iterator() = default;
        Iterator(const Transits* transits, std::size_t part, std::size_t index)
            : m_transits(transits), m_part(part), m_index(index) {}
        Transit operator*() const;
        Iterator& operator++();
        Iterator operator++(int) {
            const Iterator before = *this;
            ++*this;
            return before;
        }
        bool operator==(const Iterator&) const = default;

    private:
        const Transits* m_transits = nullptr;
        std::size_t m_part = 0;  ///< past the last part: in the rest
        std::size_t m_index = 0;
    };
    using const_iterator = Iterator;
    using value_type = Transit;

    /// Departures never go back.
    void push_back(const Transit& transit);
    /// Takes out the one of that message that is on that link then; false when there is none.
    bool remove(MessageId message, EntityId link, TraceTime at);
    /// Those that have arrived by then go.
    void advanceTo(TraceTime at);

    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    [[nodiscard]] Transit front() const { return *begin(); }
    [[nodiscard]] Iterator begin() const;
    [[nodiscard]] Iterator end() const { return {this, m_parts.size(), m_rest.size()}; }

    [[nodiscard]] std::span<const Part> parts() const { return m_parts; }
    [[nodiscard]] const std::vector<Transit>& rest() const { return m_rest; }
    /// How many were ever added.
    [[nodiscard]] std::uint64_t added() const { return m_added; }
    /// Whether a piece can be one: whole columns, by arrival.
    static bool isPiece(const Piece& piece);
    /// The set of these parts; pieces are such, and of none all are gone. Their `next` is found out.
    static Transits fromParts(std::vector<Part> parts, std::vector<Transit> rest, std::uint64_t added);

    /// Memory that this copy takes, and its share of what it shares.
    [[nodiscard]] std::size_t bytes() const;
    /// The same are on their way, in the same order.
    bool operator==(const Transits& other) const;

private:
    static Transit at(const Piece& piece, std::size_t index);
    static std::size_t countOf(const Piece& piece) { return piece.size() / kColumns; }
    /// By arrival, at least one.
    static Part partOf(std::span<const Transit> transits);
    void seal(TraceTime now);

    std::vector<Part> m_parts;
    std::vector<Transit> m_rest;
    TraceTime m_restNext = TraceTime::max();  ///< nobody of the rest arrives before
    std::uint64_t m_added = 0;
    std::size_t m_size = 0;
};

}  // namespace sluice
