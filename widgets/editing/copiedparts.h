#pragma once

#include <QMimeData>

#include "core/diagram/diagram.h"

namespace sluice {

/// A part of a drawing on the clipboard, as JSON and as plain text. It is written only when somebody asks for
/// the text: copying much is not held up by it, and pasting into the same program needs none.
class CopiedParts : public QMimeData {
    Q_OBJECT

public:
    explicit CopiedParts(Diagram excerpt) : m_excerpt(std::move(excerpt)) {}

    [[nodiscard]] const Diagram& excerpt() const { return m_excerpt; }
    [[nodiscard]] QStringList formats() const override;

protected:
    [[nodiscard]] QVariant retrieveData(const QString& mime, QMetaType type) const override;

private:
    Diagram m_excerpt;
    mutable QByteArray m_text;
};

}  // namespace sluice
