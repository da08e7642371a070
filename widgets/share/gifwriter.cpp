#include <gif_lib.h>

#include <QCoreApplication>
#include <cmath>

#include "widgets/export/export.h"
#include "widgets/share/framewriter.h"
#include "widgets/share/gifpalette.h"

namespace sluice {
namespace {

constexpr int kTransparent = 255;      ///< stands for "as in the frame before"
constexpr int kLongestDelay = 65'535;  ///< hundredths of a second
constexpr double kMostFramesASecond = 50;

Error refused(int reason) {
    const char* said = GifErrorString(reason);
    return {ErrorCode::InputOutput,
            QCoreApplication::translate("Share", "The GIF could not be encoded: %1")
                .arg(QString::fromLatin1(said ? said : "unknown error"))
                .toStdString(),
            {}};
}

int append(GifFileType* gif, const GifByteType* bytes, int count) {
    static_cast<QByteArray*>(gif->UserData)->append(reinterpret_cast<const char*>(bytes), count);
    return count;
}

/// Writes of each frame the rectangle that changed; a frame in which nothing did lengthens the one before.
class GifWriter : public FrameWriter {
public:
    explicit GifWriter(const FrameFormat& format)
        : m_path(format.path),
          m_size(format.size),
          m_rate(format.framesPerSecond),
          m_palette(format.samples) {}
    ~GifWriter() override {
        int error = 0;
        if (m_gif)
            EGifCloseFile(m_gif, &error);
    }
    GifWriter(const GifWriter&) = delete;
    GifWriter& operator=(const GifWriter&) = delete;

    Result<void> begin() {
        int error = 0;
        m_gif = EGifOpen(&m_bytes, append, &error);
        if (!m_gif)
            return refused(error);
        EGifSetGifVersion(m_gif, true);
        ColorMapObject* const map = GifMakeMapObject(256, nullptr);
        for (std::size_t i = 0; map && i < m_palette.colours().size(); ++i) {
            const QRgb colour = m_palette.colours()[i];
            map->Colors[i] = {static_cast<GifByteType>(qRed(colour)),
                              static_cast<GifByteType>(qGreen(colour)),
                              static_cast<GifByteType>(qBlue(colour))};
        }
        const bool begun =
            map && EGifPutScreenDesc(m_gif, m_size.width(), m_size.height(), 8, 0, map) == GIF_OK;
        GifFreeMapObject(map);
        // Again and again, as Netscape's browser had it.
        constexpr std::array<GifByteType, 3> endless{1, 0, 0};
        if (!begun || EGifPutExtensionLeader(m_gif, APPLICATION_EXT_FUNC_CODE) == GIF_ERROR ||
            EGifPutExtensionBlock(m_gif, 11, "NETSCAPE2.0") == GIF_ERROR ||
            EGifPutExtensionBlock(m_gif, 3, endless.data()) == GIF_ERROR ||
            EGifPutExtensionTrailer(m_gif) == GIF_ERROR)
            return refused(m_gif->Error);
        return {};
    }

    Result<void> add(const QImage& frame) override {
        const std::vector<GifByteType> pixels = indexed(frame);
        const QRect changed = differenceFrom(pixels);
        const int began = timeOf(m_count);
        ++m_count;
        if (changed.isEmpty() && timeOf(m_count) - m_pendingSince <= kLongestDelay)
            return {};
        const Result<void> written = flush(began);
        if (!written)
            return written;
        m_area = changed.isEmpty() ? QRect(0, 0, 1, 1) : changed;
        m_part.clear();
        for (int y = m_area.top(); y <= m_area.bottom(); ++y) {
            for (int x = m_area.left(); x <= m_area.right(); ++x) {
                const std::size_t at = std::size_t(y) * std::size_t(m_size.width()) + std::size_t(x);
                const bool same = !m_shown.empty() && m_shown[at] == pixels[at];
                m_part.push_back(same ? GifByteType(kTransparent) : pixels[at]);
            }
        }
        m_pendingSince = began;
        m_shown = pixels;
        return {};
    }

