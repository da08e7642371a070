#include "app/commandpalette.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kWidth = 560;
constexpr int kRowHeight = 34;
constexpr int kShown = 200;
enum Role { kDetailRole = Qt::UserRole, kKeysRole, kIndexRole };

/// Icon, title, muted detail behind it, keys at the right.
class CommandDelegate : public QStyledItemDelegate {
public:
    CommandDelegate(const Theme& theme, QObject* parent) : QStyledItemDelegate(parent), m_theme(theme) {}

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
        return {kWidth - 24, kRowHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        if (option.state & QStyle::State_Selected) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(m_theme.accentSoft);
            painter->drawRoundedRect(option.rect, 6, 6);
        }
        const bool enabled = index.flags() & Qt::ItemIsEnabled;
        QRect rect = option.rect.adjusted(10, 0, -10, 0);
        const QRect mark(rect.left(), rect.center().y() - 9, 18, 18);
        index.data(Qt::DecorationRole)
            .value<QIcon>()
            .paint(painter, mark, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
        rect.setLeft(mark.right() + 12);
        const QFontMetrics metrics = option.fontMetrics;
        const QString keys = index.data(kKeysRole).toString();
        painter->setPen(m_theme.textMuted);
        painter->drawText(rect, Qt::AlignRight | Qt::AlignVCenter, keys);
        if (!keys.isEmpty())
            rect.setRight(rect.right() - metrics.horizontalAdvance(keys) - 16);
        const QString title =
            metrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, rect.width());
        painter->setPen(enabled ? m_theme.text : m_theme.textDisabled);
        painter->drawText(rect, Qt::AlignLeft | Qt::AlignVCenter, title);
        rect.setLeft(rect.left() + metrics.horizontalAdvance(title) + 12);
        painter->setPen(enabled ? m_theme.textMuted : m_theme.textDisabled);
        painter->drawText(
            rect, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(index.data(kDetailRole).toString(), Qt::ElideRight, rect.width()));
        painter->restore();
    }

private:
    const Theme& m_theme;
};

bool startsWord(const QString& text, qsizetype at) {
    return at == 0 || !text.at(at - 1).isLetterOrNumber();
}

}  // namespace

int matchScore(const QString& query, const QString& text) {
    return matchScore(query.split(' ', Qt::SkipEmptyParts), text);
}

int matchScore(const QStringList& words, const QString& text) {
    int score = 1;
    for (const QString& word : words) {
        int best = 0;
        for (qsizetype at = text.indexOf(word, 0, Qt::CaseInsensitive); at >= 0;
             at = text.indexOf(word, at + 1, Qt::CaseInsensitive))
            best = std::max(best, at == 0 ? 100 : startsWord(text, at) ? 60 : 20);
        if (best == 0) {
            // The letters in order, the first at the beginning of a word: "rse" finds "Run with another
            // seed".
            qsizetype at = -1;
            for (const QChar letter : word) {
                at = text.indexOf(letter, at + 1, Qt::CaseInsensitive);
                if (at < 0)
                    return 0;
            }
            best = 5;
        }
        score += best;
    }
    return score;
}

CommandPalette::CommandPalette(const Theme& theme, QList<Command> commands, QWidget* parent)
    : QDialog(parent, Qt::Popup | Qt::FramelessWindowHint), m_theme(theme), m_commands(std::move(commands)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("commandPalette");
    setAccessibleName(tr("Search"));
    setStyleSheet(QString("#commandPalette { background: %1; border: 1px solid %2; }")
                      .arg(theme.surfaceRaised.name(), theme.outlineStrong.name()));
    m_query = new QLineEdit;
    m_query->setPlaceholderText(tr("Find an action, an element or a scenario"));
    m_query->setAccessibleName(tr("Find an action, an element or a scenario"));
    m_query->setClearButtonEnabled(true);
    m_query->installEventFilter(this);
    m_list = new QListWidget;
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setItemDelegate(new CommandDelegate(theme, m_list));
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setMouseTracking(true);
    m_list->setUniformItemSizes(true);
    // Thousands of elements are not looked through for each of the letters that came together.
    m_filtering.setSingleShot(true);
    m_filtering.setInterval(0);
    connect(&m_filtering, &QTimer::timeout, this, &CommandPalette::filter);
    connect(m_query, &QLineEdit::textChanged, &m_filtering, qOverload<>(&QTimer::start));
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(m_query);
    column->addWidget(m_list);
    setFixedSize(kWidth, 12 * 2 + 40 + 9 * kRowHeight);
    const QPoint top = parent->mapToGlobal(QPoint((parent->width() - width()) / 2, 64));
    move(top);
    filter();
    m_query->setFocus();
}

void CommandPalette::catchUp() {
    if (m_filtering.isActive())
        filter();
}

void CommandPalette::filter() {
    m_filtering.stop();
    const QStringList words = m_query->text().split(' ', Qt::SkipEmptyParts);
    struct Hit {
        int score;
        int index;
    };
    std::vector<Hit> hits;
    for (int i = 0; i < m_commands.size(); ++i) {
        const Command& command = m_commands.at(i);
        int score = std::max(matchScore(words, command.title) * 2,
                             matchScore(words, command.detail + ' ' + command.title));
        if (score > 0 && !command.enabled)
            score = 1;
        if (score > 0)
            hits.push_back({score, i});
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
    if (hits.size() > kShown)
        hits.resize(kShown);
    m_list->clear();
    for (const Hit& hit : hits) {
        const Command& command = m_commands.at(hit.index);
        auto* item = new QListWidgetItem(command.icon, command.title, m_list);
        item->setData(kDetailRole, command.detail);
        item->setData(kKeysRole, command.keys);
        item->setData(kIndexRole, hit.index);
        if (!command.enabled)
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
    }
    if (hits.empty()) {
        auto* nothing = new QListWidgetItem(tr("Nothing is called that"), m_list);
        nothing->setFlags(Qt::NoItemFlags);
    }
    m_list->setCurrentRow(0);
}

void CommandPalette::runCurrent() {
    catchUp();
    const QListWidgetItem* item = m_list->currentItem();
    if (!item || !(item->flags() & Qt::ItemIsEnabled))
        return;
    const auto run = m_commands.at(item->data(kIndexRole).toInt()).run;
    close();
    run();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Down || key == Qt::Key_Up || key == Qt::Key_PageDown || key == Qt::Key_PageUp)
        catchUp();
    const int rows = m_list->count();
    const int row = m_list->currentRow();
    switch (key) {
        case Qt::Key_Down:
            m_list->setCurrentRow(std::min(row + 1, rows - 1));
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(std::max(row - 1, 0));
            return true;
        case Qt::Key_PageDown:
            m_list->setCurrentRow(std::min(row + 8, rows - 1));
            return true;
        case Qt::Key_PageUp:
            m_list->setCurrentRow(std::max(row - 8, 0));
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        default:
            return QDialog::eventFilter(watched, event);
    }
}

}  // namespace sluice
