#include "widgets/compare/comparisonview.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedLayout>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>

#include "widgets/compare/comparedsteps.h"
#include "widgets/compare/comparisontable.h"
#include "widgets/compare/conversationtable.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr int kSummaryWidth = 380;
constexpr int kElementRole = Qt::UserRole + 1;

QString count(std::uint64_t number) {
    return QLocale().toString(static_cast<qulonglong>(number));
}

QString figureText(const FigureChange& change, std::optional<double> value) {
    if (!value)
        return QStringLiteral("–");
    return change.duration ? eventwords::duration(Duration(static_cast<std::int64_t>(*value)))
                           : QLocale().toString(*value, 'g', 6);
}

QString changeText(const FigureChange& change) {
    if (!change.left || !change.right)
        return {};
    const double difference = *change.right - *change.left;
    return (difference > 0 ? QStringLiteral("▲ ") : QStringLiteral("▼ ")) +
           figureText(change, std::abs(difference));
}

QString nameOf(const std::string& id, const EntityTable& table) {
    const EntityId entity = table.find(id);
    return entity == kNoEntity ? QString::fromStdString(id) : eventwords::place(entity, table);
}

}  // namespace

struct ComparisonView::Private {
    explicit Private(ComparisonView* view, const Theme& initial) : q(view), theme(&initial) {}

    QWidget* makeSummary();
    QWidget* makeEmpty();
    void tell() const;
    void fillFigures() const;
    void chooseSteps() const;

    ComparisonView* q;
    const Theme* theme;
    ComparedSide left;
    ComparedSide right;
    std::shared_ptr<const Comparison> comparison;
    std::optional<TraceTime> upTo;
    std::optional<double> catchingUp;
    QStackedLayout* pages = nullptr;
    QLabel* headline = nullptr;
    QLabel* parting = nullptr;
    QLabel* numbers = nullptr;
    QPushButton* goThere = nullptr;
    QPushButton* whole = nullptr;
    QTabWidget* tabs = nullptr;
    ConversationTable* conversations = nullptr;
    QTableView* conversationView = nullptr;
    QTableWidget* figures = nullptr;
    ComparedSteps* steps = nullptr;
};

ComparisonView::ComparisonView(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Comparison"));
    d->conversations = new ConversationTable(theme, this);
    d->conversationView = new QTableView;
    d->conversationView->setModel(d->conversations);
    d->conversationView->setAccessibleName(tr("Conversations that differ"));
    dress(*d->conversationView);
    d->figures = new QTableWidget(0, 5);
    d->figures->setAccessibleName(tr("Figures that differ"));
    d->figures->setHorizontalHeaderLabels(
        {tr("Element"), tr("Figure"), tr("Left"), tr("Right"), tr("Change")});
    dress(*d->figures);
    d->steps = new ComparedSteps(theme);
    const int em = fontMetrics().averageCharWidth();
    QHeaderView* header = d->conversationView->horizontalHeader();
    header->resizeSection(ConversationTable::Began, 15 * em);
    header->setSectionResizeMode(ConversationTable::What, QHeaderView::Stretch);
    header->setSectionResizeMode(ConversationTable::Left, QHeaderView::Stretch);
    header->setSectionResizeMode(ConversationTable::Right, QHeaderView::Stretch);
    for (const int column : {0, 1})
        d->figures->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    for (const int column : {2, 3, 4})
        d->figures->setColumnWidth(column, 14 * em);

    d->tabs = new QTabWidget;
    d->tabs->setDocumentMode(true);
    d->tabs->setAccessibleName(tr("The comparison"));
    d->tabs->addTab(d->conversationView, tr("Conversations"));
    d->tabs->addTab(d->steps, tr("Step by step"));
    d->tabs->addTab(d->figures, tr("Figures"));
    auto* alignment = new QComboBox;
    alignment->setObjectName("compare.alignment");
    alignment->setAccessibleName(tr("Which conversations belong together"));
    alignment->addItems({tr("Together by order"), tr("Together by time")});
    alignment->setToolTip(
        tr("Conversations of one client, message type and key belong together: the first to the first, as in "
           "two "
           "runs of one workload; or those that began nearest to each other, as where some may be missing"));
    connect(alignment, &QComboBox::currentIndexChanged, this,
            [this](int index) { emit alignmentChosen(index == 0 ? Alignment::ByOrder : Alignment::ByTime); });
    d->tabs->setCornerWidget(alignment);
    auto* both = new QWidget;
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(d->makeSummary());
    row->addWidget(d->tabs, 1);
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(d->makeEmpty());
    d->pages->addWidget(both);

    connect(d->conversationView->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] { d->chooseSteps(); });
    connect(d->conversationView, &QTableView::activated, this, [this](const QModelIndex& index) {
        if (const Conversation* one = d->conversations->leftAt(index.row()))
            emit messageActivated(one->first);
        d->tabs->setCurrentWidget(d->steps);
        d->steps->enter();
    });
    connect(d->steps, &ComparedSteps::momentActivated, this, &ComparisonView::momentActivated);
    connect(d->figures, &QTableWidget::cellActivated, this, [this](int at, int) {
        const QTableWidgetItem* item = d->figures->item(at, 0);
        const EntityId entity = item->data(kElementRole).toUInt();
        if (entity != kNoEntity && d->comparison->divergence)
            emit momentActivated(d->comparison->divergence->at, entity);
    });
}

