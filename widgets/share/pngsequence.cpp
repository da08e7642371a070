#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>

#include "widgets/export/export.h"
#include "widgets/share/framewriter.h"

namespace sluice {
namespace {

class PngSequence : public FrameWriter {
public:
    explicit PngSequence(QString pattern) : m_pattern(std::move(pattern)) {
        // In the name, not in a folder's.
        m_to = m_pattern.lastIndexOf(u'#') + 1;
        m_from = m_to - 1;
        while (m_from > 0 && m_pattern[m_from - 1] == u'#')
            --m_from;
    }

    Result<void> add(const QImage& frame) override {
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        if (!frame.save(&buffer, "PNG"))
            return Error{
                ErrorCode::InputOutput,
                QCoreApplication::translate("Share", "The picture could not be encoded as PNG").toStdString(),
                {}};
        const QString number =
            QStringLiteral("%1").arg(++m_number, static_cast<int>(m_to - m_from), 10, QLatin1Char('0'));
        return saveExport(png, m_pattern.left(m_from) + number + m_pattern.mid(m_to));
    }
    Result<void> finish() override { return {}; }

private:
    QString m_pattern;
    qsizetype m_from = 0;
    qsizetype m_to = 0;
    int m_number = 0;
};

}  // namespace

Result<std::unique_ptr<FrameWriter>> makePngSequence(const FrameFormat& format) {
    return std::unique_ptr<FrameWriter>(std::make_unique<PngSequence>(format.path));
}

}  // namespace sluice
