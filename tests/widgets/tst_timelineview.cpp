#include <QChart>
#include <QLineEdit>
#include <QPainter>
#include <QSignalSpy>
#include <QTableView>
#include <QValueAxis>
#include <QtTest>

#include "tests/widgets/filledstore.h"
#include "widgets/charts/chartspanel.h"
#include "widgets/charts/chartview.h"
#include "widgets/log/eventlog.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"
#include "widgets/timeline/timeline.h"
#include "widgets/timeline/timeruler.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

std::optional<TimeRange> rangeOf(const QSignalSpy& spy) {
    return spy.back().front().value<std::optional<TimeRange>>();
}

}  // namespace

/// The timeline under mouse and keyboard, and what is painted on it.
class TimelineViewTest : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void readsRulersThatCanBeToldApart_data();
    void readsRulersThatCanBeToldApart();
    void selectsByDragging();
    void movesAnEndOfTheSelection();
    void seeksOnAClickAndScrubsInTheRuler();
    void pansAndZooms();
    void doesItAllFromTheKeyboard();
    void showsDeadLettersWhereTheyAre();
    void tellsWhatIsUnderThePointer();
    void findsABookmark();
    void paintsAWatchThatWasAddedAfterwards();
    void logListsOnlyTheSelectedTime();
    void chartsKeepToTheSelectedTime();
    void labelsOfAChartsTimesKeepApart_data();
    void labelsOfAChartsTimesKeepApart();

private:
    [[nodiscard]] QPoint in(const QString& lane, TraceTime at) const {
        const QRect row = m_timeline->laneRect(lane);
        const double share = double((at - m_timeline->shownFrom()).count()) /
                             double((m_timeline->shownTo() - m_timeline->shownFrom()).count());
        return {int(std::lround(row.left() + share * row.width())), row.center().y()};
    }
    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton) {
        const auto send = [&](QEvent::Type type, QPoint at, Qt::MouseButton one, Qt::MouseButtons all) {
            QMouseEvent event(type, at, m_timeline->mapToGlobal(at), one, all, Qt::NoModifier);
            QApplication::sendEvent(m_timeline.get(), &event);
        };
        send(QEvent::MouseButtonPress, from, button, button);
        send(QEvent::MouseMove, (from + to) / 2, Qt::NoButton, button);
        send(QEvent::MouseMove, to, Qt::NoButton, button);
        send(QEvent::MouseButtonRelease, to, button, Qt::NoButton);
    }
    /// A nanosecond is far less than a pixel.
    [[nodiscard]] bool near(TraceTime one, TraceTime other) const {
        const auto pixel = (m_timeline->shownTo() - m_timeline->shownFrom()) / 1000;
        return std::chrono::abs(one - other) <= 2 * pixel;
    }

    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<TimelineIndex> m_index;
    std::unique_ptr<Timeline> m_timeline;
};

