#include "widgets/timeline/timeline.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <cmath>

#include "widgets/log/eventwords.h"
#include "widgets/timeline/reportedlanes.h"
#include "widgets/timeline/timelineprivate.h"
#include "widgets/timeline/timeruler.h"

namespace sluice {

namespace {

constexpr int kLeastRow = 13;  // pixels

}  // namespace

Timeline::Timeline(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(theme)) {
    setAccessibleName(tr("Timeline"));
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    d->chip = new RangeChip(theme, this);
    connect(d->chip, &RangeChip::cleared, this, &Timeline::clearRange);
    d->makeLanes();
}

Timeline::~Timeline() = default;

void Timeline::changed() {
    ++d->generation;
    update();
}

void Timeline::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->chip->setTheme(theme);
    d->makeLanes();
    changed();
}

void Timeline::setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest) {
    if (d->digest)
        d->digest->disconnect(this);
    d->store = std::move(store);
    d->digest = digest || !d->store ? std::move(digest) : std::make_shared<TraceDigest>(d->store);
    if (d->digest)
        connect(d->digest.get(), &TraceDigest::grown, this, &Timeline::changed);
    if (!d->index || d->index->store() != d->store)
        setIndex(nullptr);
    d->playhead = TraceTime::zero();
    d->whole = true;
    setRange(std::nullopt);
    refresh();
    changed();
}

void Timeline::setIndex(std::shared_ptr<TimelineIndex> index) {
    if (d->index)
        d->index->disconnect(this);
    d->index = index || !d->store ? std::move(index) : std::make_shared<TimelineIndex>(d->store);
    if (d->index) {
        connect(d->index.get(), &TimelineIndex::grown, this, &Timeline::changed);
        connect(d->index.get(), &TimelineIndex::watchesChanged, this, [this] {
            d->makeLanes();
            updateGeometry();
            changed();
        });
    }
    d->makeLanes();
    updateGeometry();
    changed();
}

void Timeline::setEnd(TraceTime end) {
    d->end = end;
    changed();
}

void Timeline::setActions(std::vector<Action> actions) {
    d->actions = std::move(actions);
    changed();
}

void Timeline::setBookmarks(std::vector<Bookmark> bookmarks) {
    d->bookmarks = std::move(bookmarks);
    changed();
}

void Timeline::setMarks(std::vector<TimelineMark> marks) {
    d->marks = std::move(marks);
    update();
}

void Timeline::setPlayhead(TraceTime time) {
    if (d->playhead == time)
        return;
    d->playhead = time;
    update();
}

void Timeline::setRange(std::optional<TimeRange> range) {
    d->range = range;
    d->chip->setRange(range);
    placeChip();
    update();
}

void Timeline::placeChip() {
    d->chip->resize(d->chip->sizeHint().width(), Private::kRuler - 2);
    d->chip->move(width() - d->chip->width() - 12, 1);
}

void Timeline::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    placeChip();
}

void Timeline::refresh() {
    if (!isVisible())
        return;
    if (d->digest)
        d->digest->follow();
    if (d->index)
        d->index->follow();
}

TraceTime Timeline::shownFrom() const {
    return d->begin();
}

TraceTime Timeline::shownTo() const {
    return d->stop();
}

bool Timeline::showsAll() const {
    return d->whole;
}

void Timeline::showRange(TraceTime from, TraceTime to) {
    const double last = d->last();
    const double width = std::clamp(static_cast<double>((to - from).count()), Private::kNarrowest, last);
    d->from = std::clamp(static_cast<double>(from.count()), 0.0, last - width);
    d->to = d->from + width;
    d->whole = width >= last;
    update();
    emit rangeChanged();
}

void Timeline::showAll() {
    d->whole = true;
    d->fit();
    update();
    emit rangeChanged();
}

void Timeline::reveal(TraceTime time) {
    const auto at = static_cast<double>(time.count());
    if (d->whole || (at >= d->from && at < d->to))
        return;
    const double width = d->to - d->from;
    const double from = at - width / 2;
    showRange(TraceTime(std::llround(from)), TraceTime(std::llround(from + width)));
}

QSize Timeline::sizeHint() const {
    return {600, Private::kRuler + d->units() * std::max(kLeastRow, fontMetrics().height() - 1) + 6};
}

QSize Timeline::minimumSizeHint() const {
    return {240, Private::kRuler + d->units() * kLeastRow + 6};
}

