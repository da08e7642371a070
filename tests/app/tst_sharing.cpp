#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>

#include "app/filecontroller.h"
#include "app/importcontroller.h"
#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/runcontroller.h"
#include "app/sharecontroller.h"
#include "app/themecontroller.h"
#include "tests/app/windowtest.h"

using namespace sluice;
using namespace std::chrono_literals;

/// Handing a run on from the window, and taking in a trace from elsewhere.
class TestSharing : public test::WindowTest {
    Q_OBJECT

private slots:
    void init() { openFlagship(); }
    void cleanup() { close(); }

    void withoutARunItSaysWhatToDo() {
        m_window->sharing().share();
        QVERIFY(m_window->messages().sentence().contains("no run to share"));
    }

    void everyKindIsWritten_data() {
        QTest::addColumn<int>("kind");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("page") << int(ShareKind::Page) << "a b.html" << QByteArray("<!DOCTYPE html>");
        QTest::newRow("webp") << int(ShareKind::Webp) << "a.webp" << QByteArray("RIFF");
        QTest::newRow("gif") << int(ShareKind::Gif) << "a.gif" << QByteArray("GIF89a");
        QTest::newRow("svg") << int(ShareKind::MovingSvg) << "a.svg" << QByteArray("<?xml");
        QTest::newRow("report") << int(ShareKind::Report) << "a.md" << QByteArray("# Incident report");
        QTest::newRow("pdf") << int(ShareKind::Report) << "a.pdf" << QByteArray("%PDF");
        QTest::newRow("csv") << int(ShareKind::Csv) << "a.csv" << QByteArray("time,kind,");
        QTest::newRow("json") << int(ShareKind::JsonLines) << "a.jsonl" << QByteArray("{\"sequence\"");
        QTest::newRow("otlp") << int(ShareKind::Otlp) << "a.otlp.json" << QByteArray("{\"resourceSpans\"");
    }

    void everyKindIsWritten() {
        QFETCH(int, kind);
        QFETCH(QString, name);
        QFETCH(QByteArray, begins);
        play();
        ShareRequest request;
        request.kind = static_cast<ShareKind>(kind);
        request.from = 10s;
        request.to = 20s;
        request.framesPerSecond = 5;
        request.width = 320;
        m_window->sharing().shareTo(request, path(name));
        QVERIFY(m_window->sharing().isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->sharing().isBusy(), 60'000);
        QFile file(path(name));
        QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(m_window->messages().sentence()));
        QVERIFY(file.readAll().startsWith(begins));
    }

    void cancellingLeavesNoFile() {
        play();
        ShareRequest request;
        request.kind = ShareKind::Webp;
        request.framesPerSecond = 60;
        m_window->sharing().shareTo(request, path("long.webp"));
        m_window->sharing().cancel();
        QVERIFY(!m_window->sharing().isBusy());
        // The window waits for the work that was cancelled.
        m_window.reset();
        QVERIFY(!QFile::exists(path("long.webp")));
    }

    void whatGoesWrongIsSaid() {
        play();
        m_window->sharing().shareTo({}, path("nowhere/page.html"));
        QTRY_VERIFY(m_window->messages().sentence().contains("Not shared"));
    }

    void theDialogAsksForARangeThatCanBe() {
        play();
        m_window->sharing().share();
        auto* dialog = m_window->findChild<ShareDialog*>("shareDialog");
        QVERIFY(dialog);
        QVERIFY(dialog->request().ok());
        QVERIFY(dialog->request()->to > 60s);
        auto* to = dialog->findChild<QLineEdit*>("share.to");
        // Of a minute nobody reads nanoseconds, yet its last event is in it.
        QVERIFY2(to->text().section('.', 1).size() <= 4, qPrintable(to->text()));
        QVERIFY(dialog->request()->to >= session().store()->horizon());
        to->setText("soon");
        QVERIFY(!dialog->request().ok());
        QVERIFY(dialog->findChild<QLabel*>("share.remark")->isVisible());
        dialog->accept();
        QVERIFY(dialog->isVisible());
        to->setText("20s");
        // What a page holds and leaves out is said before it is made.
        const QString remark = dialog->findChild<QLabel*>("share.remark")->text();
        const TraceStore& run = *m_window->session().store();
        QVERIFY2(remark.contains(QLocale().toString(qulonglong(run.lowerBound(20s + 1ns)))),
                 qPrintable(remark));
        QVERIFY(remark.contains("200,000") && remark.contains("died"));
        dialog->findChild<QLineEdit*>("share.masks")->setText("email, password");
        QCOMPARE(dialog->request()->masks, (std::vector<std::string>{"email", "password"}));
        dialog->reject();
    }

