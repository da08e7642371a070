#include "widgets/welcome/card.h"

#include <QKeyEvent>
#include <QPainter>
#include <QPainterPath>
#include <QTextLayout>

#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kPadding = 16;
constexpr int kRadius = 8;
constexpr int kSummaryLines = 3;

/// As many lines as fit, the last one elided.
void drawLines(QPainter& painter, const QRect& rect, const QString& text, int lines) {
    QTextLayout layout(text, painter.font());
    const QFontMetrics metrics = painter.fontMetrics();
    qreal y = rect.top();
    layout.beginLayout();
    for (int i = 0; i < lines; ++i) {
        QTextLine line = layout.createLine();
        if (!line.isValid())
            break;
        line.setLineWidth(rect.width());
        const bool last = i == lines - 1;
        const QString shown =
            last ? metrics.elidedText(text.mid(line.textStart()), Qt::ElideRight, rect.width())
                 : text.mid(line.textStart(), line.textLength()).trimmed();
        painter.drawText(QPointF(rect.left(), y + metrics.ascent()), shown);
        y += metrics.lineSpacing() + 2;
    }
    layout.endLayout();
}

}  // namespace

Card::Card(const Theme& theme, QString title, QString summary, QSize picture, QWidget* parent)
    : QAbstractButton(parent), m_theme(&theme), m_summary(std::move(summary)), m_pictureSize(picture) {
    setText(title);
    setAccessibleName(title);
    setAccessibleDescription(m_summary);
    setToolTip(m_summary);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Card::setTheme(const Theme& theme) {
    m_theme = &theme;
    update();
}

void Card::setPicture(const QImage& picture) {
    m_picture = picture;
    update();
}

QSize Card::sizeHint() const {
    const int title = QFontMetrics(textFont(11)).lineSpacing();
    const int line = QFontMetrics(textFont()).lineSpacing() + 2;
    return {m_pictureSize.width() + 2,
            m_pictureSize.height() + kPadding * 2 + title + 6 + kSummaryLines * line};
}

void Card::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath outline;
    outline.addRoundedRect(frame, kRadius, kRadius);
    painter.fillPath(outline, underMouse() ? m_theme->surfaceHover : m_theme->surfaceRaised);

    const QRect picture(QPoint(1, 1), m_pictureSize);
    painter.save();
    painter.setClipPath(outline);
    painter.fillRect(picture, m_theme->canvas);
    if (!m_picture.isNull())
        painter.drawImage(picture, m_picture);
    painter.fillRect(QRect(1, picture.bottom() + 1, width() - 2, 1), m_theme->outline);
    painter.restore();

    QRect text = rect().adjusted(kPadding, picture.bottom() + kPadding, -kPadding, -kPadding);
    QFont titleFont = textFont(11);
    titleFont.setWeight(QFont::DemiBold);
    painter.setFont(titleFont);
    painter.setPen(m_theme->text);
    const QFontMetrics metrics(titleFont);
    painter.drawText(text, Qt::AlignLeft | Qt::AlignTop,
                     metrics.elidedText(this->text(), Qt::ElideRight, text.width()));
    text.setTop(text.top() + metrics.lineSpacing() + 6);
    painter.setFont(textFont());
    painter.setPen(m_theme->textMuted);
    drawLines(painter, text, m_summary, kSummaryLines);

    const bool focused = hasFocus();
    painter.setPen(QPen(focused        ? m_theme->accent
                        : underMouse() ? m_theme->outlineStrong
                                       : m_theme->outline,
                        focused ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(outline);
}

void Card::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter)
        click();
    else
        QAbstractButton::keyPressEvent(event);
}

void Card::enterEvent(QEnterEvent*) {
    update();
}

void Card::leaveEvent(QEvent*) {
    update();
}

}  // namespace sluice