void TimelineViewTest::init() {
    m_store = filled(60'000);
    m_timeline = std::make_unique<Timeline>(theme(ThemeName::Light));
    m_timeline->resize(1200, 170);
    m_timeline->show();
    m_timeline->setStore(m_store);
    m_index = std::make_shared<TimelineIndex>(m_store);
    m_timeline->setIndex(m_index);
    m_timeline->refresh();
    QTRY_VERIFY(m_index->isComplete());
    m_timeline->grab();
}

void TimelineViewTest::cleanup() {
    m_timeline.reset();
    m_index.reset();
}

void TimelineViewTest::readsRulersThatCanBeToldApart_data() {
    QTest::addColumn<qlonglong>("from");
    QTest::addColumn<qlonglong>("least");
    QTest::addColumn<QString>("text");
    QTest::newRow("seconds") << 20'000'000'000LL << 9'000'000'000LL << "20 s";
    QTest::newRow("minutes") << 70'000'000'000LL << 9'000'000'000LL << "1:10 min";
    QTest::newRow("milliseconds") << 26'005'000'000LL << 4'500'000LL << "26.005 s";
    QTest::newRow("microseconds") << 26'000'125'000LL << 1'000LL << u8"26.000\u2009125 s";
    QTest::newRow("nanoseconds in a minute") << 61'000'125'037LL << 1LL << u8"1:01.000\u2009125\u2009037 min";
}

void TimelineViewTest::readsRulersThatCanBeToldApart() {
    QFETCH(qlonglong, from);
    QFETCH(qlonglong, least);
    const TraceTime step = roundStep(double(least));
    QVERIFY(step.count() >= least);
    QVERIFY(step.count() < 3 * least);
    QTEST(tickText(TraceTime(from), step), "text");
    QVERIFY(tickText(TraceTime(from), step) != tickText(TraceTime(from) + step, step));
}

void TimelineViewTest::selectsByDragging() {
    QSignalSpy spy(m_timeline.get(), &Timeline::rangeSelected);
    QSignalSpy seeks(m_timeline.get(), &Timeline::seekRequested);
    const TraceTime end = m_store->horizon();
    drag(in("Dead letters", end / 2), in("Dead letters", end / 4));
    QVERIFY(!spy.empty());
    const auto range = rangeOf(spy);
    QVERIFY(range && near(range->from, end / 4) && near(range->to, end / 2));
    QVERIFY(seeks.empty());
    auto* chip = m_timeline->findChild<RangeChip*>();
    QVERIFY(chip->isVisible());
    QVERIFY(chip->text().contains(QStringLiteral("–")));
    chip->click();
    QVERIFY(!rangeOf(spy));
    QVERIFY(!chip->isVisible());
}

void TimelineViewTest::movesAnEndOfTheSelection() {
    const TraceTime end = m_store->horizon();
    m_timeline->setRange(TimeRange{end / 4, end / 2});
    QSignalSpy spy(m_timeline.get(), &Timeline::rangeSelected);
    drag(in("Faults", end / 2), in("Faults", end * 3 / 4));
    auto range = rangeOf(spy);
    QVERIFY(range && range->from == end / 4 && near(range->to, end * 3 / 4));
    // Past the other end they change places.
    drag(in("Faults", end / 4), in("Faults", end * 9 / 10));
    range = rangeOf(spy);
    QVERIFY(range && near(range->from, end * 3 / 4) && near(range->to, end * 9 / 10));
}

void TimelineViewTest::seeksOnAClickAndScrubsInTheRuler() {
    QSignalSpy ranges(m_timeline.get(), &Timeline::rangeSelected);
    QSignalSpy seeks(m_timeline.get(), &Timeline::seekRequested);
    const TraceTime end = m_store->horizon();
    QTest::mouseClick(m_timeline.get(), Qt::LeftButton, {}, in("Late arrivals", end / 3));
    QCOMPARE(seeks.size(), 1);
    QVERIFY(near(seeks.back().front().value<TraceTime>(), end / 3));
    const int x = in("Faults", end / 3).x();
    drag({x, 6}, {x + 200, 6});
    QVERIFY(seeks.size() > 2);
    QVERIFY(seeks.back().front().value<TraceTime>() > end / 3);
    QVERIFY(ranges.empty());
}

void TimelineViewTest::pansAndZooms() {
    const TraceTime end = m_store->horizon();
    const QPoint at = in("Events", end / 2);
    const auto wheel = [&](int delta, Qt::KeyboardModifiers modifiers = {}) {
        QWheelEvent event(at, m_timeline->mapToGlobal(at), {}, {0, delta}, Qt::NoButton, modifiers,
                          Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_timeline.get(), &event);
        m_timeline->grab();
    };
    for (int i = 0; i < 200; ++i)
        wheel(120);
    // Down to a single microsecond, around what was under the pointer.
    QCOMPARE(m_timeline->shownTo() - m_timeline->shownFrom(), TraceTime(1us));
    QVERIFY(std::chrono::abs(m_timeline->shownFrom() - end / 2) < end / 500);
    QVERIFY(!m_timeline->showsAll());
    for (int i = 0; i < 200; ++i)
        wheel(-120);
    QVERIFY(m_timeline->showsAll());
    m_timeline->showRange(end / 4, end / 2);
    const TraceTime width = m_timeline->shownTo() - m_timeline->shownFrom();
    wheel(-120, Qt::ShiftModifier);
    QVERIFY(m_timeline->shownFrom() > end / 4);
    QCOMPARE(m_timeline->shownTo() - m_timeline->shownFrom(), width);
    const TraceTime from = m_timeline->shownFrom();
    drag({600, 100}, {800, 100}, Qt::MiddleButton);
    QVERIFY(m_timeline->shownFrom() < from);
    QCOMPARE(m_timeline->shownTo() - m_timeline->shownFrom(), width);
}

void TimelineViewTest::doesItAllFromTheKeyboard() {
    QSignalSpy ranges(m_timeline.get(), &Timeline::rangeSelected);
    QSignalSpy seeks(m_timeline.get(), &Timeline::seekRequested);
    const TraceTime end = m_store->horizon();
    connect(m_timeline.get(), &Timeline::seekRequested, m_timeline.get(), &Timeline::setPlayhead);
    m_timeline->setPlayhead(end / 2);
    const auto key = [&](Qt::Key pressed, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(m_timeline.get(), pressed, modifiers);
        m_timeline->grab();
    };
    key(Qt::Key_Plus);
    QVERIFY(near(m_timeline->shownTo() - m_timeline->shownFrom(), end / 2));
    const TraceTime from = m_timeline->shownFrom();
    key(Qt::Key_PageDown);
    QVERIFY(m_timeline->shownFrom() > from);
    key(Qt::Key_0);
    QVERIFY(m_timeline->showsAll());
    key(Qt::Key_I);
    QVERIFY(rangeOf(ranges) && rangeOf(ranges)->from == end / 2);
    key(Qt::Key_Right, Qt::ControlModifier);
    key(Qt::Key_O);
    QVERIFY(rangeOf(ranges) && rangeOf(ranges)->from == end / 2 && near(rangeOf(ranges)->to, end * 6 / 10));
    const TraceTime to = rangeOf(ranges)->to;
    key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(rangeOf(ranges)->from == end / 2 && rangeOf(ranges)->to > to);
    key(Qt::Key_Z);
    QVERIFY(m_timeline->shownFrom() == rangeOf(ranges)->from);
    key(Qt::Key_Escape);
    QVERIFY(!rangeOf(ranges));
    // What the chosen lane has at the playhead is told to those who do not see it.
    for (int i = 0; i < 2; ++i)
        key(Qt::Key_Down);
    QVERIFY2(m_timeline->accessibleDescription().contains("Dead letters"),
             qPrintable(m_timeline->accessibleDescription()));
}

void TimelineViewTest::showsDeadLettersWhereTheyAre() {
    std::vector<TraceTime> dead;
    m_store->visit(0, m_store->size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::DeadLettered)
            dead.push_back(event.at);
        return true;
    });
    QVERIFY(dead.size() > 3);
    const QRgb danger = theme(ThemeName::Light).danger.rgb();
    const auto coloured = [&](TraceTime at, int reach) {
        const QImage image = m_timeline->grab().toImage();
        const QRect row = m_timeline->laneRect("Dead letters");
        const int x = in("Dead letters", at).x();
        for (int i = std::max(row.left(), x - reach); i <= std::min(row.right(), x + reach); ++i) {
            for (int y = row.top(); y <= row.bottom(); ++y) {
                // A thin slanting stroke is nowhere quite in its colour.
                const QRgb pixel = image.pixel(i, y);
                const int off = std::abs(qRed(pixel) - qRed(danger)) +
                                std::abs(qGreen(pixel) - qGreen(danger)) +
                                std::abs(qBlue(pixel) - qBlue(danger));
                if (off < 150)
                    return true;
            }
        }
        return false;
    };
    for (std::size_t i = 0; i < dead.size(); i += std::max<std::size_t>(1, dead.size() / 20))
        QVERIFY(coloured(dead[i], 4));
    // Between two of them, seen from near, there is nothing.
    for (std::size_t i = 0; i + 1 < dead.size(); ++i) {
        if (dead[i + 1] - dead[i] > 10ms) {
            m_timeline->showRange(dead[i], dead[i + 1]);
            QVERIFY(!coloured((dead[i] + dead[i + 1]) / 2, 300));
            QVERIFY(coloured(dead[i], 5));
            return;
        }
    }
    QFAIL("no two dead letters are far apart");
}

