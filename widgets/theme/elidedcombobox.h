#pragma once

#include <QComboBox>

namespace sluice {

/// A combo box that ends a text it has no room for in an ellipsis, instead of in the middle of a letter. On
/// the window's thread.
class ElidedComboBox : public QComboBox {
    Q_OBJECT

public:
    using QComboBox::QComboBox;

protected:
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace sluice
