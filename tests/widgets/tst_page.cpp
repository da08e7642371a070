#include <QtTest>

#include "core/share/excerptjson.h"
#include "tests/engine/examplerun.h"
#include "widgets/share/page.h"

using namespace sluice;
using namespace sluice::test;
using namespace std::chrono_literals;

namespace {

qsizetype countOf(const QByteArray& text, const char* what) {
    return text.count(what);
}

}  // namespace

class PageTest : public QObject {
    Q_OBJECT
private slots:
    void tenThousandEventsTakeLessThanTwoMegabytes();
    void contentsHaveAsMuchRoomAsThereIs();
    void namesCannotBreakOut();
    void loadsNothing();
    void isTheSameEachTime();
    void emptyDrawingIsRefused();
    void canBeCancelled();
};

void PageTest::tenThousandEventsTakeLessThanTwoMegabytes() {
    const Played run = played(example("price-change"), "sale");
    QVERIFY(run.store->size() >= 10'000);
    const auto page = renderPage(run.diagram, &run.scenario, *run.store, {});
    QVERIFY(page.ok());
    QVERIFY2(page->size() <= 2'000'000, qPrintable(QString::number(page->size())));
    // Nothing died, and still every message has its content on the page.
    const auto excerpt = excerptOf(*run.store, {});
    QVERIFY(excerpt.ok() && excerpt->incidents.empty() && excerpt->messages.size() > 1000);
    QCOMPARE(excerpt->contents.size(), excerpt->messages.size());
}

void PageTest::contentsHaveAsMuchRoomAsThereIs() {
    const Played died = played(example("update-user-email"), "processing-bug");
    const auto small = excerptOf(*died.store, {});
    QVERIFY(small.ok() && !small->incidents.empty());
    QCOMPARE(small->contents.front().message, small->incidents.front().messages.front());
    QCOMPARE(small->contents.size(), small->messages.size());

    // Nobody takes them: few events, and a content for every third.
    const auto drawn = parseDiagram(R"({"sluice":1,"nodes":[
        {"id":"c","kind":"client","workload":"constant","rate":1000,"message":"Order"},
        {"id":"q","kind":"queue"}],"links":[{"id":"p","kind":"publish","from":"c","to":"q","latency":"0s"}],
        "messages":[{"id":"Order","kind":"command","key":"orderId"}],
        "scenarios":[{"id":"s","until":"20s"}]})");
    QVERIFY(drawn.ok());
    const Played run = played(drawn->diagram);
    const auto excerpt = excerptOf(*run.store, {});
    QVERIFY(excerpt.ok() && excerpt->events.size() > 10'000);
    QVERIFY(excerpt->contents.size() < excerpt->messages.size());
    const std::string contents = excerptJson(*excerpt, run.store->table(), {})["contents"].dump();
    const std::size_t room = ExcerptScope::kContentBytes * excerpt->events.size();
    QVERIFY2(contents.size() <= room + 100, qPrintable(QString::number(contents.size())));
    QVERIFY2(contents.size() * 10 >= room * 9, qPrintable(QString::number(contents.size())));
}

void PageTest::namesCannotBreakOut() {
    Diagram diagram = example("update-user-email");
    const std::string hostile = "</script><script>document.title='taken'</script><!--{{script}}";
    diagram.name = hostile;
    diagram.note = hostile;
    for (Element& element : diagram.elements)
        element.name = hostile;
    for (Scenario& scenario : diagram.scenarios)
        scenario.name = scenario.note = hostile;
    const Played run = played(diagram, "bad-data");
    ExcerptScope scope;
    scope.notes.push_back({1s, hostile, hostile});
    const auto page = renderPage(run.diagram, &run.scenario, *run.store, scope);
    QVERIFY(page.ok());
    // The player's three, and those of nobody else.
    QCOMPARE(countOf(*page, "<script"), 3);
    QCOMPARE(countOf(*page, "</script"), 3);
    QCOMPARE(countOf(*page, "<!--"), 0);
    // What looks like a place of the template is text like any other: the player is there once.
    QCOMPARE(countOf(*page, "class Player"), 1);
}

void PageTest::loadsNothing() {
    const Played run = played(example("update-user-email"), "processing-bug");
    const auto page = renderPage(run.diagram, &run.scenario, *run.store, {});
    QVERIFY(page.ok());
    QVERIFY(page->contains("default-src 'none'"));
    QVERIFY(!page->contains("'unsafe-inline' 'sha") && page->contains("script-src 'sha256-"));
    for (const char* source : {" src=", "@import", "url(", "fetch(", "XMLHttpRequest", "import("})
        QVERIFY2(!page->contains(source), source);
    // Names of XML namespaces are no addresses that anybody opens.
    static const QRegularExpression address(QStringLiteral("https?://[^\"' <]*"));
    auto addresses = address.globalMatch(QString::fromUtf8(*page));
    while (addresses.hasNext()) {
        const QString found = addresses.next().captured();
        QVERIFY2(found.startsWith(u"http://www.w3.org/"), qPrintable(found));
    }
}

void PageTest::isTheSameEachTime() {
    const Played run = played(example("update-user-email"), "processing-bug");
    const auto first = renderPage(run.diagram, &run.scenario, *run.store, {});
    const auto second = renderPage(run.diagram, &run.scenario, *run.store, {});
    QVERIFY(first.ok() && second.ok());
    QVERIFY(*first == *second);
}

void PageTest::emptyDrawingIsRefused() {
    const TraceStore store(std::make_shared<EntityTable>());
    QCOMPARE(renderPage({}, nullptr, store, {}).error().code, ErrorCode::NotFound);
}

void PageTest::canBeCancelled() {
    const Played run = played(example("price-change"), "sale");
    ExcerptScope scope;
    scope.progress = [](double) { return false; };
    QCOMPARE(renderPage(run.diagram, &run.scenario, *run.store, scope).error().code, ErrorCode::Cancelled);
}

QTEST_MAIN(PageTest)
#include "tst_page.moc"