void Timeline::Private::makeLanes() {
    using Kind = TimelineLane::Kind;
    const auto source = [](TraceLane lane) { return std::optional(lane); };
    lanes = {
        {Kind::Density,
         Timeline::tr("Events"),
         LaneGlyph::Bars,
         theme->info,
         source(TraceLane::Events),
         {},
         2},
        {Kind::Rate, Timeline::tr("Throughput"), LaneGlyph::Rate, theme->ok, source(TraceLane::WorkedOff)},
        {Kind::Marks, Timeline::tr("Dead letters"), LaneGlyph::Cross, theme->danger,
         source(TraceLane::DeadLetters)},
        {Kind::Marks, Timeline::tr("Late arrivals"), LaneGlyph::Clock, theme->late,
         source(TraceLane::LateArrivals)},
        {Kind::Marks, Timeline::tr("Timeouts"), LaneGlyph::Hourglass, theme->warning,
         source(TraceLane::Timeouts)},
        {Kind::Faults, Timeline::tr("Faults"), LaneGlyph::Bolt, theme->textMuted},
        {Kind::Marks, Timeline::tr("Rebalances"), LaneGlyph::Diamond, theme->seriesColor(3),
         source(TraceLane::Rebalances)},
        {Kind::Bookmarks, Timeline::tr("Bookmarks"), LaneGlyph::Flag, theme->accent},
    };
    // Where nobody wants to be told of anything, nothing is missing.
    if (index && (!index->store()->table().alerts.empty() || index->lanes().count(TraceLane::Alerts) > 0))
        lanes.push_back({Kind::Marks, Timeline::tr("Alerts"), LaneGlyph::Bell, theme->warning,
                         source(TraceLane::Alerts)});
    if (index) {
        std::size_t color = 4;
        for (const AskedWatch& one : index->watches()) {
            const QString name =
                QString::fromStdString(one.watch.name.empty() ? one.watch.query : one.watch.name);
            lanes.push_back({Kind::Marks, name, LaneGlyph::Eye, theme->seriesColor(color++), {}, one.tally});
        }
    }
    chosenLane = std::min(chosenLane, static_cast<int>(lanes.size()) - 1);
}

int Timeline::Private::units() const {
    int all = 0;
    for (const TimelineLane& lane : lanes)
        all += lane.weight;
    return all;
}

void Timeline::Private::layOut(const QSize& size) {
    int widest = 0;
    const QFontMetrics metrics(textFont());
    for (const TimelineLane& lane : lanes)
        widest = std::max(widest, metrics.horizontalAdvance(lane.name));
    // A watch may have a long name; it is cut rather than the run.
    labels = std::min(widest, 160) + 36;
    area = QRect(labels, kRuler, std::max(1, size.width() - labels - 12),
                 std::max(1, size.height() - kRuler - 6));
    fit();
}

QRectF Timeline::Private::rowOf(std::size_t lane) const {
    const double unit = static_cast<double>(area.height()) / units();
    double top = area.top();
    for (std::size_t i = 0; i < lane; ++i)
        top += unit * lanes[i].weight;
    return {double(area.left()), top, double(area.width()), unit * lanes[lane].weight};
}

std::optional<std::size_t> Timeline::Private::laneAt(double y) const {
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const QRectF row = rowOf(i);
        if (y >= row.top() && y < row.bottom())
            return i;
    }
    return std::nullopt;
}

TraceTime Timeline::Private::instantAt(double x) const {
    return TraceTime(std::llround(std::clamp(timeAt(x), 0.0, last())));
}

std::optional<Metric> Timeline::Private::figureOf(const TimelineLane& lane) const {
    return lane.source && digest && digest->aggregator().isReported() ? reportedIn(*lane.source)
                                                                      : std::nullopt;
}

double Timeline::Private::countOf(const TimelineLane& lane, TraceTime since, TraceTime until) const {
    double count = 0;
    if (since >= until)
        return count;
    if (const auto figure = figureOf(lane))
        spreadReported(digest->aggregator(), *figure, since, until, std::span(&count, 1));
    else if (lane.source)
        index->lanes().spread(*lane.source, since, until, std::span(&count, 1));
    else if (lane.watch)
        lane.watch->spread(since, until, std::span(&count, 1));
    return count;
}

std::vector<Bookmark> Timeline::Private::bookmarksAt(double x) const {
    std::vector<Bookmark> near;
    for (const Bookmark& bookmark : bookmarks) {
        if (std::abs(xOf(bookmark.at) - x) <= kNear + 2)
            near.push_back(bookmark);
    }
    std::stable_sort(near.begin(), near.end(), [&](const Bookmark& one, const Bookmark& other) {
        return std::abs(xOf(one.at) - x) < std::abs(xOf(other.at) - x);
    });
    return near;
}

const TimelineMark* Timeline::Private::markAt(const QPointF& point) const {
    for (const TimelineMark& mark : marks) {
        if (labelOf(mark).contains(point) || std::abs(xOf(mark.at) - point.x()) <= kNear)
            return &mark;
    }
    return nullptr;
}