    void aPageOfTooManyEventsIsRefusedBeforeItIsMade() {
        const auto table = std::make_shared<EntityTable>();
        table->entities.push_back({"c", "Client"});
        auto run = std::make_shared<TraceStore>(table);
        std::vector<TraceEvent> events(250'000);
        for (std::size_t i = 0; i < events.size(); ++i) {
            events[i].at = TraceTime(static_cast<std::int64_t>(i) * 1'000'000);
            events[i].subject = 0;
            events[i].message = static_cast<MessageId>(i + 1);
        }
        run->accept(events, events.back().at);
        run->finish({});
        QSettings settings(path("settings.ini"), QSettings::IniFormat);
        auto* dialog = new ShareDialog({}, run, settings, m_window.get());
        const auto refused = dialog->request();
        QVERIFY(!refused.ok());
        QVERIFY2(refused.error().sentence.find("at most 200,000 events") != std::string::npos,
                 refused.error().sentence.c_str());
        dialog->findChild<QLineEdit*>("share.to")->setText("100s");
        QVERIFY(dialog->request().ok());
        dialog->reject();
    }

    void anIncidentIsSharedByItself() {
        play();
        const std::vector<Incident> incidents = m_window->session().incidents();
        QVERIFY(!incidents.empty());
        const Incident& incident = incidents.front();
        m_window->sharing().shareIncident(incident);
        auto* dialog = m_window->findChild<ShareDialog*>("shareDialog");
        QVERIFY(dialog);
        QCOMPARE(dialog->findChild<QLabel*>("share.about")->text(),
                 QString::fromStdString(incident.sentence));
        const auto asked = dialog->request();
        QVERIFY(asked.ok());
        // A report, from before the first of its messages was asked for to the moment that is shown.
        QCOMPARE(asked->kind, ShareKind::Report);
        QVERIFY(asked->from < m_window->session().store()->message(incident.messages.front())->created);
        QVERIFY(asked->to >= incident.last);
        dialog->reject();
        m_window->incidents().setState(incident, IncidentState::Acknowledged);
        m_window->sharing().shareTo(*asked, path("one.md"));
        QTRY_VERIFY_WITH_TIMEOUT(!m_window->sharing().isBusy(), 60'000);
        QFile file(path("one.md"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray report = file.readAll();
        QVERIFY(report.contains("Incident 1: ") && !report.contains("Incident 2: "));
        QVERIFY(report.contains("What people did") && report.contains("acknowledged"));
    }

    void anImportedTraceIsOpened() {
        play();
        ShareRequest request;
        request.kind = ShareKind::Csv;
        const Sequence events = m_window->session().store()->size();
        m_window->sharing().shareTo(request, path("events.csv"));
        QTRY_VERIFY(!m_window->sharing().isBusy());
        m_window->imports().importTo(path("events.csv"), path("again.sluicerec"));
        QTRY_COMPARE(m_window->mode(), Mode::Replay);
        QTRY_VERIFY(m_window->session().isReplay());
        QCOMPARE(m_window->session().store()->size(), events);
        QVERIFY(m_window->documents().document().diagram().findElement("dead-commands"));
    }

    void whatAnImportPassedOverIsSaid() {
        QFile file(path("bad.csv"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("time,kind,element,message\n1,message-created,a,1\nsoon,enqueued,q,1\n2,enqueued,q,1\n");
        file.close();
        m_window->imports().importTo(file.fileName(), path("bad.sluicerec"));
        QTRY_VERIFY(m_window->messages().sentence().contains("line 3"));
        QTRY_COMPARE(m_window->mode(), Mode::Replay);
    }

    void whatIsNoTraceIsRefused() {
        QFile file(path("letter.txt"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("Dear reader,\n");
        file.close();
        m_window->imports().importTo(file.fileName(), path("letter.sluicerec"));
        QTRY_VERIFY(m_window->messages().sentence().contains("Not imported"));
        QVERIFY(!QFile::exists(path("letter.sluicerec")));
    }

private:
    QString path(const QString& name) const { return m_folder->filePath(name); }
    void play() {
        m_window->runs().chooseScenario("processing-bug");
        m_window->setMode(Mode::Run);
        QTRY_COMPARE(m_window->session().state(), RunSession::State::Paused);
        m_window->session().runToEnd();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->session().state(), RunSession::State::Ended, 60'000);
    }
};

QTEST_MAIN(TestSharing)
#include "tst_sharing.moc"
