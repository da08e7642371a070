#include "widgets/palette/palette.h"

#include <QDrag>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMimeData>
#include <QPainter>
#include <QSortFilterProxyModel>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/paint/diagrampainter.h"
#include "widgets/palette/palettemodel.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kCompactWidth = 56;
constexpr int kWidth = 220;

void paintTile(QPainter& painter, const QModelIndex& index, const QRectF& rect, const Theme& theme) {
    if (const auto kind = PaletteModel::kindOf(index)) {
        paintKind(painter, *kind, rect, theme);
        return;
    }
    painter.setPen(QPen(theme.accent, 1.4, Qt::DashLine));
    QColor fill = theme.accent;
    fill.setAlphaF(0.10F);
    painter.setBrush(fill);
    painter.drawRoundedRect(rect.adjusted(1, 3, -1, -3), 5, 5);
}

// An icon, and beside it, when there is room, what it is.
class TileDelegate : public QStyledItemDelegate {
public:
    TileDelegate(const Theme*& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {32, std::max(44, option.fontMetrics.height() * 2 + 12)};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        const Theme& theme = *m_theme;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const QRectF tile = QRectF(option.rect).adjusted(4, 2, -4, -2);
        const bool focused = option.state & QStyle::State_HasFocus;
        if (option.state & (QStyle::State_MouseOver | QStyle::State_Selected)) {
            painter->setPen(focused ? QPen(theme.accent, 1.5) : QPen(Qt::NoPen));
            painter->setBrush(option.state & QStyle::State_Selected ? theme.accentSoft : theme.surfaceHover);
            painter->drawRoundedRect(tile, 6, 6);
        }
        const bool compact = option.rect.width() < 100;
        QRectF picture(0, 0, 36, 28);
        picture.moveCenter(compact ? tile.center() : QPointF(tile.left() + 26, tile.center().y()));
        paintTile(*painter, index, picture, theme);
        if (!compact)
            paintText(*painter, tile.adjusted(52, 0, -6, 0), option, index);
        painter->restore();
    }

private:
    void paintText(QPainter& painter, const QRectF& room, const QStyleOptionViewItem& option,
                   const QModelIndex& index) const {
        const QFontMetricsF metrics(option.font);
        QFont small = option.font;
        small.setPointSizeF(option.font.pointSizeF() * 0.86);
        const QFontMetricsF smallMetrics(small);
        const double height = metrics.height() + smallMetrics.height();
        QRectF line(room.left(), room.center().y() - height / 2, room.width(), metrics.height());
        painter.setFont(option.font);
        painter.setPen(m_theme->text);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft, index.data().toString());
        line = QRectF(room.left(), line.bottom(), room.width(), smallMetrics.height());
        painter.setFont(small);
        painter.setPen(m_theme->textMuted);
        painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                         smallMetrics.elidedText(index.data(PaletteModel::SummaryRole).toString(),
                                                 Qt::ElideRight, room.width()));
    }

    const Theme*& m_theme;
};

// Drags the element as it will stand on the canvas, not its row.
class TileList : public QListView {
public:
    TileList(const Theme*& theme, QWidget* parent) : QListView(parent), m_theme(theme) {}

protected:
    void startDrag(Qt::DropActions) override {
        const QModelIndex index = currentIndex();
        const auto* proxy = qobject_cast<const QSortFilterProxyModel*>(model());
        auto* drag = new QDrag(this);
        drag->setMimeData(model()->mimeData({index}));
        const double ratio = devicePixelRatioF();
        QPixmap picture(QSize(96, 64) * ratio);
        picture.setDevicePixelRatio(ratio);
        picture.fill(Qt::transparent);
        QPainter painter(&picture);
        painter.setRenderHint(QPainter::Antialiasing);
        paintTile(painter, proxy->mapToSource(index), QRectF(2, 2, 92, 60), *m_theme);
        painter.end();
        drag->setPixmap(picture);
        drag->setHotSpot({48, 32});
        drag->exec(Qt::CopyAction);
    }

private:
    const Theme*& m_theme;
};

}  // namespace

