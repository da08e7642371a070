#include <QtTest>

#include "core/live/founddrawing.h"

using namespace sluice;

namespace {

Diagram queues(const std::vector<std::string>& names) {
    FoundDrawing drawing("Found");
    for (const std::string& name : names)
        drawing.element(ElementKind::Queue, name);
    return drawing.take();
}

QStringList groupsOf(const Diagram& diagram) {
    QStringList names;
    for (const Group& group : diagram.groups)
        names << QString::fromStdString(group.name);
    names.sort();
    return names;
}

}  // namespace

/// What is found on a broker is grouped by what names begin with.
class OverviewTest : public QObject {
    Q_OBJECT

private slots:
    void namesThatBeginAlikeAreGrouped() {
        Diagram diagram = queues({"orders.new", "orders.old", "orders.dead", "mail.in", "mail.out"});
        groupByPrefix(diagram);
        QCOMPARE(groupsOf(diagram), QStringList({"orders"}));
    }
    void whatAllHaveInCommonIsPassedOver() {
        std::vector<std::string> names;
        for (const char* team : {"billing", "shipping"}) {
            for (int i = 0; i < 5; ++i)
                names.push_back(std::string("acme.prod.") + team + "." + std::to_string(i));
        }
        Diagram diagram = queues(names);
        groupByPrefix(diagram);
        QCOMPARE(groupsOf(diagram), QStringList({"acme.prod.billing", "acme.prod.shipping"}));
    }
    void aCrowdIsDividedFurther() {
        std::vector<std::string> names{"mail.in"};
        for (int i = 0; i < 900; ++i)
            names.push_back("orders." + std::string(i % 3 == 0 ? "eu" : "us") + "." + std::to_string(i));
        Diagram diagram = queues(names);
        groupByPrefix(diagram);
        QCOMPARE(groupsOf(diagram), QStringList({"orders.eu", "orders.us"}));
        // Where that would leave single queues the crowd stays one group.
        std::vector<std::string> single{"mail.in"};
        for (int i = 0; i < 900; ++i)
            single.push_back("reply." + std::to_string(i * 7919));
        Diagram replies = queues(single);
        groupByPrefix(replies);
        QCOMPARE(groupsOf(replies), QStringList({"reply"}));
    }
    void namesWithoutAnythingInCommonStayAlone() {
        std::vector<std::string> names;
        for (int i = 0; i < 50; ++i)
            names.push_back(std::to_string(i) + ".queue");
        names.insert(names.end(), {"same", ".", ""});
        Diagram diagram = queues(names);
        groupByPrefix(diagram);
        QVERIFY(diagram.groups.empty());
        Diagram one = queues({"only", "only.one", "only.one.more"});
        groupByPrefix(one);
        QVERIFY(one.groups.empty());
    }
};

QTEST_GUILESS_MAIN(OverviewTest)
#include "tst_overview.moc"
