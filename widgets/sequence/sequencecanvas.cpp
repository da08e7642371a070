#include "widgets/sequence/sequencecanvas.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QToolTip>

#include "widgets/sequence/sequencefile.h"

namespace sluice {

SequenceCanvas::SequenceCanvas(const Theme& theme, QWidget* parent)
    : QAbstractScrollArea(parent), m_theme(&theme), m_table(std::make_shared<EntityTable>()) {
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Sequence diagram"));
    verticalScrollBar()->setSingleStep(24);
    horizontalScrollBar()->setSingleStep(24);
}

void SequenceCanvas::setTheme(const Theme& theme) {
    m_theme = &theme;
    viewport()->update();
}

void SequenceCanvas::setDiagram(SequenceDiagram diagram, std::shared_ptr<const EntityTable> table,
                                MessageId focus) {
    std::optional<Sequence> chosen;
    if (m_chosen >= 0)
        chosen = m_layout.rows()[static_cast<std::size_t>(m_chosen)].sequence;
    m_diagram = std::move(diagram);
    m_table = std::move(table);
    m_focus = focus;
    m_chosen = -1;
    layOut();
    for (std::size_t i = 0; chosen && i < m_layout.rows().size(); ++i) {
        if (m_layout.rows()[i].sequence == *chosen)
            m_chosen = static_cast<int>(i);
    }
}

void SequenceCanvas::setPlayhead(TraceTime time) {
    if (m_playhead == time)
        return;
    m_playhead = time;
    viewport()->update();
}

SequencePicture SequenceCanvas::picture() const {
    return {.diagram = m_diagram,
            .layout = m_layout,
            .table = *m_table,
            .theme = *m_theme,
            .look = m_look,
            .chosenRow = m_chosen,
            .focus = m_focus,
            .playhead = m_playhead};
}

void SequenceCanvas::layOut() {
    m_layout = SequenceLayout(m_diagram, QFontMetricsF(font()));
    updateBars();
    viewport()->update();
}

void SequenceCanvas::updateBars() {
    const QSize seen = viewport()->size();
    const QSize all = m_layout.size().toSize();
    verticalScrollBar()->setRange(0, std::max(0, all.height() - seen.height()));
    verticalScrollBar()->setPageStep(std::max(1, seen.height() - static_cast<int>(m_layout.headHeight())));
    horizontalScrollBar()->setRange(0, std::max(0, all.width() - seen.width()));
    horizontalScrollBar()->setPageStep(seen.width());
}

void SequenceCanvas::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    updateBars();
}

void SequenceCanvas::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        layOut();
}

void SequenceCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    painter.setFont(font());
    painter.fillRect(viewport()->rect(), m_theme->canvas);
    if (isEmpty())
        return;
    const QPointF scrolled(horizontalScrollBar()->value(), verticalScrollBar()->value());
    painter.translate(-scrolled);
    const QRectF part(scrolled, QSizeF(viewport()->size()));
    paintSequence(painter, picture(), part);
    paintSequenceHeads(painter, picture(), scrolled.y());
    if (hasFocus()) {
        painter.resetTransform();
        painter.setPen(QPen(m_theme->accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

std::function<Result<void>()> SequenceCanvas::writerTo(const QString& path) const {
    return [diagram = m_diagram, layout = m_layout, table = m_table, theme = m_theme, look = m_look,
            focus = m_focus, font = font(), path] {
        const SequencePicture whole{.diagram = diagram,
                                    .layout = layout,
                                    .table = *table,
                                    .theme = *theme,
                                    .look = look,
                                    .focus = focus};
        return writeSequence(whole, font, path);
    };
}

int SequenceCanvas::rowUnder(const QPoint& place) const {
    if (place.y() < m_layout.headHeight())
        return -1;
    return m_layout.rowAt(place.y() + verticalScrollBar()->value());
}

MessageId SequenceCanvas::messageOf(int row) const {
    const SequenceRow& one = m_layout.rows()[static_cast<std::size_t>(row)];
    return one.hop >= 0 ? m_diagram.hops[static_cast<std::size_t>(one.hop)].message
                        : m_diagram.marks[static_cast<std::size_t>(one.mark)].message;
}

void SequenceCanvas::choose(int row) {
    if (row < 0 || row >= static_cast<int>(m_layout.rows().size()))
        return;
    m_chosen = row;
    const SequenceRow& chosen = m_layout.rows()[static_cast<std::size_t>(row)];
    QScrollBar* bar = verticalScrollBar();
    const double top = chosen.y - m_layout.rowHeight() - m_layout.headHeight();
    const double bottom = chosen.y + m_layout.rowHeight() - viewport()->height();
    bar->setValue(static_cast<int>(std::clamp<double>(bar->value(), bottom, std::max(top, bottom))));
    setAccessibleDescription(rowText(picture(), chosen));
    viewport()->update();
    emit messageChosen(messageOf(row));
}

void SequenceCanvas::keyPressEvent(QKeyEvent* event) {
    const int last = static_cast<int>(m_layout.rows().size()) - 1;
    switch (event->key()) {
        case Qt::Key_Down:
            choose(std::min(m_chosen + 1, last));
            break;
        case Qt::Key_Up:
            choose(std::max(m_chosen - 1, 0));
            break;
        case Qt::Key_Home:
            choose(0);
            break;
        case Qt::Key_End:
            choose(last);
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_chosen >= 0)
                emit stepActivated(m_layout.rows()[static_cast<std::size_t>(m_chosen)].sequence);
            break;
        default:
            QAbstractScrollArea::keyPressEvent(event);
    }
}

void SequenceCanvas::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        choose(rowUnder(event->position().toPoint()));
}

void SequenceCanvas::mouseDoubleClickEvent(QMouseEvent* event) {
    const int row = rowUnder(event->position().toPoint());
    if (row >= 0)
        emit stepActivated(m_layout.rows()[static_cast<std::size_t>(row)].sequence);
}

bool SequenceCanvas::viewportEvent(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int row = rowUnder(help->pos());
    if (row >= 0)
        QToolTip::showText(help->globalPos(),
                           rowText(picture(), m_layout.rows()[static_cast<std::size_t>(row)]), viewport());
    else
        QToolTip::hideText();
    return true;
}

}  // namespace sluice
