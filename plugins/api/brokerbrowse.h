#pragma once

#include <QList>
#include <QString>
#include <cstdint>
#include <optional>

#include "core/browse/brokermessage.h"
#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Bytes of a body that are read at most: of a longer one only the beginning, so that memory is bounded
/// whatever lies there. BrokerMessage::bodySize tells.
inline constexpr std::size_t kMostBody = std::size_t(16) << 20U;

/// Which messages are looked at.
struct BrowseWish {
    enum class Begin : std::uint8_t {
        First,   ///< the oldest that there is
        Last,    ///< so many before the end, `value` of each partition
        Offset,  ///< `value`, in each partition
        Time,    ///< not older than `value`, in ms since 1970
        End,     ///< only what comes from now on
    };
    QString place;  ///< a topic or queue
    Begin begin = Begin::First;
    qint64 value = 0;
    std::optional<qint64> until{};  ///< records newer than this, in ms since 1970, are left out
    QList<int> partitions{};        ///< empty: all
    bool follow = false;            ///< goes on with what comes, until it is told to stop
    qint64 most = 0;                ///< messages looked at; 0: all there are
};

/// What looking will do to the broker, said before it is done.
struct BrowseForecast {
    enum class Effect : std::uint8_t {
        Nothing,      ///< the broker keeps no trace of it
        Redelivered,  ///< messages that were looked at are marked as redelivered
        Counted,      ///< each look counts as a failed delivery
        Refused,      ///< it could harm; run() refuses
    };
    Effect effect = Effect::Nothing;
    QString kind;             ///< "classic queue", "quorum queue", "stream", "topic"
    qint64 messages = -1;     ///< that are there now; -1: not known
    QStringList sentences{};  ///< what it does, and to whom
    BrokerProblem problem{};  ///< nothing could be found out
};

struct BrowseResult {
    qint64 looked = 0;
    bool cancelled = false;
    BrokerProblem problem{};  ///< why it ended early
};

/// Who follows a browse. Called on the thread that runs it.
class BrowseListener {
public:
    virtual ~BrowseListener() = default;
    /// In the order of the partition; over several partitions by time. False: enough.
    virtual bool take(BrokerMessage message) = 0;
    /// Ten times a second or more, also while nothing comes. `total`: messages there were at the beginning, 0
    /// when that is not known. False: stop.
    virtual bool goOn(qint64 looked, qint64 total) = 0;
};

/// Looks at messages without taking them. Its functions wait; call them on a thread of their own.
class BrokerBrowse {
public:
    virtual ~BrokerBrowse() = default;
    virtual BrowseForecast forecast(const BrowseWish& wish) = 0;
    /// Refuses where the forecast says so.
    virtual BrowseResult run(const BrowseWish& wish, BrowseListener& listener) = 0;
};

}  // namespace sluice
