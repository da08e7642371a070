#include "widgets/compare/comparisontable.h"

#include <QCoreApplication>
#include <QHeaderView>

#include "widgets/log/eventdetail.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {

void dress(QTableView& table) {
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setSelectionMode(QAbstractItemView::SingleSelection);
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setShowGrid(false);
    table.setWordWrap(false);
    table.setTabKeyNavigation(false);
    table.setFrameShape(QFrame::NoFrame);
    table.verticalHeader()->hide();
    table.verticalHeader()->setDefaultSectionSize(table.fontMetrics().height() + 8);
    table.horizontalHeader()->setHighlightSections(false);
    table.horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
}

QTableWidgetItem* comparisonCell(const QString& text, const QColor& color, bool figure) {
    auto* item = new QTableWidgetItem(text);
    item->setToolTip(text);
    item->setForeground(color);
    if (figure) {
        item->setFont(figureFont());
        item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
    }
    return item;
}

QString eventText(const std::optional<TraceEvent>& event, const EntityTable& table) {
    if (!event)
        return QCoreApplication::translate("Comparison", "nothing more: it has ended");
    QString text =
        eventwords::title(event->kind) + QStringLiteral(", ") + eventwords::place(event->subject, table);
    if (event->message != 0)
        text += QStringLiteral(", ") + eventwords::message(event->message);
    const QString detail = eventwords::detail(*event, table);
    return detail.isEmpty() ? text : text + QStringLiteral(", ") + detail;
}

}  // namespace sluice
