#include "widgets/paint/framecomposer.h"

#include <QElapsedTimer>
#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

#include "widgets/paint/queuescale.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

constexpr int kTile = 256;                    ///< device pixels: one is painted within a frame's time
constexpr std::size_t kMostTiles = 80;        ///< 20 MB at 4 bytes a pixel; or twice those that are seen
constexpr std::size_t kMarkedTokens = 4'000;  ///< with more only shapes and colours
constexpr std::size_t kNamedTokens = 80;      ///< with more there is no room for names
constexpr double kNamedZoom = 1.2;
constexpr double kPointing = 4;   ///< device pixels beside a token that still mean it
constexpr int kFirstBudget = 20;  ///< milliseconds for a first picture

std::uint64_t tileKey(int column, int row) {
    return (std::uint64_t(std::uint32_t(row)) << 32U) | std::uint32_t(column);
}

/// Token sizes come in half pixels, so that the atlas is not made anew at each step of a zoom.
double spriteRadius(double zoom) {
    return std::max(2.0, std::round(tokenRadius(zoom) * zoom * 2) / 2);
}

}  // namespace

/// The latest looks by message, each in one place: asking again costs one comparison.
struct FrameComposer::Looks {
    static constexpr std::size_t kSize = 1U << 17U;
    struct Entry {
        MessageId message = 0;
        MessageLook look;
    };
    std::vector<Entry> entries;  ///< none until a message is looked at: a watch shows none, as a rule

    const MessageLook& of(MessageId message, const MessageLookup& lookup) {
        if (entries.empty())
            entries.resize(kSize);
        Entry& entry = entries[message & (kSize - 1)];
        if (entry.message != message || message == 0) {
            entry.message = message;
            entry.look = lookup ? lookup(message) : MessageLook{};
        }
        return entry.look;
    }
};

FrameComposer::FrameComposer(const Theme& theme) : m_theme(&theme), m_looks(std::make_unique<Looks>()) {}

FrameComposer::~FrameComposer() = default;

void FrameComposer::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_atlas = {};
    m_standingAtlas = {};
    m_picture = {};
    m_tiles.clear();
}

void FrameComposer::setLookup(MessageLookup lookup) {
    m_lookup = std::move(lookup);
    m_looks = std::make_unique<Looks>();
}

void FrameComposer::invalidate() {
    for (auto& [key, tile] : m_tiles)
        tile.stale = true;
}

void FrameComposer::invalidate(const QRectF& area) {
    if (m_scale <= 0)
        return;
    const QRectF pixels(area.topLeft() * m_scale, area.size() * m_scale);
    for (auto& [key, tile] : m_tiles) {
        const QRectF rect(double(std::int32_t(key & 0xffffffffU)) * kTile,
                          double(std::int32_t(key >> 32U)) * kTile, kTile, kTile);
        if (rect.intersects(pixels))
            tile.stale = true;
    }
}

bool FrameComposer::paint(QPainter& painter, const Frame& frame, const Viewport& viewport, int budget) {
    Q_ASSERT(frame.diagram && frame.geometry);
    ++m_frame;
    const bool complete = paintBackgroundTiles(painter, frame, aligned(viewport), budget);
    paintOver(painter, frame, viewport);
    return complete;
}

Viewport FrameComposer::aligned(Viewport viewport) {
    const double scale = viewport.zoom * viewport.devicePixelRatio;
    viewport.origin = {std::round(viewport.origin.x() * scale) / scale,
                       std::round(viewport.origin.y() * scale) / scale};
    return viewport;
}

void FrameComposer::paintOver(QPainter& painter, const Frame& frame, const Viewport& viewport,
                              const Lifted* lifted) {
    const Viewport shown = aligned(viewport);
    const QRectF visible = shown.visible();
    const bool live = frame.state && frame.index;
    PaintOptions options{.theme = m_theme, .zoom = shown.zoom};
    options.seenDeadLetters = frame.seenDeadLetters;
    options.live = live;
    options.marks = false;
    const double radius = spriteRadius(shown.zoom);
    const auto inCanvasUnits = [&](const auto& paint) {
        painter.save();
        painter.scale(shown.zoom, shown.zoom);
        painter.translate(-shown.origin);
        paint();
        painter.restore();
    };
    m_standing.clear();
    if (live)
        m_plan.build(*frame.diagram, *frame.geometry, *frame.state, *frame.index, visible,
                     radius / shown.zoom, frame.flows, nullptr, shown.zoom);
    else
        m_plan = TokenPlan{};

    options.only = lifted ? lifted->under : nullptr;
    if (live)
        paintLiveParts(painter, frame, shown, options);
    if (lifted) {
        inCanvasUnits([&] { lifted->paintBackground(painter); });
        options.only = lifted->ids;
        if (live)
            paintLiveParts(painter, frame, shown, options);
        options.only = nullptr;
    }
    inCanvasUnits([&] {
        // Badges last: what is wrong is not hidden by what is selected.
        if (frame.highlights)
            paintHighlights(painter, *frame.diagram, *frame.geometry, *frame.highlights, options, visible);
        if (frame.findings)
            paintFindings(painter, *frame.diagram, *frame.geometry, *frame.findings, visible, options);
        if (live)
            paintLiveMarks(painter, *frame.diagram, *frame.geometry, *frame.state, *frame.index, visible,
                           options);
    });
    if (live) {
        paintSprites(painter, shown, m_atlas, radius, m_plan.tokens(),
                     m_plan.tokens().size() <= kMarkedTokens);
        paintTokenNames(painter, *frame.diagram, shown);
    }
}

