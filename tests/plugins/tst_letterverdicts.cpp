#include <QDateTime>
#include <QRegularExpression>
#include <QtTest>

#include "core/browse/messageexport.h"
#include "tests/plugins/keptletters.h"
#include "tests/plugins/keptmessages.h"
#include "tests/plugins/livebroker.h"

using namespace sluice;
using Verdict = LetterVerdict;

/// Dead letters of a real RabbitMQ that should not go back, or not as they are.
class LetterVerdictsTest : public QObject {
    Q_OBJECT

private:
    /// `more`: members of an object, as the script wants them.
    void reject(const QByteArray& id, const QByteArray& more) {
        QCOMPARE(m_broker.ask("reject {\"message_id\":\"" + id + "\"," + more + "}"), QByteArray("done"));
    }
    /// JSON with single quotes.
    static QByteArray spelled(QByteArray text) { return text.replace('\'', '"'); }
    /// Of users: what is asked for, of whom, and when.
    void rejectUpdate(const QByteArray& id, const QByteArray& type, const QByteArray& user, qint64 at) {
        reject(id, "\"type\":\"" + type + "\",\"headers\":{\"key\":\"" + user +
                       "\"},\"timestamp\":" + QByteArray::number(at) + ",\"body\":\"{\\\"at\\\":1}\"");
    }
    RedriveResult redrive(RedriveWish wish = {}) {
        wish.queue = "reject.dead";
        m_kept = {};
        const RedriveResult result = m_broker.plugin()->redrive(m_broker.asGuest(true))->run(wish, m_kept);
        // Those that are confirmed together are told in any order.
        std::sort(
            m_kept.letters.begin(), m_kept.letters.end(),
            [](const RedrivenLetter& one, const RedrivenLetter& other) { return one.number < other.number; });
        return result;
    }
    std::vector<BrokerMessage> inQueue(const char* queue) {
        KeptMessages kept;
        (void)m_broker.plugin()->browse(m_broker.asGuest())->run({.place = queue}, kept);
        return kept.messages;
    }
    static QStringList idsOf(const std::vector<BrokerMessage>& messages) {
        QStringList ids;
        for (const BrokerMessage& one : messages)
            ids << QString::fromStdString(one.id);
        return ids;
    }
    [[nodiscard]] QString why(int number) const { return m_kept.letters[number - 1].why; }

    LiveBroker m_broker{"rabbitmq", "realbroker.py"};
    KeptLetters m_kept;
    const qint64 m_now = QDateTime::currentSecsSinceEpoch();

private slots:
    void initTestCase() { START_OR_SKIP(m_broker); }
    void cleanupTestCase() { QVERIFY(m_broker.stop()); }
    void init() { QVERIFY(m_broker.command("forget reject.work reject.dead reject.other")); }

    /// By its time, not by its place: the first letter here is the newest. Another operation, another user or
    /// another target are other things.
    void whatIsSupersededStays() {
        rejectUpdate("newest", "UpdateUser", "user-1", m_now - 10);
        rejectUpdate("old", "UpdateUser", "user-1", m_now - 30);
        rejectUpdate("other user", "UpdateUser", "user-2", m_now - 40);
        rejectUpdate("other operation", "DeleteUser", "user-1", m_now - 40);
        rejectUpdate("older", "UpdateUser", "user-1", m_now - 20);
        reject("no key", spelled("'type':'UpdateUser','body':'{}'"));
        const QList<int> expected{int(Verdict::Sent), int(Verdict::Superseded), int(Verdict::Sent),
                                  int(Verdict::Sent), int(Verdict::Superseded), int(Verdict::Sent)};
        QCOMPARE(redrive().problem.text(), QString());
        QCOMPARE(m_kept.verdicts(), expected);
        QVERIFY2(why(2).contains("letter 1") && why(2).contains("UpdateUser of user-1"), qPrintable(why(2)));
        const RedriveResult sent = redrive({.dryRun = false});
        QCOMPARE(sent.sent, 4);
        QCOMPARE(sent.stayed, 2);
        QCOMPARE(idsOf(inQueue("reject.work")),
                 QStringList({"newest", "other user", "other operation", "no key"}));
        QCOMPARE(idsOf(inQueue("reject.dead")), QStringList({"old", "older"}));
        // The newer one is gone, and with it the reason: a person decides.
        RedriveWish all{.dryRun = false};
        all.rule.superseded = true;
        QCOMPARE(redrive(all).sent, 2);
    }
    void aRuleSaysWhereItIsRead() {
        for (const char* id : {"first", "second"})
            reject(id, spelled("'headers':{'what':'Rename'},'body':'{\\'user\\':{\\'id\\':7}}'"));
        QCOMPARE(redrive().sent, 2);
        RedriveWish wish;
        wish.rule.operation = *MessageField::parse("header.what");
        wish.rule.key = *MessageField::parse("field.user.id");
        QCOMPARE(redrive(wish).sent, 1);
        // Neither says when it was so: the one behind is the newer.
        QCOMPARE(m_kept.letters[0].verdict, Verdict::Superseded);
        QVERIFY2(why(1).contains("letter 2 behind it"), qPrintable(why(1)));
    }
    void whatIsExpiredStays() {
        const QByteArray hourAgo = QByteArray::number(m_now - 3600);
        reject("lives", spelled("'expiration':'7200000','body':'{}','timestamp':") + hourAgo);
        reject("is over", spelled("'expiration':'1800000','body':'{}','timestamp':") + hourAgo);
        reject("has none", spelled("'body':'{}','timestamp':") + hourAgo);
        QCOMPARE(redrive().problem.text(), QString());
        QCOMPARE(m_kept.verdicts(),
                 QList<int>({int(Verdict::Sent), int(Verdict::Expired), int(Verdict::Sent)}));
        // It is a few minutes older by now if the broker was slow.
        QVERIFY2(
            QRegularExpression("to live 30 min and is at least 1 h( \\d+ min)? old").match(why(2)).hasMatch(),
            qPrintable(why(2)));
        RedriveWish young;
        young.rule.mostAge = std::chrono::minutes(10);
        QCOMPARE(redrive(young).stayed, 3);
        young.rule.expired = true;
        QCOMPARE(redrive(young).sent, 3);
    }
    void whatOutlivedItsTimeToLiveStays() {
        QCOMPARE(m_broker.ask("letters 3"), QByteArray("done"));
        KeptLetters kept;
        const RedriveResult result = m_broker.plugin()
                                         ->redrive(m_broker.asGuest(true))
                                         ->run({.queue = "redrive.dead", .dryRun = false}, kept);
        QCOMPARE(result.stayed, 3);
        QCOMPARE(kept.letters.front().verdict, Verdict::Expired);
        QVERIFY2(kept.letters.front().why.contains("redrive.work"), qPrintable(kept.letters.front().why));
    }

