#include "widgets/inspector/notearea.h"

namespace sluice {

NoteArea::NoteArea(const QString& name, QWidget* parent) : QPlainTextEdit(parent) {
    setAccessibleName(name);
    setPlaceholderText(name);
    setTabChangesFocus(true);
    setFixedHeight(76);
}

void NoteArea::show(const QString& text) {
    if (toPlainText() != text)
        setPlainText(text);
    document()->setModified(false);
}

void NoteArea::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    if (document()->isModified()) {
        document()->setModified(false);
        emit written(toPlainText());
    }
}

}  // namespace sluice
