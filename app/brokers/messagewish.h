#pragma once

#include <QMetaType>
#include <QString>
#include <QStringList>
#include <string>
#include <vector>

#include "plugins/api/brokertap.h"

namespace sluice {

/// How the single messages of a watched broker are shown.
struct MessageWish {
    int mostASecond = 100;            ///< of all flows together; the rest is counted, not shown
    std::vector<std::string> masked;  ///< see MessageMask
    /// Queues of its own on the broker, exclusive and gone in the end, where nothing else shows messages.
    bool mayMakeQueues = false;
    bool operator==(const MessageWish&) const = default;
};

/// Whether they are, and what of them.
struct MessagesStatus {
    enum class State : std::uint8_t { Off, Beginning, Showing, Waiting, Refused };
    State state = State::Off;
    QString way;              ///< "a reader without a group"
    QStringList sentences;    ///< what it does to the broker, and what it cannot see
    BrokerProblem problem{};  ///< Waiting, Refused: why not
    QStringList without{};    ///< of several brokers: the names of those of which none are shown
    qint64 seen = 0;          ///< in the last second in which something came
    qint64 shown = 0;         ///< of these
    qint64 unseen = 0;        ///< that came to queues, by the broker's count, and were not seen
};

}  // namespace sluice
