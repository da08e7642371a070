#include "widgets/share/animation.h"

#include <QFileInfo>
#include <QPainter>
#include <cmath>

#include "widgets/export/scene.h"
#include "widgets/share/framewriter.h"
#include "widgets/share/movingsvg.h"
#include "widgets/share/words.h"

namespace sluice {
namespace {

constexpr double kMostPixels = 64e6;  ///< a frame: 256 MB
constexpr int kSamples = 12;

QString suffixOf(const QString& path) {
    return QFileInfo(path).suffix().toLower();
}

bool isSequence(const QString& path) {
    return suffixOf(path) == u"png" && QFileInfo(path).fileName().contains(u'#');
}

Result<std::unique_ptr<FrameWriter>> writerFor(const FrameFormat& format) {
    const QString suffix = suffixOf(format.path);
    if (suffix == u"gif")
        return makeGif(format);
    if (suffix == u"webp")
        return makeWebp(format);
    if (suffix == u"mp4" || suffix == u"webm")
        return makeVideo(format);
    return makePngSequence(format);
}

}  // namespace

struct AnimationFrames::Private {
    Private(const Diagram& drawing, const TraceStore& trace)
        : diagram(drawing), store(trace), index(drawing, trace.table()), state(trace.stateAt({})) {
        exported.state = &state;
        exported.table = &store.table();
        exported.lookup = [this](MessageId id) {
            const auto info = store.message(id);
            return info ? index.lookOf(*info) : MessageLook{};
        };
    }

    const Diagram& diagram;
    const TraceStore& store;
    StateIndex index;
    SystemState state;
    ExportOptions exported;
    std::unique_ptr<ExportScene> scene;
    TraceTime from{};
    double step = 0;  ///< ns a frame
    int count = 0;
    double scale = 1;
    QPointF offset;  ///< pixels, of the drawing in the frame
    QImage still;

