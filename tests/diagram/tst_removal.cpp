#include <QtTest>
#include <set>

#include "core/diagram/document.h"
#include "core/diagram/file.h"
#include "core/diagram/removal.h"
#include "tests/diagram/drawn.h"
#include "tests/diagram/randomdiagram.h"

using namespace sluice;
using namespace sluice::test;

namespace {

/// Lets whatever can name something name something that is there.
void nameThings(Diagram& diagram, RandomStream& random) {
    std::vector<std::string> things;
    for (const Element& element : diagram.elements)
        things.push_back(element.id);
    for (const Link& link : diagram.links)
        things.push_back(link.id);
    const auto thing = [&] { return things[random.below(things.size())]; };
    const auto message = [&] { return diagram.messages[random.below(diagram.messages.size())].id; };
    const auto name = [&](Properties& properties, std::span<const PropertyInfo> catalogue) {
        for (const PropertyInfo& property : catalogue) {
            if (property.type == PropertyType::Reference && random.chance(0.7))
                properties.set(property.key, thing());
            else if (property.type == PropertyType::Message && random.chance(0.7))
                properties.set(property.key, message());
        }
    };
    for (Element& element : diagram.elements) {
        name(element.properties, propertiesOf(element.kind));
        for (Handler& handler : element.handlers) {
            handler.link = random.chance(0.3) ? std::string() : thing();
            handler.message = random.chance(0.3) ? std::string() : message();
            for (Step& step : handler.steps)
                name(step.properties, propertiesOf(step.kind));
        }
    }
    for (Link& link : diagram.links)
        name(link.properties, propertiesOf(link.kind));
    for (Scenario& scenario : diagram.scenarios) {
        for (Action& action : scenario.actions) {
            action.target = random.chance(0.2) ? std::string() : thing();
            if (action.kind == ActionKind::Set) {
                // On what has a property that names something.
                for (const Element& element : diagram.elements) {
                    if (element.kind != ElementKind::Exchange)
                        continue;
                    action.target = element.id;
                    action.properties.set("key", "alternateExchange");
                    action.properties.set("value", thing());
                }
            }
        }
        for (Expectation& expectation : scenario.expectations)
            expectation.target = random.chance(0.2) ? std::string() : thing();
        for (int i = 0; i < 4; ++i) {
            const Element& element = diagram.elements[random.below(diagram.elements.size())];
            name(scenario.overrides[element.id], propertiesOf(element.kind));
            scenario.overrides[element.id].set("note", "kept");
        }
    }
}

/// Every text of the document, keys too: what a diagram may name, found without knowing where it may.
void collectTexts(const Json& json, std::set<std::string>& texts) {
    if (json.is_string())
        texts.insert(json.get<std::string>());
    if (!json.is_structured())
        return;
    for (const auto& [key, value] : json.items()) {
        if (json.is_object())
            texts.insert(key);
        collectTexts(value, texts);
    }
}

std::set<std::string> textsOf(const Diagram& diagram) {
    std::set<std::string> texts;
    collectTexts(Json::parse(writeDiagram(diagram)), texts);
    return texts;
}

Step step(StepKind kind, const char* over) {
    Step s;
    s.kind = kind;
    s.properties.set("link", over);
    return s;
}

Action action(const char* target) {
    Action a;
    a.target = target;
    return a;
}

Expectation expectation(const char* target) {
    Expectation e;
    e.metric = "lost";
    e.comparison = "==";
    e.value = 0;
    e.target = target;
    return e;
}

/// A service that works on what comes from a queue, and a scenario that speaks of both.
Diagram small() {
    Diagram d;
    d.elements = {element("portal", ElementKind::Client), element("orders", ElementKind::Queue),
                  element("shop", ElementKind::Service), element("stock", ElementKind::Service),
                  element("log", ElementKind::Queue)};
    d.links = {link("in", LinkKind::Publish, "portal", "orders"),
               link("take", LinkKind::Consume, "orders", "shop"),
               link("ask", LinkKind::Call, "shop", "stock"), link("tell", LinkKind::Publish, "shop", "log")};
    Handler taken;
    taken.link = "take";
    taken.steps = {step(StepKind::Call, "ask"), step(StepKind::Publish, "tell")};
    Handler any;
    any.steps = {step(StepKind::Publish, "tell"), step(StepKind::Call, "ask")};
    d.elements[2].handlers = {taken, any};
    Scenario scenario;
    scenario.id = "busy";
    scenario.actions = {action("orders"), action("stock"), action("take"), action("")};
    scenario.expectations = {expectation("orders"), expectation("shop"), expectation("")};
    scenario.overrides["orders"].set("maxLength", 5);
    scenario.overrides["shop"].set("instances", 2);
    d.scenarios = {scenario};
    return d;
}

}  // namespace

