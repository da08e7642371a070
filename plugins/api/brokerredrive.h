#pragma once

#include <QObject>
#include <cstdint>
#include <memory>

#include "core/browse/letteredit.h"
#include "core/browse/letterjudge.h"
#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Which dead letters go back to where, and how fast.
struct RedriveWish {
    QString queue{};       ///< where the dead letters are: a queue, or a topic
    QString to{};          ///< the queue or topic to send them to; empty: each to where it died
    bool dryRun = true;    ///< nothing is sent; what was looked at is given back to its place
    qint64 most = 0;       ///< messages; 0: as many as there were at the beginning
    double perSecond = 0;  ///< messages; 0: as fast as the broker takes them
    int window = 500;      ///< messages sent but not confirmed; a crash sends no more than these twice
    int mostTimes = 3;     ///< a message that was redriven so often stays
    QString only{};        ///< only those that died in this queue or topic; empty: all
    QString reason{};      ///< only those that died of this: rejected, expired, maxlen, delivery_limit; of
                           ///< a record: a part of the exception's name
    LetterRule rule = LetterRule::usual();
    LetterEdits edits{};    ///< a letter with an edit is sent as that says
    bool messages = false;  ///< RedrivenLetter::message is wanted too
};

/// What becomes of one dead letter.
enum class LetterVerdict : std::uint8_t {
    Sent,        ///< the broker has confirmed it, and it left the queue; in a dry run: would be sent
    NotChosen,   ///< the wish leaves it out
    TooOften,    ///< it has come back too often
    Superseded,  ///< a newer one of the same operation and key is known
    Expired,     ///< its time is over
    EditUnfit,   ///< its edit is for another message, or cannot be made
    NoOrigin,    ///< it does not tell where it died, and no other queue is named
    Unroutable,  ///< no such queue: the broker gave it back
    Refused,     ///< the broker did not take it
};

/// One dead letter, as it is told to whoever follows.
struct RedrivenLetter {
    qint64 number = 0;  ///< from 1, in the queue's order
    QString id{};       ///< the message's own, or empty
    QString origin{};   ///< the queue or topic where it died
    QString reason{};   ///< of which
    QString target{};   ///< where it is sent
    qint64 size = 0;    ///< bytes
    LetterVerdict verdict = LetterVerdict::Sent;
    QString why{};        ///< more words for it: which one is newer, since when it is over
    bool edited = false;  ///< sent as an edit says
    std::shared_ptr<const BrokerMessage> message{};  ///< as it died, if it was wished for
};

struct RedriveResult {
    qint64 waiting = 0;  ///< messages in the queue at the beginning
    qint64 sent = 0;
    qint64 stayed = 0;
    bool cancelled = false;
    QStringList notes{};      ///< what could not be looked at, and edits that fit no letter
    BrokerProblem problem{};  ///< why it ended early
};

enum class RedriveFlow : std::uint8_t { GoOn, Pause, Stop };

/// Who follows a redrive. Called on the thread that runs it.
class RedriveListener {
public:
    virtual ~RedriveListener() = default;
    /// Once for every letter whose end is known, in no order but that of the confirms.
    virtual void told(const RedrivenLetter& letter) = 0;
    /// Ten times a second or more. Pause: nothing more is taken until it says otherwise; what is under way is
    /// still confirmed, now and before it stops. `waiting`: letters there were at the beginning.
    virtual RedriveFlow goOn(qint64 waiting) = 0;
};

/// So many letters are held to find newer ones among them, and so many bytes: of more, each is compared with
/// those that were before it and those held with it.
inline constexpr qint64 kMostLettersHeld = 50'000;
inline constexpr qint64 kMostLetterBytesHeld = qint64(256) << 20;

/// Sends dead letters back, in their order: each is published and confirmed before it is done with, so that
/// none is lost whenever this ends, and no more than a window of them is doubled.
class BrokerRedrive {
public:
    virtual ~BrokerRedrive() = default;
    /// Waits; call it on a thread of its own. Refused unless the settings allow writing, or it is a dry run.
    virtual RedriveResult run(const RedriveWish& wish, RedriveListener& listener) = 0;
};

}  // namespace sluice
