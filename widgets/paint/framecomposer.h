#pragma once

#include <QPainter>
#include <QPixmap>
#include <QSize>
#include <functional>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/tokenpainter.h"

namespace sluice {

/// Which part of the drawing a widget shows. Sizes are device-independent pixels.
struct Viewport {
    QPointF origin;  ///< canvas coordinates of the widget's top left corner
    double zoom = 1;
    QSize size;
    double devicePixelRatio = 1;

    [[nodiscard]] QPointF toWidget(const QPointF& point) const { return (point - origin) * zoom; }
    [[nodiscard]] QRectF visible() const {
        return {origin, QSizeF(size.width() / zoom, size.height() / zoom)};
    }
    bool operator==(const Viewport&) const = default;
};

/// All that one frame shows. What it points to must outlive the call.
struct Frame {
    const Diagram* diagram = nullptr;
    const DiagramGeometry* geometry = nullptr;
    const SystemState* state = nullptr;  ///< null: designing, no live parts
    const StateIndex* index = nullptr;   ///< with a state
    const Highlights* highlights = nullptr;
    const FindingBadges* findings = nullptr;
    const std::unordered_map<std::string, std::uint64_t>* seenDeadLetters = nullptr;
    bool grid = true;
    bool flows = true;   ///< links with too many messages become flows
    bool labels = true;  ///< of links, where the zoom shows them
};

/// What a drag holds above the rest of the drawing.
struct Lifted {
    const std::unordered_set<std::string>* ids = nullptr;    ///< elements, links and groups
    const std::unordered_set<std::string>* under = nullptr;  ///< all others
    std::function<void(QPainter&)> paintBackground;          ///< of `ids`, in canvas units
};

/// Paints frames of a drawing quickly: a background kept as tiles of pixels, over it the live parts, over
/// those the tokens as sprites. What a frame costs follows the pixels and the tokens, not the elements.
/// Lives on the window's thread; owned by the canvas widget, one each.
class FrameComposer {
public:
    explicit FrameComposer(const Theme& theme);
    ~FrameComposer();
    FrameComposer(const FrameComposer&) = delete;
    FrameComposer& operator=(const FrameComposer&) = delete;

    void setTheme(const Theme& theme);
    /// How the messages of the run that is shown look; answers are kept until the next call. May be empty.
    void setLookup(MessageLookup lookup);

    /// The whole drawing changed.
    void invalidate();
    /// What is within the rectangle of canvas units changed (before and after).
    void invalidate(const QRectF& area);

    /// Paints a frame on a widget's painter, whose unit is a device-independent pixel. False when part of the
    /// background is still the old one, scaled: paint again soon. Spends at most about `budget` milliseconds
    /// on new background.
    bool paint(QPainter& painter, const Frame& frame, const Viewport& viewport, int budget = 8);

    /// All but the background, which the caller has painted for `aligned(viewport)`: live parts, marks,
    /// tokens. With `lifted`, that lies over the live parts of the rest.
    void paintOver(QPainter& painter, const Frame& frame, const Viewport& viewport,
                   const Lifted* lifted = nullptr);

    /// The viewport with its origin on a whole device pixel: where paint() puts everything.
    [[nodiscard]] static Viewport aligned(Viewport viewport);

    /// Of the last frame: what moves and where, for clicks (TokenPlan::tokensAt).
    [[nodiscard]] const TokenPlan& plan() const { return m_plan; }
    /// Tokens, then messages standing in queues, at a point of the canvas; the nearest first.
    [[nodiscard]] std::vector<MessageId> messagesAt(const QPointF& point) const;

private:
    struct Tile {
        QPixmap pixmap;
        bool stale = true;
        std::uint64_t used = 0;
    };
    struct Looks;

    bool paintBackgroundTiles(QPainter& painter, const Frame& frame, const Viewport& viewport, int budget);
    void paintTile(Tile& tile, const Frame& frame, const QPoint& place, double scale, double ratio);
    void keepPicture();
    void paintLiveParts(QPainter& painter, const Frame& frame, const Viewport& viewport,
                        const PaintOptions& options);
    void paintSprites(QPainter& painter, const Viewport& viewport, TokenAtlas& atlas, double radius,
                      std::span<const TokenMark> marks, bool detailed);
    void paintTokenNames(QPainter& painter, const Diagram& diagram, const Viewport& viewport);

    const Theme* m_theme;
    MessageLookup m_lookup;
    std::unique_ptr<Looks> m_looks;
    std::unordered_map<std::uint64_t, Tile> m_tiles;
    double m_scale = 0;  ///< device pixels a canvas unit of the tiles
    bool m_tilesLive = false;
    bool m_tilesGrid = false;
    bool m_tilesLabels = true;
    std::uint64_t m_frame = 0;
    QPixmap m_picture;  ///< the last whole background, to be scaled while tiles are missing
    QRectF m_pictureArea;
    Viewport m_last;
    bool m_complete = false;
    TokenPlan m_plan;
    std::vector<TokenMark> m_standing;
    TokenAtlas m_atlas;
    TokenAtlas m_standingAtlas;
    std::vector<QPainter::PixmapFragment> m_fragments;
};

}  // namespace sluice
