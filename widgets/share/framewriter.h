#pragma once

#include <QImage>
#include <QString>
#include <memory>
#include <vector>

#include "core/base/result.h"

namespace sluice {

/// Takes the frames of an animation, one after the other and all of one size, and makes a file of them. On
/// one thread. Nothing is left behind when it goes before finish().
class FrameWriter {
public:
    virtual ~FrameWriter() = default;
    virtual Result<void> add(const QImage& frame) = 0;
    /// All were added: writes what is left, and only now replaces a file of that name.
    virtual Result<void> finish() = 0;
};

/// What every kind of file needs to know beforehand.
struct FrameFormat {
    QString path;
    QSize size;
    double framesPerSecond = 25;
    std::vector<QImage> samples{};  ///< some frames from everywhere, to choose the colours of a GIF by
};

/// "shot-####.png": one file a frame, numbered from 1 in as many figures as there are #, or more.
Result<std::unique_ptr<FrameWriter>> makePngSequence(const FrameFormat& format);
/// 256 colours for all frames; at most 50 frames a second, which is what viewers play.
Result<std::unique_ptr<FrameWriter>> makeGif(const FrameFormat& format);
/// Without loss.
Result<std::unique_ptr<FrameWriter>> makeWebp(const FrameFormat& format);
/// MP4 (H.264) or WebM (VP9) by the path's ending, through the program ffmpeg. Errors: it is not installed,
/// or what it says.
Result<std::unique_ptr<FrameWriter>> makeVideo(const FrameFormat& format);

/// Whether the program ffmpeg is there.
bool canMakeVideo();

}  // namespace sluice
