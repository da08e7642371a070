#include "widgets/paint/queuescale.h"

#include <algorithm>
#include <cmath>

#include "widgets/paint/geometry.h"

namespace sluice {
namespace {
constexpr double kSlot = 2 * kStandingRadius + 2;
constexpr double kFigure = 42;
constexpr double kDeepest = 20'000;  ///< that the scale tells apart
}  // namespace

QueueScale::QueueScale(const QRectF& bounds, bool runsLeft, bool deadLetters) {
    m_room = contentRectOf(ElementKind::Queue, bounds);
    const double cap = deadLetters ? 12 : 10;
    if (runsLeft)
        m_room.adjust(cap, 0, 0, 0);
    else
        m_room.adjust(0, 0, -cap, 0);
    const double figure = std::min(kFigure, m_room.width() / 2);
    m_figure = m_room;
    if (runsLeft) {
        m_figure.setLeft(m_room.right() - figure);
        m_room.setRight(m_room.right() - figure);
    } else {
        m_figure.setRight(m_room.left() + figure);
        m_room.setLeft(m_room.left() + figure);
    }
    m_direction = runsLeft ? 1 : -1;
    m_begin = runsLeft ? m_room.left() : m_room.right();
}

double QueueScale::evenly() const {
    return std::min(double(kSingle) * kSlot, m_room.width() * 0.7);
}

double QueueScale::distance(double count) const {
    const double single = double(kSingle);
    if (count <= single)
        return evenly() * count / single;
    // Four powers of ten share what is left.
    const double share = std::log10(count / single) / std::log10(kDeepest / single);
    return evenly() + (m_room.width() - evenly()) * std::min(1.0, share);
}

std::size_t QueueScale::placeAt(const QPointF& point) const {
    const double single = double(kSingle);
    const double along = std::clamp((point.x() - m_begin) * m_direction, 0.0, m_room.width());
    if (along <= evenly())
        return static_cast<std::size_t>(along / evenly() * single);
    const double share = (along - evenly()) / std::max(1.0, m_room.width() - evenly());
    return static_cast<std::size_t>(single * std::pow(kDeepest / single, share));
}

QPointF QueueScale::slot(std::size_t index) const {
    return {m_begin + m_direction * distance(double(index) + 0.5), m_room.center().y()};
}

QRectF QueueScale::band(std::uint64_t from, std::uint64_t to) const {
    const double a = m_begin + m_direction * distance(double(from));
    const double b = m_begin + m_direction * distance(double(to));
    return {std::min(a, b), m_room.center().y() - 8, std::abs(b - a), 16};
}

QPointF QueueScale::tick(std::uint64_t depth) const {
    return {m_begin + m_direction * distance(double(depth)), m_room.center().y() + 10};
}

QRectF QueueScale::figure() const {
    return m_figure;
}

}  // namespace sluice
