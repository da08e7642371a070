#include "widgets/charts/chartspanel.h"

#include <QGridLayout>
#include <QLabel>
#include <QStackedLayout>
#include <QTimer>

#include "widgets/charts/chartview.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"

namespace sluice {
namespace {

constexpr std::size_t kMostEntities = 4;
constexpr std::size_t kPoints = 120;  // finer, a rate is noise and a percentile a single message

}  // namespace

struct ChartsPanel::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<TraceStore> store;
    std::shared_ptr<TraceDigest> digest;
    std::vector<EntityId> selection;
    QLabel* subject = nullptr;
    RangeChip* chip = nullptr;
    std::optional<TimeRange> range;
    std::array<ChartView*, 4> charts{};
    QStackedLayout* pages = nullptr;
    QTimer redraw;  ///< some times a second is enough for a chart

    [[nodiscard]] std::vector<EntityId> shown() const {
        return selection.empty() ? std::vector<EntityId>{kNoEntity} : selection;
    }
    [[nodiscard]] ChartView::Line line(const QString& name, EntityId entity, Metric metric,
                                       const QColor& color) const {
        return {name, color,
                digest->aggregator().series(entity, metric, range ? range->from : TraceTime::zero(),
                                            range ? range->to : TraceTime::max(), kPoints)};
    }
    /// One line for each entity, or those of the only one.
    [[nodiscard]] std::vector<ChartView::Line> lines(const std::vector<std::pair<Metric, QString>>& ofOne,
                                                     Metric ofMany, const std::vector<QColor>& colors) const {
        const std::vector<EntityId> entities = shown();
        std::vector<ChartView::Line> result;
        if (entities.size() == 1) {
            for (std::size_t i = 0; i < ofOne.size(); ++i)
                result.push_back(line(ofOne[i].second, entities.front(), ofOne[i].first, colors[i]));
            return result;
        }
        for (std::size_t i = 0; i < entities.size(); ++i)
            result.push_back(line(eventwords::place(entities[i], store->table()), entities[i], ofMany,
                                  theme->seriesColor(i)));
        return result;
    }
};

ChartsPanel::ChartsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Charts"));
    d->theme = &theme;
    d->subject = new QLabel;
    d->subject->setProperty("muted", true);
    d->subject->setContentsMargins(8, 4, 8, 0);
    d->charts = {new ChartView(tr("Throughput"), ChartView::Unit::Rate, theme),
                 new ChartView(tr("Depth and lag"), ChartView::Unit::Count, theme),
                 new ChartView(tr("Latency"), ChartView::Unit::Time, theme),
                 new ChartView(tr("Dead letters"), ChartView::Unit::Count, theme)};
    auto* page = new QWidget;
    auto* grid = new QGridLayout(page);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(0);
    d->chip = new RangeChip(theme);
    connect(d->chip, &RangeChip::cleared, this, &ChartsPanel::rangeCleared);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(0, 2, 8, 0);
    head->addWidget(d->subject);
    head->addWidget(d->chip);
    head->addStretch(1);
    grid->addLayout(head, 0, 0, 1, 4);
    for (int i = 0; i < 4; ++i) {
        ChartView* chart = d->charts[static_cast<std::size_t>(i)];
        grid->addWidget(chart, 1, i);
        grid->setColumnStretch(i, 1);
        connect(chart, &ChartView::timeClicked, this, &ChartsPanel::seekRequested);
    }
    grid->setRowStretch(1, 1);
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(new EmptyState(
        tr("No figures yet"), tr("Throughput, depth, latency and dead letters of a run appear here, for "
                                 "what is selected on the drawing. Press play to start one.")));
    d->pages->addWidget(page);
    d->redraw.setSingleShot(true);
    d->redraw.setInterval(200);
    connect(&d->redraw, &QTimer::timeout, this, &ChartsPanel::draw);
}

ChartsPanel::~ChartsPanel() = default;

void ChartsPanel::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->chip->setTheme(theme);
    for (ChartView* chart : d->charts)
        chart->setTheme(theme);
    draw();
}

void ChartsPanel::setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest) {
    if (d->digest)
        d->digest->disconnect(this);
    d->store = std::move(store);
    d->digest = digest || !d->store ? std::move(digest) : std::make_shared<TraceDigest>(d->store);
    d->selection.clear();
    if (d->digest) {
        connect(d->digest.get(), &TraceDigest::grown, this, [this] {
            if (!d->redraw.isActive())
                d->redraw.start();
        });
    }
    setPlayhead(TraceTime::zero());
    draw();
    refresh();
}

void ChartsPanel::setSelection(const std::vector<EntityId>& entities) {
    std::vector<EntityId> first(entities.begin(), entities.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                                         entities.size(), kMostEntities)));
    if (first == d->selection)
        return;
    d->selection = std::move(first);
    draw();
}

void ChartsPanel::setPlayhead(TraceTime time) {
    for (ChartView* chart : d->charts)
        chart->setPlayhead(time);
}

void ChartsPanel::setRange(const std::optional<TimeRange>& range) {
    d->range = range;
    d->chip->setRange(range);
    draw();
}

void ChartsPanel::refresh() {
    if (d->digest && isVisible())
        d->digest->follow();
}

void ChartsPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
    draw();
}

void ChartsPanel::draw() {
    if (!d->digest || d->digest->aggregator().horizon() == TraceTime::zero()) {
        d->pages->setCurrentIndex(0);
        return;
    }
    d->pages->setCurrentIndex(1);
    if (!isVisible())
        return;
    const Theme& theme = *d->theme;
    const TraceTime begin = d->range ? d->range->from : TraceTime::zero();
    const TraceTime end = d->range ? d->range->to : d->digest->aggregator().horizon();
    TraceTime known = end;
    for (const EntityId entity : d->shown())
        known = std::min(known, d->digest->aggregator().flowKnownTo(entity));
    QStringList names;
    for (const EntityId entity : d->selection)
        names << eventwords::place(entity, d->store->table());
    d->subject->setText(names.isEmpty() ? tr("The whole system") : names.join(QStringLiteral(", ")));
    d->charts[0]->setLines(d->lines({{Metric::In, tr("in")}, {Metric::Out, tr("out")}}, Metric::In,
                                    {theme.seriesColor(0), theme.seriesColor(1)}),
                           begin, end, known);
    d->charts[1]->setLines(d->lines({{Metric::Depth, {}}}, Metric::Depth, {theme.seriesColor(0)}), begin,
                           end);
    d->charts[2]->setLines(
        d->lines({{Metric::P50, tr("p50")}, {Metric::P95, tr("p95")}, {Metric::P99, tr("p99")}}, Metric::P95,
                 {theme.seriesColor(0), theme.seriesColor(1), theme.seriesColor(2)}),
        begin, end);
    d->charts[3]->setLines(d->lines({{Metric::DeadLetters, {}}}, Metric::DeadLetters, {theme.danger}), begin,
                           end);
}

}  // namespace sluice
