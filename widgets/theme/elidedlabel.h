#pragma once

#include <QLabel>

namespace sluice {

/// One line of plain text that gives way: where there is no room for all of it, it ends in "…". Whoever sets
/// the text says in the tooltip what may be missing.
class ElidedLabel : public QLabel {
    Q_OBJECT

public:
    using QLabel::QLabel;

    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace sluice
