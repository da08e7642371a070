#include "widgets/paint/tokenatlas.h"

#include <cmath>

namespace sluice {

TokenAtlas::TokenAtlas(double radius, double devicePixelRatio, const Theme& theme)
    : m_radius(radius), m_ratio(devicePixelRatio), m_theme(&theme) {
    const double r = radius * devicePixelRatio;
    // Small tokens carry no marks: their sprites are cut close, which is what 50,000 of them cost.
    const int reach = static_cast<int>(std::ceil(radius >= kMarkedRadius ? tokenReach(r) : r * 1.2 + 0.8));
    m_cell = 2 * reach + 1;
    m_centre = 0.5;
    m_pixmap = QPixmap(m_cell * kPhases * kPhases, m_cell * kRows);
    m_pixmap.fill(Qt::transparent);
    QPainter painter(&m_pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    for (int row = 0; row < kRows; ++row) {
        for (int column = 0; column < kPhases * kPhases; ++column) {
            // The middle of each phase's share of the pixel.
            const QPointF at(column * m_cell + reach + (column % kPhases + 0.5) / kPhases,
                             row * m_cell + reach + (column / kPhases + 0.5) / kPhases);
            painter.setClipRect(column * m_cell, row * m_cell, m_cell, m_cell);
            if (row < kKeyRow)
                paintTokenShape(painter, at, r, static_cast<MessageKind>(row / kColors),
                                theme.seriesColor(static_cast<std::size_t>(row % kColors)), theme);
            else if (row < kFlagRow)
                paintTokenKey(painter, at, r, row - kKeyRow, theme);
            else
                paintTokenFlag(painter, at, r, static_cast<std::uint8_t>(1 << (row - kFlagRow)), theme);
        }
    }
}

void TokenAtlas::addFlags(std::vector<QPainter::PixmapFragment>& fragments, const QPointF& at,
                          std::uint8_t flags) const {
    static_assert(eventflag::Redelivered == 1 && eventflag::Late == 2 && eventflag::Poisoned == 4,
                  "a flag's row is its bit");
    for (int bit = 0; bit < 3; ++bit) {
        if (flags & (1U << static_cast<unsigned>(bit)))
            append(fragments, at, kFlagRow + bit);
    }
}

}  // namespace sluice
