#include "app/messagebar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

MessageBar::MessageBar(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(&theme) {
    setObjectName("messageBar");
    m_mark = new QLabel;
    m_text = new QLabel;
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->setFocusPolicy(Qt::NoFocus);
    m_choices = new QHBoxLayout;
    m_choices->setSpacing(8);
    m_close = new QToolButton;
    m_close->setAccessibleName(tr("Close this message"));
    m_close->setToolTip(tr("Close"));
    connect(m_close, &QToolButton::clicked, this, [this] {
        if (!m_notices.isEmpty())
            m_notices.removeFirst();
        show();
    });
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(16, 6, 8, 6);
    row->setSpacing(12);
    row->addWidget(m_mark);
    row->addWidget(m_text, 1);
    row->addLayout(m_choices);
    row->addWidget(m_close);
    show();
}

void MessageBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    show();
}

void MessageBar::tell(Notice notice) {
    withdraw(notice.topic);
    m_notices.prepend(std::move(notice));
    show();
}

void MessageBar::withdraw(const QString& topic) {
    m_notices.removeIf([&](const Notice& notice) { return notice.topic == topic; });
    show();
}

QString MessageBar::sentence() const {
    return m_notices.isEmpty() ? QString() : m_notices.front().sentence;
}

void MessageBar::show() {
    while (QLayoutItem* item = m_choices->takeAt(0)) {
        // Not at once: the click on such a button is what brought us here.
        item->widget()->hide();
        item->widget()->deleteLater();
        delete item;
    }
    setVisible(!m_notices.isEmpty());
    m_close->setIcon(icon("close", *m_theme));
    if (m_notices.isEmpty())
        return;
    const Notice notice = m_notices.front();
    QColor color = m_theme->info;
    QString mark = "info";
    if (notice.tone == Tone::Warning) {
        color = m_theme->warning;
        mark = "warning";
    } else if (notice.tone == Tone::Danger) {
        color = m_theme->danger;
        mark = "error";
    }
    m_mark->setPixmap(icon(mark, color).pixmap(20, 20));
    m_text->setText(notice.sentence);
    setAccessibleName(notice.sentence);
    setStyleSheet(QString("#messageBar { background: %1; border: none; border-bottom: 1px solid %2; }")
                      .arg(mixed(m_theme->surface, color, 0.12).name(), color.name()));
    for (const Choice& choice : notice.choices) {
        auto* button = new QPushButton(choice.label);
        button->setObjectName("messageBar." + notice.topic);
        m_choices->addWidget(button);
        connect(button, &QPushButton::clicked, this, [this, topic = notice.topic, chosen = choice.chosen] {
            withdraw(topic);
            chosen();
        });
    }
}

}  // namespace sluice