ComparisonView::~ComparisonView() = default;

void ComparisonView::follow(MessageId message, bool alone) {
    d->steps->follow(message, alone);
    d->tabs->setCurrentWidget(d->steps);
}

QWidget* ComparisonView::Private::makeEmpty() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->addStretch();
    column->addWidget(new EmptyState(
        ComparisonView::tr("Nothing is compared"),
        ComparisonView::tr("Fork the run: from the playhead on, something else happens, and both futures are "
                           "seen side by side. Or compare with a recording.")));
    auto* row = new QHBoxLayout;
    row->addStretch();
    auto* fork = new QPushButton(ComparisonView::tr("Fork here…"));
    auto* recording = new QPushButton(ComparisonView::tr("Compare with a recording…"));
    row->addWidget(fork);
    row->addWidget(recording);
    row->addStretch();
    column->addLayout(row);
    column->addStretch();
    connect(fork, &QPushButton::clicked, q, &ComparisonView::forkWanted);
    connect(recording, &QPushButton::clicked, q, &ComparisonView::recordingWanted);
    return page;
}

QWidget* ComparisonView::Private::makeSummary() {
    headline = new QLabel;
    headline->setWordWrap(true);
    headline->setProperty("heading", true);
    parting = new QLabel;
    parting->setWordWrap(true);
    parting->setTextInteractionFlags(Qt::TextBrowserInteraction);
    parting->setAccessibleName(ComparisonView::tr("Where the two part"));
    connect(parting, &QLabel::linkActivated, q, [this] {
        if (comparison && comparison->divergence)
            emit q->differenceWanted(comparison->divergence->sequence);
    });
    numbers = new QLabel;
    numbers->setWordWrap(true);
    numbers->setProperty("muted", true);
    goThere = new QPushButton(ComparisonView::tr("Go there"));
    whole = new QPushButton(ComparisonView::tr("Run to the end"));
    auto* end = new QPushButton(ComparisonView::tr("End the comparison"));
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(goThere);
    buttons->addWidget(whole);
    buttons->addWidget(end);
    buttons->addStretch();
    auto* text = new QWidget;
    auto* column = new QVBoxLayout(text);
    column->setContentsMargins(12, 8, 12, 8);
    column->addWidget(headline);
    column->addLayout(buttons);
    column->addWidget(parting);
    column->addWidget(numbers);
    column->addStretch();
    auto* area = new QScrollArea;
    area->setWidget(text);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFixedWidth(kSummaryWidth);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    connect(goThere, &QPushButton::clicked, q, [this] {
        if (!comparison || !comparison->divergence)
            return;
        const auto& event = comparison->divergence->left;
        emit q->momentActivated(comparison->divergence->at, event ? event->subject : kNoEntity);
    });
    connect(whole, &QPushButton::clicked, q, &ComparisonView::wholeWanted);
    connect(end, &QPushButton::clicked, q, &ComparisonView::endWanted);
    return area;
}

