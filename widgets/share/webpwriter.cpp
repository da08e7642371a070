#include <webp/encode.h>
#include <webp/mux.h>

#include <QCoreApplication>
#include <cmath>

#include "widgets/export/export.h"
#include "widgets/share/framewriter.h"

namespace sluice {
namespace {

Error refused(const char* reason) {
    return {ErrorCode::InputOutput,
            QCoreApplication::translate("Share", "The WebP could not be encoded: %1")
                .arg(QString::fromLatin1(reason && *reason ? reason : "unknown error"))
                .toStdString(),
            {}};
}

/// The pixels of one frame as the encoder has them.
class Picture {
public:
    explicit Picture(const QImage& frame) {
        WebPPictureInit(&m_picture);
        m_picture.use_argb = 1;
        m_picture.width = frame.width();
        m_picture.height = frame.height();
        const QImage pixels = frame.convertToFormat(QImage::Format_RGBA8888);
        m_ok = WebPPictureImportRGBA(&m_picture, pixels.constBits(),
                                     static_cast<int>(pixels.bytesPerLine())) != 0;
    }
    ~Picture() { WebPPictureFree(&m_picture); }
    Picture(const Picture&) = delete;
    Picture& operator=(const Picture&) = delete;
    WebPPicture* get() { return m_ok ? &m_picture : nullptr; }

private:
    WebPPicture m_picture{};
    bool m_ok = false;
};

class WebpWriter : public FrameWriter {
public:
    WebpWriter(const FrameFormat& format, WebPAnimEncoder* encoder)
        : m_path(format.path), m_rate(format.framesPerSecond), m_encoder(encoder) {
        WebPConfigInit(&m_config);
        m_config.lossless = 1;
        m_config.exact = 1;
        m_config.quality = 50;  // effort, where nothing is lost
        m_config.method = 2;
    }
    ~WebpWriter() override { WebPAnimEncoderDelete(m_encoder); }
    WebpWriter(const WebpWriter&) = delete;
    WebpWriter& operator=(const WebpWriter&) = delete;

    Result<void> add(const QImage& frame) override {
        Picture picture(frame);
        if (!picture.get() || !WebPAnimEncoderAdd(m_encoder, picture.get(), timeOf(m_count++), &m_config))
            return refused(WebPAnimEncoderGetError(m_encoder));
        return {};
    }

    Result<void> finish() override {
        WebPAnimEncoderAdd(m_encoder, nullptr, timeOf(m_count), nullptr);
        WebPData data;
        WebPDataInit(&data);
        if (!WebPAnimEncoderAssemble(m_encoder, &data))
            return refused(WebPAnimEncoderGetError(m_encoder));
        const QByteArray bytes(reinterpret_cast<const char*>(data.bytes), static_cast<qsizetype>(data.size));
        WebPDataClear(&data);
        return saveExport(bytes, m_path);
    }

private:
    /// ms; rounded from the beginning, so that it does not drift.
    [[nodiscard]] int timeOf(int frame) const { return static_cast<int>(std::lround(frame * 1000 / m_rate)); }

    QString m_path;
    double m_rate;
    WebPAnimEncoder* m_encoder;
    WebPConfig m_config{};
    int m_count = 0;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> makeWebp(const FrameFormat& format) {
    if (format.size.width() > WEBP_MAX_DIMENSION || format.size.height() > WEBP_MAX_DIMENSION)
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Share",
                                                 "A WebP has at most %1 pixels a side; choose a "
                                                 "smaller size")
                         .arg(WEBP_MAX_DIMENSION)
                         .toStdString(),
                     {}};
    WebPAnimEncoderOptions options;
    if (!WebPAnimEncoderOptionsInit(&options))
        return refused("this libwebp is of another version than its headers");
    WebPAnimEncoder* const encoder = WebPAnimEncoderNew(format.size.width(), format.size.height(), &options);
    if (!encoder)
        return refused("out of memory");
    return std::unique_ptr<FrameWriter>(std::make_unique<WebpWriter>(format, encoder));
}

}  // namespace sluice
