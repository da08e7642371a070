#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableWidget>
#include <QTreeWidget>
#include <QtTest>

#include "core/incident/incident.h"
#include "tests/widgets/filledstore.h"
#include "widgets/charts/chartspanel.h"
#include "widgets/charts/chartview.h"
#include "widgets/incidents/incidentlist.h"
#include "widgets/incidents/incidenttree.h"
#include "widgets/log/eventdetail.h"
#include "widgets/log/eventlog.h"
#include "widgets/log/eventwords.h"
#include "widgets/message/messageview.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// Where a picture of what was tested goes, for a person to look at; nowhere by default.
void picture(QWidget& widget, const QString& name) {
    const QString folder = qEnvironmentVariable("SLUICE_TEST_PICTURES");
    if (!folder.isEmpty())
        QVERIFY(widget.grab().save(folder + '/' + name + ".png"));
}

void dress(const Theme& theme) {
    qApp->setStyle("fusion");
    qApp->setPalette(paletteOf(theme));
    qApp->setStyleSheet(styleSheetOf(theme));
    qApp->setFont(textFont());
}

}  // namespace

class TraceViewsTest : public QObject {
    Q_OBJECT
private slots:
    void everyEventHasWords();
    void emptyViewsSayWhatTheyAreFor();
    void messageShowsItsJourney();
    void incidentsAreListed();
    void chartsFollowTheSelection();
    void timelineSeeksAndZooms();
    void looksRight_data();
    void looksRight();
};

