#pragma once

#include <QColor>
#include <QPainter>
#include <functional>

#include "core/trace/systemstate.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// What is seen of a message: asked for each one that is painted, so the answer has to be quick (the frame
/// composer keeps the latest).
struct MessageLook {
    MessageKind kind = MessageKind::Event;  ///< the shape: disc, square, diamond, ring
    std::uint16_t color = 0;                ///< the type's: index into Theme::series
    std::int64_t key = -1;                  ///< -1: unkeyed, no dot
    std::uint8_t flags = 0;                 ///< eventflag bits: Redelivered, Late, Poisoned
    bool operator==(const MessageLook&) const = default;
};
using MessageLookup = std::function<MessageLook(MessageId)>;

/// The place of a message that is at rest in a queue or moves on a link.
struct TokenMark {
    QPointF centre;
    MessageId message = 0;
    std::uint8_t flags = 0;
};

/// One of kKeyHues, the same for the same key in every run; none near vermilion.
inline constexpr int kKeyHues = 12;
int keyHue(std::int64_t key);
QColor keyColor(int hue, const Theme& theme);

/// A token as vectors: for exports and for the sprites of the atlas. `radius` in the painter's units.
void paintToken(QPainter& painter, const QPointF& centre, double radius, const MessageLook& look,
                const Theme& theme);

/// Its parts, for the atlas: the plain shape; the key's dot; one mark of a flag.
void paintTokenShape(QPainter& painter, const QPointF& centre, double radius, MessageKind kind,
                     const QColor& color, const Theme& theme);
void paintTokenKey(QPainter& painter, const QPointF& centre, double radius, int hue, const Theme& theme);
void paintTokenFlag(QPainter& painter, const QPointF& centre, double radius, std::uint8_t flag,
                    const Theme& theme);

/// How far a shape reaches from its centre, marks included, for a radius.
constexpr double tokenReach(double radius) {
    return radius * 1.75 + 1;
}

}  // namespace sluice
