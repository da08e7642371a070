#include <QtTest>
#include <set>

#include "core/diagram/deadletterqueues.h"
#include "core/diagram/document.h"
#include "core/diagram/rules.h"
#include "core/live/drift.h"
#include "core/live/founddrawing.h"
#include "plugins/rabbitmq/brokerdrawing.h"
#include "plugins/rabbitmq/queuesettings.h"
#include "tests/plugins/recorded.h"

using namespace sluice;
using namespace sluice::rabbitmq;

namespace {

struct Answers {
    std::string exchanges = recorded("exchanges.json");
    std::string queues = recorded("queues.json");
    std::string bindings = recorded("bindings.json");
    std::string policies = recorded("policies.json");
    std::string consumers = recorded("consumers.json");
    std::string connections = recorded("connections.json");
    std::string channels = recorded("channels.json");
    std::string published = recorded("metrics-1.txt");

    [[nodiscard]] TopologyAnswers views() const {
        return {"/", exchanges, queues, bindings, policies, consumers, connections, channels, published};
    }
};

QStringList linesOf(const Diagram& diagram) {
    QStringList lines;
    for (const Link& link : diagram.links) {
        const Json* key = link.properties.find("routingKey");
        const std::string_view kind = kindName(link.kind);
        lines << QString("%1 %2 -> %3%4")
                     .arg(QString::fromUtf8(kind.data(), qsizetype(kind.size())),
                          QString::fromStdString(diagram.findElement(link.from)->name),
                          QString::fromStdString(diagram.findElement(link.to)->name),
                          key ? QString(" [%1]").arg(QString::fromStdString(key->get<std::string>()))
                              : QString());
    }
    lines.sort();
    return lines;
}

const Element* named(const Diagram& diagram, const char* name) {
    for (const Element& element : diagram.elements) {
        if (element.name == name)
            return &element;
    }
    return nullptr;
}

}  // namespace

