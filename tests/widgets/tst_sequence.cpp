#include <QSignalSpy>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <set>

#include "tests/engine/simulated.h"
#include "widgets/sequence/sequencecanvas.h"
#include "widgets/sequence/sequenceview.h"
#include "widgets/theme/theme.h"

using namespace sluice;

namespace {

std::shared_ptr<TraceStore> play(const char* scenario) {
    const auto loaded = loadDiagram(SLUICE_SOURCE_DIR "/resources/examples/update-user-email.sluice");
    RunOptions options;
    options.scenario = scenario;
    const test::Run run = test::run(loaded->diagram, options);
    auto store = std::make_shared<TraceStore>(run.table);
    store->accept(run.trace.events, run.trace.horizon);
    store->finish({});
    return store;
}

MessageId firstDeadLetter(const TraceStore& store) {
    const auto found =
        store.findNext(0, [](const TraceEvent& event) { return event.kind == EventKind::DeadLettered; });
    return found ? store.at(*found).message : 0;
}

QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestSequence : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        m_store = play("processing-bug");
        m_dead = firstDeadLetter(*m_store);
        QVERIFY(m_dead != 0);
    }

    void stepsAreChosenAndFollowedByKeyboard() {
        SequenceView view(theme(ThemeName::Light));
        view.resize(900, 400);
        view.setStore(m_store);
        view.showMessage(m_dead);
        auto* canvas = view.findChild<SequenceCanvas*>();
        QVERIFY(canvas && !canvas->isEmpty());
        QSignalSpy sought(&view, &SequenceView::eventActivated);
        QSignalSpy chosen(&view, &SequenceView::messageActivated);
        QTest::keyClick(canvas, Qt::Key_Down);
        QCOMPARE(chosen.size(), 1);
        QVERIFY(!canvas->accessibleDescription().isEmpty());
        QTest::keyClick(canvas, Qt::Key_Return);
        QCOMPARE(sought.size(), 1);
        const auto first = sought.front().front().value<Sequence>();
        QTest::keyClick(canvas, Qt::Key_End);
        QTest::keyClick(canvas, Qt::Key_Return);
        QVERIFY(sought.back().front().value<Sequence>() > first);
    }

    void rowsFollowTheTraceAndDoNotOverlap() {
        SequenceScope scope;
        scope.messages = messagesCausedBy(*m_store, m_store->message(m_dead)->correlation);
        const SequenceDiagram diagram = sequenceOf(*m_store, scope);
        const SequenceLayout layout(diagram, QFontMetricsF(textFont()));
        QCOMPARE(layout.rows().size(), diagram.hops.size() + diagram.marks.size());
        for (std::size_t i = 1; i < layout.rows().size(); ++i) {
            QVERIFY(layout.rows()[i].sequence >= layout.rows()[i - 1].sequence);
            QVERIFY(layout.rows()[i].y - layout.rows()[i - 1].y >= layout.rowHeight());
            QCOMPARE(layout.rowAt(layout.rows()[i].y), static_cast<int>(i));
        }
        // It died and was redriven half a minute later: that is said, not drawn to scale.
        QVERIFY(
            std::ranges::any_of(layout.rows(), [](const SequenceRow& row) { return !row.gap.isEmpty(); }));
    }

    void scopesWidenWhatIsDrawn() {
        SequenceView view(theme(ThemeName::Dark));
        view.setStore(m_store);
        view.showMessage(m_dead);
        auto* canvas = view.findChild<SequenceCanvas*>();
        const auto messages = [&](SequenceView::Scope scope) {
            view.setScope(scope);
            std::set<MessageId> found;
            for (const Hop& hop : canvas->diagram().hops)
                found.insert(hop.message);
            return found;
        };
        const auto alone = messages(SequenceView::Scope::Message);
        QCOMPARE(alone, std::set<MessageId>{m_dead});
        const auto chain = messages(SequenceView::Scope::Chain);
        QVERIFY(chain.size() > 1 && chain.contains(m_dead));
        const auto sameKey = messages(SequenceView::Scope::Key);
        const auto key = m_store->message(m_dead)->key;
        QVERIFY(sameKey.contains(m_dead));
        for (const MessageId message : sameKey)
            QCOMPARE(m_store->message(message)->key, key);
        const TraceTime died = m_store->at(m_store->eventsOf(m_dead).back()).at;
        view.setPlayhead(died);
        QVERIFY(messages(SequenceView::Scope::AroundPlayhead).size() > 2);
    }

    void exportsWhatIsShown() {
        QTemporaryDir folder;
        SequenceView view(theme(ThemeName::Light));
        view.setStore(m_store);
        QVERIFY(!view.writerTo(folder.filePath("empty.svg"))());
        view.showMessage(m_dead);
        for (const char* name : {"way.svg", "way.mmd", "way.puml"}) {
            const auto written = view.writerTo(folder.filePath(name))();
            QVERIFY2(written.ok(), written.ok() ? "" : written.error().text().c_str());
            QVERIFY(read(folder.filePath(name)).contains("Dead commands"));
        }
        QXmlStreamReader svg(read(folder.filePath("way.svg")));
        while (!svg.atEnd())
            svg.readNext();
        QVERIFY2(!svg.hasError(), qPrintable(svg.errorString()));
        if (qEnvironmentVariableIsSet("SLUICE_KEEP_PICTURES"))
            QFile::copy(folder.filePath("way.svg"), qEnvironmentVariable("SLUICE_KEEP_PICTURES"));
        const auto refused = view.writerTo(folder.filePath("way.gif"))();
        QVERIFY(!refused && QString::fromStdString(refused.error().text()).contains(".puml"));
        QVERIFY(!view.writerTo(folder.filePath("missing/way.svg"))());
    }

    void withoutARunItSaysSo() {
        SequenceView view(theme(ThemeName::Light));
        QVERIFY(view.findChild<SequenceCanvas*>()->isEmpty());
        view.showMessage(3);
        view.setPlayhead(TraceTime(5));
        view.refresh();
        QVERIFY(view.findChild<SequenceCanvas*>()->isEmpty());
    }

private:
    std::shared_ptr<TraceStore> m_store;
    MessageId m_dead = 0;
};

QTEST_MAIN(TestSequence)
#include "tst_sequence.moc"
