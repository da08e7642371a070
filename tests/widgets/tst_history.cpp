#include <QtTest>

#include "core/diagram/catalogue.h"
#include "core/diagram/file.h"
#include "tests/base/commalocale.h"
#include "tests/diagram/drawn.h"
#include "widgets/editing/arrangement.h"
#include "widgets/editing/catalogueedits.h"
#include "widgets/editing/clipboard.h"
#include "widgets/editing/edits.h"
#include "widgets/editing/extent.h"
#include "widgets/editing/history.h"
#include "widgets/editing/layout.h"

using namespace sluice;
using namespace sluice::test;

namespace {

MessageType messageType(const char* id) {
    MessageType type;
    type.id = id;
    type.kind = MessageKind::Command;
    return type;
}

Scenario peak() {
    Scenario scenario;
    scenario.id = "peak";
    scenario.name = "Peak";
    return scenario;
}

// A shop in a group with a queue beside it and a second service, linked, with handlers and references.
Diagram shop() {
    Diagram diagram;
    diagram.name = "Shop";
    diagram.messages = {messageType("PlaceOrder")};
    diagram.groups = {Group{"sales", "context", "Sales", {}, {}, {0, 0}, {400, 300}, {}, {}}};
    diagram.elements = {element("portal", ElementKind::Client, {-600, 10}),
                        element("shop", ElementKind::Service, {-100, 0}, "sales"),
                        element("orders", ElementKind::Queue, {400, 20}),
                        element("billing", ElementKind::Service, {700, -30})};
    diagram.links = {link("portal-to-shop", LinkKind::Call, "portal", "shop"),
                     link("shop-to-orders", LinkKind::Publish, "shop", "orders"),
                     link("orders-to-billing", LinkKind::Consume, "orders", "billing")};
    diagram.links[1].properties.set("message", "PlaceOrder");
    diagram.links[2].bends = {{550, 100}};
    Handler handler{"orders-to-billing", "PlaceOrder", {Step{StepKind::Work, {}}}};
    diagram.elements[3].handlers = {handler};
    return diagram;
}

const Element& at(const Document& document, const char* id) {
    const Element* element = document.findElement(id);
    Q_ASSERT(element);
    return *element;
}

using Builder = std::function<Edit(const Document&)>;

}  // namespace
Q_DECLARE_METATYPE(Builder)

class HistoryTest : public QObject {
    Q_OBJECT
private slots:
    void everyEditHasItsInverse_data();
    void everyEditHasItsInverse();
    void mergesEditsOfOneKey();
    void namesWhatCanBeUndone();
    void knowsWhenItIsClean();
    void refusalLeavesNoTrace();
    void movesWhatAGroupHolds();
    void regroupsWhatIsMovedIntoAGroup();
    void bendsFollowWhenBothEndsMove();
    void pasteFollowsReferences();
    void pasteBringsMessageTypes();
    void pasteGivesFreshIds();
    void duplicateStaysInItsGroup();
    void aligns_data();
    void aligns();
    void distributesWithEqualGaps();
    void groupingKeepsTheGroupAround();
    void settingTheDefaultRemovesTheKey();
    void linkKindKeepsWhatItKnows();
    void renamingAMessageIsFollowed();
    void arrangesFromLeftToRight();
    void arrangeKeepsGroupsAroundTheirElements();
    void arrangeKeepsWordsOutOfGroups();
    void arrangesTheSameInEveryLocale();
    void groupWithoutElementsSurvivesArranging();
};

