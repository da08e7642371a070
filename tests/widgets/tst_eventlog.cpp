#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/widgets/filledstore.h"
#include "widgets/log/eventlog.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// A log that shows a trace, with room for a few lines.
class ShownLog : public EventLog {
public:
    explicit ShownLog(const std::shared_ptr<TraceStore>& store) : EventLog(theme(ThemeName::Light)) {
        resize(900, 300);
        show();
        setStore(store);
    }
};

}  // namespace

class EventLogTest : public QObject {
    Q_OBJECT
private slots:
    void logShowsOnlyWhatFits();
    void logFollowsThePlayhead();
    void logMarksTheOneThatHappenedOfEventsOfOneTime();
    void logFilters_data();
    void logFilters();
    void logActivatesEventsAndMessages();
    void logSeeksOnADoubleClickAlone();
    void logAsksForStepsToItsMatches();
    void logSaysWhatIsWrongWithAQuery();
};

void EventLogTest::logShowsOnlyWhatFits() {
    ShownLog log(filled(120'000));
    auto* table = log.findChild<QTableView*>();
    QVERIFY(table->model()->rowCount() > 5);
    QVERIFY(table->model()->rowCount() < 40);
    const auto bars = log.findChildren<QScrollBar*>();
    const bool reaches =
        std::any_of(bars.begin(), bars.end(), [](const QScrollBar* bar) { return bar->maximum() > 119'000; });
    QVERIFY(reaches);
}

void EventLogTest::logFollowsThePlayhead() {
    const auto store = filled(60'000);
    ShownLog log(store);
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

void EventLogTest::logMarksTheOneThatHappenedOfEventsOfOneTime() {
    const auto store = filled(60'000);
    Sequence first = 30'000;
    while (store->at(first).at != store->at(first + 1).at)
        ++first;
    const TraceTime time = store->at(first).at;
    ShownLog log(store);
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

void EventLogTest::logFilters_data() {
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

void EventLogTest::logFilters() {
    QFETCH(QString, text);
    QFETCH(int, kind);
    QFETCH(uint, entity);
    const auto store = filled(30'000);
    ShownLog log(store);
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

void EventLogTest::logActivatesEventsAndMessages() {
    const auto store = filled(5'000);
    ShownLog log(store);
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

void EventLogTest::logSeeksOnADoubleClickAlone() {
    const auto store = filled(5'000);
    ShownLog log(store);
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

void EventLogTest::logAsksForStepsToItsMatches() {
    const auto store = filled(20'000);
    Sequence failure = 0;
    store->visit(0, store->size(), [&](Sequence sequence, const TraceEvent& event) {
        failure = sequence;
        return event.kind != EventKind::Failed;
    });
    ShownLog log(store);
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

void EventLogTest::logSaysWhatIsWrongWithAQuery() {
    ShownLog log(filled(5'000));
    auto* line = log.findChild<QLineEdit*>();
    line->setText("kind:exploded");
    QVERIFY(line->property("invalid").toBool());
    QVERIFY2(line->accessibleDescription().startsWith("column 6"), qPrintable(line->accessibleDescription()));
    line->setText("kind:moved");
    QVERIFY(!line->property("invalid").toBool());
    QVERIFY(line->accessibleDescription().isEmpty());
}

QTEST_MAIN(EventLogTest)
#include "tst_eventlog.moc"
