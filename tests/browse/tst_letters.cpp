#include <QtTest>

#include "core/base/writtentime.h"
#include "core/browse/letteredit.h"
#include "core/browse/letterjudge.h"
#include "core/browse/messageexport.h"

using namespace sluice;
using Verdict = LetterJudgement::Verdict;

/// Which dead letters may still go back, and what an edit makes of one.
class LettersTest : public QObject {
    Q_OBJECT

private:
    static constexpr TraceTime kNow = std::chrono::hours(24 * 365 * 50);

    static BrokerMessage message(const std::string& body) {
        BrokerMessage made;
        made.type = "OrderPlaced";
        made.headers = {{"tenant", "a"}, {"Key", 17}, {"tenant", "b"}};
        made.body = body;
        return made;
    }
    static LetterFacts facts(std::int64_t number, std::optional<int> at, const char* key = "k") {
        LetterFacts made;
        made.number = number;
        made.target = "work";
        made.operation = "Update";
        made.key = key;
        if (at)
            made.time = TraceTime(std::chrono::seconds(*at));
        return made;
    }

private slots:
    void readsWhereTheRuleSays_data() {
        QTest::addColumn<QString>("names");
        QTest::addColumn<QString>("read");
        for (const auto& [names, read] :
             std::initializer_list<std::pair<const char*, const char*>>{{"type", "OrderPlaced"},
                                                                        {"header.key", "17"},
                                                                        {"header.none, type", "OrderPlaced"},
                                                                        {"field.order.id", "7"},
                                                                        {"field.order", R"({"id":7})"},
                                                                        {"field.empty,field.none", ""},
                                                                        {"key", ""},
                                                                        {"header.tenant", "a"}})
            QTest::newRow(names) << names << read;
    }
    void readsWhereTheRuleSays() {
        QFETCH(QString, names);
        QFETCH(QString, read);
        const auto field = MessageField::parse(names.toStdString());
        QVERIFY(field.ok());
        std::optional<MessageBody> body;
        const auto text = field->textIn(message(R"({"order":{"id":7},"empty":"","none":null})"), body);
        QCOMPARE(QString::fromStdString(text.value_or("")), read);
        QCOMPARE(text.has_value(), !read.isEmpty());
    }
    void aRuleThatCannotBeIsToldSo() {
        for (const char* names : {"colour", "header.", "type header.a"})
            QVERIFY2(!MessageField::parse(names).ok(), names);
    }
    void readsTimesAsTheyAreWritten() {
        const auto field = *MessageField::parse("field.at");
        for (const char* at : {"\"2026-11-21T18:00:00Z\"", "1795284000", "1795284000000"}) {
            std::optional<MessageBody> body;
            const auto time = field.timeIn(message(std::string("{\"at\":") + at + "}"), body);
            QVERIFY2(time == calendarTime("2026-11-21T18:00:00Z"), at);
        }
    }

    void theNewerOneByItsTimeSupersedes() {
        LetterJudge judge(LetterRule::usual());
        for (const LetterFacts& letter :
             {facts(1, 30), facts(2, 10), facts(3, 30), facts(4, 99, "other"), facts(5, {})})
            judge.note(letter);
        QCOMPARE(judge.supersession(facts(1, 30)).verdict, Verdict::Safe);
        QCOMPARE(judge.supersession(facts(2, 10)).verdict, Verdict::Superseded);
        QCOMPARE(judge.supersession(facts(3, 30)).verdict, Verdict::Safe);
        QCOMPARE(judge.supersession(facts(4, 99, "other")).verdict, Verdict::Safe);
        // Without a time, the place among the letters decides: this is the last.
        QCOMPARE(judge.supersession(facts(5, {})).verdict, Verdict::Safe);
        LetterFacts elsewhere = facts(0, 31);
        elsewhere.target = "another";
        judge.note(elsewhere, "another, partition 0, offset 1");
        QCOMPARE(judge.supersession(facts(1, 30)).verdict, Verdict::Safe);
        judge.note(facts(0, 31), "work, partition 0, offset 1");
        const LetterJudgement now = judge.supersession(facts(1, 30));
        QCOMPARE(now.verdict, Verdict::Superseded);
        QVERIFY(QString::fromStdString(now.why).startsWith("work, partition 0, offset 1 is the newer"));
    }
    void withoutOperationOrKeyNothingIsSuperseded() {
        LetterJudge judge(LetterRule::usual());
        LetterFacts letter = facts(1, 1, "");
        judge.note(facts(2, 2, ""));
        QCOMPARE(judge.supersession(letter).verdict, Verdict::Safe);
    }
    void whatIsTooOldIsExpired() {
        LetterRule rule = LetterRule::usual();
        LetterFacts letter = facts(1, {});
        QCOMPARE(LetterJudge(rule).expiry(letter, kNow).verdict, Verdict::Safe);
        letter.born = kNow - std::chrono::hours(1);
        letter.validity = std::chrono::hours(1);
        QCOMPARE(LetterJudge(rule).expiry(letter, kNow).verdict, Verdict::Safe);
        letter.validity = std::chrono::minutes(59);
        QCOMPARE(LetterJudge(rule).expiry(letter, kNow).verdict, Verdict::Expired);
        letter.validity.reset();
        rule.mostAge = std::chrono::minutes(59);
        QCOMPARE(LetterJudge(rule).expiry(letter, kNow).verdict, Verdict::Expired);
        QVERIFY(LetterJudge(rule).stays(Verdict::Expired));
        rule.expired = true;
        QVERIFY(!LetterJudge(rule).stays(Verdict::Expired));
    }