QStringList Timeline::Private::namesOf(const TimelineLane& lane, TraceTime since, TraceTime until) const {
    constexpr Sequence kMostToRead = 4096;
    constexpr qsizetype kMostNames = 3;
    QStringList names;
    const Sequence first = store->lowerBound(since);
    const Sequence past = store->lowerBound(until);
    if (lane.watch || past - first > kMostToRead)
        return names;
    store->visit(first, past, [&](Sequence, const TraceEvent& event) {
        if (lane.source == TraceLane::Events || laneOf(event.kind) == lane.source) {
            QStringList words{eventwords::instant(event.at), eventwords::title(event.kind),
                              eventwords::place(event.subject, store->table())};
            if (event.message != 0)
                words << eventwords::message(event.message);
            names << words.join(QStringLiteral("  "));
        }
        return names.size() < kMostNames;
    });
    return names;
}

QStringList Timeline::Private::readings(std::size_t at, double x, double y) const {
    const TimelineLane& lane = lanes[at];
    if (lane.kind == TimelineLane::Kind::Faults)
        return faultsAt({x, y}, rowOf(at));
    QStringList lines;
    if (lane.kind == TimelineLane::Kind::Bookmarks) {
        for (const Bookmark& bookmark : bookmarksAt(x)) {
            lines << QString::fromStdString(bookmark.name.empty() ? Timeline::tr("Bookmark").toStdString()
                                                                  : bookmark.name);
            if (!bookmark.note.empty())
                lines << QString::fromStdString(bookmark.note);
        }
        return lines;
    }
    const double reach = lane.kind == TimelineLane::Kind::Rate ? 6 : 3;
    const TraceTime since = instantAt(x - reach);
    const TraceTime until = instantAt(x + reach) + TraceTime(1);
    const double count = std::round(countOf(lane, since, until));
    if (count < 1)
        return lines;
    const QString figure = QLocale().toString(count, 'f', 0);
    if (lane.kind == TimelineLane::Kind::Rate) {
        const double rate = count / seconds(until - since);
        lines << (figureOf(lane) ? Timeline::tr("%1: %2 messages/s out")
                                 : Timeline::tr("%1: %2 messages/s worked off"))
                     .arg(lane.name, QLocale().toString(rate, 'g', 3));
        return lines;
    }
    lines << Timeline::tr("%1: %2").arg(lane.name, figure);
    if (count <= 3)
        lines << namesOf(lane, since, until);
    return lines;
}

QString Timeline::describe(const QPoint& at) const {
    if (!d->store)
        return {};
    const TimelineMark* const mark = d->markAt(at);
    QStringList lines{eventwords::instant(mark ? mark->at : d->instantAt(at.x()))};
    if (mark)
        lines << mark->words;
    for (const TimeRange& gap : d->store->gaps()) {
        if (d->rectOf(gap).contains(at))
            lines << tr("The recording is damaged: what happened from %1 to %2 cannot be read")
                         .arg(eventwords::instant(gap.from), eventwords::instant(gap.to));
    }
    if (const auto lane = d->laneAt(at.y()))
        lines << d->readings(*lane, at.x(), at.y());
    return lines.join(u'\n');
}

QRect Timeline::laneRect(const QString& name) const {
    for (std::size_t i = 0; i < d->lanes.size(); ++i) {
        if (d->lanes[i].name == name)
            return d->rowOf(i).toRect();
    }
    return {};
}

QStringList Timeline::laneNames() const {
    QStringList names;
    for (const TimelineLane& lane : d->lanes)
        names << lane.name;
    return names;
}

/// For those who do not see it: what is shown, where the playhead is, and what the chosen lane has there.
void Timeline::tellWhereItIs() {
    if (!d->store)
        return;
    const TraceTime step = roundStep((d->to - d->from) / 100);
    QStringList words{tr("Playhead at %1").arg(tickText(d->playhead, step)),
                      tr("shown: %1").arg(rangeText({d->begin(), d->stop()}))};
    if (d->range)
        words << tr("selected: %1").arg(rangeText(*d->range));
    const auto lane = static_cast<std::size_t>(d->chosenLane);
    const QStringList found = d->readings(lane, d->xOf(d->playhead), d->rowOf(lane).center().y());
    words << (found.isEmpty() ? tr("%1: nothing here").arg(d->lanes[lane].name)
                              : found.join(QStringLiteral(", ")));
    setAccessibleDescription(
        words.join(QStringLiteral("; ")) + QStringLiteral(". ") +
        tr("Left and Right move the playhead, Up and Down choose a lane, plus and minus zoom, Page Up and "
           "Page Down pan, 0 shows all, I and O begin and end a selection, Z zooms to it, Escape clears it"));
}

void Timeline::focusInEvent(QFocusEvent* event) {
    tellWhereItIs();
    update();
    QWidget::focusInEvent(event);
}

bool Timeline::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && d->store) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), describe(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace sluice
