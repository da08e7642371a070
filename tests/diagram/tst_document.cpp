#include <QtTest>

#include "core/diagram/document.h"
#include "core/diagram/file.h"
#include "tests/diagram/drawn.h"
#include "tests/diagram/randomdiagram.h"

using namespace sluice;
using namespace sluice::test;

namespace {

Group group(const char* id, const char* parent = "") {
    Group g;
    g.id = id;
    g.parent = parent;
    return g;
}

template <class T>
Change<T> put(const T& value, std::optional<std::size_t> position = std::nullopt) {
    return {value.id, value, position};
}

template <class T>
Change<T> removal(const char* id) {
    return {id, std::nullopt, std::nullopt};
}

/// A service that publishes to a queue, inside two groups, one in the other.
Diagram small() {
    Diagram d;
    d.groups = {group("outer"), group("inner", "outer")};
    d.elements = {element("app", ElementKind::Service, {}, "inner"),
                  element("orders", ElementKind::Queue, {}, "outer"),
                  element("billing", ElementKind::Service)};
    d.links = {link("app-to-orders", LinkKind::Publish, "app", "orders"),
               link("orders-to-billing", LinkKind::Consume, "orders", "billing")};
    return d;
}

QByteArray failure(const Result<Edit>& result) {
    return result.ok() ? QByteArray() : QByteArray::fromStdString(result.error().sentence);
}

}  // namespace

