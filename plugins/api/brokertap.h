#pragma once

#include <QString>
#include <QStringList>

#include "core/live/messagesighting.h"
#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Of which places single messages are wanted.
struct TapWish {
    QStringList topics{};
    QStringList queues{};
    int mostASecond = 100;  ///< that anybody looks at; where it can be, the broker is asked for no more
};

/// What following messages does to the broker, said before it is done.
struct TapForecast {
    QString way{};              ///< "a reader without a group", "a shadow queue", "the firehose"
    bool makesQueues = false;   ///< something is made on the broker, and gone when it is over
    bool worksWithout = false;  ///< of several brokers: one of them shows messages without such queues
    QStringList sentences{};    ///< what it does, and what it cannot see
    BrokerProblem problem{};    ///< why it cannot be; None: it can
};

struct TapResult {
    bool cancelled = false;
    BrokerProblem problem{};  ///< why it ended
};

/// Who follows. Called on the thread that runs the tap.
class TapListener {
public:
    virtual ~TapListener() = default;
    /// From now on every message is seen, but for what the forecast says.
    virtual void began(const TapForecast& forecast) = 0;
    virtual void take(MessageSighting sighting) = 0;
    /// Ten times a second or more. False: stop.
    virtual bool goOn() = 0;
};

/// Follows the single messages of a broker as they come, and takes none away. Its functions wait; call them
/// on a thread of their own.
class BrokerTap {
public:
    virtual ~BrokerTap() = default;
    virtual TapForecast forecast(const TapWish& wish) = 0;
    /// Refuses where the forecast has a problem. Whatever it made on the broker is gone when it returns.
    virtual TapResult run(const TapWish& wish, TapListener& listener) = 0;
};

}  // namespace sluice
