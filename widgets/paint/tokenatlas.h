#pragma once

#include <QPainter>
#include <QPixmap>
#include <vector>

#include "widgets/paint/messagelook.h"

namespace sluice {

/// Sprites of all tokens at one size, each at kPhases * kPhases positions within a pixel, so that a slow
/// token glides instead of jumping from pixel to pixel. A value; lives on the window's thread; owned by the
/// frame composer, which makes a new one when the size, the theme or the device's pixels change.
class TokenAtlas {
public:
    static constexpr int kPhases = 4;
    /// Below this radius the sprites have no room for marks.
    static constexpr double kMarkedRadius = 4;

    TokenAtlas() = default;
    /// `radius` in device-independent pixels.
    TokenAtlas(double radius, double devicePixelRatio, const Theme& theme);

    [[nodiscard]] bool isNull() const { return m_pixmap.isNull(); }
    [[nodiscard]] double radius() const { return m_radius; }
    [[nodiscard]] double devicePixelRatio() const { return m_ratio; }
    [[nodiscard]] const Theme* theme() const { return m_theme; }
    /// For drawPixmapFragments on a painter whose unit is a device pixel; its own ratio is 1.
    [[nodiscard]] const QPixmap& pixmap() const { return m_pixmap; }

    /// Adds the sprites of one token; `at` in device pixels. Without `marks` only its shape.
    void add(std::vector<QPainter::PixmapFragment>& fragments, const QPointF& at, const MessageLook& look,
             bool marks) const {
        const int shape = static_cast<int>(look.kind) * kColors + look.color % kColors;
        append(fragments, at, shape);
        if (!marks || m_radius < kMarkedRadius)
            return;
        if (look.key >= 0)
            append(fragments, at, kKeyRow + keyHue(look.key));
        if (look.flags != 0)
            addFlags(fragments, at, look.flags);
    }

private:
    static constexpr int kColors = 8;
    static constexpr int kKeyRow = 4 * kColors;
    static constexpr int kFlagRow = kKeyRow + kKeyHues;
    static constexpr int kRows = kFlagRow + 3;

    void append(std::vector<QPainter::PixmapFragment>& fragments, const QPointF& at, int row) const {
        const double left = std::floor(at.x());
        const double top = std::floor(at.y());
        const int phaseX = static_cast<int>((at.x() - left) * kPhases);
        const int phaseY = static_cast<int>((at.y() - top) * kPhases);
        const int column = phaseY * kPhases + phaseX;
        // The sprite's middle pixel comes to stand on the token's pixel; the fragment is placed by its
        // centre.
        fragments.push_back(QPainter::PixmapFragment::create(
            QPointF(left + m_centre, top + m_centre), QRectF(column * m_cell, row * m_cell, m_cell, m_cell)));
    }
    void addFlags(std::vector<QPainter::PixmapFragment>& fragments, const QPointF& at,
                  std::uint8_t flags) const;

    double m_radius = 0;
    double m_ratio = 1;
    const Theme* m_theme = nullptr;
    QPixmap m_pixmap;
    int m_cell = 0;
    double m_centre = 0;
};

}  // namespace sluice
