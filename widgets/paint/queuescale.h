#pragma once

#include <QPointF>
#include <QRectF>

#include "core/diagram/element.h"

namespace sluice {

/// Radius in canvas units of a message that stands in a queue.
inline constexpr double kStandingRadius = 5.5;

/// Where messages stand in a queue's pipe: the first few one by one from the consumer's end, those behind
/// them on a scale that compresses (10, 100, 1k, 10k), and the depth as a figure at the producers' end.
class QueueScale {
public:
    static constexpr std::size_t kSingle = 5;

    QueueScale(const QRectF& bounds, bool runsLeft, bool deadLetters);

    /// Centre of the message that is `index` places from the consumer's end.
    [[nodiscard]] QPointF slot(std::size_t index) const;
    /// What messages `from` to `to` take, counted from the consumer's end.
    [[nodiscard]] QRectF band(std::uint64_t from, std::uint64_t to) const;
    /// How many places from the consumer's end a point on the pipe is; the other way round of slot().
    [[nodiscard]] std::size_t placeAt(const QPointF& point) const;
    /// Lower end of the mark for a depth.
    [[nodiscard]] QPointF tick(std::uint64_t depth) const;
    [[nodiscard]] QRectF figure() const;

private:
    [[nodiscard]] double distance(double count) const;  ///< from the consumer's end
    [[nodiscard]] double evenly() const;                ///< what the single ones take

    QRectF m_room;  ///< of the messages, without the figure
    QRectF m_figure;
    double m_direction = -1;  ///< from the consumer's end backwards
    double m_begin = 0;
};

}  // namespace sluice
