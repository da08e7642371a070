#include "widgets/editing/copiedparts.h"

#include "core/diagram/file.h"
#include "widgets/editing/clipboard.h"

namespace sluice {

namespace {

constexpr const char* kTextMime = "text/plain";

}  // namespace

QStringList CopiedParts::formats() const {
    return {kDiagramMime, kTextMime};
}

QVariant CopiedParts::retrieveData(const QString& mime, QMetaType type) const {
    if (!hasFormat(mime))
        return QMimeData::retrieveData(mime, type);
    if (m_text.isEmpty())
        m_text = QByteArray::fromStdString(writeDiagram(*m_excerpt));
    if (type.id() == QMetaType::QString)
        return QString::fromUtf8(m_text);
    return m_text;
}

}  // namespace sluice
