#include "widgets/theme/elidedcombobox.h"

#include <QStylePainter>

namespace sluice {

void ElidedComboBox::paintEvent(QPaintEvent*) {
    constexpr int kInset = 2;  // of the text in its field, on each side
    QStylePainter painter(this);
    QStyleOptionComboBox option;
    initStyleOption(&option);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    int room =
        style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() -
        2 * kInset;
    if (!option.currentIcon.isNull())
        room -= option.iconSize.width() + 2 * kInset;
    option.currentText = option.fontMetrics.elidedText(option.currentText, Qt::ElideRight, room);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

}  // namespace sluice
