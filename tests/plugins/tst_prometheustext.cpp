#include <QtTest>
#include <cmath>

#include "plugins/rabbitmq/prometheustext.h"

using namespace sluice::rabbitmq;

namespace {

// The document's own, with its blank lines and comments.
const std::string kExample =
    "# HELP http_requests_total The total number of HTTP requests.\n"
    "# TYPE http_requests_total counter\n"
    "http_requests_total{method=\"post\",code=\"200\"} 1027 1395066363000\n"
    "http_requests_total{method=\"post\",code=\"400\"}    3 1395066363000\n"
    "\n"
    "# Escaping in label values:\n"
    "msdos_file_access_time_seconds{path=\"C:\\\\DIR\\\\FILE.TXT\",error=\"Cannot find "
    "file:\\n\\\"FILE.TXT\\\"\"} "
    "1.458255915e9\n"
    "\n"
    "# Minimalistic line:\n"
    "metric_without_timestamp_and_labels 12.47\n";

struct Read {
    QStringList lines;
    bool ok = false;
};

Read read(const std::string& text) {
    Read result;
    result.ok = readPrometheus(text, [&](const PrometheusSample& sample) {
        QString line = QString::fromUtf8(sample.name.data(), qsizetype(sample.name.size()));
        for (const auto& label : sample.labels)
            line +=
                QString(" %1=%2").arg(QString::fromUtf8(label.name.data(), qsizetype(label.name.size())),
                                      QString::fromUtf8(label.value.data(), qsizetype(label.value.size())));
        result.lines << line + ' ' + QString::number(sample.value);
    });
    return result;
}

}  // namespace

/// The text format as prometheus.io describes it ("Exposition formats", 0.0.4).
class PrometheusTextTest : public QObject {
    Q_OBJECT

private slots:
    void readsTheFormatsOwnExample() {
        const Read result = read(kExample);
        QVERIFY(result.ok);
        QCOMPARE(result.lines,
                 QStringList({"http_requests_total method=post code=200 1027",
                              "http_requests_total method=post code=400 3",
                              "msdos_file_access_time_seconds path=C:\\DIR\\FILE.TXT error=Cannot find "
                              "file:\n\"FILE.TXT\" 1.45826e+09",
                              "metric_without_timestamp_and_labels 12.47"}));
    }
    void doesNotLookIntoWhatNobodyWants() {
        const std::string text = "first{queue=\"a\"} 1\nother{not a label 2\nlast\t3\n";
        QStringList names;
        const auto note = [&](const PrometheusSample& sample) {
            names << QString::fromUtf8(sample.name.data(), qsizetype(sample.name.size()));
        };
        QVERIFY(!readPrometheus(text, note));
        names.clear();
        QVERIFY(readPrometheus(text, note, [](std::string_view name) { return name != "other"; }));
        QCOMPARE(names, QStringList({"first", "last"}));
    }
    void knowsThatAPageIsNoMetrics_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("html") << "<html><body>Bad gateway</body></html>";
        QTest::newRow("json") << "{\"error\":\"not_authorised\"}";
        QTest::newRow("cut off in a label") << "a{b=\"c";
        QTest::newRow("no value") << "a{b=\"c\"}";
        QTest::newRow("no number") << "a twelve";
    }
    void knowsThatAPageIsNoMetrics() {
        QFETCH(QString, text);
        QVERIFY(!read(text.toStdString()).ok);
    }
    void readsTenThousandQueuesInAnInstant() {
        std::string text;
        for (int queue = 0; queue < 10'000; ++queue) {
            for (const char* name : {"ready", "unacked", "process_reductions_total"})
                text += "rabbitmq_detailed_queue_messages_" + std::string(name) +
                        "{vhost=\"/\",queue=\"orders.tenant-" + std::to_string(queue) + "\"} 17\n";
        }
        double sum = 0;
        QElapsedTimer clock;
        clock.start();
        QVERIFY(readPrometheus(text, [&](const PrometheusSample& sample) { sum += sample.value; }));
        qInfo("%.1f MB in %.1f ms", double(text.size()) / 1e6, double(clock.nsecsElapsed()) / 1e6);
        QCOMPARE(sum, 10'000 * 3 * 17.0);
    }
};

QTEST_GUILESS_MAIN(PrometheusTextTest)
#include "tst_prometheustext.moc"
