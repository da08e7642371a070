#include "widgets/share/gifpalette.h"

#include <algorithm>
#include <array>

namespace sluice {
namespace {

constexpr std::size_t kFlat = 144;  ///< colours that are kept as they are

struct Counted {
    QRgb colour = 0;
    std::uint64_t pixels = 0;
};

int channelOf(QRgb colour, int channel) {
    return channel == 0 ? qRed(colour) : channel == 1 ? qGreen(colour) : qBlue(colour);
}

struct Box {
    std::span<Counted> colours;
    int channel = 0;
    int spread = 0;

    explicit Box(std::span<Counted> of) : colours(of) {
        for (int c = 0; c < 3; ++c) {
            const auto [low, high] =
                std::minmax_element(colours.begin(), colours.end(), [c](const Counted& a, const Counted& b) {
                    return channelOf(a.colour, c) < channelOf(b.colour, c);
                });
            const int wide = channelOf(high->colour, c) - channelOf(low->colour, c);
            if (wide > spread) {
                spread = wide;
                channel = c;
            }
        }
    }

    /// In the middle of its spread, not of its pixels: the few of a small mark are as good as the many
    /// behind it.
    [[nodiscard]] std::size_t cut() const {
        std::sort(colours.begin(), colours.end(), [this](const Counted& a, const Counted& b) {
            const int left = channelOf(a.colour, channel);
            const int right = channelOf(b.colour, channel);
            return left != right ? left < right : a.colour < b.colour;
        });
        const int middle =
            (channelOf(colours.front().colour, channel) + channelOf(colours.back().colour, channel) + 1) / 2;
        const auto at = std::find_if(colours.begin(), colours.end(), [&](const Counted& one) {
            return channelOf(one.colour, channel) >= middle;
        });
        return static_cast<std::size_t>(at - colours.begin());
    }

    /// The colour that most of its pixels have.
    [[nodiscard]] QRgb colour() const {
        return std::max_element(colours.begin(), colours.end(),
                                [](const Counted& a, const Counted& b) { return a.pixels < b.pixels; })
            ->colour;
    }
};

}  // namespace

GifPalette::GifPalette(std::span<const QImage> samples) {
    std::unordered_map<QRgb, std::uint64_t> counts;
    for (const QImage& sample : samples) {
        const QImage pixels = sample.convertToFormat(QImage::Format_RGB32);
        for (int y = 0; y < pixels.height(); ++y) {
            const auto* line = reinterpret_cast<const QRgb*>(pixels.constScanLine(y));
            for (int x = 0; x < pixels.width(); ++x)
                ++counts[line[x] | 0xff000000U];
        }
    }
    std::vector<Counted> colours;
    for (const auto& [colour, pixels] : counts)
        colours.push_back({colour, pixels});
    if (colours.empty())
        colours.push_back({0xff000000U, 1});
    std::sort(colours.begin(), colours.end(), [](const Counted& a, const Counted& b) {
        return a.pixels != b.pixels ? a.pixels > b.pixels : a.colour < b.colour;
    });
    // Flat areas keep their colours, however near to each other those are.
    const std::size_t flat = std::min(colours.size(), kFlat);
    for (std::size_t i = 0; i < flat; ++i)
        m_colours.push_back(colours[i].colour);
    if (flat == colours.size())
        return;
    std::vector<Box> boxes{Box(std::span(colours).subspan(flat))};
    while (boxes.size() < kMostColours - flat) {
        const auto widest = std::max_element(boxes.begin(), boxes.end(),
                                             [](const Box& a, const Box& b) { return a.spread < b.spread; });
        if (widest->spread == 0)
            break;
        const std::size_t cut = widest->cut();
        const std::span<Counted> all = widest->colours;
        *widest = Box(all.subspan(0, cut));
        boxes.emplace_back(all.subspan(cut));
    }
    for (const Box& box : boxes)
        m_colours.push_back(box.colour());
}

std::uint8_t GifPalette::indexOf(QRgb colour) {
    const QRgb opaque = colour | 0xff000000U;
    const auto [it, isNew] = m_known.try_emplace(opaque, std::uint8_t(0));
    if (!isNew)
        return it->second;
    int best = -1;
    for (std::size_t i = 0; i < m_colours.size(); ++i) {
        const int red = qRed(opaque) - qRed(m_colours[i]);
        const int green = qGreen(opaque) - qGreen(m_colours[i]);
        const int blue = qBlue(opaque) - qBlue(m_colours[i]);
        // The eye tells greens apart best.
        const int distance = 3 * red * red + 6 * green * green + blue * blue;
        if (best < 0 || distance < best) {
            best = distance;
            it->second = static_cast<std::uint8_t>(i);
        }
    }
    return it->second;
}

}  // namespace sluice
