#pragma once

#include <QImage>
#include <functional>
#include <memory>

#include "core/diagram/diagram.h"
#include "core/trace/tracestore.h"
#include "widgets/theme/theme.h"

namespace sluice {

/// Which part of a run is shown as frames, and how.
struct AnimationOptions {
    TraceTime from{};
    TraceTime to = TraceTime::max();  ///< clipped to the end of the trace
    double framesPerSecond = 25;      ///< 1 to 120
    double speed = 1;                 ///< trace seconds a second, 0.000001 to 1,000,000
    double scale = 1;                 ///< pixels a canvas unit, as ExportOptions::scale; without `size`
    QSize size{};                     ///< pixels; the drawing is in its middle, as large as it fits
    ThemeName theme = ThemeName::Light;
    /// Called after each frame with the share that is done, 0 to 1; false cancels.
    std::function<bool(double)> progress{};
};

/// The frames of a part of a run. What is on a frame follows from its instant alone: it is the picture that
/// the export of that instant at that scale gives. Refers to the diagram and the store, which must outlive
/// it. Needs a QGuiApplication; on any thread, one at a time.
class AnimationFrames {
public:
    static constexpr int kMostFrames = 100'000;

    /// Errors: nothing to show, options out of their ranges, too many frames, frames too large for memory.
    static Result<std::unique_ptr<AnimationFrames>> create(const Diagram& diagram, const TraceStore& store,
                                                           const AnimationOptions& options);
    ~AnimationFrames();

    [[nodiscard]] int count() const;
    [[nodiscard]] QSize size() const;
    /// The instant of a frame, from 0; the last one is not after the range's end.
    [[nodiscard]] TraceTime timeOf(int frame) const;
    /// Cheapest in order.
    [[nodiscard]] QImage frame(int frame);

private:
    struct Private;
    explicit AnimationFrames(std::unique_ptr<Private> parts);
    std::unique_ptr<Private> d;
};

/// Writes an animation; the path's ending decides what it is: gif, webp, mp4, webm, svg, or png with # in
/// its name for a sequence of pictures. Nothing is written when it fails or is cancelled, but for the
/// pictures of a sequence that were there already. Errors: those of AnimationFrames, of the writers
/// (framewriter.h), another ending, Cancelled.
Result<void> exportAnimation(const Diagram& diagram, const TraceStore& store, const AnimationOptions& options,
                             const QString& path);

/// Whether exportAnimation() knows what such a name asks for.
bool isAnimationPath(const QString& path);

}  // namespace sluice