/// Flows, what elements show of their state, and the messages that stand in queues.
void FrameComposer::paintLiveParts(QPainter& painter, const Frame& frame, const Viewport& viewport,
                                   const PaintOptions& options) {
    const std::size_t before = m_standing.size();
    painter.save();
    painter.scale(viewport.zoom, viewport.zoom);
    painter.translate(-viewport.origin);
    paintFlows(painter, *frame.diagram, *frame.geometry, m_plan, options);
    paintLive(painter, *frame.diagram, *frame.geometry, *frame.state, *frame.index, m_lookup,
              viewport.visible(), options, &m_standing);
    painter.restore();
    paintSprites(painter, viewport, m_standingAtlas, std::round(kStandingRadius * viewport.zoom * 2) / 2,
                 std::span(m_standing).subspan(before), true);
}

bool FrameComposer::paintBackgroundTiles(QPainter& painter, const Frame& frame, const Viewport& viewport,
                                         int budget) {
    const double ratio = viewport.devicePixelRatio;
    const double scale = viewport.zoom * ratio;
    const bool live = frame.state != nullptr;
    if (scale != m_scale || live != m_tilesLive || frame.grid != m_tilesGrid) {
        if (m_complete)
            keepPicture();
        m_tiles.clear();
        m_scale = scale;
        m_tilesLive = live;
        m_tilesGrid = frame.grid;
    }
    if (std::exchange(m_tilesLabels, frame.labels) != frame.labels)
        invalidate();
    const QPoint origin(static_cast<int>(std::lround(viewport.origin.x() * scale)),
                        static_cast<int>(std::lround(viewport.origin.y() * scale)));
    const QSize pixels(static_cast<int>(std::ceil(viewport.size.width() * ratio)),
                       static_cast<int>(std::ceil(viewport.size.height() * ratio)));
    const auto tileOf = [](int pixel) {
        return pixel >= 0 ? pixel / kTile : -((-pixel + kTile - 1) / kTile);
    };

    // First what is missing, as far as the time goes; then what is there.
    QElapsedTimer clock;
    clock.start();
    // Nothing to show meanwhile: a longer wait is better than a hole.
    if (m_picture.isNull() && m_tiles.empty())
        budget = std::max(budget, kFirstBudget);
    bool complete = true;
    bool missing = false;
    const int right = tileOf(origin.x() + pixels.width() - 1);
    const int bottom = tileOf(origin.y() + pixels.height() - 1);
    for (int row = tileOf(origin.y()); row <= bottom; ++row) {
        for (int column = tileOf(origin.x()); column <= right; ++column) {
            Tile& tile = m_tiles[tileKey(column, row)];
            tile.used = m_frame;
            if (tile.stale) {
                if (clock.elapsed() < budget)
                    paintTile(tile, frame, {column, row}, scale, ratio);
                else
                    complete = false;
            }
            missing = missing || tile.pixmap.isNull();
        }
    }
    painter.save();
    if (missing) {
        painter.fillRect(QRectF(QPointF(0, 0), viewport.size), m_theme->canvas);
        if (!m_picture.isNull()) {
            const QRectF target(viewport.toWidget(m_pictureArea.topLeft()),
                                m_pictureArea.size() * viewport.zoom);
            painter.drawPixmap(target, m_picture, QRectF(QPointF(0, 0), m_picture.size()));
        }
    }
    for (int row = tileOf(origin.y()); row <= bottom; ++row) {
        for (int column = tileOf(origin.x()); column <= right; ++column) {
            const Tile& tile = m_tiles[tileKey(column, row)];
            if (!tile.pixmap.isNull())
                painter.drawPixmap(QPointF(column * kTile - origin.x(), row * kTile - origin.y()) / ratio,
                                   tile.pixmap);
        }
    }
    painter.restore();
    const auto seen =
        static_cast<std::size_t>((right - tileOf(origin.x()) + 1) * (bottom - tileOf(origin.y()) + 1));
    for (std::uint64_t age = 30; m_tiles.size() > std::max(kMostTiles, 2 * seen) && age > 0; age /= 2)
        std::erase_if(m_tiles, [&](const auto& entry) { return entry.second.used + age < m_frame; });
    m_complete = complete;
    m_last = viewport;
    return complete;
}

