#pragma once

#include <QObject>
#include <cstdint>
#include <functional>

#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Which dead letters go back to where, and how fast.
struct RedriveWish {
    QString queue;         ///< where the dead letters are
    QString to{};          ///< the queue to send them to; empty: each to the queue where it died
    bool dryRun = true;    ///< nothing is sent; what was looked at is given back to its place
    qint64 most = 0;       ///< messages; 0: as many as there were at the beginning
    double perSecond = 0;  ///< messages; 0: as fast as the broker takes them
    int window = 500;      ///< messages sent but not confirmed; a crash sends no more than these twice
    int mostTimes = 3;     ///< a message that was redriven so often stays
    QString only{};        ///< only those that died in this queue; empty: all
    QString reason{};      ///< only those that died of this: rejected, expired, maxlen, delivery_limit
};

/// What becomes of one dead letter.
enum class LetterVerdict : std::uint8_t {
    Sent,        ///< the broker has confirmed it, and it left the queue; in a dry run: would be sent
    NotChosen,   ///< the wish leaves it out
    TooOften,    ///< it has come back too often
    NoOrigin,    ///< it does not tell where it died, and no other queue is named
    Unroutable,  ///< no such queue: the broker gave it back
    Refused,     ///< the broker did not take it
};

/// One dead letter, as it is told to whoever follows.
struct RedrivenLetter {
    qint64 number = 0;  ///< from 1, in the queue's order
    QString id{};       ///< the message's own, or empty
    QString origin{};   ///< the queue where it died
    QString reason{};   ///< of which
    QString target{};   ///< where it is sent
    qint64 size = 0;    ///< bytes
    LetterVerdict verdict = LetterVerdict::Sent;
};

struct RedriveResult {
    qint64 waiting = 0;  ///< messages in the queue at the beginning
    qint64 sent = 0;
    qint64 stayed = 0;
    bool cancelled = false;
    BrokerProblem problem{};  ///< why it ended early
};

/// Sends dead letters back, in their order: each is published and confirmed before it leaves its queue, so
/// that none is lost whenever this ends, and no more than a window of them is doubled.
class BrokerRedrive {
public:
    virtual ~BrokerRedrive() = default;
    /// Waits; call it on a thread of its own. `told` is called for every letter once its end is known, in no
    /// order but that of the confirms; false cancels. Refused unless the settings allow writing, or it is a
    /// dry run.
    virtual RedriveResult run(const RedriveWish& wish,
                              const std::function<bool(const RedrivenLetter&)>& told) = 0;
};

}  // namespace sluice
