#pragma once

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// Where new elements stand in a drawing: each below what it belongs to, in columns beside each other where
/// there are many, and never on another. Time grows with how many there are, not with its square. A value.
class NewPlaces {
public:
    /// `additions`: how many there will be at most.
    NewPlaces(const Diagram& drawing, std::size_t additions);

    /// Taken from now on. Null: below everything. `neighbour` is of the drawing.
    Point below(const Element* neighbour);

private:
    struct Cell {
        int column = 0;
        int row = 0;
        bool operator==(const Cell&) const = default;
    };
    struct CellHash {
        std::size_t operator()(const Cell& cell) const;
    };
    static Cell cellOf(const Point& point);
    [[nodiscard]] bool isTaken(const Point& point) const;
    void take(const Point& point) { m_taken[cellOf(point)].push_back(point); }

    std::size_t m_rows;  ///< of a column
    Point m_foot{};      ///< below everything
    std::unordered_map<Cell, std::vector<Point>, CellHash> m_taken;
    std::unordered_map<const Element*, std::size_t> m_next;  ///< place to try for each neighbour
};

}  // namespace sluice