Palette::Palette(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(&theme),
      m_model(new PaletteModel(this)),
      m_shown(new QSortFilterProxyModel(this)),
      m_search(new QLineEdit(this)),
      m_list(new TileList(m_theme, this)),
      m_toggle(new QToolButton(this)) {
    setAccessibleName(tr("Palette"));
    m_shown->setSourceModel(m_model);
    m_shown->setFilterRole(PaletteModel::WordsRole);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);

    m_search->setPlaceholderText(tr("Find an element"));
    m_search->setAccessibleName(tr("Find an element"));
    m_search->setClearButtonEnabled(true);
    m_search->installEventFilter(this);
    connect(m_search, &QLineEdit::textChanged, this, &Palette::filter);

    m_list->setModel(m_shown);
    m_list->setItemDelegate(new TileDelegate(m_theme, m_list));
    m_list->setAccessibleName(tr("Elements"));
    m_list->setDragEnabled(true);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_list->installEventFilter(this);
    connect(m_list, &QListView::clicked, this, &Palette::choose);

    m_toggle->setAutoRaise(true);
    connect(m_toggle, &QToolButton::clicked, this, [this] { setCompact(!m_compact); });

    auto* top = new QHBoxLayout;
    top->setContentsMargins(8, 8, 8, 4);
    top->setSpacing(4);
    top->addWidget(m_search, 1);
    top->addWidget(m_toggle);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(top);
    layout->addWidget(m_list, 1);
    setFixedWidth(kWidth);
    showToggle();
}

QSize Palette::sizeHint() const {
    return {m_compact ? kCompactWidth : kWidth, 480};
}

void Palette::setTheme(const Theme& theme) {
    m_theme = &theme;
    showToggle();
    m_list->viewport()->update();
}

void Palette::setCompact(bool compact) {
    if (m_compact == compact)
        return;
    m_compact = compact;
    if (compact)
        m_search->clear();
    m_search->setVisible(!compact);
    setFixedWidth(compact ? kCompactWidth : kWidth);
    showToggle();
    updateGeometry();
}

void Palette::focusSearch() {
    setCompact(false);
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void Palette::showToggle() {
    m_toggle->setIcon(icon(m_compact ? "chevron-right" : "chevron-left", *m_theme));
    m_toggle->setToolTip(m_compact ? tr("Show names") : tr("Show icons alone"));
    m_toggle->setAccessibleName(m_toggle->toolTip());
}

void Palette::filter(const QString& text) {
    m_shown->setFilterFixedString(text.trimmed());
    if (!text.isEmpty())
        m_list->setCurrentIndex(m_shown->index(0, 0));
}

void Palette::choose(const QModelIndex& index) {
    const QModelIndex source = m_shown->mapToSource(index);
    if (!source.isValid())
        return;
    if (const auto kind = PaletteModel::kindOf(source))
        emit kindChosen(*kind);
    else
        emit groupChosen();
}

bool Palette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto& key = static_cast<const QKeyEvent&>(*event);
    const bool enter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
    if (enter) {
        const QModelIndex current = m_list->currentIndex();
        choose(current.isValid() ? current : m_shown->index(0, 0));
        return true;
    }
    if (watched == m_search && (key.key() == Qt::Key_Down || key.key() == Qt::Key_Up)) {
        m_list->setFocus(Qt::OtherFocusReason);
        if (!m_list->currentIndex().isValid())
            m_list->setCurrentIndex(m_shown->index(0, 0));
        return true;
    }
    if (watched == m_search && key.key() == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    // Typing in the list finds, as it does in the field.
    const bool typed = watched == m_list && !key.text().isEmpty() && key.text().front().isLetter() &&
                       !(key.modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (typed && !m_compact) {
        m_search->setFocus(Qt::OtherFocusReason);
        m_search->setText(key.text());
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace sluice
