#include "app/placeholderpage.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kTextWidth = 460;

}  // namespace

PlaceholderPage::PlaceholderPage(const Theme& theme, const QString& iconName, const QString& title,
                                 const QString& text, QWidget* parent)
    : QWidget(parent), m_iconName(iconName) {
    m_mark = new QLabel;
    auto* heading = new QLabel(title);
    heading->setProperty("heading", true);
    auto* words = new QLabel(text);
    words->setProperty("muted", true);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignHCenter);
    words->setFixedWidth(kTextWidth);
    words->setMinimumHeight(words->heightForWidth(kTextWidth));
    m_column = new QVBoxLayout(this);
    m_column->setSpacing(12);
    m_column->addStretch(2);
    for (QLabel* label : {m_mark, heading, words})
        m_column->addWidget(label, 0, Qt::AlignHCenter);
    m_column->addStretch(3);
    setTheme(theme);
}

QPushButton* PlaceholderPage::addButton(const QString& text) {
    auto* button = new QPushButton(text);
    m_column->insertWidget(m_column->count() - 1, button, 0, Qt::AlignHCenter);
    return button;
}

void PlaceholderPage::setTheme(const Theme& theme) {
    m_mark->setPixmap(icon(m_iconName, theme.textMuted).pixmap(48, 48));
}

}  // namespace sluice