void TimelineViewTest::tellsWhatIsUnderThePointer() {
    Sequence at = 0;
    m_store->visit(m_store->size() / 2, m_store->size(), [&](Sequence sequence, const TraceEvent& event) {
        at = sequence;
        return event.kind != EventKind::DeadLettered;
    });
    const TraceEvent event = m_store->at(at);
    m_timeline->showRange(event.at - 20us, event.at + 20us);
    m_timeline->grab();
    const QString text = m_timeline->describe(in("Dead letters", event.at));
    QVERIFY2(text.contains("Dead letters: 1"), qPrintable(text));
    QVERIFY2(text.contains(QStringLiteral("m-%1").arg(event.message)), qPrintable(text));
    m_timeline->showAll();
    m_timeline->grab();
    QVERIFY(m_timeline->describe(in("Throughput", event.at)).contains("messages/s"));
}

void TimelineViewTest::findsABookmark() {
    const TraceTime end = m_store->horizon();
    m_timeline->setBookmarks({{7, end / 2, {}, "Here it begins", "The first of them"}});
    m_timeline->grab();
    QSignalSpy spy(m_timeline.get(), &Timeline::bookmarkActivated);
    QSignalSpy seeks(m_timeline.get(), &Timeline::seekRequested);
    const QPoint at = in("Bookmarks", end / 2);
    QVERIFY(m_timeline->describe(at).contains("Here it begins"));
    QTest::mouseClick(m_timeline.get(), Qt::LeftButton, {}, at + QPoint(3, 0));
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy.front().front().value<BookmarkId>(), BookmarkId(7));
    QVERIFY(seeks.empty());
}