void FrameComposer::paintTile(Tile& tile, const Frame& frame, const QPoint& place, double scale,
                              double ratio) {
    if (tile.pixmap.isNull())
        tile.pixmap = QPixmap(kTile, kTile);
    tile.pixmap.setDevicePixelRatio(1);
    QPainter painter(&tile.pixmap);
    const QRectF area(place.x() * kTile / scale, place.y() * kTile / scale, kTile / scale, kTile / scale);
    painter.scale(scale, scale);
    painter.translate(-area.topLeft());
    PaintOptions options{.theme = m_theme, .zoom = scale / ratio, .grid = frame.grid};
    options.live = frame.state != nullptr;
    options.labels = frame.labels;
    sluice::paintBackground(painter, *frame.diagram, *frame.geometry, area, options);
    painter.end();
    tile.pixmap.setDevicePixelRatio(ratio);
    tile.stale = false;
}

void FrameComposer::keepPicture() {
    // Half the resolution is enough for the moments in which it is seen scaled.
    const QSize size = m_last.size / 2;
    if (size.isEmpty() || m_tiles.empty())
        return;
    if (m_picture.size() != size)
        m_picture = QPixmap(size);
    m_picture.fill(m_theme->canvas);
    QPainter painter(&m_picture);
    painter.scale(0.5, 0.5);
    const QPointF origin = m_last.origin * m_scale;
    for (const auto& [key, tile] : m_tiles) {
        const QPointF at = QPointF(double(std::int32_t(key & 0xffffffffU)) * kTile,
                                   double(std::int32_t(key >> 32U)) * kTile) -
                           origin;
        if (!tile.pixmap.isNull())
            painter.drawPixmap(at / m_last.devicePixelRatio, tile.pixmap);
    }
    m_pictureArea = m_last.visible();
}

void FrameComposer::paintSprites(QPainter& painter, const Viewport& viewport, TokenAtlas& atlas,
                                 double radius, std::span<const TokenMark> marks, bool detailed) {
    if (marks.empty())
        return;
    const double ratio = viewport.devicePixelRatio;
    if (atlas.isNull() || atlas.radius() != radius || atlas.devicePixelRatio() != ratio ||
        atlas.theme() != m_theme)
        atlas = TokenAtlas(radius, ratio, *m_theme);
    m_fragments.clear();
    m_fragments.reserve(marks.size() * (detailed ? 2 : 1));
    const double scale = viewport.zoom * ratio;
    for (const TokenMark& mark : marks) {
        MessageLook look = m_looks->of(mark.message, m_lookup);
        look.flags |= mark.flags;
        atlas.add(m_fragments, (mark.centre - viewport.origin) * scale, look, detailed);
    }
    painter.save();
    painter.scale(1 / ratio, 1 / ratio);
    painter.drawPixmapFragments(m_fragments.data(), static_cast<int>(m_fragments.size()), atlas.pixmap());
    painter.restore();
}

void FrameComposer::paintTokenNames(QPainter& painter, const Diagram& diagram, const Viewport& viewport) {
    if (viewport.zoom < kNamedZoom || m_plan.tokens().empty() || m_plan.tokens().size() > kNamedTokens)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = canvasFont(10, QFont::Medium);
    const QFontMetricsF metrics(font);
    std::vector<QRectF> taken;
    for (const TokenMark& token : m_plan.tokens()) {
        const MessageLook& look = m_looks->of(token.message, m_lookup);
        if (look.color >= diagram.messages.size())
            continue;
        const QString name = QString::fromStdString(diagram.messages[look.color].id);
        const QPointF at = viewport.toWidget(token.centre);
        const double width = metrics.horizontalAdvance(name) + 8;
        const QRectF rect(at.x() - width / 2, at.y() - m_atlas.radius() - metrics.height() - 5, width,
                          metrics.height());
        // One name over another would make both unreadable; the first stays.
        if (std::any_of(taken.begin(), taken.end(),
                        [&](const QRectF& other) { return other.intersects(rect); }))
            continue;
        taken.push_back(rect);
        QColor pill = m_theme->canvas;
        pill.setAlphaF(0.85F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(pill);
        painter.drawRoundedRect(rect, 4, 4);
        drawLine(painter, name, font, rect, Qt::AlignCenter, m_theme->text);
    }
    painter.restore();
}

std::vector<MessageId> FrameComposer::messagesAt(const QPointF& point) const {
    // A hand is as steady at every zoom.
    const double scale = std::max(0.01, m_scale);
    const double reach =
        std::max(kStandingRadius, m_atlas.radius() / scale) + std::max(3.0, kPointing / scale);
    std::vector<MessageId> messages = m_plan.tokensAt(point, reach);
    for (const TokenMark& mark : m_standing) {
        if (std::hypot(mark.centre.x() - point.x(), mark.centre.y() - point.y()) <= kStandingRadius + 2)
            messages.push_back(mark.message);
    }
    return messages;
}

}  // namespace sluice
