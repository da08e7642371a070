#pragma once

#include <QMimeData>
#include <memory>

#include "core/diagram/diagram.h"

namespace sluice {

/// A part of a drawing on the clipboard, as JSON and as plain text. It is written only when somebody asks for
/// the text: copying much is not held up by it, and pasting into the same program needs none.
class CopiedParts : public QMimeData {
    Q_OBJECT

public:
    explicit CopiedParts(Diagram excerpt) : m_excerpt(std::make_shared<const Diagram>(std::move(excerpt))) {}

    /// Never null; outlives the clipboard for who holds it.
    [[nodiscard]] std::shared_ptr<const Diagram> excerpt() const { return m_excerpt; }
    [[nodiscard]] QStringList formats() const override;

protected:
    [[nodiscard]] QVariant retrieveData(const QString& mime, QMetaType type) const override;

private:
    std::shared_ptr<const Diagram> m_excerpt;
    mutable QByteArray m_text;
};

}  // namespace sluice