void ComparisonView::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->conversations->setTheme(theme);
    d->tell();
    d->fillFigures();
    d->steps->setTheme(theme);
}

void ComparisonView::setSides(const ComparedSide& left, const ComparedSide& right) {
    d->left = left;
    d->right = right;
    d->pages->setCurrentIndex(left.store && right.store ? 1 : 0);
    setComparison(nullptr, {});
}

void ComparisonView::setComparison(std::shared_ptr<const Comparison> comparison,
                                   std::optional<TraceTime> upTo) {
    d->comparison = std::move(comparison);
    d->upTo = upTo;
    const int row = d->conversationView->currentIndex().row();
    d->conversations->show(d->comparison, d->left.store ? d->left.store->sharedTable() : nullptr,
                           d->right.store ? d->right.store->sharedTable() : nullptr);
    // A comparison that has gone on has the same rows as before, and some more.
    if (d->conversations->rowCount() > 0)
        d->conversationView->setCurrentIndex(
            d->conversations->index(std::clamp(row, 0, d->conversations->rowCount() - 1), 0));
    d->tell();
    d->fillFigures();
    d->steps->setComparison(d->comparison, d->left.store, d->right.store);
    d->chooseSteps();
}

void ComparisonView::setCatchingUp(std::optional<double> share) {
    d->catchingUp = share;
    d->tell();
}