void TimelineViewTest::paintsAWatchThatWasAddedAfterwards() {
    const auto coloured = [&] {
        const QImage image = m_timeline->grab().toImage();
        const QRect row = m_timeline->laneRect("Deaths").adjusted(0, 1, 0, -1);
        const QRgb color = theme(ThemeName::Light).seriesColor(4).rgb();
        int found = 0;
        for (int x = row.left(); x < row.right(); ++x)
            found += image.pixel(x, row.center().y()) == color ? 1 : 0;
        return found;
    };
    m_index->setWatches({{"Deaths", "kind:dead-lettered"}, {"Mistake", "kind:nonsense"}});
    QTRY_VERIFY(m_index->isComplete());
    QVERIFY(m_timeline->laneNames().contains("Deaths"));
    QTRY_VERIFY(coloured() > 0);
    QVERIFY(!m_index->watches()[1].mistake.empty());
    QCOMPARE(m_index->watches()[0].tally->findings().count, m_index->lanes().count(TraceLane::DeadLetters));
}

void TimelineViewTest::logListsOnlyTheSelectedTime() {
    EventLog log(theme(ThemeName::Light));
    log.resize(1000, 400);
    log.show();
    log.setStore(m_store);
    const TraceTime end = m_store->horizon();
    const TimeRange range{end / 4, end / 4 + 100ms};
    log.setRange(range);
    const Sequence first = m_store->lowerBound(range.from);
    const Sequence past = m_store->lowerBound(range.to);
    const auto* table = log.findChild<QTableView*>();
    QVERIFY(past > first);
    QTRY_VERIFY(table->model()->rowCount() > 0);
    QSignalSpy spy(&log, &EventLog::eventActivated);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_Home);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_Return);
    QCOMPARE(spy.back().front().value<Sequence>(), first);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_End);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_Return);
    QCOMPARE(spy.back().front().value<Sequence>(), past - 1);
    QSignalSpy cleared(&log, &EventLog::rangeCleared);
    log.findChild<RangeChip*>()->click();
    QCOMPARE(cleared.size(), 1);
    log.setRange(std::nullopt);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_End);
    QTest::keyClick(const_cast<QTableView*>(table), Qt::Key_Return);
    QCOMPARE(spy.back().front().value<Sequence>(), m_store->size() - 1);
}