void HistoryTest::everyEditHasItsInverse_data() {
    QTest::addColumn<Builder>("build");
    const auto row = [](const char* name, Builder build) { QTest::newRow(name) << std::move(build); };
    using Ids = std::vector<Id>;
    row("place", [](const Document& d) { return placeElement(d, ElementKind::Topic, {0, 0}).edit; });
    row("place a group", [](const Document& d) { return placeGroup(d, {900, 900}, {300, 200}).edit; });
    row("connect", [](const Document& d) { return connectElements(d, "billing", "orders")->edit; });
    row("place connected", [](const Document& d) {
        return placeConnected(d, "billing", ElementKind::Topic, {900, 0})->edit;
    });
    row("move", [](const Document& d) { return moveItems(d, Ids{"sales", "orders"}, {30, 40}, true); });
    row("resize", [](const Document& d) { return resizeItem(d, "sales", {10, 10}, {500, 320}); });
    row("delete", [](const Document& d) { return deleteItems(d, Ids{"orders", "sales", "portal-to-shop"}); });
    row("rename", [](const Document& d) { return renameItem(d, "shop", "Store"); });
    row("note", [](const Document& d) { return setNote(d, Ids{"shop", "sales"}, "Sells"); });
    row("tags", [](const Document& d) { return setTags(d, Ids{"shop"}, {"core"}); });
    row("property of many", [](const Document& d) {
        return sluice::setProperty(d, Ids{"shop", "billing"}, "instances", 3);
    });
    row("handlers", [](const Document& d) { return setHandlers(d, "billing", {}); });
    row("bends", [](const Document& d) { return setBends(d, "orders-to-billing", {{1, 2}, {3, 4}}); });
    row("link kind", [](const Document& d) { return setLinkKind(d, "shop-to-orders", LinkKind::Reply); });
    row("reverse", [](const Document& d) { return *reverseLink(d, "shop-to-orders"); });
    row("diagram", [](const Document& d) { return setDiagramText(d, "Store", "Note"); });
    row("paste", [](const Document& d) {
        return insertDiagram(d, excerptOf(d.diagram(), Ids{"sales", "orders"}), {0, 600}).edit;
    });
    row("duplicate", [](const Document& d) { return duplicateItems(d, Ids{"shop", "orders"}).edit; });
    row("align", [](const Document& d) { return alignItems(d, Ids{"sales", "orders"}, Alignment::Top); });
    row("distribute", [](const Document& d) {
        return distributeItems(d, Ids{"portal", "sales", "orders", "billing"}, true);
    });
    row("group", [](const Document& d) { return groupItems(d, Ids{"orders", "sales"}).edit; });
    row("ungroup", [](const Document& d) { return ungroupItems(d, Ids{"sales"}); });
    row("to the front", [](const Document& d) { return bringToFront(d, Ids{"portal", "shop"}); });
    row("to the back", [](const Document& d) { return sendToBack(d, Ids{"orders", "billing"}); });
    row("arrange", [](const Document& d) { return *arrangeDiagram(d.diagram()); });
    row("add a message", [](const Document& d) { return *putMessage(d, {}, messageType("OrderPlaced")); });
    row("rename a message",
        [](const Document& d) { return *putMessage(d, "PlaceOrder", messageType("Order")); });
    row("remove a message", [](const Document& d) { return removeMessage(d, "PlaceOrder"); });
    row("add a scenario", [](const Document& d) { return putScenario(d, peak()); });
}

void HistoryTest::everyEditHasItsInverse() {
    QFETCH(Builder, build);
    Document document(shop());
    History history(document);
    const Diagram before = document.diagram();
    const Edit edit = build(document);
    QVERIFY(!edit.label.empty());
    QVERIFY(!edit.changes.empty());
    const auto applied = history.apply(edit);
    QVERIFY2(applied.ok(), applied.ok() ? "" : applied.error().text().c_str());
    const Diagram after = document.diagram();
    QVERIFY(!(after == before));
    QCOMPARE(history.labels(), QStringList{QString::fromStdString(edit.label)});
    history.undo();
    QVERIFY(document.diagram() == before);
    history.redo();
    QVERIFY(document.diagram() == after);
    history.undo();
    QVERIFY(document.diagram() == before);
}

void HistoryTest::mergesEditsOfOneKey() {
    Document document(shop());
    History history(document);
    const Diagram before = document.diagram();
    const std::vector<Id> ids{"shop"};
    for (int i = 2; i <= 9; ++i)
        QVERIFY(history.apply(sluice::setProperty(document, ids, "instances", i)).ok());
    QCOMPARE(history.labels().size(), 1);
    QVERIFY(history.apply(sluice::setProperty(document, ids, "concurrency", 4)).ok());
    QCOMPARE(history.labels().size(), 2);
    history.undo();
    QCOMPARE(at(document, "shop").properties.find("instances")->get<int>(), 9);
    history.undo();
    QVERIFY(document.diagram() == before);
    history.redo();
    QCOMPARE(at(document, "shop").properties.find("instances")->get<int>(), 9);
}

void HistoryTest::namesWhatCanBeUndone() {
    Document document(shop());
    History history(document);
    QCOMPARE(history.undoText(), QString("Undo"));
    const std::vector<Id> three{"portal", "orders", "billing"};
    QVERIFY(history.apply(moveItems(document, three, {10, 0}, true)).ok());
    QCOMPARE(history.undoText(), QString("Undo Move 3 elements"));
    history.undo();
    QCOMPARE(history.redoText(), QString("Redo Move 3 elements"));
}