    void whatIsEditedGoesInsteadOfTheOriginal() {
        QVERIFY(m_broker.command("queue reject.other {}"));
        reject("a", spelled("'headers':{'tenant':'north','attempt':2},'body':'{\\'amount\\': -1}'"));
        reject("b", spelled("'body':'as it was'"));
        reject("c", spelled("'body':'{ \\'kept\\' : true }'"));
        RedriveWish wish{.messages = true};
        QCOMPARE(redrive(wish).sent, 3);
        // As the command line writes them, with one value changed, one target, and one in another spelling.
        QCOMPARE(m_kept.letters[0].message->body, "{\"amount\": -1}");
        const auto edits = LetterEdits::parse(
            spelled("{'letter':1,'id':'a','headers':{'attempt':3,'why':'by hand'},'body':{'amount':1}}\n"
                    "{'letter':2,'id':'b','to':'reject.other'}\n"
                    "{'letter':3,'id':'c','body':{'kept':true}}\n")
                .toStdString());
        QVERIFY(edits.ok());
        const RedriveResult result = redrive({.dryRun = false, .edits = *edits});
        QCOMPARE(result.problem.text(), QString());
        QCOMPARE(result.sent, 3);
        QCOMPARE(m_kept.letters[0].edited, true);
        QCOMPARE(m_kept.letters[2].edited, false);
        QCOMPARE(inQueue("reject.dead").size(), std::size_t(0));
        const auto back = inQueue("reject.work");
        QCOMPARE(idsOf(back), QStringList({"a", "c"}));
        QCOMPARE(back[0].body, "{\"amount\":1}");
        const auto headers = headersJson(back[0]);
        QCOMPARE(headers["attempt"], 3);
        QCOMPARE(headers["why"], "by hand");
        QVERIFY(!headers.contains("tenant"));
        QCOMPARE(back[1].body, "{ \"kept\" : true }");
        const auto other = inQueue("reject.other");
        QCOMPARE(other.size(), std::size_t(1));
        QCOMPARE(other[0].body, "as it was");
    }
    void anEditOfAnotherMessageIsNotTaken() {
        reject("a", spelled("'body':'one'"));
        reject("b", spelled("'body':'two'"));
        const auto edits = LetterEdits::parse(spelled("{'letter':1,'id':'z','body':'three'}\n"
                                                      "{'letter':2,'mark':'crc32:00000000','body':'three'}\n"
                                                      "{'letter':9,'body':'three'}")
                                                  .toStdString());
        QVERIFY(edits.ok());
        const RedriveResult result = redrive({.dryRun = false, .edits = *edits});
        QCOMPARE(result.sent, 0);
        QCOMPARE(m_kept.verdicts(), QList<int>({int(Verdict::EditUnfit), int(Verdict::EditUnfit)}));
        QCOMPARE(result.notes, QStringList{"The edit for letter 9 fits no letter."});
        QCOMPARE(inQueue("reject.dead").size(), std::size_t(2));
    }
    void whoPausesLosesNothing() {
        QCOMPARE(m_broker.ask("letters 300"), QByteArray("done"));
        KeptLetters kept;
        int asked = 0;
        qsizetype before = 0;
        // Paused once some are sent, for so many questions; nothing more comes meanwhile.
        kept.flow = [&] {
            if (kept.letters.isEmpty() || asked > 20)
                return RedriveFlow::GoOn;
            ++asked;
            if (asked == 10)
                before = kept.letters.size();
            if (asked == 20 && before != kept.letters.size())
                return RedriveFlow::Stop;
            return RedriveFlow::Pause;
        };
        RedriveWish wish{.queue = "redrive.dead", .dryRun = false, .perSecond = 500};
        wish.rule.expired = true;
        const RedriveResult result = m_broker.plugin()->redrive(m_broker.asGuest(true))->run(wish, kept);
        QVERIFY(before > 0 && before < 300);
        QVERIFY(!result.cancelled);
        QCOMPARE(result.sent, 300);
    }
};

QTEST_GUILESS_MAIN(LetterVerdictsTest)
#include "tst_letterverdicts.moc"
