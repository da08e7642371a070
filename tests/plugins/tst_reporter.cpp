#include <QtTest>

#include "core/live/watchtable.h"
#include "plugins/rabbitmq/brokerdrawing.h"
#include "plugins/rabbitmq/reporter.h"
#include "tests/diagram/drawn.h"
#include "tests/plugins/recorded.h"

using namespace sluice;
using test::element;
using test::link;
using namespace sluice::rabbitmq;
using namespace std::chrono_literals;

namespace {

Diagram drawing() {
    Diagram diagram;
    diagram.elements = {element("orders", ElementKind::Exchange), element("orders.new", ElementKind::Queue),
                        element("orders.email", ElementKind::Queue), element("nowhere", ElementKind::Queue),
                        element("warehouse", ElementKind::Service)};
    diagram.links = {link("orders-orders.new", LinkKind::Bind, "orders", "orders.new"),
                     link("orders.new-warehouse", LinkKind::Consume, "orders.new", "warehouse")};
    return diagram;
}

class Watch {
public:
    std::vector<TraceEvent> round(const std::string& text, TraceTime at) {
        readPrometheus(text, [this](const PrometheusSample& sample) { reporter.take(sample); });
        return reporter.finish(at);
    }
    QStringList told(const std::vector<TraceEvent>& events) const {
        QStringList lines;
        for (const TraceEvent& event : events) {
            const std::string& name = table->entities[event.subject].id;
            const std::string_view what = event.kind == EventKind::Observed  ? gaugeName(Gauge(event.detail))
                                          : event.kind == EventKind::Counted ? flowName(Flow(event.detail))
                                                                             : kindName(event.kind);
            lines << QString("%1 %2 %3/%4")
                         .arg(QString::fromStdString(name),
                              QString::fromUtf8(what.data(), qsizetype(what.size())))
                         .arg(event.value)
                         .arg(event.peer);
        }
        return lines;
    }
    std::shared_ptr<const EntityTable> table = watchTable(drawing());
    Reporter reporter{table, "/"};
};

std::string published(const char* channel, int count) {
    return QString(
               "rabbitmq_detailed_channel_messages_published_total{channel=\"%1\",vhost=\"/\","
               "exchange=\"orders\"} %2")
               .arg(channel)
               .arg(count)
               .toStdString() +
           "\n";
}

std::string ready(int count) {
    return "rabbitmq_detailed_queue_messages_ready{vhost=\"/\",queue=\"orders.new\"} " +
           std::to_string(count) + "\n";
}

}  // namespace

class ReporterTest : public QObject {
    Q_OBJECT

private slots:
    void tellsWhatABrokerTold() {
        Watch watch;
        const QStringList first = watch.told(watch.round(recorded("metrics-1.txt"), 0s));
        QVERIFY2(first.contains("orders.email ready 30018/0"), qPrintable(first.join("; ")));
        QVERIFY(first.contains("orders.new consumers 2/0"));
        QVERIFY2(first.filter(" in ").isEmpty() && first.filter(" out ").isEmpty(), "counted from nowhere");
        QCOMPARE(watch.reporter.known(), 2);
        // Ten seconds later, by the difference of the two recordings.
        const auto second = watch.round(recorded("metrics-2.txt"), 10s);
        const auto difference = [](const char* line) {
            const auto valueIn = [&](const QString& file) {
                for (const QString& each : QString::fromStdString(recorded(file)).split('\n')) {
                    if (each.startsWith(line) && each.contains("orders"))
                        return each.section(' ', -1).toLongLong();
                }
                return qlonglong(-1);
            };
            return valueIn("metrics-2.txt") - valueIn("metrics-1.txt");
        };
        const qlonglong many = difference("rabbitmq_detailed_channel_messages_published_total{");
        QVERIFY(many > 300);
        QVERIFY2(watch.told(second).contains(QString("orders in %1/10000").arg(many)),
                 qPrintable(watch.told(second).join("; ")));
        QVERIFY(!watch.told(second).filter("orders-orders.new in").isEmpty());
        QVERIFY(!watch.told(second).filter("orders.new-warehouse out").isEmpty());
    }
    void tellsOnlyWhatChanged() {
        Watch watch;
        watch.round(ready(7) + published("<0.1.0>", 100), 0s);
        QCOMPARE(watch.told(watch.round(ready(7) + published("<0.1.0>", 100), 5s)), QStringList());
        QCOMPARE(watch.told(watch.round(ready(9) + published("<0.1.0>", 100), 10s)),
                 QStringList{"orders.new ready 9/0"});
    }
    void countsEachChannelForItself() {
        Watch watch;
        watch.round(published("<0.1.0>", 100) + published("<0.2.0>", 5000), 0s);
        // One is gone with what it had counted, one is new.
        QCOMPARE(watch.told(watch.round(published("<0.1.0>", 130) + published("<0.3.0>", 12), 5s)),
                 QStringList{"orders in 42/5000"});
        // One of the same name that counts from the start.
        QCOMPARE(watch.told(watch.round(published("<0.1.0>", 4) + published("<0.3.0>", 12), 10s)),
                 QStringList{"orders in 4/5000"});
    }
    void waitsForFiguresThatAreNotRenewedYet() {
        // 50 a second, renewed by the broker every five seconds, asked for every second.
        Watch watch;
        QStringList lines;
        for (int second = 0; second <= 30; ++second) {
            const int counted = second / 5 * 250;
            lines << watch.told(
                watch.round(published("<0.1.0>", 1000 + counted), std::chrono::seconds(second)));
        }
        QCOMPARE(lines, QStringList(6, "orders in 250/5000"));
        // It stops: told once, when it is sure.
        lines.clear();
        for (int second = 31; second <= 60; ++second)
            lines << watch.told(watch.round(published("<0.1.0>", 2500), std::chrono::seconds(second)));
        QCOMPARE(lines.size(), 1);
        QVERIFY(lines.front().startsWith("orders in 0/"));
    }
    void tellsThatAQueueIsGone() {
        Watch watch;
        watch.round(ready(7), 0s);
        QCOMPARE(watch.told(watch.round({}, 5s)).front(), QString("orders.new queue deleted 0/0"));
        QCOMPARE(watch.reporter.known(), 0);
        QCOMPARE(watch.told(watch.round(ready(1), 10s)).front(), QString("orders.new queue declared 0/0"));
    }
    void countsAnewAfterAGap() {
        Watch watch;
        watch.round(ready(7) + published("<0.1.0>", 100), 0s);
        watch.reporter.forget();
        QCOMPARE(watch.told(watch.round(ready(7) + published("<0.1.0>", 9000), 600s)),
                 QStringList{"orders.new ready 7/0"});
    }
};

QTEST_GUILESS_MAIN(ReporterTest)
#include "tst_reporter.moc"