void HistoryTest::knowsWhenItIsClean() {
    Document document(shop());
    History history(document);
    QSignalSpy spy(&history, &History::cleanChanged);
    QVERIFY(history.isClean());
    QVERIFY(history.apply(renameItem(document, "shop", "Store")).ok());
    QVERIFY(!history.isClean());
    history.setClean();
    // What follows a save does not merge into what was before it.
    QVERIFY(history.apply(renameItem(document, "shop", "Stores")).ok());
    history.undo();
    QVERIFY(history.isClean());
    QCOMPARE(QString::fromStdString(at(document, "shop").name), QString("Store"));
    QCOMPARE(spy.size(), 4);
}

void HistoryTest::refusalLeavesNoTrace() {
    Document document(shop());
    History history(document);
    const Diagram before = document.diagram();
    Link link;
    link.id = "nonsense";
    link.from = "shop";
    link.to = "nowhere";
    QVERIFY(!history.apply({"Nonsense", {Change<Link>{link.id, link}}}).ok());
    QVERIFY(!history.canUndo());
    QVERIFY(document.diagram() == before);
    QVERIFY(!connectElements(document, "orders", "portal").ok());
    QVERIFY(!connectElements(document, "shop", "shop").ok());
}

void HistoryTest::movesWhatAGroupHolds() {
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"sales"};
    QVERIFY(history.apply(moveItems(document, ids, {100, 50}, true)).ok());
    QCOMPARE(at(document, "shop").position, (Point{0, 50}));
    QCOMPARE(at(document, "shop").group, Id("sales"));
    QCOMPARE(at(document, "orders").position, (Point{400, 20}));
}

void HistoryTest::regroupsWhatIsMovedIntoAGroup() {
    Document document(shop());
    History history(document);
    const std::vector<Id> orders{"orders"};
    QVERIFY(history.apply(moveItems(document, orders, {-300, 0}, true)).ok());
    QCOMPARE(at(document, "orders").group, Id("sales"));
    const std::vector<Id> shopId{"shop"};
    QVERIFY(history.apply(moveItems(document, shopId, {-300, 0}, true)).ok());
    QCOMPARE(at(document, "shop").group, Id());
    history.undo();
    QCOMPARE(at(document, "shop").group, Id("sales"));
}

void HistoryTest::bendsFollowWhenBothEndsMove() {
    Document document(shop());
    History history(document);
    const std::vector<Id> one{"orders"};
    QVERIFY(history.apply(moveItems(document, one, {10, 10}, false)).ok());
    QCOMPARE(document.findLink("orders-to-billing")->bends.front(), (Point{550, 100}));
    const std::vector<Id> both{"orders", "billing"};
    QVERIFY(history.apply(moveItems(document, both, {10, 10}, false)).ok());
    QCOMPARE(document.findLink("orders-to-billing")->bends.front(), (Point{560, 110}));
}

void HistoryTest::pasteFollowsReferences() {
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"orders", "billing"};
    const Insertion pasted = insertDiagram(document, excerptOf(document.diagram(), ids), {0, 900});
    QVERIFY(history.apply(pasted.edit).ok());
    QCOMPARE(pasted.ids.size(), std::size_t(2));
    const Element& billing = at(document, pasted.ids[1].c_str());
    const std::string link = billing.handlers.front().link;
    QVERIFY(link != "orders-to-billing");
    QVERIFY(document.findLink(link));
    QCOMPARE(document.findLink(link)->to, billing.id);
    QCOMPARE(billing.handlers.front().message, std::string("PlaceOrder"));
}

void HistoryTest::pasteBringsMessageTypes() {
    const std::vector<Id> ids{"shop", "orders"};
    const Diagram excerpt = excerptOf(shop(), ids);
    QCOMPARE(excerpt.messages.size(), std::size_t(1));
    QVERIFY(excerpt.groups.empty());
    // As it travels on the clipboard.
    const auto read = parseDiagram(writeDiagram(excerpt));
    QVERIFY(read.ok());
    Document other;
    History history(other);
    QVERIFY(history.apply(insertDiagram(other, read->diagram, {0, 0}).edit).ok());
    QVERIFY(other.diagram().findMessage("PlaceOrder"));
    QCOMPARE(other.diagram().links.size(), std::size_t(1));
}