class TestRemoval : public QObject {
    Q_OBJECT
private slots:
    void leavesNothingThatNamesWhatIsGone() {
        for (std::uint64_t seed = 1; seed <= 80; ++seed) {
            RandomStream random(seed, hashOf("removal"));
            Diagram before = randomdiagram::diagram(random, 12);
            nameThings(before, random);
            std::vector<Id> ids;
            for (const Element& e : before.elements) {
                if (random.chance(0.3))
                    ids.push_back(e.id);
            }
            for (const Link& l : before.links) {
                if (random.chance(0.2))
                    ids.push_back(l.id);
            }
            if (random.chance(0.5))
                ids.push_back(before.groups.front().id);
            ids.emplace_back("nobody");

            Document document(before);
            const auto inverse = document.apply({"Delete", removalOf(before, ids)});
            QVERIFY2(inverse.ok(), inverse.ok() ? "" : inverse.error().text().c_str());
            const std::set<std::string> texts = textsOf(document.diagram());
            for (const Id& id : ids)
                QVERIFY2(!texts.contains(id), id.c_str());
            for (const Link& l : before.links) {
                if (!document.findLink(l.id))
                    QVERIFY2(!texts.contains(l.id), l.id.c_str());
            }
            // What was not named is there as before.
            for (const Element& e : before.elements)
                QCOMPARE(document.findElement(e.id) == nullptr,
                         std::find(ids.begin(), ids.end(), e.id) != ids.end());
            QCOMPARE(document.diagram().messages, before.messages);

            QVERIFY(document.apply(*inverse).ok());
            QVERIFY(document.diagram() == before);
        }
    }

    void aMessageTypeTakesItsUsesAlong() {
        for (std::uint64_t seed = 1; seed <= 40; ++seed) {
            RandomStream random(seed, hashOf("message"));
            Diagram before = randomdiagram::diagram(random, 12);
            nameThings(before, random);
            Document document(before);
            const auto inverse = document.apply({"Remove", removalOfMessage(before, "m1")});
            QVERIFY(inverse.ok());
            QVERIFY(!textsOf(document.diagram()).contains("m1"));
            QCOMPARE(document.diagram().elements.size(), before.elements.size());
            QVERIFY(document.apply(*inverse).ok());
            QVERIFY(document.diagram() == before);
        }
    }

    void takesWhatWasForTheQueueAndNothingElse() {
        Document document(small());
        QVERIFY(document.apply({"Delete", removalOf(small(), std::vector<Id>{"orders"})}).ok());
        Diagram expected = small();
        expected.elements.erase(expected.elements.begin() + 1);
        expected.links.erase(expected.links.begin(), expected.links.begin() + 2);
        auto& handlers = expected.elements[1].handlers;
        handlers.erase(handlers.begin());
        Scenario& scenario = expected.scenarios.front();
        scenario.actions = {action("stock"), action("")};
        scenario.expectations = {expectation("shop"), expectation("")};
        scenario.overrides.erase("orders");
        QVERIFY(document.diagram() == expected);
    }

    void aLinkTakesTheStepsOverIt() {
        Document document(small());
        QVERIFY(document.apply({"Delete", removalOf(small(), std::vector<Id>{"ask"})}).ok());
        const auto& handlers = document.findElement("shop")->handlers;
        QCOMPARE(handlers.size(), std::size_t(2));
        QCOMPARE(handlers[0].steps, (std::vector<Step>{step(StepKind::Publish, "tell")}));
        QCOMPARE(handlers[1].steps, (std::vector<Step>{step(StepKind::Publish, "tell")}));
    }

    void changesNothingWithoutAnyone() { QVERIFY(removalOf(small(), std::vector<Id>{"nobody", ""}).empty()); }
};

QTEST_GUILESS_MAIN(TestRemoval)
#include "tst_removal.moc"