class BrokerDrawingTest : public QObject {
    Q_OBJECT

private slots:
    void drawsWhatABrokerTold() {
        const Answers answers;
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY2(found.ok(), found.ok() ? "" : found.error().text().c_str());
        const Diagram& diagram = *found->drawing;
        QCOMPARE(linesOf(diagram), QStringList({
                                       "bind audit -> audit.log",
                                       "bind audit -> audit.stream",
                                       "bind orders -> audit [#]",
                                       "bind orders -> orders.email [order.*]",
                                       "bind orders -> orders.new [order.created]",
                                       "bind orders.dead -> orders.dead-letters",
                                       "consume audit.log -> auditor",
                                       "consume orders.email -> mailer",
                                       "consume orders.new -> warehouse",
                                       "deadLetter audit.log -> orders.dead",
                                       "deadLetter orders.email -> orders.retry",
                                       "deadLetter orders.new -> orders.dead",
                                       "deadLetter orders.retry -> orders",
                                       "publish shop -> orders",
                                   }));
        QCOMPARE(named(diagram, "warehouse")->properties.find("instances")->get<int>(), 2);
        QCOMPARE(named(diagram, "orders")->properties.find("exchangeType")->get<std::string>(), "topic");
        QCOMPARE(named(diagram, "orders.new")->properties.find("messageTtl")->get<std::string>(), "1m");
        // The argument says 3, the policy 5: the lower holds. The length is the policy's alone.
        const Properties& log = named(diagram, "audit.log")->properties;
        QCOMPARE(log.find("deliveryLimit")->get<int>(), 3);
        QCOMPARE(log.find("maxLength")->get<int>(), 5000);
        QCOMPARE(log.find("queueType")->get<std::string>(), "quorum");
        QCOMPARE(named(diagram, "audit.stream")->tags, std::vector<std::string>{"stream"});
        QVERIFY2(found->notes.isEmpty(), qPrintable(found->notes.join("; ")));
        for (const Element& element : diagram.elements)
            QVERIFY(rules::check(element).ok());
        for (const Link& link : diagram.links)
            QVERIFY(rules::check(link).ok());
        const DeadLetterQueues letters(diagram);
        for (std::size_t i = 0; i < diagram.elements.size(); ++i) {
            const std::string& name = diagram.elements[i].name;
            if (name == "orders.dead-letters")
                QVERIFY(letters.isDeadLetterQueue(i));
            QCOMPARE(letters.isDelayQueue(i), name == "orders.retry");
        }
    }
    void saysThatAnAnswerCannotBeRead_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("a proxy's page") << "<html>502 Bad Gateway</html>";
        QTest::newRow("an error") << "{\"error\":\"not_authorised\"}";
        QTest::newRow("cut off") << "[{\"name\":\"ord";
    }
    void saysThatAnAnswerCannotBeRead() {
        QFETCH(QString, text);
        Answers answers;
        answers.queues = text.toStdString();
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY(!found.ok());
        QCOMPARE(found.error().where, "queues");
    }
    void survivesAnswersOfAnotherShape() {
        Answers answers;
        answers.queues = "[1, null, {\"name\": 7}, {\"name\":\"q\",\"arguments\":[],\"type\":4}, \"x\"]";
        answers.bindings = "[{\"source\":{},\"destination\":[]}, 3]";
        answers.consumers = "[{\"queue\":\"q\"},{\"queue\":{\"name\":\"q\"},\"channel_details\":[]}]";
        answers.channels = "[{\"message_stats\":[]},{\"message_stats\":{\"publish\":\"many\"}}]";
        answers.connections = "[{\"client_properties\":[]}]";
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY(found.ok());
        QVERIFY(named(*found->drawing, "q"));
    }
    void saysWhereDeadLettersAreLost() {
        Answers answers;
        answers.queues =
            "[{\"name\":\"q\",\"durable\":true,\"type\":\"classic\",\"arguments\":{\"x-dead-letter-"
            "exchange\":\"gone\"}}]";
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY(found.ok());
        QVERIFY2(found->notes.join(' ').contains("gone"), qPrintable(found->notes.join("; ")));
    }
    void knowsAnApplicationByItsConnections_data() {
        QTest::addColumn<QString>("connection");
        QTest::addColumn<QString>("application");
        QTest::newRow("plain") << "mailer"
                               << "mailer";
        QTest::newRow("numbered") << "warehouse-2"
                                  << "warehouse";
        QTest::newRow("with an address") << "worker@10.0.0.7:41022"
                                         << "worker";
        QTest::newRow("in brackets") << "worker-3 (10.0.0.7)"
                                     << "worker";
        QTest::newRow("a version is no number") << "api2"
                                                << "api2";
        QTest::newRow("only a number") << "42"
                                       << "42";
    }
    void knowsAnApplicationByItsConnections() {
        QFETCH(QString, connection);
        QFETCH(QString, application);
        QCOMPARE(QString::fromStdString(applicationOf(connection.toStdString())), application);
    }
    void tellsHowADrawingAndABrokerDiffer() {
        const Answers answers;
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY(found.ok());
        QVERIFY(driftOf(*found->drawing, *found->drawing).empty());
        Diagram drawing = *found->drawing;
        for (Element& element : drawing.elements) {
            if (element.name == "orders.new")
                element.properties.set("messageTtl", 60'000);  // a minute, written another way
            if (element.name == "orders.email")
                element.properties.set("maxLength", 10);
            if (element.name == "audit.stream")
                element.name = "audit.archive";
        }
        std::erase_if(drawing.links, [](const Link& link) {
            const Json* key = link.properties.find("routingKey");
            return key && *key == "order.created";
        });
        QStringList lines;
        for (const Drift& drift : driftOf(drawing, *found->drawing))
            lines << QString("%1 %2 %3")
                         .arg(int(drift.kind))
                         .arg(QString::fromStdString(drift.name), QString::fromStdString(drift.property));
        QCOMPARE(lines, QStringList({"0 audit.archive ", "2 orders.email maxLength",
                                     QString::fromUtf8("0 audit → audit.archive "), "1 audit.stream ",
                                     QString::fromUtf8("1 audit → audit.stream "),
                                     QString::fromUtf8("1 orders → orders.new (order.created) ")}));
    }
    void takesOverWhatDiffers() {
        const Answers answers;
        const auto found = drawBroker(answers.views(), "Shop");
        QVERIFY(found.ok());
        Diagram drawing = *found->drawing;
        for (Element& element : drawing.elements) {
            if (element.name == "orders.email")
                element.properties.set("maxLength", 10);
            if (element.name == "audit.stream")
                element.name = "audit.archive";
        }
        std::erase_if(drawing.links, [](const Link& link) { return link.kind == LinkKind::DeadLetter; });
        Document document(drawing);
        const auto edit = takeOver(drawing, *found->drawing, driftOf(drawing, *found->drawing));
        const auto applied = document.apply(edit);
        QVERIFY2(applied.ok(), applied.ok() ? "" : applied.error().text().c_str());
        QVERIFY(driftOf(document.diagram(), *found->drawing).empty());
        QVERIFY(document.apply(*applied).ok());
        QVERIFY(document.diagram() == drawing);
    }
    void layATenThousandOut() {
        FoundDrawing drawing("Many");
        for (int i = 0; i < 10'000; ++i) {
            const std::string prefix = "tenant" + std::to_string(i % 100);
            const Id exchange = drawing.element(ElementKind::Exchange, prefix + ".in");
            const Id queue = drawing.element(ElementKind::Queue, prefix + ".queue-" + std::to_string(i));
            QVERIFY(drawing.link(LinkKind::Bind, exchange, queue));
        }
        QElapsedTimer clock;
        clock.start();
        Diagram diagram = drawing.take();
        groupByPrefix(diagram);
        arrangeOverview(diagram);
        qInfo("%lld ms", clock.elapsed());
        QCOMPARE(diagram.groups.size(), 100U);
        // Nobody stands on anybody, and everybody in its group.
        std::set<std::pair<double, double>> places;
        for (const Element& element : diagram.elements) {
            places.insert({element.position.x, element.position.y});
            const Group* group = diagram.findGroup(element.group);
            QVERIFY(group);
            QVERIFY(std::abs(element.position.x - group->position.x) < group->size.width / 2);
            QVERIFY(std::abs(element.position.y - group->position.y) < group->size.height / 2);
        }
        QCOMPARE(places.size(), diagram.elements.size());
    }
};

QTEST_GUILESS_MAIN(BrokerDrawingTest)
#include "tst_brokerdrawing.moc"
