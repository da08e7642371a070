#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "core/incident/incident.h"
#include "tests/trace/sampletrace.h"
#include "widgets/charts/chartspanel.h"
#include "widgets/charts/chartview.h"
#include "widgets/incidents/incidentlist.h"
#include "widgets/incidents/incidenttree.h"
#include "widgets/log/eventlog.h"
#include "widgets/log/eventwords.h"
#include "widgets/message/messageview.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/timeline.h"

using namespace sluice;

namespace {

std::shared_ptr<TraceStore> filled(std::size_t count) {
    auto store = std::make_shared<TraceStore>(sample::table());
    const auto events = sample::trace(count, 21, 1.05);
    store->accept(events, events.back().at);
    store->finish({});
    return store;
}

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
    void logShowsOnlyWhatFits();
    void logFollowsThePlayhead();
    void logMarksTheOneThatHappenedOfEventsOfOneTime();
    void logFilters_data();
    void logFilters();
    void logActivatesEventsAndMessages();
    void logSeeksOnADoubleClickAlone();
    void logAsksForStepsToItsMatches();
    void logSaysWhatIsWrongWithAQuery();
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

void TraceViewsTest::logShowsOnlyWhatFits() {
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(filled(120'000));
    auto* table = log.findChild<QTableView*>();
    QVERIFY(table->model()->rowCount() > 5);
    QVERIFY(table->model()->rowCount() < 40);
    const auto bars = log.findChildren<QScrollBar*>();
    const bool reaches =
        std::any_of(bars.begin(), bars.end(), [](const QScrollBar* bar) { return bar->maximum() > 119'000; });
    QVERIFY(reaches);
}

void TraceViewsTest::logFollowsThePlayhead() {
    const auto store = filled(60'000);
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    const TraceTime time = store->at(40'000).at;
    log.setPlayhead(time);
    auto* table = log.findChild<QTableView*>();
    const Sequence last = store->lowerBound(time + TraceTime(1)) - 1;
    int marked = 0;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        const QModelIndex index = table->model()->index(row, 0);
        if (!index.data(Qt::BackgroundRole).isValid())
            continue;
        ++marked;
        QCOMPARE(index.data().toString(), eventwords::instant(store->at(last).at));
    }
    QCOMPARE(marked, 1);
    log.setFollowing(false);
    log.setPlayhead(TraceTime::zero());
    QVERIFY(table->model()->index(0, 0).data().toString() != eventwords::instant(TraceTime::zero()));
}

void TraceViewsTest::logMarksTheOneThatHappenedOfEventsOfOneTime() {
    const auto store = filled(60'000);
    Sequence first = 30'000;
    while (store->at(first).at != store->at(first + 1).at)
        ++first;
    const TraceTime time = store->at(first).at;
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    log.setPlayhead(time, first + 1);
    log.setFollowing(false);
    const auto* table = log.findChild<QTableView*>();
    const auto marked = [&](Sequence next) {
        log.setPlayhead(time, next);
        int row = 0;
        while (!table->model()->index(row, 0).data(Qt::BackgroundRole).isValid() && row < 100)
            ++row;
        return row;
    };
    QVERIFY(marked(first + 1) < 100);
    QCOMPARE(marked(first + 2), marked(first + 1) + 1);
}

void TraceViewsTest::logFilters_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<uint>("entity");
    QTest::newRow("kind") << "" << int(EventKind::DeadLettered) << kNoEntity;
    QTest::newRow("element") << "" << -1 << uint(sample::kTopic);
    QTest::newRow("name of an event") << "work finished" << -1 << kNoEntity;
    QTest::newRow("name of an element") << "dead commands" << -1 << uint(sample::kDead);
    QTest::newRow("type of message") << "UserUpdated" << -1 << uint(sample::kTopic);
    QTest::newRow("one message") << "m-17" << -1 << kNoEntity;
    QTest::newRow("nothing") << "no such thing" << -1 << kNoEntity;
}

void TraceViewsTest::logFilters() {
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(uint, entity);
    const auto store = filled(30'000);
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    log.findChild<QLineEdit*>()->setText(text);
    for (QComboBox* box : log.findChildren<QComboBox*>()) {
        const bool kinds = box->findData(int(EventKind::Moved)) >= 0 && box->count() == kEventKindCount + 1;
        box->setCurrentIndex(kinds ? box->findData(kind) : box->findData(entity));
    }
    qint64 wanted = 0;
    store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
        const auto info = store->message(event.message);
        const bool named =
            text.isEmpty() || eventwords::title(event.kind).contains(text, Qt::CaseInsensitive) ||
            eventwords::place(event.subject, store->table()).contains(text, Qt::CaseInsensitive) ||
            eventwords::message(event.message) == text ||
            (info && QString::fromStdString(store->table().types[info->type].id).contains(text));
        const bool passes = named && (kind < 0 || int(event.kind) == kind) &&
                            (entity == kNoEntity || event.subject == entity);
        wanted += passes ? 1 : 0;
        return true;
    });
    auto* table = log.findChild<QTableView*>();
    const auto shown = [&] {
        qint64 total = table->model()->rowCount();
        for (const QScrollBar* bar : log.findChildren<QScrollBar*>()) {
            if (bar->accessibleName() == "Position in the events")
                total += bar->maximum();
        }
        return total;
    };
    QTRY_COMPARE(shown(), wanted);
    if (text == "no such thing")
        QCOMPARE(wanted, qint64(0));
}

void TraceViewsTest::logActivatesEventsAndMessages() {
    const auto store = filled(5'000);
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    QSignalSpy events(&log, &EventLog::eventActivated);
    QSignalSpy chosen(&log, &EventLog::messageChosen);
    QSignalSpy messages(&log, &EventLog::messageActivated);
    auto* table = log.findChild<QTableView*>();
    auto* button = log.findChild<QPushButton*>();
    QVERIFY(!button->isEnabled());
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(events.size(), 1);
    QCOMPARE(events.front().front().value<Sequence>(), store->size() - 1);
    QTest::keyClick(table, Qt::Key_Home);
    QVERIFY(!chosen.isEmpty());
    QCOMPARE(chosen.back().front().value<MessageId>(), store->at(0).message);
    // To choose is not to open: the log stays in front.
    QCOMPARE(messages.size(), 0);
    QTest::keyClick(table, Qt::Key_Return, Qt::ControlModifier);
    QCOMPARE(messages.size(), 1);
    QCOMPARE(messages.back().front().value<MessageId>(), store->at(0).message);
    QTest::mouseClick(button, Qt::LeftButton);
    QCOMPARE(messages.size(), 2);
    QCOMPARE(events.size(), 1);
}

void TraceViewsTest::logSeeksOnADoubleClickAlone() {
    const auto store = filled(5'000);
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    QSignalSpy events(&log, &EventLog::eventActivated);
    QSignalSpy messages(&log, &EventLog::messageActivated);
    auto* table = log.findChild<QTableView*>();
    const QPoint third = table->visualRect(table->model()->index(2, 1)).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, third);
    QCOMPARE(events.size(), 0);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, third);
    QCOMPARE(events.size(), 1);
    QCOMPARE(events.front().front().value<Sequence>(), Sequence(2));
    QCOMPARE(messages.size(), 0);
}

void TraceViewsTest::logAsksForStepsToItsMatches() {
    const auto store = filled(20'000);
    Sequence failure = 0;
    store->visit(0, store->size(), [&](Sequence sequence, const TraceEvent& event) {
        failure = sequence;
        return event.kind != EventKind::Failed;
    });
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(store);
    log.findChild<QLineEdit*>()->setText("kind=failed");
    QTRY_VERIFY(!log.filter().query.isEmpty());
    QSignalSpy steps(&log, &EventLog::matchWanted);
    for (const char* name : {"Next match", "Previous match"}) {
        for (auto* one : log.findChildren<QToolButton*>()) {
            if (one->accessibleName() == name)
                one->click();
        }
    }
    QCOMPARE(steps.size(), 2);
    QCOMPARE(steps[0][0].toBool(), true);
    QCOMPARE(steps[1][0].toBool(), false);
    // Where the step has come to is the chosen line; what is not listed changes nothing.
    QSignalSpy activated(&log, &EventLog::eventActivated);
    QTRY_VERIFY((log.choose(failure), log.findChild<QTableView*>()->selectionModel()->hasSelection()));
    log.choose(failure - 1);
    QTest::keyClick(log.findChild<QTableView*>(), Qt::Key_Return);
    QCOMPARE(activated.size(), 1);
    QCOMPARE(activated[0][0].value<Sequence>(), failure);
}

void TraceViewsTest::logSaysWhatIsWrongWithAQuery() {
    EventLog log(theme(ThemeName::Light));
    log.resize(900, 300);
    log.show();
    log.setStore(filled(5'000));
    auto* line = log.findChild<QLineEdit*>();
    line->setText("kind:exploded");
    QVERIFY(line->property("invalid").toBool());
    QVERIFY2(line->accessibleDescription().startsWith("column 6"), qPrintable(line->accessibleDescription()));
    line->setText("kind:moved");
    QVERIFY(!line->property("invalid").toBool());
    QVERIFY(line->accessibleDescription().isEmpty());
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
