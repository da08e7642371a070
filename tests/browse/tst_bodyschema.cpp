#include <QtTest>

#include "core/browse/bodyschema.h"
#include "core/browse/messageexport.h"
#include "core/browse/messagefilter.h"

using namespace sluice;

namespace {

/// Written by other programs: fastavro 1.13.1 (schemaless_writer) and protobuf 7.36.2 (SerializeToString) of
/// Python, by the schemas in the folder, of the values that the tests expect.
constexpr const char* kAvro =
    "ce491e616461406578616d706c652e6f7267000000000000002940020406612d310402620100020c74656e616e740a6e6f727468"
    "0000"
    "01feff0889504e4701";
constexpr const char* kAvroList = "02020400";
constexpr const char* kProtobuf =
    "08e724120f616461406578616d706c652e6f7267210000000000002940280132070a03612d31100232050a016210013a0f0a0674"
    "656e"
    "616e7412056e6f727468420489504e474801520608a0b887d8065a080a064c6f6e646f6e";
constexpr const char* kProtobufOther = "0a0178";

std::string bytes(const QByteArray& hex) {
    return QByteArray::fromHex(hex).toStdString();
}

}  // namespace

/// Bodies that are read by a schema.
class BodySchemaTest : public QObject {
    Q_OBJECT

private:
    static std::string file(const char* name) {
        return std::string(SLUICE_SOURCE_DIR "/tests/browse/schemas/") + name;
    }
    static SharedSchema avro() { return *schemaOf(file("order.avsc"), {}); }
    static SharedSchema protobuf() { return *schemaOf(file("order.proto"), "Order"); }
    static void compareOrder(const nlohmann::ordered_json& json) {
        QCOMPARE(json["id"], 4711);
        QCOMPARE(json["email"], "ada@example.org");
        QCOMPARE(json["amount"], 12.5);
        QCOMPARE(json["state"], "PAID");
        QCOMPARE(json["lines"][0]["sku"], "a-1");
        QCOMPARE(json["lines"][0]["count"], 2);
        QCOMPARE(json["lines"].size(), std::size_t(2));
        QCOMPARE(json["tags"]["tenant"], "north");
        QCOMPARE(json["picture"], "base64:iVBORw==");
        QCOMPARE(json["urgent"], true);
    }

private slots:
    void readsAvro_data() {
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("as");
        QTest::newRow("plain") << QByteArray() << "Avro Order";
        QTest::newRow("Confluent") << QByteArray("0000000107") << "Avro Order, schema 263";
        QTest::newRow("single object") << QByteArray("c3010102030405060708") << "Avro Order, single object";
    }
    void readsAvro() {
        QFETCH(QByteArray, frame);
        QFETCH(QString, as);
        const auto reading = avro()->read(bytes(frame + kAvro));
        QVERIFY2(reading.ok(), reading ? "" : reading.error().sentence.c_str());
        QCOMPARE(QString::fromStdString(reading->as), as);
        compareOrder(reading->json);
        QVERIFY(reading->json["note"].is_null());
        QCOMPARE(reading->json["lines"][1]["count"], -1);
        QCOMPARE(reading->json["hash"], "base64:AAH+/w==");
    }
    void readsAvroThatContainsItself() {
        const auto schema = avroSchema(
            "{\"type\":\"record\",\"name\":\"LongList\",\"fields\":[{\"name\":\"value\",\"type\":\"long\"},"
            "{\"name\":\"next\",\"type\":[\"null\",\"LongList\"]}]}");
        QVERIFY(schema.ok());
        const auto reading = (*schema)->read(bytes(kAvroList));
        QVERIFY(reading.ok());
        QCOMPARE(reading->json["next"]["value"], 2);
        QVERIFY(reading->json["next"]["next"].is_null());
        // As deep as it is long: refused before it is as deep as the stack.
        std::string deep;
        for (int i = 0; i < 2'000'000; ++i)
            deep += "\x02\x02";
        QVERIFY(!(*schema)->read(deep).ok());
        QVERIFY(!(*schema)->read(deep.substr(0, 16'384)).ok());
    }
    void readsProtobuf_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("message");
        QTest::addColumn<QByteArray>("frame");
        QTest::addColumn<QString>("as");
        QTest::newRow("plain") << "order.proto"
                               << "acme.Order" << QByteArray() << "Protobuf acme.Order";
        QTest::newRow("short name") << "order.proto"
                                    << "Order" << QByteArray() << "Protobuf acme.Order";
        QTest::newRow("descriptor set") << "order.desc"
                                        << "acme.Order" << QByteArray() << "Protobuf acme.Order";
        QTest::newRow("Confluent, first message")
            << "order.proto"
            << "" << QByteArray("000000010700") << "Protobuf acme.Order, schema 263";
        QTest::newRow("Confluent, way of one")
            << "order.proto"
            << "" << QByteArray("00000001070200") << "Protobuf acme.Order, schema 263";
    }
    void readsProtobuf() {
        QFETCH(QString, file);
        QFETCH(QString, message);
        QFETCH(QByteArray, frame);
        QFETCH(QString, as);
        const auto schema = schemaOf(this->file(file.toUtf8().constData()), message.toStdString());
        QVERIFY2(schema.ok(), schema ? "" : schema.error().text().c_str());
        const auto reading = (*schema)->read(bytes(frame + kProtobuf));
        QVERIFY2(reading.ok(), reading ? "" : reading.error().sentence.c_str());
        QCOMPARE(QString::fromStdString(reading->as), as);
        QCOMPARE(reading->remark, "");
        compareOrder(reading->json);
        QVERIFY(!reading->json.contains("note"));
        QCOMPARE(reading->json["at"], "2026-11-21T18:00:00Z");
        QCOMPARE(reading->json["address"]["city"], "London");
    }
    void theFramingSaysWhichMessageItIs() {
        const auto schema = schemaOf(file("order.proto"), {});
        const auto reading = (*schema)->read(bytes(QByteArray("00000001070202") + kProtobufOther));
        QVERIFY(reading.ok());
        QCOMPARE(reading->json["name"], "x");
        const auto plain = (*schema)->read(bytes(kProtobuf));
        QVERIFY(!plain.ok());
        QVERIFY(QString::fromStdString(plain.error().sentence).contains("name"));
        QVERIFY(!(*schema)->read(bytes("000000010702c801")).ok());
        QVERIFY(!(*schema)->read(bytes("00000001")).ok());
    }
    void saysWhatAnotherSchemaWouldKnow() {
        const auto other = *schemaOf(file("order.proto"), "acme.Other");
        const auto reading = other->read(bytes("0a01782007"));
        QVERIFY(reading.ok());
        QVERIFY2(reading->remark.find("no field 4") != std::string::npos, reading->remark.c_str());
    }

    /// Cut off at any place, or changed at any: a sentence or another value, never more.
    void badBytesGetOneSentence() {
        for (const auto& [schema, hex] : {std::pair(avro(), kAvro), std::pair(protobuf(), kProtobuf)}) {
            const std::string whole = bytes(hex);
            int failed = 0;
            for (std::size_t at = 0; at < whole.size(); ++at) {
                const auto cut = schema->read(std::string_view(whole).substr(0, at));
                failed += cut ? 0 : 1;
                QVERIFY(cut || (!cut.error().sentence.empty() &&
                                cut.error().sentence.find('\n') == std::string::npos));
                for (const char with : {'\x00', '\x7f', '\xff'}) {
                    std::string changed = whole;
                    changed[at] = with;
                    (void)schema->read(changed);
                }
            }
            QVERIFY(failed > 0);
        }
        QVERIFY(!avro()->read("{\"id\":1}").ok());
        QVERIFY(!avro()->read(bytes(kAvro) + "x").ok());
        QVERIFY(!protobuf()->read("{\"id\":1}").ok());
    }
    void badSchemasGetOneSentence_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("no JSON") << "a.avsc" << QByteArray("nonsense") << "no Avro schema";
        QTest::newRow("empty") << "a.avsc" << QByteArray() << "no Avro schema";
        QTest::newRow("no type") << "a.avsc" << QByteArray("{\"type\":\"colour\"}") << "no Avro schema";
        QTest::newRow("no proto") << "a.proto" << QByteArray("syntax = \"proto3\";\nmessage {") << "line 2";
        QTest::newRow("missing import")
            << "a.proto" << QByteArray("syntax = \"proto3\";\nimport \"none.proto\";\nmessage A {}")
            << "none.proto";
        QTest::newRow("no set") << "a.desc" << QByteArray("nonsense") << "descriptor set";
    }
    void badSchemasGetOneSentence() {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        QFETCH(QString, words);
        QTemporaryDir folder;
        QFile written(folder.filePath(name));
        QVERIFY(written.open(QIODevice::WriteOnly));
        written.write(text);
        written.close();
        const auto schema = schemaOf(written.fileName().toStdString(), {});
        QVERIFY(!schema.ok());
        QVERIFY2(QString::fromStdString(schema.error().sentence).contains(words),
                 schema.error().text().c_str());
        QCOMPARE(QString::fromStdString(schema.error().where), written.fileName());
        QVERIFY(!schemaOf(folder.filePath("none.proto").toStdString(), {}).ok());
        QVERIFY(!schemaOf(file("order.proto"), "acme.Nothing").ok());
    }

    void queriesAndMasksSeeWhatWasRead() {
        BrokerMessage message;
        message.body = bytes(kAvro);
        const std::string before = message.body;
        MessageFilter filter(*EventQuery::parseForMessages("field.id>4000 field.lines:a-1"), {}, avro());
        QVERIFY(filter.take(message));
        QCOMPARE(message.original, before);
        QCOMPARE(message.schema, "Avro Order");
        QCOMPARE(messageJson(message)["body"]["email"], "ada@example.org");
        BrokerMessage hidden;
        hidden.body = before;
        QVERIFY(
            !MessageFilter(*EventQuery::parseForMessages("field.email:ada"), {"email"}, avro()).take(hidden));
        QCOMPARE(messageJson(hidden)["body"]["email"], "***");
        QVERIFY(hidden.original.empty());
    }
    void whatCannotBeReadStaysAsItIs() {
        BrokerMessage message;
        message.body = "\xff\xff nonsense";
        QVERIFY(MessageFilter({}, {}, avro()).take(message));
        QCOMPARE(message.body, "\xff\xff nonsense");
        QVERIFY(!message.problem.empty());
        // But nobody knows what it holds, when something is to be hidden.
        BrokerMessage hidden;
        hidden.body = "\xff\xff ada@example.org";
        QVERIFY(MessageFilter({}, {"email"}, avro()).take(hidden));
        QCOMPARE(hidden.body, "***");
    }
};

QTEST_GUILESS_MAIN(BodySchemaTest)
#include "tst_bodyschema.moc"
