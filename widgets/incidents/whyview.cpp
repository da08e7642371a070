#include "widgets/incidents/whyview.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedLayout>
#include <QTreeWidget>

#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

enum CauseColumn { Time, Message, Where, What, CauseColumns };

QString words(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

}  // namespace

struct WhyView::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<const EntityTable> table;
    CausalChain chain;
    TraceTime asked{};
    QLabel* title = nullptr;
    QLabel* rule = nullptr;
    QPushButton* message = nullptr;
    QTreeWidget* steps = nullptr;
    QStackedLayout* pages = nullptr;

    [[nodiscard]] QString place(EntityId id) const { return eventwords::place(id, *table); }
    void tellRule(int row) const;
    void colour() const;
};

void WhyView::Private::tellRule(int row) const {
    if (row < 0 || row >= static_cast<int>(chain.steps.size()))
        return rule->clear();
    const CausalRuleText text = textOf(chain.steps[static_cast<std::size_t>(row)].rule);
    rule->setText(WhyView::tr("%1.\nSource: %2").arg(words(text.sentence), words(text.source)));
}

/// Where it is comes first and what began it last; what failed on the way is the loudest.
void WhyView::Private::colour() const {
    for (int i = 0; i < static_cast<int>(chain.steps.size()); ++i) {
        QTreeWidgetItem* item = steps->topLevelItem(i);
        const CausalRule kind = chain.steps[static_cast<std::size_t>(i)].rule;
        const bool bad = kind == CausalRule::HandlerFailed || kind == CausalRule::Lost ||
                         (kind >= CausalRule::Rejected && kind <= CausalRule::NoDeadLetterExchange);
        for (int column = 0; column < CauseColumns; ++column)
            item->setForeground(column, column == What    ? (bad ? theme->dangerText : theme->text)
                                        : column == Where ? theme->text
                                                          : theme->textMuted);
    }
}

WhyView::WhyView(const Theme& theme, QWidget* parent) : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Why a message is where it is"));
    d->theme = &theme;
    d->title = new QLabel;
    makeBold(*d->title);
    d->title->setWordWrap(true);
    d->title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->message = new QPushButton(tr("Show message"));
    auto* copy = new QPushButton(tr("Copy"));
    copy->setAccessibleName(tr("Copy the chain as text"));
    d->steps = new QTreeWidget;
    d->steps->setAccessibleName(tr("Chain of causes, the latest first"));
    d->steps->setHeaderLabels({tr("Time"), tr("Message"), tr("Where"), tr("What happened")});
    d->steps->setRootIsDecorated(false);
    d->steps->setUniformRowHeights(true);
    d->steps->setFrameShape(QFrame::NoFrame);
    d->steps->header()->setStretchLastSection(true);
    const int em = fontMetrics().averageCharWidth();
    for (const auto& [column, width] :
         std::initializer_list<std::pair<int, int>>{{Time, 15}, {Message, 10}, {Where, 20}})
        d->steps->setColumnWidth(column, width * em);
    d->rule = new QLabel;
    d->rule->setProperty("muted", true);
    d->rule->setWordWrap(true);
    d->rule->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->rule->setAccessibleName(tr("The rule behind the chosen step"));

    // The words beside the list and not above it: the panel is wide and low.
    auto* words = new QWidget;
    auto* column = new QVBoxLayout(words);
    column->setContentsMargins(8, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(d->title);
    column->addWidget(d->rule);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(d->message);
    buttons->addWidget(copy);
    buttons->addStretch(1);
    column->addLayout(buttons);
    column->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumWidth(240);
    area->setWidget(words);
    auto* page = new QSplitter(Qt::Horizontal);
    page->setChildrenCollapsible(false);
    page->addWidget(d->steps);
    page->addWidget(area);
    page->setStretchFactor(0, 3);
    page->setStretchFactor(1, 1);
    page->setSizes({900, 320});
    page->setContentsMargins(12, 8, 12, 8);
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(new EmptyState(
        tr("No message was asked about"),
        tr("Choose a message, an incident or a dead-letter queue and ask why it is there (Ctrl+I): here "
           "stands what led to it, back to what a client did, with the rule behind each step.")));
    d->pages->addWidget(page);

    const auto go = [this](QTreeWidgetItem* item) { activate(d->steps->indexOfTopLevelItem(item)); };
    connect(d->steps, &QTreeWidget::itemClicked, this, go);
    connect(d->steps, &QTreeWidget::itemActivated, this, go);
    connect(d->steps, &QTreeWidget::currentItemChanged, this,
            [this](QTreeWidgetItem* item) { d->tellRule(d->steps->indexOfTopLevelItem(item)); });
    connect(d->message, &QPushButton::clicked, this, [this] { emit messageActivated(d->chain.message); });
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    setFocusProxy(d->steps);
}

WhyView::~WhyView() = default;

void WhyView::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->colour();
}

void WhyView::setTable(std::shared_ptr<const EntityTable> table) {
    d->table = std::move(table);
    d->chain = {};
    fill();
}

void WhyView::showChain(const CausalChain& chain, TraceTime asked) {
    d->chain = chain;
    d->asked = asked;
    fill();
}

const CausalChain& WhyView::chain() const {
    return d->chain;
}

void WhyView::activate(int row) {
    if (row < 0 || row >= static_cast<int>(d->chain.steps.size()))
        return;
    const CausalStep step = d->chain.steps[static_cast<std::size_t>(row)];
    emit stepActivated(step.sequence, step.place);
}

void WhyView::fill() {
    d->steps->clear();
    d->pages->setCurrentIndex(d->table && !d->chain.steps.empty() ? 1 : 0);
    if (!d->table || d->chain.steps.empty())
        return;
    d->title->setText(d->chain.place == kNoEntity
                          ? tr("What became of %1, at %2")
                                .arg(eventwords::message(d->chain.message), eventwords::instant(d->asked))
                          : tr("Why %1 is in %2, at %3")
                                .arg(eventwords::message(d->chain.message), d->place(d->chain.place),
                                     eventwords::instant(d->asked)));
    for (const CausalStep& step : d->chain.steps) {
        auto* item =
            new QTreeWidgetItem(d->steps, {eventwords::instant(step.at), eventwords::message(step.message),
                                           d->place(step.place), words(step.text)});
        item->setFont(Time, figureFont());
        item->setToolTip(What, words(step.text));
    }
    if (!d->chain.complete) {
        auto* end = new QTreeWidgetItem(d->steps, {QString(), QString(), QString(),
                                                   tr("Further back the trace does not lead to a client")});
        end->setFlags(Qt::NoItemFlags);
    }
    d->colour();
    d->steps->setCurrentItem(d->steps->topLevelItem(0));
}

QString WhyView::text() const {
    QStringList lines{d->title->text()};
    for (const CausalStep& step : d->chain.steps) {
        const CausalRuleText rule = textOf(step.rule);
        lines << QStringLiteral("%1  %2  %3  %4")
                     .arg(eventwords::instant(step.at), eventwords::message(step.message),
                          d->place(step.place), words(step.text));
        lines << QStringLiteral("    %1 [%2]").arg(words(rule.sentence), words(rule.source));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace sluice
