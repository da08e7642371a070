#include <QtTest>

#include "core/base/writtentime.h"
#include "core/browse/messageexport.h"
#include "core/browse/messagefilter.h"

using namespace sluice;

/// Queries on messages that a broker keeps, and masking before anything else.
class MessageFilterTest : public QObject {
    Q_OBJECT

private:
    static BrokerMessage message() {
        BrokerMessage made;
        made.place = "orders";
        made.partition = 3;
        made.offset = 1200;
        made.time = calendarTime("2026-11-21T18:00:00Z");
        made.key = "User-17";
        made.type = "OrderPlaced";
        made.id = "a1";
        made.headers = {{"tenant", "north"}, {"attempt", 2}, {"tenant", "south"}};
        made.body =
            R"({"email":"Ada@example.org","amount":12.5,"address":{"city":"London"},"card":{"number":"4711"}})";
        return made;
    }

private slots:
    /// A body is read only where its letters leave the question open; whether it is must not be noticed.
    void findsWhateverWayItIsWritten_data() {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("found");
        const auto row = [](const char* body, const char* query, bool found) {
            QTest::newRow(qPrintable(QString("%1 in %2").arg(query, body))) << body << query << found;
        };
        row("{'a':'ADA'}", "field.a:ada", true);
        row("{'a':'xAdax'}", "field.a=ada", false);
        row("{'a':'ad','b':'a'}", "field.a:ada", false);
        row("{'a':'\\u0061da'}", "field.a:ada", true);
        row("{'a':1e2}", "field.a:100", true);
        row("{'a':100.0}", "field.a=1e2", true);
        row("{'a':[1e20]}", "field.a:1e", true);
        row("{'a':1E20}", "field.a:1e", true);
        row("{'a':true}", "field.a:true", true);
        row("{'a':'x'}", "field.a:y,x", true);
        row("{'a':'x'}", "not field.a:y", true);
        row("{'a':'x'}", "field.a!=y", true);
        row("{'a':'wxy'}", "field.a:w*y", true);
        row("no JSON with ada", "field.a:ada", false);
        row("no JSON with ADA", "ada", true);
        row("{'a':'x'", "x", true);
    }
    void findsWhateverWayItIsWritten() {
        QFETCH(QString, body);
        QFETCH(QString, query);
        QFETCH(bool, found);
        BrokerMessage message;
        message.body = body.replace(u'\'', u'"').toStdString();
        const auto parsed = EventQuery::parseForMessages(query.toStdString());
        QVERIFY2(parsed.ok(), parsed ? "" : parsed.error().text().c_str());
        QCOMPARE(MessageFilter(*parsed, {}).take(message), found);
    }
    void finds_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<bool>("found");
        for (const auto& [query, found] : std::initializer_list<std::pair<const char*, bool>>{
                 {"", true},
                 {"key:user-17", true},
                 {"key=user-1", false},
                 {"key:user-*", true},
                 {"type:order", true},
                 {"partition:3 offset>1000", true},
                 {"offset:1201..1300", false},
                 {"field.email:ada@", true},
                 {"field.amount>12", true},
                 {"field.amount>12.5", false},
                 {"field.address.city=london", true},
                 {"field.city:london", false},
                 {"field.nothing!=x", true},
                 {"header.tenant=south", true},
                 {"header.Tenant=west", false},
                 {"header.attempt>=2", true},
                 {"time>=2026-11-21T18:00:00Z", true},
                 {"time<2026-11-21T18:00:00Z", false},
                 {"time:2026-11-21T17:00:00Z..2026-11-21T18:30:00Z", true},
                 {"is:redelivered", false},
                 {"not is:redelivered", true},
                 {"london", true},
                 {"paris or key:user", true},
                 {"paris", false}})
            QTest::newRow(query) << QString(query) << found;
    }
    void finds() {
        QFETCH(QString, query);
        const auto parsed = EventQuery::parseForMessages(query.toStdString());
        QVERIFY2(parsed.ok(), parsed ? "" : parsed.error().text().c_str());
        BrokerMessage looked = message();
        QTEST(MessageFilter(*parsed, {}).take(looked), "found");
    }

    void saysWhatMessagesDoNotHave_data() {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("part");
        QTest::newRow("kind") << "kind:failed"
                              << "messages have no \"kind\"";
        QTest::newRow("queue") << "queue:orders"
                               << "messages have no \"queue\"";
        QTest::newRow("duration") << "duration>2s"
                                  << "messages have no \"duration\"";
        QTest::newRow("unknown") << "colour:red"
                                 << "messages have no \"colour\"";
        QTest::newRow("length of time") << "time>2s"
                                        << "2026-11-21T18:00:00Z";
        QTest::newRow("other mark") << "is:late"
                                    << "messages have no \"is\"";
    }
    void saysWhatMessagesDoNotHave() {
        QFETCH(QString, query);
        QFETCH(QString, part);
        const auto parsed = EventQuery::parseForMessages(query.toStdString());
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().text()).contains(part), parsed.error().text().c_str());
    }

    void theTimeOfATraceIsNoDate() {
        QVERIFY(!EventQuery::parse("time>2026-11-21T18:00:00Z"));
        QVERIFY(EventQuery::parse("time>2s"));
    }

    /// What is masked is neither shown nor found.
    void masksBeforeItLooks() {
        const auto parsed = EventQuery::parseForMessages("4711 or ada or south or user");
        QVERIFY(parsed.ok());
        BrokerMessage looked = message();
        QVERIFY(!MessageFilter(*parsed, {"Email", "card", "tenant", "key"}).take(looked));
        const std::string line = messageLine(looked);
        for (const char* secret : {"4711", "Ada", "south", "north", "User-17"})
            QVERIFY2(line.find(secret) == std::string::npos, line.c_str());
        QVERIFY(line.find("London") != std::string::npos);
        BrokerMessage whole = message();
        (void)MessageFilter(EventQuery(), {"body"}).take(whole);
        QCOMPARE(whole.body, std::string("***"));
    }

    void writesJsonThatAnyoneCanRead() {
        BrokerMessage odd = message();
        odd.key = std::string("\xff\x00\x01", 3);
        odd.body = std::string("\x00\xff", 2);
        const auto json = nlohmann::json::parse(messageLine(odd));
        // RFC 4648: ff 00 01 and 00 ff.
        QCOMPARE(json["keyBase64"].get<std::string>(), std::string("/wAB"));
        QCOMPARE(json["bodyBase64"].get<std::string>(), std::string("AP8="));
        QCOMPARE(json["headers"]["tenant"].dump(), std::string(R"(["north","south"])"));
        QCOMPARE(json["time"].get<std::string>(), std::string("2026-11-21T18:00:00.000Z"));
        QCOMPARE(messageCsv(message()).substr(0, 60),
                 std::string("orders,3,1200,2026-11-21T18:00:00.000Z,User-17,OrderPlaced,a"));
    }

    void base64IsThatOfTheStandard_data() {
        QTest::addColumn<QByteArray>("bytes");
        for (const char* text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"})
            QTest::newRow(text) << QByteArray(text);
    }
    void base64IsThatOfTheStandard() {
        QFETCH(QByteArray, bytes);
        QCOMPARE(QByteArray::fromStdString(base64(bytes.toStdString())), bytes.toBase64());
    }
};

QTEST_GUILESS_MAIN(MessageFilterTest)
#include "tst_messagefilter.moc"