void TimelineViewTest::labelsOfAChartsTimesKeepApart_data() {
    QTest::addColumn<double>("seconds");
    QTest::addColumn<int>("width");
    for (const double seconds : {2e-6, 0.0007, 0.037, 0.4, 1.7, 12.0, 60.0, 86400.0}) {
        for (const int width : {230, 400, 1000})
            QTest::addRow("%g s in %d", seconds, width) << seconds << width;
    }
}

void TimelineViewTest::labelsOfAChartsTimesKeepApart() {
    QFETCH(double, seconds);
    QFETCH(int, width);
    ChartView chart("Throughput", ChartView::Unit::Rate, theme(ThemeName::Light));
    chart.resize(width, 200);
    chart.show();
    chart.setLines({{"in", Qt::blue, {{TraceTime(0), std::chrono::nanoseconds(100), 3.0}}}}, TraceTime(0),
                   TraceTime(std::llround(seconds * 1e9)));
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    const auto* axis = qobject_cast<QValueAxis*>(chart.chart()->axes(Qt::Horizontal).front());
    const auto label = [axis](double value) {
        return QString::asprintf(axis->labelFormat().toLatin1().constData(), value);
    };
    const double step = axis->tickInterval();
    QVERIFY(step > 0 && step <= axis->max());
    const double pixels = chart.chart()->plotArea().width() * step / (axis->max() - axis->min());
    const double widest = QFontMetricsF(axis->labelsFont()).horizontalAdvance(label(axis->max()));
    QVERIFY2(widest < pixels, qPrintable(label(axis->max())));
}

void TimelineViewTest::chartsKeepToTheSelectedTime() {
    const auto digest = std::make_shared<TraceDigest>(m_store);
    ChartsPanel charts(theme(ThemeName::Light));
    charts.resize(1200, 260);
    charts.show();
    charts.setStore(m_store, digest);
    QTRY_VERIFY(digest->aggregator().horizon() == m_store->horizon());
    const TraceTime end = m_store->horizon();
    const TimeRange range{end / 4, end / 2};
    charts.setRange(range);
    charts.setPlayhead(end / 3);
    QCoreApplication::processEvents();
    auto* chart = charts.findChild<ChartView*>();
    QSignalSpy seeks(&charts, &ChartsPanel::seekRequested);
    for (const int x : {2, chart->width() - 3})
        QTest::mouseClick(chart->viewport(), Qt::LeftButton, {}, QPoint(x, chart->height() / 2));
    QCOMPARE(seeks.size(), 2);
    QVERIFY(std::chrono::abs(seeks[0][0].value<TraceTime>() - range.from) < 1us);
    QVERIFY(std::chrono::abs(seeks[1][0].value<TraceTime>() - range.to) < 1us);
    // A playhead elsewhere is not shown at an edge.
    const auto lines = [chart] {
        const auto all = chart->findChildren<QWidget*>();
        return std::count_if(all.begin(), all.end(),
                             [](const QWidget* each) { return each->width() == 2 && each->isVisible(); });
    };
    QCOMPARE(lines(), 1);
    charts.setPlayhead(end * 3 / 4);
    QCOMPARE(lines(), 0);
    charts.setRange(std::nullopt);
    QCOMPARE(lines(), 1);
}

QTEST_MAIN(TimelineViewTest)
#include "tst_timelineview.moc"
