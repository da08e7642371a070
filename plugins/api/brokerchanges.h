#pragma once

#include <QList>
#include <QStringList>
#include <vector>

#include "core/browse/brokermessage.h"
#include "core/live/brokerplan.h"
#include "plugins/api/brokerconnection.h"

namespace sluice {

/// Where messages are published, and how fast.
struct PublishWish {
    QString place{};       ///< a topic; or a queue, by way of the default exchange
    QString exchange{};    ///< RabbitMQ, instead of a place
    int partition = -1;    ///< Kafka; -1: by the key
    qint64 count = 1;      ///< messages
    double perSecond = 0;  ///< messages; 0: as fast as the broker takes them
    int window = 500;      ///< messages sent and not yet confirmed
};

struct PublishResult {
    qint64 confirmed = 0;   ///< the broker has them, on every copy that it waits for
    qint64 unroutable = 0;  ///< no queue was there to take them
    qint64 refused = 0;     ///< the broker did not take them
    bool cancelled = false;
    BrokerProblem problem{};  ///< why it ended early, or why messages were refused
};

/// Who gives the messages, and follows them. Called on the thread that publishes.
class PublishSource {
public:
    virtual ~PublishSource() = default;
    /// The message of that number, from 1: key, headers whose values are text, content type and body. The key
    /// is a record's, or a message's routing key.
    virtual BrokerMessage message(qint64 number) = 0;
    /// Ten times a second or more. False: stop; what is under way is still confirmed.
    virtual bool goOn(qint64 confirmed) = 0;
};

struct PurgeResult {
    qint64 messages = 0;  ///< that were thrown away; in a dry run: that would be, as far as the broker tells
    QStringList sentences{};  ///< what stays all the same
    BrokerProblem problem{};
};

/// Where a consumer group is to read on.
struct OffsetsWish {
    enum class To : std::uint8_t {
        Beginning,
        End,
        Offset,  ///< `value`, in each partition
        Time,    ///< the first record not older than `value`, in ms since 1970
        By,      ///< `value` records on from where it is, back when negative
    };
    QString group{};
    QString topic{};
    To to = To::End;
    qint64 value = 0;
    QList<int> partitions{};  ///< empty: all
    bool dryRun = true;
};

struct OffsetsMove {
    int partition = 0;
    qint64 now = -1;    ///< -1: nothing is committed
    qint64 first = 0;   ///< of the partition
    qint64 end = 0;     ///< of the next record
    qint64 then = 0;    ///< within these two
    bool held = false;  ///< what was wanted lies outside of them
};

struct OffsetsResult {
    QList<OffsetsMove> moves{};
    int members = 0;    ///< that read now; while there are any nothing is moved
    bool known = true;  ///< the cluster knows the group
    BrokerProblem problem{};
};

/// Changes what a broker has. Its functions wait; call them on a thread of their own. Nothing leaves unless
/// the settings allow writing: that is held where the bytes leave, not here.
class BrokerChanges {
public:
    virtual ~BrokerChanges() = default;
    /// The elements that this kind of broker can have.
    [[nodiscard]] virtual std::vector<ElementKind> kinds() const = 0;
    /// Takes one step of a plan. A queue or topic that holds messages is not deleted unless the step says so,
    /// and a queue that somebody reads never is.
    virtual BrokerProblem apply(const BrokerStep& step) = 0;
    virtual PublishResult publish(const PublishWish& wish, PublishSource& source) = 0;
    /// Throws away what waits in a queue or topic; a dry run only counts.
    virtual PurgeResult purge(const QString& place, bool dryRun) = 0;
    virtual OffsetsResult moveOffsets(const OffsetsWish& wish) = 0;
};

}  // namespace sluice
