#include "widgets/log/emptystate.h"

namespace sluice {

EmptyState::EmptyState(const QString& title, const QString& text, QWidget* parent) : QLabel(parent) {
    setAlignment(Qt::AlignCenter);
    setWordWrap(true);
    setMargin(16);
    setTextFormat(Qt::RichText);
    setProperty("muted", true);
    setTexts(title, text);
}

void EmptyState::setTexts(const QString& title, const QString& text) {
    setText(QStringLiteral("<p><b>%1</b></p><p>%2</p>").arg(title.toHtmlEscaped(), text.toHtmlEscaped()));
    setAccessibleName(title);
    setAccessibleDescription(text);
}

}  // namespace sluice