class TestDocument : public QObject {
    Q_OBJECT
private slots:
    void anEditAndItsInverseGiveBackTheDocument() {
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            RandomStream random(seed, hashOf("document"));
            Document document(randomdiagram::diagram(random, 12));
            const Diagram before = document.diagram();
            std::vector<Edit> inverses;
            int refused = 0;
            for (int i = 0; i < 40; ++i) {
                const Diagram present = document.diagram();
                const Edit edit = randomdiagram::edit(present, random, i);
                auto inverse = document.apply(edit);
                if (!inverse) {
                    ++refused;
                    QVERIFY2(document.diagram() == present, failure(inverse).constData());
                    continue;
                }
                const Diagram after = document.diagram();
                // Redo: the inverse of the inverse leads forward again.
                auto redo = document.apply(*inverse);
                QVERIFY2(redo.ok(), failure(redo).constData());
                QVERIFY(document.diagram() == present);
                QVERIFY2(document.apply(*redo).ok(), "redo");
                QVERIFY(document.diagram() == after);
                inverses.push_back(*inverse);
            }
            QVERIFY(refused < 40);
            while (!inverses.empty()) {
                const auto undone = document.apply(inverses.back());
                QVERIFY2(undone.ok(), failure(undone).constData());
                inverses.pop_back();
            }
            QVERIFY(document.diagram() == before);
        }
    }

    void whatWasEditedCanBeSavedAndLoaded() {
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            RandomStream random(seed, hashOf("saved"));
            Document document(randomdiagram::diagram(random, 10));
            for (int i = 0; i < 30; ++i)
                (void)document.apply(randomdiagram::edit(document.diagram(), random, i));
            const auto loaded = parseDiagram(writeDiagram(document.diagram()));
            QVERIFY2(loaded.ok(), loaded.ok() ? "" : loaded.error().text().c_str());
            QVERIFY(loaded->diagram == document.diagram());
        }
    }

    void anErrorLeavesTheDocumentUnchanged_data() {
        QTest::addColumn<int>("row");
        QTest::addColumn<QString>("sentence");
        const char* sentences[] = {"there is no element 'nobody'",
                                   "the id 'orders' is taken",
                                   "there is no element 'nowhere'",
                                   "A table is fed by a topic or a processor, not by a queue",
                                   "group 'outer' lies inside itself",
                                   "there is no group 'cellar'",
                                   "an id must not be empty",
                                   "the id of element 'app' cannot become 'application'",
                                   "lies off the canvas: coordinates go from -10000000 to 10000000",
                                   "messageTtl must not be negative, is -5",
                                   "a property cannot be called 'id'",
                                   "Nothing goes from a topic to a client"};
        int row = 0;
        for (const char* sentence : sentences)
            QTest::newRow(sentence) << row++ << QString(sentence);
    }
    void anErrorLeavesTheDocumentUnchanged() {
        QFETCH(int, row);
        QFETCH(QString, sentence);
        Element renamed = element("application", ElementKind::Service);
        Element lost = element("app", ElementKind::Service);
        lost.position.x = std::numeric_limits<double>::quiet_NaN();
        Element negative = element("orders", ElementKind::Queue);
        negative.properties.set("messageTtl", -5);
        Element shadowing = element("orders", ElementKind::Queue);
        shadowing.properties.set("id", "other");
        const std::vector<std::vector<AnyChange>> bad{
            {removal<Element>("nobody")},
            {put(group("orders"))},
            {put(link("x", LinkKind::Publish, "app", "nowhere"))},
            {put(element("table", ElementKind::Table)), put(link("x", LinkKind::Consume, "orders", "table"))},
            {put(group("outer", "inner"))},
            {put(element("x", ElementKind::Service, {}, "cellar"))},
            {put(element("", ElementKind::Service))},
            {Change<Element>{"app", renamed, std::nullopt}},
            {put(lost)},
            {put(negative)},
            {put(shadowing)},
            {put(element("orders", ElementKind::Topic)), put(element("billing", ElementKind::Client))}};
        Document document(small());
        Edit edit;
        edit.changes = {put(element("new", ElementKind::Note)), removal<Link>("app-to-orders"),
                        DiagramProperties{"Renamed", "noted"}, removal<Group>("inner")};
        // Put the link back first, so that the bad change meets the diagram that it speaks of.
        edit.changes.emplace_back(put(link("app-to-orders", LinkKind::Publish, "app", "orders"), 0));
        edit.changes.emplace_back(put(group("inner", "outer")));
        for (const AnyChange& change : bad[static_cast<std::size_t>(row)])
            edit.changes.push_back(change);
        int told = 0;
        const auto subscription = document.observe([&](const DocumentChange&) { ++told; });
        const auto revision = document.revision();
        const auto result = document.apply(edit);
        QVERIFY(!result.ok());
        if (row != 11)
            QCOMPARE(QString::fromStdString(result.error().sentence), sentence);
        QVERIFY(document.diagram() == small());
        QCOMPARE(document.revision(), revision);
        QCOMPARE(told, 0);
        QVERIFY(document.findElement("app") && !document.findElement("new"));
    }

    void removingAnElementRemovesItsLinks() {
        Document document(small());
        const auto inverse = document.apply({"Delete", {removal<Element>("orders")}});
        QVERIFY(inverse.ok());
        QVERIFY(document.diagram().links.empty());
        QVERIFY(!document.findLink("app-to-orders"));
        QVERIFY(document.apply(*inverse).ok());
        QVERIFY(document.diagram() == small());
        QCOMPARE(document.linksOf("orders").size(), std::size_t(2));
    }

    void removingAGroupFreesWhatItHeldIntoTheGroupAround() {
        Document document(small());
        const auto inverse = document.apply({"Delete", {removal<Group>("outer")}});
        QVERIFY(inverse.ok());
        QCOMPARE(document.findElement("orders")->group, std::string());
        QCOMPARE(document.findGroup("inner")->parent, std::string());
        QVERIFY(document.apply(*inverse).ok());
        QVERIFY(document.apply({"Delete", {removal<Group>("inner")}}).ok());
        QCOMPARE(document.findElement("app")->group, std::string("outer"));
    }

    void changesTheOrder() {
        Document document(small());
        const auto inverse = document.apply({"Raise", {put(small().elements[0], 2)}});
        QVERIFY(inverse.ok());
        QCOMPARE(document.diagram().elements[2].id, std::string("app"));
        QCOMPARE(document.findElement("app")->id, std::string("app"));
        QVERIFY(document.apply(*inverse).ok());
        QVERIFY(document.diagram() == small());
    }

    void tellsObserversWhatChangedAndNothingElse() {
        Document document(small());
        std::vector<DocumentChange> changes;
        {
            const auto subscription =
                document.observe([&](const DocumentChange& change) { changes.push_back(change); });
            QVERIFY(document.apply({"Delete", {removal<Element>("orders")}}).ok());
        }
        QVERIFY(document.apply({"Delete", {removal<Element>("app")}}).ok());
        QCOMPARE(changes.size(), std::size_t(1));
        QCOMPARE(changes[0].elements, std::vector<Id>{"orders"});
        QCOMPARE(changes[0].links, (std::vector<Id>{"app-to-orders", "orders-to-billing"}));
        QVERIFY(changes[0].groups.empty() && !changes[0].everything);
    }

    void anObserverMayLeaveWhileItIsTold() {
        Document document(small());
        int told = 0;
        auto subscription = std::make_unique<Document::Subscription>();
        *subscription = document.observe([&](const DocumentChange&) {
            ++told;
            subscription.reset();
        });
        document.reset(small());
        document.reset(small());
        QCOMPARE(told, 1);
    }

    void aSnapshotStaysAsItWas() {
        Document document(small());
        const auto before = document.snapshot();
        QCOMPARE(document.snapshot(), before);
        QVERIFY(document.apply({"Delete", {removal<Element>("app")}}).ok());
        QVERIFY(*before == small());
        QVERIFY(*document.snapshot() == document.diagram());
    }

    void makesReadableIdsThatAreFree() {
        Document document(small());
        QCOMPARE(document.freeId("Order queue"), std::string("order-queue"));
        QCOMPARE(document.freeId("Orders"), std::string("orders-2"));
        QCOMPARE(document.freeId("  (!) "), std::string("item"));
        QCOMPARE(document.freeId("Größe"), std::string("grosse"));
        QCOMPARE(document.freeId("Élève à Łódź, 2\u00a0fois"), std::string("eleve-a-lodz-2-fois"));
        QCOMPARE(document.freeId("Œuvre – ŒUVRE"), std::string("oeuvre-oeuvre"));
        QCOMPARE(document.freeId("\u0142\u0141 \u017c\u017d"), std::string("ll-zz"));
        QCOMPARE(document.freeId("заказы"), std::string("item"));
        QCOMPARE(document.freeId("a\xc3"), std::string("a"));
        QCOMPARE(document.freeId("outer"), std::string("outer-2"));
    }
};

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