void ComparisonView::Private::tell() const {
    whole->setVisible(comparison && upTo);
    goThere->setVisible(comparison && comparison->divergence);
    if (catchingUp) {
        headline->setText(ComparisonView::tr("The run is repeated up to the fork: %1 %")
                              .arg(static_cast<int>(*catchingUp * 100)));
        parting->setText(
            ComparisonView::tr("What happens before the fork is computed anew from the beginning, "
                               "so that both futures come from the same past. To end the "
                               "comparison stops it."));
        numbers->clear();
        return;
    }
    if (!comparison) {
        headline->setText(ComparisonView::tr("Comparing…"));
        parting->clear();
        numbers->clear();
        return;
    }
    const Comparison& both = *comparison;
    if (!both.divergence) {
        headline->setText(upTo ? ComparisonView::tr("The same up to %1").arg(eventwords::duration(*upTo))
                               : ComparisonView::tr("The same to the end"));
        parting->setText(ComparisonView::tr("Every one of %1 events is equal.").arg(count(both.left.events)));
    } else {
        headline->setText(
            ComparisonView::tr("They part at %1").arg(eventwords::duration(both.divergence->at)));
        parting->setText(
            ComparisonView::tr("After %1 equal events.<br><b>%2</b>: %3<br><b>%4</b>: %5")
                .arg(count(both.divergence->sequence), left.title.toHtmlEscaped(),
                     eventText(both.divergence->left, left.store->table()).toHtmlEscaped(),
                     right.title.toHtmlEscaped(),
                     eventText(both.divergence->right, right.store->table()).toHtmlEscaped()) +
            (both.divergence->left
                 ? QStringLiteral("<br><a href=\"log\" style=\"color:%1\">%2</a>")
                       .arg(theme->accentText.name(), ComparisonView::tr("Show it in the event log"))
                 : QString()));
    }
    QStringList lines;
    if (upTo)
        lines << ComparisonView::tr("Compared so far up to %1.").arg(eventwords::duration(*upTo));
    lines << ComparisonView::tr(
                 "Conversations: %1 the same, %2 went another way, %3 only on the left, %4 only "
                 "on the right.")
                 .arg(count(both.same), count(both.otherWay), count(both.missingRight),
                      count(both.missingLeft));
    if (!upTo && !left.expectations.empty()) {
        const auto met = [](const Outcome& outcome, const std::vector<Expectation>& expectations) {
            const std::vector<Judgement> judgements = judge(outcome, expectations);
            return count(static_cast<std::uint64_t>(std::count_if(
                judgements.begin(), judgements.end(), [](const Judgement& one) { return one.met; })));
        };
        lines << ComparisonView::tr("Expectations met: %1 of %2 on the left, %3 of %4 on the right.")
                     .arg(met(both.left, left.expectations), count(left.expectations.size()),
                          met(both.right, right.expectations), count(right.expectations.size()));
    }
    for (int was = 0; was < kFateCount; ++was) {
        for (int is = 0; is < kFateCount; ++is) {
            const std::uint64_t number =
                both.fates[static_cast<std::size_t>(was)][static_cast<std::size_t>(is)];
            if (was != is && number > 0)
                lines << ComparisonView::tr("%1 × %2 instead of %3")
                             .arg(count(number), fateWords(static_cast<Fate>(is)),
                                  fateWords(static_cast<Fate>(was)));
        }
    }
    if (both.slower + both.faster > 0)
        lines << ComparisonView::tr("%1 slower, %2 faster; 95th percentile %3 and %4.")
                     .arg(count(both.slower), count(both.faster),
                          eventwords::duration(both.leftTimes.percentile(0.95)),
                          eventwords::duration(both.rightTimes.percentile(0.95)));
    for (const auto& [ids, store, side] :
         {std::tuple(&both.onlyLeft, left.store, ComparisonView::tr("left")),
          std::tuple(&both.onlyRight, right.store, ComparisonView::tr("right"))}) {
        QStringList names;
        for (const std::string& id : *ids)
            names << nameOf(id, store->table());
        if (!names.isEmpty())
            lines << ComparisonView::tr("Only drawn on the %1: %2.")
                         .arg(side, names.join(QStringLiteral(", ")));
    }
    numbers->setText(lines.join(QLatin1Char('\n')));
}

void ComparisonView::Private::chooseSteps() const {
    const int chosen = conversationView->currentIndex().row();
    if (chosen < 0 || !comparison) {
        steps->chooseNothing();
        return;
    }
    const Conversation* one = conversations->leftAt(chosen);
    const Conversation* other = conversations->rightAt(chosen);
    steps->choose(one ? one->first : 0, other ? other->first : 0);
}

void ComparisonView::Private::fillFigures() const {
    figures->setRowCount(0);
    if (!comparison)
        return;
    const std::vector<FigureChange> changes = changesOf(comparison->left, comparison->right);
    figures->setRowCount(static_cast<int>(changes.size()));
    int row = 0;
    for (const FigureChange& change : changes) {
        QTableWidgetItem* name = comparisonCell(QString::fromStdString(change.name), theme->text);
        name->setData(kElementRole, left.store->table().find(change.subject));
        figures->setItem(row, 0, name);
        figures->setItem(row, 1, comparisonCell(QString::fromStdString(change.label), theme->text));
        figures->setItem(row, 2, comparisonCell(figureText(change, change.left), theme->text, true));
        figures->setItem(row, 3, comparisonCell(figureText(change, change.right), theme->text, true));
        figures->setItem(row, 4, comparisonCell(changeText(change), theme->text, true));
        ++row;
    }
    tabs->setTabText(tabs->indexOf(figures), ComparisonView::tr("Figures  %1").arg(count(changes.size())));
    tabs->setTabText(tabs->indexOf(conversationView),
                     ComparisonView::tr("Conversations  %1").arg(count(comparison->different.size())));
}

}  // namespace sluice
