#include "widgets/notes/captioncard.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/theme/flatbutton.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kWidest = 560;
constexpr int kMargin = 16;

}  // namespace

CaptionCard::CaptionCard(const Theme& theme, QWidget* parent) : QFrame(parent) {
    setProperty("card", true);
    setAccessibleName(tr("Story"));
    setFocusPolicy(Qt::StrongFocus);
    m_title = new QLabel;
    m_title->setProperty("heading", true);
    m_title->setWordWrap(true);
    m_text = new QLabel;
    m_text->setWordWrap(true);
    m_text->setTextFormat(Qt::PlainText);
    m_title->setTextFormat(Qt::PlainText);
    m_station = new QLabel;
    m_station->setFont(figureFont());
    m_station->setProperty("muted", true);
    m_previous = makeFlatButton(tr("Previous station"), tr("Previous station (Left)"));
    m_next = makeFlatButton(tr("Next station"), tr("Next station (Right)"));
    m_automatic =
        makeFlatButton(tr("Go on by itself"), tr("Go on by itself, when there was time to read (Space)"));
    m_automatic->setCheckable(true);
    m_close = makeFlatButton(tr("End the story"), tr("End the story (Esc)"));
    connect(m_previous, &QToolButton::clicked, this, &CaptionCard::previousWanted);
    connect(m_next, &QToolButton::clicked, this, &CaptionCard::nextWanted);
    connect(m_automatic, &QToolButton::toggled, this, &CaptionCard::automaticChosen);
    connect(m_close, &QToolButton::clicked, this, &CaptionCard::closed);
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_station);
    row->addStretch(1);
    for (QToolButton* each : {m_previous, m_automatic, m_next, m_close})
        row->addWidget(each);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 12, 12, 8);
    column->setSpacing(4);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addLayout(row);
    parent->installEventFilter(this);
    setTheme(theme);
    hide();
}

void CaptionCard::setTheme(const Theme& theme) {
    m_previous->setIcon(icon("chevron-left", theme));
    m_next->setIcon(icon("chevron-right", theme));
    m_automatic->setIcon(icon("play", theme));
    m_close->setIcon(icon("close", theme));
}

void CaptionCard::tell(const Caption& caption) {
    m_title->setText(caption.title);
    m_title->setVisible(!caption.title.isEmpty());
    m_text->setText(caption.text);
    m_text->setVisible(!caption.text.isEmpty());
    m_station->setText(tr("%1 of %2").arg(caption.station).arg(caption.stations));
    m_previous->setEnabled(caption.station > 1);
    m_next->setEnabled(caption.station < caption.stations);
    setAccessibleDescription(caption.title + QStringLiteral(". ") + caption.text);
    const bool first = isHidden();
    show();
    place();
    raise();
    if (first)
        setFocus(Qt::OtherFocusReason);
}

void CaptionCard::setAutomatic(bool automatic) {
    m_automatic->setChecked(automatic);
}

bool CaptionCard::isAutomatic() const {
    return m_automatic->isChecked();
}

void CaptionCard::place() {
    const QSize room = parentWidget()->size();
    const int width = std::min(kWidest, room.width() - 2 * kMargin);
    setFixedWidth(std::max(width, 160));
    layout()->activate();
    resize(this->width(),
           std::min(layout()->totalHeightForWidth(this->width()), room.height() - 2 * kMargin));
    move((room.width() - this->width()) / 2, room.height() - height() - kMargin);
}

bool CaptionCard::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    return QFrame::eventFilter(watched, event);
}

void CaptionCard::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left:
            m_previous->click();
            break;
        case Qt::Key_Right:
            m_next->click();
            break;
        case Qt::Key_Escape:
            emit closed();
            break;
        default:
            QFrame::keyPressEvent(event);
    }
}

}  // namespace sluice
