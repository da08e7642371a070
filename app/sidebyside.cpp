#include "app/sidebyside.h"

#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>
#include <utility>

#include "widgets/canvas/canvasview.h"
#include "widgets/theme/theme.h"

namespace sluice {

SideBySide::SideBySide(CanvasView* canvas, const Theme& theme) : m_canvas(canvas) {
    m_leftTitle = new QLabel;
    m_rightTitle = new QLabel(this);
    m_rightTitle->hide();
    m_splitter = new QSplitter(Qt::Horizontal);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setHandleWidth(3);
    m_splitter->addWidget(framed(m_leftTitle, canvas));
    m_leftTitle->hide();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_splitter);
    setFocusProxy(canvas);
    setTheme(theme);
}

QWidget* SideBySide::framed(QLabel* title, CanvasView* canvas) {
    auto* frame = new QWidget;
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    title->setContentsMargins(12, 6, 12, 6);
    // A long title must not take the room from the other side.
    title->setMinimumWidth(1);
    title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    column->addWidget(title);
    column->addWidget(canvas, 1);
    return frame;
}

void SideBySide::dress(QLabel* title, const Theme& theme) const {
    title->setStyleSheet(QString("background: %1; color: %2; border-bottom: 1px solid %3;")
                             .arg(theme.surfaceRaised.name(), theme.text.name(), theme.outline.name()));
}

void SideBySide::setTheme(const Theme& theme) {
    dress(m_leftTitle, theme);
    dress(m_rightTitle, theme);
}

void SideBySide::begin(CanvasView* other, const QString& leftTitle, const QString& rightTitle) {
    end();
    m_leftTitle->setText(leftTitle);
    m_leftTitle->setToolTip(leftTitle);
    m_rightTitle->setText(rightTitle);
    m_rightTitle->setToolTip(rightTitle);
    m_right = framed(m_rightTitle, other);
    m_splitter->addWidget(m_right);
    m_leftTitle->show();
    m_rightTitle->show();
    m_splitter->setSizes({1 << 16, 1 << 16});
    const auto follow = [this](CanvasView* from, CanvasView* to) {
        if (std::exchange(m_following, true))
            return;
        to->lookAt(from->centre(), from->zoom());
        m_following = false;
    };
    connect(m_canvas, &CanvasView::viewChanged, other, [this, follow, other] { follow(m_canvas, other); });
    connect(other, &CanvasView::viewChanged, this, [this, follow, other] { follow(other, m_canvas); });
    connect(m_canvas, &CanvasView::selectionChanged, other,
            [this, other] { other->setSelection(m_canvas->selection()); });
}

void SideBySide::end() {
    if (!m_right)
        return;
    m_leftTitle->hide();
    m_rightTitle->hide();
    m_rightTitle->setParent(this);
    // Now, not later: what it shows may be gone by then.
    delete std::exchange(m_right, nullptr);
}

}  // namespace sluice