void HistoryTest::pasteGivesFreshIds() {
    Document document;
    History history(document);
    Diagram twins;
    Element one;
    one.id = "a";
    one.name = "Same name";
    Element two = one;
    two.id = "b";
    two.position = {300, 0};
    twins.elements = {one, two};
    for (int i = 0; i < 3; ++i)
        QVERIFY(history.apply(insertDiagram(document, twins, {0, 200.0 * i}).edit).ok());
    QCOMPARE(document.diagram().elements.size(), std::size_t(6));
}

void HistoryTest::duplicateStaysInItsGroup() {
    Document document(shop());
    const std::vector<Id> ids{"shop"};
    History history(document);
    const Insertion copy = duplicateItems(document, ids);
    QVERIFY(history.apply(copy.edit).ok());
    QCOMPARE(at(document, copy.ids.front().c_str()).group, Id("sales"));
    QCOMPARE(at(document, copy.ids.front().c_str()).position, (Point{-60, 40}));
}

void HistoryTest::aligns_data() {
    QTest::addColumn<int>("alignment");
    QTest::addColumn<double>("expected");
    // orders is 180 x 60 about (400, 20), billing 160 x 80 about (700, -30).
    QTest::newRow("left") << int(Alignment::Left) << 310.0;
    QTest::newRow("right") << int(Alignment::Right) << 780.0;
    QTest::newRow("centre") << int(Alignment::Centre) << 545.0;
    QTest::newRow("top") << int(Alignment::Top) << -70.0;
    QTest::newRow("bottom") << int(Alignment::Bottom) << 50.0;
    QTest::newRow("middle") << int(Alignment::Middle) << -10.0;
}

void HistoryTest::aligns() {
    QFETCH(int, alignment);
    QFETCH(double, expected);
    const auto which = static_cast<Alignment>(alignment);
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"orders", "billing"};
    QVERIFY(history.apply(alignItems(document, ids, which)).ok());
    for (const Id& id : ids) {
        const Extent extent = extentOf(at(document, id.c_str()));
        const double line = which == Alignment::Left     ? extent.left
                            : which == Alignment::Right  ? extent.right
                            : which == Alignment::Centre ? extent.centre().x
                            : which == Alignment::Top    ? extent.top
                            : which == Alignment::Bottom ? extent.bottom
                                                         : extent.centre().y;
        QCOMPARE(line, expected);
    }
}

void HistoryTest::distributesWithEqualGaps() {
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"billing", "portal", "orders"};
    QVERIFY(history.apply(distributeItems(document, ids, true)).ok());
    const Extent a = extentOf(at(document, "portal"));
    const Extent b = extentOf(at(document, "orders"));
    const Extent c = extentOf(at(document, "billing"));
    QCOMPARE(a.centre().x, -600.0);
    QCOMPARE(c.centre().x, 700.0);
    QCOMPARE(b.left - a.right, c.left - b.right);
}

void HistoryTest::groupingKeepsTheGroupAround() {
    Document document(shop());
    History history(document);
    const std::vector<Id> inner{"shop"};
    const Insertion group = groupItems(document, inner);
    QVERIFY(history.apply(group.edit).ok());
    const Id id = group.ids.front();
    QCOMPARE(document.findGroup(id)->parent, Id("sales"));
    QCOMPARE(at(document, "shop").group, id);
    const std::vector<Id> groups{id};
    QVERIFY(history.apply(ungroupItems(document, groups)).ok());
    QCOMPARE(at(document, "shop").group, Id("sales"));
}

void HistoryTest::settingTheDefaultRemovesTheKey() {
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"shop"};
    QVERIFY(history.apply(sluice::setProperty(document, ids, "instances", 5)).ok());
    QVERIFY(at(document, "shop").properties.has("instances"));
    QVERIFY(history.apply(sluice::setProperty(document, ids, "instances", 1)).ok());
    QVERIFY(!at(document, "shop").properties.has("instances"));
}

void HistoryTest::linkKindKeepsWhatItKnows() {
    Document document(shop());
    History history(document);
    const std::vector<Id> ids{"shop-to-orders"};
    QVERIFY(history.apply(sluice::setProperty(document, ids, "latency", "5ms")).ok());
    QVERIFY(history.apply(sluice::setProperty(document, ids, "mandatory", true)).ok());
    QVERIFY(history.apply(setLinkKind(document, "shop-to-orders", LinkKind::Reply)).ok());
    const Link& link = *document.findLink("shop-to-orders");
    QVERIFY(link.properties.has("latency"));
    QVERIFY(!link.properties.has("mandatory"));
}

