#include "widgets/canvas/inlinerename.h"

#include <QKeyEvent>

namespace sluice {

InlineRename::InlineRename(QWidget* parent) : QLineEdit(parent) {
    setAccessibleName(tr("Name"));
    setAlignment(Qt::AlignCenter);
    hide();
}

void InlineRename::begin(const QRect& rect, const QString& text,
                         std::function<void(const QString&)> accepted) {
    end(true);
    m_accepted = std::move(accepted);
    setText(text);
    const int height = sizeHint().height();
    const int width = std::max(rect.width(), 140);
    setGeometry(rect.center().x() - width / 2, rect.center().y() - height / 2, width, height);
    show();
    raise();
    selectAll();
    setFocus(Qt::OtherFocusReason);
}

void InlineRename::end(bool accept) {
    if (!m_accepted)
        return;
    // Losing the focus would end it again.
    const auto accepted = std::exchange(m_accepted, nullptr);
    // Hidden with the focus it would pass it on as Tab does, and the canvas would select the next element.
    if (hasFocus())
        parentWidget()->setFocus(Qt::OtherFocusReason);
    hide();
    if (accept)
        accepted(text().trimmed());
}

void InlineRename::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape)
        end(false);
    else if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        end(true);
    else
        QLineEdit::keyPressEvent(event);
}

void InlineRename::focusOutEvent(QFocusEvent* event) {
    QLineEdit::focusOutEvent(event);
    // Its own context menu takes the focus without ending anything.
    if (event->reason() != Qt::PopupFocusReason)
        end(true);
}

}  // namespace sluice
