#include "app/live/lettertable.h"

#include <QHeaderView>
#include <QLocale>

namespace sluice {
namespace {

constexpr int kNumberColumn = 0;
constexpr int kSizeColumn = 5;
constexpr int kFateColumn = 6;
constexpr int kLetterColumns = 7;

}  // namespace

QString fateWords(LetterVerdict verdict, bool dryRun) {
    switch (verdict) {
        case LetterVerdict::Sent:
            return dryRun ? LetterTable::tr("✓ would be sent") : LetterTable::tr("✓ sent");
        case LetterVerdict::NotChosen:
            return LetterTable::tr("– not chosen");
        case LetterVerdict::TooOften:
            return LetterTable::tr("! stays: redriven too often");
        case LetterVerdict::NoOrigin:
            return LetterTable::tr("! stays: does not say where it died");
        case LetterVerdict::Superseded:
            return LetterTable::tr("! stays: superseded");
        case LetterVerdict::Expired:
            return LetterTable::tr("! stays: expired");
        case LetterVerdict::EditUnfit:
            return LetterTable::tr("✕ stays: its edit does not fit");
        case LetterVerdict::Unroutable:
            return LetterTable::tr("✕ stays: no such queue or topic");
        case LetterVerdict::Refused:
            break;
    }
    return LetterTable::tr("✕ stays: refused by the broker");
}

LetterTable::LetterTable(QWidget* parent) : QTableWidget(0, kLetterColumns, parent) {
    setAccessibleName(tr("Dead letters and what becomes of them"));
    setHorizontalHeaderLabels({tr("Letter"), tr("Id"), tr("Died in"), tr("Of"), tr("Goes to"), tr("Size"),
                               tr("What becomes of it")});
    setSelectionBehavior(QAbstractItemView::SelectRows);
    setSelectionMode(QAbstractItemView::SingleSelection);
    setEditTriggers(QAbstractItemView::NoEditTriggers);
    setShowGrid(false);
    setWordWrap(false);
    setTabKeyNavigation(false);
    verticalHeader()->hide();
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    for (const int figures : {kNumberColumn, kSizeColumn})
        horizontalHeaderItem(figures)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void LetterTable::clearLetters() {
    setRowCount(0);
    m_letters.clear();
}

void LetterTable::add(const RedrivenLetter& letter, bool dryRun) {
    const int row = rowCount();
    if (row >= kMostRows)
        return;
    insertRow(row);
    m_letters.push_back(letter);
    fill(row, dryRun);
}

void LetterTable::fill(int row, bool dryRun) {
    const RedrivenLetter& letter = m_letters[static_cast<std::size_t>(row)];
    const QLocale locale;
    QString fate = fateWords(letter.verdict, dryRun);
    if (letter.edited)
        fate += tr(", edited");
    if (!letter.why.isEmpty())
        fate += QStringLiteral(": ") + letter.why;
    const QStringList cells{
        locale.toString(letter.number),        letter.id, letter.origin, letter.reason, letter.target,
        locale.formattedDataSize(letter.size), fate};
    for (int column = 0; column < kLetterColumns; ++column) {
        auto* item = new QTableWidgetItem(cells[column]);
        item->setToolTip(cells[column]);
        if (column == kNumberColumn || column == kSizeColumn)
            item->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        setItem(row, column, item);
    }
}

void LetterTable::fitColumns() {
    const int em = fontMetrics().averageCharWidth();
    resizeColumnsToContents();
    for (int column = 0; column < kFateColumn; ++column)
        setColumnWidth(column, std::min(columnWidth(column), 26 * em));
    // Its figures are narrower than its title.
    setColumnWidth(kNumberColumn, std::max(columnWidth(kNumberColumn), 12 * em));
}

const RedrivenLetter* LetterTable::chosen() const {
    const int row = currentRow();
    return row < 0 || row >= static_cast<int>(m_letters.size()) ? nullptr
                                                                : &m_letters[static_cast<std::size_t>(row)];
}

void LetterTable::mark(qint64 number, bool edited, bool dryRun) {
    for (std::size_t row = 0; row < m_letters.size(); ++row) {
        if (m_letters[row].number != number)
            continue;
        m_letters[row].edited = edited;
        fill(static_cast<int>(row), dryRun);
    }
}

}  // namespace sluice