    void editsSayWhichLetterTheyAreFor() {
        BrokerMessage letter = message("{}");
        letter.id = "a";
        const auto found = [&](const char* line, std::int64_t number) {
            const auto edits = LetterEdits::parse(line);
            return edits->find(number, letter).edit != nullptr && !edits->find(number, letter).strange;
        };
        QVERIFY(found(R"({"letter":3})", 3));
        QVERIFY(!found(R"({"letter":3})", 4));
        QVERIFY(found(R"({"offset":2})", 3));
        QVERIFY(found(R"({"id":"a"})", 9));
        QVERIFY(!found(R"({"id":"b"})", 9));
        QVERIFY(!found(R"({"letter":3,"id":"b"})", 3));
        const std::string mark = letterMark(letter);
        // Python's zlib.crc32(b"{}").
        QCOMPARE(mark, "crc32:a3a6bf43");
        letter.partition = 2;
        letter.offset = 40;
        QVERIFY(found(R"({"partition":2,"offset":40})", 1));
        QVERIFY(!found(R"({"partition":1,"offset":40})", 1));
    }
    void editsThatCannotBeReadAreToldByTheirLine() {
        for (const char* lines :
             {"{\"letter\":1}\nnonsense", "{\"letter\":1}\n{}", "\n{\"body\":{}}",
              "{\"letter\":1}\n{\"letter\":1}", "{}\n", "[]", "{\"letter\":1,\"bodyBase64\":\"abc\"}",
              "{\"letter\":1,\"headers\":[]}", "{\"letter\":1,\"schema\":\"Avro A\",\"body\":{}}"}) {
            const auto edits = LetterEdits::parse(lines);
            QVERIFY2(!edits.ok(), lines);
            QVERIFY2(edits.error().where.starts_with("line "), lines);
        }
    }
    void onlyWhatIsDifferentIsChanged() {
        const BrokerMessage before = message("{ \"a\": 1 }");
        BrokerMessage letter = before;
        LetterEdit edit;
        edit.body = R"({"a":1})";
        edit.headers = headersJson(before);
        QCOMPARE(*applyEdit(edit, letter), false);
        QCOMPARE(letter.body, before.body);
        edit.headers = nlohmann::ordered_json{{"tenant", {"a", "b"}}, {"Key", 18}};
        edit.body = R"({"a":2})";
        QCOMPARE(*applyEdit(edit, letter), true);
        QCOMPARE(letter.body, *edit.body);
        QCOMPARE(letter.headers.size(), std::size_t(3));
        QCOMPARE(letter.headers[2].value, 18);
    }
    void aPackedBodyIsNotEdited() {
        // Python's gzip.compress(b"hello", mtime=0).
        BrokerMessage letter = message(*fromBase64("H4sIAAAAAAACA8tIzcnJBwCGphA2BQAAAA=="));
        LetterEdit edit;
        edit.body = "hello";
        QCOMPARE(*applyEdit(edit, letter), false);
        edit.body = "other";
        QVERIFY(!applyEdit(edit, letter).ok());
    }
    void base64GoesBothWays() {
        // RFC 4648, section 10.
        for (const auto& [plain, coded] :
             std::initializer_list<std::pair<const char*, const char*>>{{"", ""},
                                                                        {"f", "Zg=="},
                                                                        {"fo", "Zm8="},
                                                                        {"foo", "Zm9v"},
                                                                        {"foob", "Zm9vYg=="},
                                                                        {"fooba", "Zm9vYmE="},
                                                                        {"foobar", "Zm9vYmFy"}})
            QCOMPARE(fromBase64(coded).value_or("none"), plain);
        for (const char* none : {"Z", "Zg=", "Z===", "Zm9*", "Zm9v\n"})
            QVERIFY2(!fromBase64(none), none);
    }
};

QTEST_GUILESS_MAIN(LettersTest)
#include "tst_letters.moc"
