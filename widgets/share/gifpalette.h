#pragma once

#include <QColor>
#include <QImage>
#include <span>
#include <unordered_map>
#include <vector>

namespace sluice {

/// Up to 255 colours for some pictures: the commonest, which are flat areas, as they are, and for the rest a
/// median cut: the box of colours that spreads most is halved until there are enough. The same pictures give
/// the same colours.
class GifPalette {
public:
    static constexpr std::size_t kMostColours = 255;

    explicit GifPalette(std::span<const QImage> samples);

    [[nodiscard]] const std::vector<QRgb>& colours() const { return m_colours; }
    /// The nearest one.
    [[nodiscard]] std::uint8_t indexOf(QRgb colour);

private:
    std::vector<QRgb> m_colours;
    std::unordered_map<QRgb, std::uint8_t> m_known;
};

}  // namespace sluice
