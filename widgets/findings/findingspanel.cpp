#include "widgets/findings/findingspanel.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QFutureWatcher>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QtConcurrent>
#include <algorithm>
#include <array>

#include "widgets/editing/counting.h"
#include "widgets/editing/wording.h"
#include "widgets/findings/findinglines.h"
#include "widgets/findings/findingrow.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kQuietFor = 250;  // ms after the last edit
constexpr std::size_t kWorthCounting = 8;
constexpr std::size_t kRowsAtFirst = 40;
constexpr std::size_t kRowsMore = 40;
constexpr int kRowsAtOnce = 4;  // made between two turns of the event loop: a row takes some 2 ms

/// A line that is shown, and its widget once that is made.
struct Row {
    FindingLine line;
    QWidget* widget = nullptr;

    /// Reads the same, and its mend does the same.
    [[nodiscard]] bool shows(const FindingLine& other) const {
        const Finding& mine = line.finding;
        const Finding& its = other.finding;
        return line.folded == other.folded && mine.severity == its.severity && mine.subject == its.subject &&
               mine.sentence == its.sentence && mine.mend == its.mend && mine.fix == its.fix;
    }
};

constexpr std::array kSeverities{Severity::Error, Severity::Warning, Severity::Hint};

}  // namespace

struct FindingsPanel::Private {
    Private(FindingsPanel* panel, const Theme& initialTheme)
        : q(panel), theme(&initialTheme), area(new QScrollArea(panel)) {}

    void review();
    void rebuild();
    void makeRows();
    void forgetRows();
    QWidget* makeRow(const FindingLine& line);
    QWidget* makeUnfold(const FindingLine& line);
    void makeCounts(QBoxLayout* layout);
    void showCounts();
    [[nodiscard]] QString emptyText() const;

    FindingsPanel* q;
    const Theme* theme;
    History* history = nullptr;
    SharedFindings findings = std::make_shared<const std::vector<Finding>>();
    FindingChoice choice;
    std::array<QCheckBox*, kSeverities.size()> counts{};
    QWidget* countLine = nullptr;
    QScrollArea* area;
    QVBoxLayout* column = nullptr;  ///< the rows, then what follows them
    QLabel* empty = nullptr;
    QPushButton* more = nullptr;
    std::vector<Row> rows;
    std::size_t most = kRowsAtFirst;
    QTimer making;
    QTimer quiet;
    QFutureWatcher<SharedFindings> watcher;
    std::uint64_t reviewed = 0;
    bool known = false;
};

FindingsPanel::FindingsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Findings"));
    d->area->setWidgetResizable(true);
    d->area->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    d->makeCounts(layout);
    layout->addWidget(d->area);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    d->column = column;
    d->more = new QPushButton;
    connect(d->more, &QPushButton::clicked, this, [this] {
        d->most += kRowsMore;
        d->rebuild();
    });
    column->addWidget(d->more, 0, Qt::AlignLeft);
    d->empty = new QLabel;
    d->empty->setAlignment(Qt::AlignCenter);
    d->empty->setWordWrap(true);
    d->empty->setProperty("muted", true);
    column->addWidget(d->empty, 1);
    column->addStretch(0);
    d->area->setWidget(content);
    d->making.setSingleShot(true);
    d->making.setInterval(0);
    connect(&d->making, &QTimer::timeout, this, [this] { d->makeRows(); });
    d->quiet.setSingleShot(true);
    d->quiet.setInterval(kQuietFor);
    connect(&d->quiet, &QTimer::timeout, this, [this] { d->review(); });
    connect(&d->watcher, &QFutureWatcherBase::finished, this, [this] {
        if (!d->history)
            return;
        // Edits made meanwhile have started the clock again.
        d->findings = d->watcher.result();
        d->known = true;
        d->rebuild();
        emit findingsChanged();
        if (d->reviewed != d->history->document().revision())
            d->quiet.start();
    });
    d->rebuild();
}

FindingsPanel::~FindingsPanel() {
    d->watcher.disconnect();
    d->watcher.waitForFinished();
}

void FindingsPanel::setHistory(History* history) {
    if (d->history)
        disconnect(d->history, nullptr, this, nullptr);
    d->history = history;
    d->findings = std::make_shared<const std::vector<Finding>>();
    d->choice = {};
    d->known = false;
    d->most = kRowsAtFirst;
    d->forgetRows();
    d->quiet.stop();
    if (history) {
        connect(history, &History::changed, this, [this] { d->quiet.start(); });
        connect(history, &QObject::destroyed, this, [this] { d->history = nullptr; });
        d->quiet.start(0);
        d->quiet.setInterval(kQuietFor);
    }
    d->rebuild();
    emit findingsChanged();
}

void FindingsPanel::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->forgetRows();
    d->rebuild();
}

const std::vector<Finding>& FindingsPanel::findings() const {
    return *d->findings;
}

SharedFindings FindingsPanel::sharedFindings() const {
    return d->findings;
}

void FindingsPanel::setFilter(const std::vector<Id>& ids) {
    d->choice.subjects = ids;
    d->rebuild();
}

void FindingsPanel::Private::review() {
    if (!history || watcher.isRunning())
        return;
    reviewed = history->document().revision();
    watcher.setFuture(QtConcurrent::run([snapshot = history->document().snapshot()]() -> SharedFindings {
        return std::make_shared<const std::vector<Finding>>(sluice::review(*snapshot));
    }));
}