    /// `paint(painter, part)` on each band of a frame, in canvas units.
    template <class Paint>
    void paintBands(QImage& image, const Paint& paint) const {
        QPainter painter(&image);
        for (int top = 0; top < image.height(); top += kExportBand) {
            painter.save();
            painter.setClipRect(0, top, image.width(), kExportBand);
            painter.translate(offset);
            painter.scale(scale, scale);
            painter.translate(-scene->area().topLeft());
            const QRectF part = painter.transform().inverted().mapRect(
                QRectF(0, top, image.width(), std::min(kExportBand, image.height() - top)));
            paint(painter, part);
            painter.restore();
        }
    }
    [[nodiscard]] double zoom() const { return scale < 0.8 ? scale : 1; }
};

AnimationFrames::AnimationFrames(std::unique_ptr<Private> parts) : d(std::move(parts)) {}

AnimationFrames::~AnimationFrames() = default;

Result<std::unique_ptr<AnimationFrames>> AnimationFrames::create(const Diagram& diagram,
                                                                 const TraceStore& store,
                                                                 const AnimationOptions& options) {
    // Written so that a number that is none is outside too.
    if (!(options.framesPerSecond >= 1 && options.framesPerSecond <= 120))
        return Share::failure(ErrorCode::InvalidInput, Share::tr("There must be 1 to 120 frames a second"));
    if (!(options.speed >= 1e-6 && options.speed <= 1e6))
        return Share::failure(ErrorCode::InvalidInput, Share::tr("The speed must be 0.000001 to 1,000,000"));
    auto parts = std::make_unique<Private>(diagram, store);
    parts->exported.theme = options.theme;
    parts->scene = std::make_unique<ExportScene>(diagram, parts->exported);
    const QRectF area = parts->scene->area();
    if (area.isEmpty())
        return Share::failure(ErrorCode::NotFound,
                              Share::tr("There is nothing to export: the drawing is empty"));
    const TraceTime to = std::min(options.to, store.horizon());
    parts->from = std::max(options.from, TraceTime::zero());
    if (to < parts->from)
        return Share::failure(ErrorCode::InvalidInput, Share::tr("The animation would end before it begins"));
    parts->step = options.speed * 1e9 / options.framesPerSecond;
    const double count = std::floor(double((to - parts->from).count()) / parts->step) + 1;
    if (count > kMostFrames)
        return Share::failure(ErrorCode::Unsupported,
                              Share::tr("There would be %1 frames, and at most %2 are possible; "
                                        "choose a shorter range or a higher speed")
                                  .arg(count, 0, 'f', 0)
                                  .arg(kMostFrames));
    parts->count = static_cast<int>(count);
    QSizeF size;
    if (options.size.isEmpty()) {
        parts->scale = std::clamp(options.scale, 0.05, 16.0);
        size = {std::ceil(area.width() * parts->scale), std::ceil(area.height() * parts->scale)};
    } else {
        size = options.size;
        parts->scale = std::min(size.width() / area.width(), size.height() / area.height());
        parts->offset = {std::floor((size.width() - area.width() * parts->scale) / 2),
                         std::floor((size.height() - area.height() * parts->scale) / 2)};
    }
    if (size.width() * size.height() > kMostPixels)
        return Share::failure(ErrorCode::Unsupported,
                              Share::tr("A frame would have %1 by %2 pixels; choose a smaller size")
                                  .arg(size.width(), 0, 'f', 0)
                                  .arg(size.height(), 0, 'f', 0));
    parts->still = QImage(size.toSize(), QImage::Format_ARGB32_Premultiplied);
    parts->still.fill(theme(options.theme).canvas);
    parts->paintBands(parts->still, [&](QPainter& painter, const QRectF& part) {
        parts->scene->paintStill(painter, parts->zoom(), part);
    });
    return std::unique_ptr<AnimationFrames>(new AnimationFrames(std::move(parts)));
}

int AnimationFrames::count() const {
    return d->count;
}

QSize AnimationFrames::size() const {
    return d->still.size();
}

TraceTime AnimationFrames::timeOf(int frame) const {
    return d->from + TraceTime(static_cast<std::int64_t>(std::floor(frame * d->step)));
}

QImage AnimationFrames::frame(int frame) {
    d->store.advance(d->state, timeOf(frame));
    QImage image = d->still;
    d->paintBands(image, [this](QPainter& painter, const QRectF& part) {
        d->scene->paintState(painter, d->zoom(), part);
    });
    return image;
}

bool isAnimationPath(const QString& path) {
    const QString suffix = suffixOf(path);
    return suffix == u"gif" || suffix == u"webp" || suffix == u"mp4" || suffix == u"webm" ||
           suffix == u"svg" || isSequence(path);
}

Result<void> exportAnimation(const Diagram& diagram, const TraceStore& store, const AnimationOptions& options,
                             const QString& path) {
    if (!isAnimationPath(path))
        return Share::failure(
            ErrorCode::InvalidInput,
            Share::tr("An animation's file name has to end in .gif, .webp, .mp4, .webm or .svg, or in "
                      ".png with # for the frame's number"),
            path);
    if (suffixOf(path) == u"svg") {
        const Result<QByteArray> svg = renderMovingSvg(diagram, store, options);
        if (!svg)
            return svg.error();
        return saveExport(*svg, path);
    }
    auto frames = AnimationFrames::create(diagram, store, options);
    if (!frames)
        return frames.error();
    FrameFormat format{path, (*frames)->size(), options.framesPerSecond, {}};
    if (suffixOf(path) == u"gif") {
        for (int i = 0; i < std::min(kSamples, (*frames)->count()); ++i)
            format.samples.push_back(
                (*frames)->frame(static_cast<int>(std::int64_t(i) * ((*frames)->count() - 1) / kSamples)));
    }
    const auto writer = writerFor(format);
    if (!writer)
        return writer.error();
    for (int i = 0; i < (*frames)->count(); ++i) {
        if (options.progress && !options.progress(double(i) / (*frames)->count()))
            return Share::failure(ErrorCode::Cancelled, Share::tr("The export was cancelled"));
        const Result<void> added = (*writer)->add((*frames)->frame(i));
        if (!added)
            return added;
    }
    return (*writer)->finish();
}

}  // namespace sluice
