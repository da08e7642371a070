#include "core/live/newplaces.h"

#include <algorithm>
#include <cmath>

namespace sluice {
namespace {

// Canvas units from one to the next, and how near is too near.
constexpr double kRowStep = 140;
constexpr double kColumnStep = 200;
constexpr double kNearAcross = 180;
constexpr double kNearDown = 120;
constexpr double kLeastRows = 12;

}  // namespace

NewPlaces::NewPlaces(const Diagram& drawing, std::size_t additions)
    : m_rows(static_cast<std::size_t>(std::max(
          kLeastRows, std::ceil(std::sqrt(static_cast<double>(additions) * kColumnStep / kRowStep))))) {
    for (const Element& element : drawing.elements) {
        m_foot = {std::min(m_foot.x, element.position.x), std::max(m_foot.y, element.position.y)};
        take(element.position);
    }
}

std::size_t NewPlaces::CellHash::operator()(const Cell& cell) const {
    constexpr std::size_t kSpread = 0x9E3779B97F4A7C15U;
    return (static_cast<std::size_t>(cell.column) * kSpread) ^ static_cast<std::size_t>(cell.row);
}

NewPlaces::Cell NewPlaces::cellOf(const Point& point) {
    return {static_cast<int>(std::floor(point.x / kNearAcross)),
            static_cast<int>(std::floor(point.y / kNearDown))};
}

bool NewPlaces::isTaken(const Point& point) const {
    const Cell cell = cellOf(point);
    for (const int across : {-1, 0, 1}) {
        for (const int down : {-1, 0, 1}) {
            const auto near = m_taken.find(Cell{cell.column + across, cell.row + down});
            if (near == m_taken.end())
                continue;
            if (std::any_of(near->second.begin(), near->second.end(), [&](const Point& other) {
                    return std::abs(other.x - point.x) < kNearAcross &&
                           std::abs(other.y - point.y) < kNearDown;
                }))
                return true;
        }
    }
    return false;
}

Point NewPlaces::below(const Element* neighbour) {
    const Point from = neighbour ? neighbour->position : m_foot;
    std::size_t& next = m_next[neighbour];
    Point place;
    do {
        place = {from.x + kColumnStep * static_cast<double>(next / m_rows),
                 from.y + kRowStep * static_cast<double>(next % m_rows + 1)};
        ++next;
    } while (isTaken(place));
    take(place);
    return place;
}

}  // namespace sluice
