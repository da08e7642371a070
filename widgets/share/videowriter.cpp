#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>

#include "widgets/share/framewriter.h"
#include "widgets/share/words.h"

namespace sluice {
namespace {

constexpr int kPatience = 120'000;  ///< ms for one frame

QString program() {
    return QStandardPaths::findExecutable(QStringLiteral("ffmpeg"));
}

class VideoWriter : public FrameWriter {
public:
    explicit VideoWriter(const FrameFormat& format)
        : m_path(format.path), m_part(partOf(format.path)), m_size(format.size) {
        m_ffmpeg.setProcessChannelMode(QProcess::MergedChannels);
        m_ffmpeg.start(program(), arguments(format));
    }
    ~VideoWriter() override {
        if (m_ffmpeg.state() != QProcess::NotRunning) {
            m_ffmpeg.kill();
            m_ffmpeg.waitForFinished();
        }
        QFile::remove(m_part);
    }
    VideoWriter(const VideoWriter&) = delete;
    VideoWriter& operator=(const VideoWriter&) = delete;

    [[nodiscard]] bool waitForStarted() { return m_ffmpeg.waitForStarted(); }

    Result<void> add(const QImage& frame) override {
        const QImage pixels = frame.convertToFormat(QImage::Format_RGBA8888);
        for (int y = 0; y < pixels.height(); ++y)
            m_ffmpeg.write(reinterpret_cast<const char*>(pixels.constScanLine(y)),
                           qint64(m_size.width()) * 4);
        // It has taken a frame before the next is painted: no more than one is ever held here.
        while (m_ffmpeg.bytesToWrite() > 0) {
            if (!m_ffmpeg.waitForBytesWritten(kPatience))
                return refused();
        }
        return {};
    }

    Result<void> finish() override {
        m_ffmpeg.closeWriteChannel();
        if (!m_ffmpeg.waitForFinished(kPatience) || m_ffmpeg.exitStatus() != QProcess::NormalExit ||
            m_ffmpeg.exitCode() != 0)
            return refused();
        QFile::remove(m_path);
        if (!QFile::rename(m_part, m_path))
            return Error{ErrorCode::InputOutput, Share::tr("The file cannot be written").toStdString(),
                         m_path.toStdString()};
        return {};
    }

private:
    /// Beside the file and with its ending, by which ffmpeg knows what to make.
    static QString partOf(const QString& path) {
        const QFileInfo info(path);
        return info.path() + QStringLiteral("/.") + info.completeBaseName() + QStringLiteral(".part.") +
               info.suffix();
    }

    [[nodiscard]] QStringList arguments(const FrameFormat& format) const {
        QStringList list{"-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgba",
                         "-s", QStringLiteral("%1x%2").arg(m_size.width()).arg(m_size.height()), "-r",
                         QString::number(format.framesPerSecond, 'g', 10), "-i", "-",
                         // Both formats want even sides.
                         "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p",
                         // The same frames make the same file.
                         "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"};
        if (QFileInfo(m_path).suffix().toLower() == u"webm")
            list << "-c:v"
                 << "libvpx-vp9"
                 << "-crf"
                 << "24"
                 << "-b:v"
                 << "0"
                 << "-deadline"
                 << "good"
                 << "-cpu-used"
                 << "4";
        else
            list << "-c:v"
                 << "libx264"
                 << "-crf"
                 << "18"
                 << "-preset"
                 << "fast"
                 << "-movflags"
                 << "+faststart";
        return list << m_part;
    }

    Error refused() {
        if (m_ffmpeg.state() != QProcess::NotRunning)
            m_ffmpeg.waitForFinished(1000);
        const QString said = QString::fromLocal8Bit(m_ffmpeg.readAll()).trimmed();
        return {ErrorCode::InputOutput,
                Share::tr("ffmpeg could not make the video: %1")
                    .arg(said.isEmpty() ? m_ffmpeg.errorString() : said.section(u'\n', -1))
                    .toStdString(),
                m_path.toStdString()};
    }

    QString m_path;
    QString m_part;
    QSize m_size;
    QProcess m_ffmpeg;
};

}  // namespace

bool canMakeVideo() {
    return !program().isEmpty();
}

Result<std::unique_ptr<FrameWriter>> makeVideo(const FrameFormat& format) {
    if (!canMakeVideo())
        return Error{
            ErrorCode::Unsupported,
            Share::tr("Videos are made by the program ffmpeg, which is not installed (on Debian: apt install "
                      "ffmpeg); GIF, WebP, SVG and PNG need nothing")
                .toStdString(),
            format.path.toStdString()};
    if (!QFileInfo(QFileInfo(format.path).path()).isWritable())
        return Error{ErrorCode::InputOutput, Share::tr("The folder cannot be written to").toStdString(),
                     format.path.toStdString()};
    auto writer = std::make_unique<VideoWriter>(format);
    if (!writer->waitForStarted())
        return Error{ErrorCode::InputOutput, Share::tr("ffmpeg could not be started").toStdString(),
                     format.path.toStdString()};
    return std::unique_ptr<FrameWriter>(std::move(writer));
}

}  // namespace sluice