QString FindingsPanel::Private::emptyText() const {
    if (!history)
        return FindingsPanel::tr("What a reviewer would say about the drawing appears here.");
    if (known && !findings->empty())
        return FindingsPanel::tr("Nothing of what is to be listed.");
    return known ? FindingsPanel::tr("Nothing to mend. Findings appear here as you draw.")
                 : FindingsPanel::tr("Reviewing");
}

/// How many there are of each severity; without their mark they are not listed.
void FindingsPanel::Private::makeCounts(QBoxLayout* layout) {
    countLine = new QWidget;
    auto* line = new QHBoxLayout(countLine);
    line->setContentsMargins(12, 6, 12, 0);
    line->setSpacing(16);
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
        auto* count = new QCheckBox;
        count->setChecked(true);
        count->setToolTip(FindingsPanel::tr("List them, or leave them out of the list"));
        QObject::connect(count, &QCheckBox::clicked, q, [this, severity = kSeverities[i]](bool listed) {
            if (listed)
                choice.hidden.erase(severity);
            else
                choice.hidden.insert(severity);
            most = kRowsAtFirst;
            rebuild();
        });
        line->addWidget(count);
        counts[i] = count;
    }
    line->addStretch();
    layout->addWidget(countLine);
}

void FindingsPanel::Private::showCounts() {
    for (std::size_t i = 0; i < kSeverities.size(); ++i) {
        const auto count =
            static_cast<int>(std::count_if(findings->begin(), findings->end(), [&](const Finding& finding) {
                return finding.severity == kSeverities[i];
            }));
        const QString text = kSeverities[i] == Severity::Error     ? FindingsPanel::tr("Errors %1")
                             : kSeverities[i] == Severity::Warning ? FindingsPanel::tr("Warnings %1")
                                                                   : FindingsPanel::tr("Hints %1");
        counts[i]->setText(text.arg(count));
        counts[i]->setChecked(!choice.hidden.contains(kSeverities[i]));
        counts[i]->setVisible(count > 0);
    }
    // A few are seen at a glance.
    countLine->setVisible(findings->size() >= kWorthCounting);
}

QWidget* FindingsPanel::Private::makeRow(const FindingLine& line) {
    if (line.folded > 0)
        return makeUnfold(line);
    const Finding& finding = line.finding;
    const QString subject =
        finding.subject.empty() ? FindingsPanel::tr("Diagram") : nameOf(history->diagram(), finding.subject);
    auto* row = new FindingRow(finding, subject, *theme);
    QObject::connect(row, &FindingRow::activated, q,
                     [this, id = finding.subject] { emit q->subjectActivated(id); });
    QObject::connect(row, &FindingRow::fixWanted, q, [this, row, fix = finding.fix] {
        if (!history || !fix)
            return;
        if (const auto result = history->apply(*fix); !result)
            row->tell(qtext(result.error().sentence));
    });
    return row;
}

QWidget* FindingsPanel::Private::makeUnfold(const FindingLine& line) {
    auto* unfold = new QPushButton(FindingsPanel::tr("Show %n more like this", nullptr, line.folded));
    unfold->setProperty("flat", true);
    unfold->setAccessibleDescription(qtext(line.finding.sentence));
    QObject::connect(unfold, &QPushButton::clicked, q, [this, rule = line.finding.rule] {
        choice.unfolded.insert(rule);
        rebuild();
    });
    return unfold;
}

void FindingsPanel::Private::forgetRows() {
    for (const Row& row : rows) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        row.widget->deleteLater();
    }
    rows.clear();
}

// Rows whose finding is still there stay, with the focus and the place in the list; the others are made
// little by little, so that many of them hold nothing up.
void FindingsPanel::Private::rebuild() {
    std::vector<Row> old = std::exchange(rows, {});
    std::size_t hidden = 0;
    for (FindingLine& line : findingLines(*findings, choice)) {
        if (rows.size() >= most) {
            hidden += line.folded > 0 ? 0 : 1;
            continue;
        }
        rows.push_back({std::move(line)});
        const auto same = std::find_if(old.begin(), old.end(), [&](const Row& row) {
            return row.widget && row.shows(rows.back().line);
        });
        if (same != old.end())
            rows.back().widget = std::exchange(same->widget, nullptr);
    }
    for (const Row& row : old) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        row.widget->hide();
        row.widget->deleteLater();
    }
    int place = 0;
    for (const Row& row : rows) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        const bool card = row.line.folded == 0;
        column->insertWidget(place++, row.widget, 0, card ? Qt::Alignment() : Qt::AlignLeft);
    }
    showCounts();
    empty->setText(emptyText());
    empty->setVisible(rows.empty());
    more->setText(
        counted(hidden, FindingsPanel::tr("Show one more"), FindingsPanel::tr("Show more of the %1 others")));
    more->setVisible(hidden > 0);
    makeRows();
}

void FindingsPanel::Private::makeRows() {
    int made = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].widget)
            continue;
        if (made++ == kRowsAtOnce) {
            making.start();
            return;
        }
        rows[i].widget = makeRow(rows[i].line);
        const bool card = rows[i].line.folded == 0;
        column->insertWidget(static_cast<int>(i), rows[i].widget, 0, card ? Qt::Alignment() : Qt::AlignLeft);
    }
}

}  // namespace sluice