    Result<void> finish() override {
        const Result<void> written = flush(timeOf(m_count));
        if (!written)
            return written;
        int error = 0;
        const bool closed = EGifCloseFile(std::exchange(m_gif, nullptr), &error) == GIF_OK;
        if (!closed)
            return refused(error);
        return saveExport(m_bytes, m_path);
    }

private:
    /// Hundredths of a second; rounded from the beginning, so that it does not drift.
    [[nodiscard]] int timeOf(int frame) const { return static_cast<int>(std::lround(frame * 100 / m_rate)); }

    std::vector<GifByteType> indexed(const QImage& frame) {
        const QImage pixels = frame.convertToFormat(QImage::Format_RGB32);
        std::vector<GifByteType> result;
        result.reserve(std::size_t(m_size.width()) * std::size_t(m_size.height()));
        QRgb last = 0;
        GifByteType index = 0;
        for (int y = 0; y < pixels.height(); ++y) {
            const auto* line = reinterpret_cast<const QRgb*>(pixels.constScanLine(y));
            for (int x = 0; x < pixels.width(); ++x) {
                if (line[x] != last || result.empty()) {
                    last = line[x];
                    index = m_palette.indexOf(last);
                }
                result.push_back(index);
            }
        }
        return result;
    }

    [[nodiscard]] QRect differenceFrom(const std::vector<GifByteType>& pixels) const {
        if (m_shown.empty())
            return QRect(QPoint(0, 0), m_size);
        const auto width = std::size_t(m_size.width());
        QRect changed;
        for (int y = 0; y < m_size.height(); ++y) {
            const auto now = pixels.begin() + std::ptrdiff_t(std::size_t(y) * width);
            const auto before = m_shown.begin() + std::ptrdiff_t(std::size_t(y) * width);
            const auto first = std::mismatch(now, now + std::ptrdiff_t(width), before).first - now;
            if (first == std::ptrdiff_t(width))
                continue;
            auto last = std::ptrdiff_t(width) - 1;
            while (now[last] == before[last])
                --last;
            changed |= QRect(static_cast<int>(first), y, static_cast<int>(last - first + 1), 1);
        }
        return changed;
    }

    /// The frame that waits, now that it is known how long it is shown.
    Result<void> flush(int until) {
        if (m_part.empty())
            return {};
        GraphicsControlBlock control{};
        control.DisposalMode = DISPOSE_DO_NOT;
        control.DelayTime = until - m_pendingSince;
        control.TransparentColor = kTransparent;
        std::array<GifByteType, 4> extension{};
        EGifGCBToExtension(&control, extension.data());
        bool ok = EGifPutExtension(m_gif, GRAPHICS_EXT_FUNC_CODE, 4, extension.data()) == GIF_OK &&
                  EGifPutImageDesc(m_gif, m_area.left(), m_area.top(), m_area.width(), m_area.height(), false,
                                   nullptr) == GIF_OK;
        for (int y = 0; ok && y < m_area.height(); ++y)
            ok = EGifPutLine(m_gif, m_part.data() + std::ptrdiff_t(y) * m_area.width(), m_area.width()) ==
                 GIF_OK;
        m_part.clear();
        if (!ok)
            return refused(m_gif->Error);
        return {};
    }

    QString m_path;
    QSize m_size;
    double m_rate;
    GifPalette m_palette;
    QByteArray m_bytes;
    GifFileType* m_gif = nullptr;
    std::vector<GifByteType> m_shown;
    std::vector<GifByteType> m_part;  ///< of the frame that waits
    QRect m_area;
    int m_pendingSince = 0;
    int m_count = 0;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> makeGif(const FrameFormat& format) {
    if (format.framesPerSecond > kMostFramesASecond)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate(
                         "Share", "A GIF plays at most 50 frames a second; choose fewer, or WebP or a video")
                         .toStdString(),
                     {}};
    constexpr int kMostSide = 65'535;
    if (format.size.width() > kMostSide || format.size.height() > kMostSide)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Share",
                                                 "A GIF has at most 65535 pixels a side; choose a "
                                                 "smaller size")
                         .toStdString(),
                     {}};
    auto writer = std::make_unique<GifWriter>(format);
    const Result<void> begun = writer->begin();
    if (!begun)
        return begun.error();
    return std::unique_ptr<FrameWriter>(std::move(writer));
}

}  // namespace sluice