void TraceViewsTest::everyEventHasWords() {
    const auto table = sample::table();
    QSet<QString> titles;
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        TraceEvent event;
        event.kind = static_cast<EventKind>(kind);
        event.subject = 1;
        event.peer = kNoEntity;
        event.detail = 0xffff;
        event.value = -1;
        titles << eventwords::title(event.kind);
        eventwords::detail(event, *table);
    }
    QCOMPARE(titles.size(), qsizetype(kEventKindCount));
    QVERIFY(!titles.contains(QString()));
    // A trace from elsewhere does not tell which instance it was.
    TraceEvent delivered;
    delivered.kind = EventKind::Delivered;
    delivered.detail = 0xffff;
    QVERIFY2(eventwords::detail(delivered, *table).startsWith("to an instance after"),
             qPrintable(eventwords::detail(delivered, *table)));
    QCOMPARE(eventwords::place(sample::kPublish, *table), QString("Portal → Commands"));
    QCOMPARE(eventwords::place(kNoEntity, *table), QString("system"));
    QCOMPARE(eventwords::instant(TraceTime(65'250'123'456)), QString::fromUtf8("1:05.250\u202f123"));
}

void TraceViewsTest::emptyViewsSayWhatTheyAreFor() {
    const Theme& light = theme(ThemeName::Light);
    EventLog log(light);
    MessageView message(light);
    IncidentList incidents(light);
    ChartsPanel charts(light);
    for (QWidget* view : std::initializer_list<QWidget*>{&log, &message, &incidents, &charts}) {
        view->resize(700, 260);
        view->show();
        QVERIFY(!view->accessibleName().isEmpty());
        bool said = false;
        for (const QLabel* label : view->findChildren<QLabel*>())
            said = said || (label->isVisible() && label->text().size() > 60);
        QVERIFY2(said, view->metaObject()->className());
    }
}

void TraceViewsTest::messageShowsItsJourney() {
    const auto store = filled(20'000);
    MessageView view(theme(ThemeName::Light));
    view.resize(1000, 300);
    view.show();
    view.setStore(store);
    const MessageId cause = 3;
    view.showMessage(cause);
    QCOMPARE(view.message(), cause);
    auto* journey = view.findChild<QTreeWidget*>();
    QCOMPARE(std::size_t(journey->topLevelItemCount()), store->eventsOf(cause).size());
    QSignalSpy events(&view, &MessageView::eventActivated);
    emit journey->itemActivated(journey->topLevelItem(1), 0);
    QCOMPARE(events.front().front().value<Sequence>(), store->eventsOf(cause)[1]);
    // From cause to consequence and back.
    const MessageId caused = store->consequencesOf(cause).front();
    QSignalSpy messages(&view, &MessageView::messageActivated);
    const auto follow = [&](MessageId to) {
        for (QLabel* label : view.findChildren<QLabel*>()) {
            if (label->text().contains(QString("href=\"%1\"").arg(to))) {
                emit label->linkActivated(QString::number(to));
                return;
            }
        }
    };
    follow(caused);
    QCOMPARE(view.message(), caused);
    follow(cause);
    QCOMPARE(view.message(), cause);
    QCOMPARE(messages.size(), 2);
}

void TraceViewsTest::incidentsAreListed() {
    const auto store = filled(40'000);
    IncidentCollector collector(store->sharedTable());
    collector.accept(store->read(0, store->size()), store->horizon());
    IncidentList list(theme(ThemeName::Light));
    list.resize(1000, 260);
    list.show();
    list.setStore(store);
    list.setIncidents(collector.incidents());
    auto* tree = list.findChild<IncidentTree*>();
    QCOMPARE(tree->topLevelItemCount(), int(collector.incidents().size()));
    QCOMPARE(list.openCount(), 1);
    QCOMPARE(tree->topLevelItem(0)->text(1), QString("Commands"));
    QSignalSpy seeks(&list, &IncidentList::seekRequested);
    tree->setFocus();
    QTest::keyClick(tree, Qt::Key_Return);
    QCOMPARE(seeks.size(), 1);
    QVERIFY(seeks.front().front().value<TraceTime>() == collector.incidents()[0].opened);

    // Together by type; what is chosen stays chosen.
    auto* grouping = list.findChild<QComboBox*>("incidents.grouping");
    grouping->setCurrentIndex(3);
    QCOMPARE(tree->topLevelItem(0)->text(0), QString("UpdateUserEmail (1)"));
    QCOMPARE(tree->topLevelItem(0)->childCount(), 1);
    QCOMPARE(tree->chosen(), 0);
    grouping->setCurrentIndex(0);
    QVERIFY(list.text().startsWith(QString::fromStdString(collector.incidents()[0].sentence)));

    // What somebody said of it is shown, and the open ones are fewer.
    QSignalSpy said(&list, &IncidentList::stateRequested);
    list.findChild<QPushButton*>("incidents.acknowledge")->click();
    QCOMPARE(said.size(), 1);
    QVERIFY(said.front().back().value<IncidentState>() == IncidentState::Acknowledged);
    IncidentStates states;
    states.mark(collector.incidents()[0], {IncidentState::Acknowledged, store->horizon(), "ada", "now"});
    list.setStates(states);
    list.setIncidents(collector.incidents());
    QCOMPARE(list.openCount(), 0);
    QVERIFY(tree->topLevelItem(0)->text(0).contains("Acknowledged"));
    QVERIFY(list.text().contains("(acknowledged)"));
    list.setReplay(true);
    list.setTheme(theme(ThemeName::Dark));
    QVERIFY(!list.findChild<QPushButton*>("incidents.redriveChosen")->isEnabled());
}

void TraceViewsTest::chartsFollowTheSelection() {
    const auto store = filled(40'000);
    ChartsPanel charts(theme(ThemeName::Light));
    charts.resize(1200, 240);
    charts.show();
    const auto digest = std::make_shared<TraceDigest>(store);
    charts.setStore(store, digest);
    QTRY_VERIFY(digest->aggregator().horizon() == store->horizon());
    charts.setSelection({sample::kQueue, sample::kUsers});
    const auto labelled = [&](const QString& text) {
        const auto labels = charts.findChildren<QLabel*>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](const QLabel* label) { return label->text() == text; });
    };
    QTRY_VERIFY(labelled("Commands, User repository"));
    QSignalSpy seeks(&charts, &ChartsPanel::seekRequested);
    auto* chart = charts.findChild<ChartView*>();
    QTest::mouseClick(chart->viewport(), Qt::LeftButton, {}, QPoint(chart->width() - 2, chart->height() / 2));
    QCOMPARE(seeks.size(), 1);
    QVERIFY(seeks.front().front().value<TraceTime>() <= store->horizon() + TraceTime(1000));
}

void TraceViewsTest::timelineSeeksAndZooms() {
    const auto store = filled(40'000);
    Timeline timeline(theme(ThemeName::Light));
    timeline.resize(800, 130);
    timeline.show();
    timeline.setStore(store);
    timeline.grab();
    QVERIFY(timeline.shownTo() == store->horizon());
    QSignalSpy seeks(&timeline, &Timeline::seekRequested);
    QTest::mouseClick(&timeline, Qt::LeftButton, {}, QPoint(788, 60));
    QCOMPARE(seeks.size(), 1);
    const double share = seconds(seeks.front().front().value<TraceTime>()) / seconds(store->horizon());
    QVERIFY(share > 0.97 && share <= 1.0);
    QTest::keyClick(&timeline, Qt::Key_Home);
    QVERIFY(seeks.back().front().value<TraceTime>() == TraceTime::zero());
    const Duration whole = timeline.shownTo() - timeline.shownFrom();
    timeline.setPlayhead(store->horizon() / 2);
    QTest::keyClick(&timeline, Qt::Key_Plus);
    const Duration half = timeline.shownTo() - timeline.shownFrom();
    QVERIFY(std::abs(seconds(half) / seconds(whole) - 0.5) < 0.01);
    for (int i = 0; i < 60; ++i)
        QTest::keyClick(&timeline, Qt::Key_Plus);
    QVERIFY(timeline.shownTo() - timeline.shownFrom() >= Duration(900));
    timeline.grab();
    QTest::keyClick(&timeline, Qt::Key_0);
    timeline.grab();
    QVERIFY(timeline.shownFrom() == TraceTime::zero());
    QVERIFY(timeline.shownTo() == store->horizon());
}

void TraceViewsTest::looksRight_data() {
    QTest::addColumn<int>("name");
    QTest::newRow("light") << int(ThemeName::Light);
    QTest::newRow("dark") << int(ThemeName::Dark);
}

void TraceViewsTest::looksRight() {
    QFETCH(int, name);
    const Theme& look = theme(static_cast<ThemeName>(name));
    dress(look);
    const auto store = filled(60'000);
    const TraceTime now = store->horizon() / 2;
    IncidentCollector collector(store->sharedTable());
    collector.accept(store->read(0, store->size()), store->horizon());
    EventLog log(look);
    MessageView message(look);
    IncidentList incidents(look);
    ChartsPanel charts(look);
    Timeline timeline(look);
    const auto digest = std::make_shared<TraceDigest>(store);
    for (QWidget* view : std::initializer_list<QWidget*>{&log, &message, &incidents, &charts, &timeline}) {
        view->resize(1280, view == &timeline ? 130 : 260);
        view->show();
    }
    log.setStore(store);
    log.setPlayhead(now);
    message.setStore(store);
    message.showMessage(collector.incidents()[0].messages[0]);
    message.setPlayhead(now);
    incidents.setStore(store);
    incidents.setIncidents(collector.incidents());
    charts.setStore(store, digest);
    charts.setPlayhead(now);
    timeline.setStore(store, digest);
    timeline.setPlayhead(now);
    timeline.setEnd(store->horizon() * 5 / 4);
    QTRY_VERIFY(digest->aggregator().horizon() == store->horizon());
    charts.setSelection({sample::kQueue});
    QCoreApplication::processEvents();
    const QString suffix = QString::fromLatin1(QTest::currentDataTag());
    picture(log, "log-" + suffix);
    picture(message, "message-" + suffix);
    picture(incidents, "incidents-" + suffix);
    picture(charts, "charts-" + suffix);
    picture(timeline, "timeline-" + suffix);
}

QTEST_MAIN(TraceViewsTest)
#include "tst_traceviews.moc"