void HistoryTest::renamingAMessageIsFollowed() {
    Document document(shop());
    History history(document);
    MessageType type = *document.diagram().findMessage("PlaceOrder");
    type.id = "SubmitOrder";
    const auto edit = putMessage(document, "PlaceOrder", type);
    QVERIFY(edit.ok());
    QVERIFY(history.apply(*edit).ok());
    QCOMPARE(document.findLink("shop-to-orders")->properties.find("message")->get<std::string>(),
             std::string("SubmitOrder"));
    QCOMPARE(at(document, "billing").handlers.front().message, std::string("SubmitOrder"));
    QVERIFY(!putMessage(document, {}, type).ok());
}

void HistoryTest::arrangesFromLeftToRight() {
    Diagram diagram = shop();
    for (Element& element : diagram.elements)
        element.position = {};
    diagram.groups.clear();
    diagram.elements[1].group.clear();
    Document document(diagram);
    History history(document);
    const auto edit = arrangeDiagram(document.diagram());
    QVERIFY2(edit.ok(), edit.ok() ? "" : edit.error().text().c_str());
    QVERIFY(history.apply(*edit).ok());
    for (const Link& link : document.diagram().links) {
        const Extent from = extentOf(at(document, link.from.c_str()));
        const Extent to = extentOf(at(document, link.to.c_str()));
        QVERIFY2(from.right < to.left, link.id.c_str());
        QVERIFY(link.bends.empty());
    }
}

void HistoryTest::arrangesTheSameInEveryLocale() {
    const auto arranged = [] {
        Document document(shop());
        const auto edit = arrangeDiagram(document.diagram());
        return edit && document.apply(*edit) ? document.diagram() : Diagram();
    };
    const Diagram expected = arranged();
    const CommaLocale comma;
    QVERIFY2(comma.holds(), "no French locale could be made; is the package locales installed?");
    QVERIFY(arranged() == expected);
}

void HistoryTest::arrangeKeepsGroupsAroundTheirElements() {
    Document document(shop());
    History history(document);
    QVERIFY(history.apply(*arrangeDiagram(document.diagram())).ok());
    const Extent group = extentOf(*document.findGroup("sales"));
    QVERIFY(group.contains(at(document, "shop").position));
    QVERIFY(!group.contains(at(document, "orders").position));
}

// Below each element stand its name and, of a live broker, what that reports.
void HistoryTest::arrangeKeepsWordsOutOfGroups() {
    Diagram diagram;
    diagram.groups = {Group{"orders", "zone", "Orders", {}, {}, {}, {200, 200}, {}, {}}};
    for (const char* id : {"a", "b", "c", "d"})
        diagram.elements.push_back(element(id, ElementKind::Queue, {}, "orders"));
    for (const char* id : {"above", "beside", "below"})
        diagram.elements.push_back(element(id, ElementKind::Queue, {}));
    diagram.links = {link("ab", LinkKind::DeadLetter, "a", "b"), link("ac", LinkKind::DeadLetter, "a", "c"),
                     link("ad", LinkKind::DeadLetter, "a", "d"),
                     link("out", LinkKind::DeadLetter, "above", "beside")};
    Document document(diagram);
    History history(document);
    QVERIFY(history.apply(*arrangeDiagram(document.diagram())).ok());
    const Extent group = extentOf(*document.findGroup("orders"));
    for (const char* id : {"above", "beside", "below"}) {
        Extent words = extentOf(at(document, id));
        words.bottom += 36;
        const bool apart = words.bottom < group.top || words.top > group.bottom || words.right < group.left ||
                           words.left > group.right;
        QVERIFY2(apart, id);
    }
}

void HistoryTest::groupWithoutElementsSurvivesArranging() {
    Diagram diagram = shop();
    diagram.groups.push_back(Group{"empty", "zone", "Empty", {}, {}, {900, 900}, {200, 200}, {}, {}});
    diagram.groups.push_back(Group{"inner", "zone", "Inner", {}, {}, {900, 900}, {100, 100}, "empty", {}});
    Document document(diagram);
    History history(document);
    QVERIFY(history.apply(*arrangeDiagram(document.diagram())).ok());
    QCOMPARE(document.findGroup("empty")->position, (Point{900, 900}));
}

QTEST_GUILESS_MAIN(HistoryTest)
#include "tst_history.moc"
