#include <QLabel>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "app/outcomepanel.h"
#include "app/paneldocks.h"
#include "app/timeselection.h"
#include "tests/app/windowtest.h"

using namespace sluice;
using namespace std::chrono_literals;

/// What the scenario expected and what came of it, of the run and of a part of it.
class TestOutcome : public test::WindowTest {
    Q_OBJECT

private slots:
    void init() { openFlagship("processing-bug"); }
    void cleanup() { close(); }

    void aSelectedPartIsJudgedByItself() {
        session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(session().state(), RunSession::State::Ended, 60'000);
        auto* panel = static_cast<OutcomePanel*>(m_window->panels().reveal("outcome"));
        const QStringList whole = rows(panel);
        QVERIFY(whole.join(' ').contains(QString::number(deadLetters(0s, TraceTime::max()))));
        // Half of the dead letters.
        const TimeRange range{15s, 23s};
        const int died = deadLetters(range.from, range.to);
        QVERIFY(died > 0 && died < deadLetters(0s, TraceTime::max()));
        select(range);
        QTRY_VERIFY(rows(panel) != whole);
        QTRY_VERIFY(head(panel).contains("alone"));
        const QStringList part = rows(panel);
        QCOMPARE(part.size(), whole.size());
        for (const QString& row : part) {
            if (row.contains("deadLetters") || row.contains("dead letters"))
                QVERIFY2(row.contains(QStringLiteral(": %1,").arg(died)), qPrintable(row));
        }
        QVERIFY(part.join(' ').contains("dead letters"));
        // The chip brings the whole run back.
        auto* chip = panel->findChild<QToolButton*>("rangeChip");
        QVERIFY(chip && chip->isVisible());
        chip->click();
        QTRY_COMPARE(rows(panel), whole);
        QVERIFY(!chip->isVisible());
    }

    void aPartIsJudgedBeforeTheRunIsOver() {
        session().seek(30s);
        QTRY_COMPARE(session().now(), TraceTime(30s));
        auto* panel = static_cast<OutcomePanel*>(m_window->panels().reveal("outcome"));
        QVERIFY(rows(panel).join(' ').contains("Open"));
        select(TimeRange{15s, 23s});
        QTRY_VERIFY(head(panel).contains("alone"));
        QVERIFY(!rows(panel).join(' ').contains("Open"));
    }

private:
    void select(const TimeRange& range) {
        auto* time = m_window->findChild<TimeSelection*>();
        QVERIFY(time);
        time->select(range);
    }
    static QString head(const OutcomePanel* panel) { return panel->findChild<QLabel*>()->text(); }
    static QStringList rows(const OutcomePanel* panel) {
        const auto* list = panel->findChild<QTreeWidget*>();
        QStringList texts;
        for (int i = 0; i < list->topLevelItemCount(); ++i)
            texts << list->topLevelItem(i)->text(0) + ' ' + list->topLevelItem(i)->text(1);
        return texts;
    }
    int deadLetters(TraceTime from, TraceTime to) {
        int count = 0;
        session().store()->visit(0, session().store()->size(), [&](Sequence, const TraceEvent& event) {
            count += event.kind == EventKind::DeadLettered && event.at >= from && event.at < to ? 1 : 0;
            return true;
        });
        return count;
    }
};

QTEST_MAIN(TestOutcome)
#include "tst_outcome.moc"
