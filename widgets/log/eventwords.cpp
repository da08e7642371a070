#include "widgets/log/eventwords.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "widgets/editing/counting.h"

namespace sluice::eventwords {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(EventWords)
};

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

QString instance(std::uint32_t index) {
    // A trace from elsewhere does not tell which one.
    constexpr std::uint32_t kUnknown = 0xffff;
    return index == kUnknown ? Words::tr("an instance") : Words::tr("instance %1").arg(index + 1);
}

QString told(UserOutcome outcome) {
    switch (outcome) {
        case UserOutcome::Done:
            return Words::tr("told that it is done");
        case UserOutcome::Refused:
            return Words::tr("told that it was refused");
        case UserOutcome::Deferred:
            return Words::tr("told that it will be handled later");
        case UserOutcome::Failed:
            return Words::tr("got no answer");
    }
    return {};
}

QString verdict(RedriveVerdict verdict) {
    switch (verdict) {
        case RedriveVerdict::Safe:
            return Words::tr("safe");
        case RedriveVerdict::Superseded:
            return Words::tr("superseded by a newer one");
        case RedriveVerdict::Expired:
            return Words::tr("expired");
    }
    return {};
}

QString end(QueueEnd end) {
    switch (end) {
        case QueueEnd::Done:
            return Words::tr("done");
        case QueueEnd::Expired:
            return Words::tr("nobody used it");
        case QueueEnd::AutoDelete:
            return Words::tr("its last consumer is gone");
        case QueueEnd::Exclusive:
            return Words::tr("its connection is gone");
        case QueueEnd::BrokerStopped:
            return Words::tr("the broker stopped");
        case QueueEnd::Gone:
            return Words::tr("the broker does not have it any more");
    }
    return {};
}

/// What is told of every event by its marks.
QStringList marks(const TraceEvent& event) {
    QStringList words;
    if (event.has(eventflag::Redelivered))
        words << Words::tr("redelivered");
    if (event.has(eventflag::Late))
        words << Words::tr("late");
    if (event.has(eventflag::Poisoned))
        words << Words::tr("malformed");
    if (event.has(eventflag::Duplicate))
        words << Words::tr("duplicate");
    return words;
}

QString gauge(const TraceEvent& event) {
    const QString value = number(event.value);
    switch (static_cast<Gauge>(event.detail)) {
        case Gauge::Ready:
            return Words::tr("%1 ready").arg(value);
        case Gauge::Unacknowledged:
            return Words::tr("%1 unacknowledged").arg(value);
        case Gauge::Consumers:
            return counted(event.value, Words::tr("1 consumer"), Words::tr("%1 consumers"));
        case Gauge::Memory:
            return QLocale().formattedDataSize(event.value);
        case Gauge::EndOffset:
            return Words::tr("partition %1 ends at offset %2").arg(event.peer).arg(value);
        case Gauge::Committed:
            return Words::tr("partition %1 read up to offset %2").arg(event.peer).arg(value);
        case Gauge::Alarm:
            return event.value > 0 ? Words::tr("the broker takes no messages: memory or disk is short")
                                   : Words::tr("the broker takes messages again");
        case Gauge::WatchCost:
            return Words::tr("watching takes %1 % of a core of the broker")
                .arg(QLocale().toString(static_cast<double>(event.value) / 10'000, 'f', 2));
        case Gauge::ShownOneOf:
            return event.value == 0   ? Words::tr("too many messages: none is shown singly")
                   : event.value == 1 ? Words::tr("every message is shown singly")
                                      : Words::tr("1 of %1 messages is shown singly").arg(value);
    }
    return {};
}

QString flow(const TraceEvent& event) {
    const QString count = number(event.value);
    const QString period = duration(std::chrono::milliseconds(event.peer));
    switch (static_cast<Flow>(event.detail)) {
        case Flow::In:
            return Words::tr("%1 in over %2").arg(count, period);
        case Flow::Out:
            return Words::tr("%1 out over %2").arg(count, period);
        case Flow::Redelivered:
            return Words::tr("%1 redelivered over %2").arg(count, period);
        case Flow::Returned:
            return Words::tr("%1 not routed over %2").arg(count, period);
    }
    return {};
}

QString loss(ConnectionLoss loss) {
    switch (loss) {
        case ConnectionLoss::Unreachable:
            return Words::tr("the broker cannot be reached");
        case ConnectionLoss::Refused:
            return Words::tr("the broker does not let this user in");
        case ConnectionLoss::Unreadable:
            return Words::tr("what it answers cannot be read");
        case ConnectionLoss::Closed:
            return Words::tr("ended by hand");
    }
    return {};
}

QString severity(AlertSeverity severity) {
    switch (severity) {
        case AlertSeverity::Info:
            return Words::tr("info");
        case AlertSeverity::Warning:
            return Words::tr("warning");
        case AlertSeverity::Critical:
            return Words::tr("critical");
    }
    return {};
}

QString alert(const TraceEvent& event, const EntityTable& table) {
    // A rule that was made during a live watch has no name in the table.
    const QString rule = event.peer < table.alerts.size()
                             ? QString::fromStdString(table.alerts[event.peer].name)
                             : Words::tr("rule %1").arg(event.peer + 1);
    return Words::tr("%1: %2, at %3")
        .arg(severity(static_cast<AlertSeverity>(event.detail)), rule,
             QLocale().toString(static_cast<double>(event.value) / 1000, 'g', 6));
}

QString specific(const TraceEvent& event, const EntityTable& table) {
    const QString time = duration(Duration(event.value));
    switch (event.kind) {
        case EventKind::MessageCreated:
            return event.peer ? Words::tr("caused by %1").arg(message(event.peer)) : QString();
        case EventKind::Moved:
            // A live broker does not tell how long.
            if (table.texts)
                return {};
            return event.has(eventflag::Reverse) ? Words::tr("answer, takes %1").arg(time)
                                                 : Words::tr("takes %1").arg(time);
        case EventKind::Enqueued:
            if (table.texts)
                return Words::tr("%1 ready when last counted").arg(number(event.value));
            return Words::tr("%1 ready").arg(number(event.value));
        case EventKind::Requeued:
            return Words::tr("%1, %2 ready")
                .arg(requeue(static_cast<RequeueReason>(event.detail)), number(event.value));
        case EventKind::Delivered:
            if (table.texts)
                return Words::tr("after %1 in the queue").arg(time);
            return Words::tr("to %1 after %2 in the queue").arg(instance(event.detail), time);
        case EventKind::Acknowledged:
            return Words::tr("by %1").arg(instance(event.detail));
        case EventKind::DeadLettered: {
            const QString why = reason(static_cast<DeathReason>(event.detail));
            const QString tries =
                event.value == 1 ? Words::tr("1 attempt") : Words::tr("%1 attempts").arg(number(event.value));
            return event.peer == kNoEntity
                       ? Words::tr("%1, %2").arg(why, tries)
                       : Words::tr("%1, to %2, %3").arg(why, place(event.peer, table), tries);
        }
        case EventKind::Discarded:
        case EventKind::Returned:
            return reason(static_cast<DeathReason>(event.detail));
        case EventKind::Nacked:
            return Words::tr("%1, attempt %2")
                .arg(reason(static_cast<DeathReason>(event.detail)), number(event.value));
        case EventKind::QueueDeleted:
            if (event.message == 0)
                return end(static_cast<QueueEnd>(event.detail));
            [[fallthrough]];
        case EventKind::QueueDeclared:
            return event.message == 0
                       ? QString()
                       : Words::tr("for %1, %2 exist now").arg(instance(event.peer), number(event.value));
        case EventKind::ConsumerRefused:
            return Words::tr("%1: the queue is used exclusively").arg(instance(event.detail));
        case EventKind::ConsumerActivated:
            return Words::tr("%1 is the single active consumer").arg(instance(event.detail));
        case EventKind::Observed:
            return gauge(event);
        case EventKind::Counted:
            return flow(event);
        case EventKind::ConnectionMade:
            return event.value == 0 ? QString() : Words::tr("nothing is known of the %1 before").arg(time);
        case EventKind::ConnectionLost:
            return loss(static_cast<ConnectionLoss>(event.detail));
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            return alert(event, table);
        case EventKind::RetryScheduled:
            return Words::tr("attempt %1 in %2").arg(event.detail).arg(time);
        case EventKind::Redriven:
            return event.peer == kNoEntity ? Words::tr("left where it is: %1")
                                                 .arg(verdict(static_cast<RedriveVerdict>(event.detail)))
                                           : Words::tr("back to %1: %2")
                                                 .arg(place(event.peer, table),
                                                      verdict(static_cast<RedriveVerdict>(event.detail)));
        case EventKind::Appended:
            return Words::tr("partition %1, offset %2").arg(event.peer).arg(number(event.value));
        case EventKind::Fetched:
            return Words::tr("partition %1, offset %2, by %3")
                .arg(event.peer)
                .arg(number(event.value), instance(event.detail));
        case EventKind::Committed:
            return Words::tr("partition %1 up to offset %2").arg(event.peer).arg(number(event.value));
        case EventKind::Assigned:
            return event.detail == 0xffff
                       ? Words::tr("partition %1 to nobody").arg(event.peer)
                       : Words::tr("partition %1 to %2").arg(event.peer).arg(instance(event.detail));
        case EventKind::Rebalanced:
            return event.detail == 1
                       ? Words::tr("1 member, unavailable for %1").arg(time)
                       : Words::tr("%1 members, unavailable for %2").arg(event.detail).arg(time);
        case EventKind::LateArrival:
            return Words::tr("%1 older than %2, %3")
                .arg(time, message(event.peer), policy(static_cast<LatePolicy>(event.detail)));
        case EventKind::WorkStarted:
            return event.value > 0
                       ? Words::tr("by %1 after %2 for a free slot").arg(instance(event.peer), time)
                       : Words::tr("by %1").arg(instance(event.peer));
        case EventKind::WorkFinished:
            return Words::tr("by %1 in %2").arg(instance(event.peer), time);
        case EventKind::Failed:
            return Words::tr("step %1 of %2, attempt %3")
                .arg(event.detail + 1)
                .arg(instance(event.peer))
                .arg(number(event.value));
        case EventKind::Called:
            return Words::tr("%1 waits").arg(instance(event.peer));
        case EventKind::Answered:
            return Words::tr("answers %1 after %2").arg(message(event.peer), time);
        case EventKind::TimedOut:
            return Words::tr("%1 waited %2").arg(instance(event.peer), time);
        case EventKind::AnsweredLate:
            return Words::tr("answers %1, %2 after the timeout").arg(message(event.peer), time);
        case EventKind::UserInformed:
            return Words::tr("%1 after %2").arg(told(static_cast<UserOutcome>(event.detail)), time);
        case EventKind::RowWritten:
            return Words::tr("%1, visible after %2")
                .arg(counted(event.peer, Words::tr("1 row"), Words::tr("%1 rows")), time);
        case EventKind::RowRead:
            return Words::tr("took %1").arg(time);
        case EventKind::InstanceStopped:
            return instance(event.peer);
        case EventKind::InstanceStarted:
            return event.value > 0 ? Words::tr("%1, ready in %2").arg(instance(event.peer), time)
                                   : instance(event.peer);
        case EventKind::Lost:
        case EventKind::Duplicated:
        case EventKind::ActionBegan:
        case EventKind::ActionEnded:
            break;
    }
    return {};
}

}  // namespace

QString title(EventKind kind) {
    switch (kind) {
        case EventKind::MessageCreated:
            return Words::tr("Created");
        case EventKind::Moved:
            return Words::tr("Moved");
        case EventKind::Lost:
            return Words::tr("Lost");
        case EventKind::Duplicated:
            return Words::tr("Duplicated");
        case EventKind::Returned:
            return Words::tr("Returned");
        case EventKind::Enqueued:
            return Words::tr("Enqueued");
        case EventKind::Delivered:
            return Words::tr("Delivered");
        case EventKind::Acknowledged:
            return Words::tr("Acknowledged");
        case EventKind::Requeued:
            return Words::tr("Requeued");
        case EventKind::DeadLettered:
            return Words::tr("Dead lettered");
        case EventKind::Discarded:
            return Words::tr("Discarded");
        case EventKind::QueueDeclared:
            return Words::tr("Queue declared");
        case EventKind::QueueDeleted:
            return Words::tr("Queue deleted");
        case EventKind::RetryScheduled:
            return Words::tr("Retry scheduled");
        case EventKind::Redriven:
            return Words::tr("Redriven");
        case EventKind::Appended:
            return Words::tr("Appended");
        case EventKind::Fetched:
            return Words::tr("Fetched");
        case EventKind::Committed:
            return Words::tr("Committed");
        case EventKind::Assigned:
            return Words::tr("Assigned");
        case EventKind::Rebalanced:
            return Words::tr("Rebalanced");
        case EventKind::LateArrival:
            return Words::tr("Late arrival");
        case EventKind::WorkStarted:
            return Words::tr("Work started");
        case EventKind::WorkFinished:
            return Words::tr("Work finished");
        case EventKind::Failed:
            return Words::tr("Failed");
        case EventKind::Called:
            return Words::tr("Called");
        case EventKind::Answered:
            return Words::tr("Answered");
        case EventKind::TimedOut:
            return Words::tr("Timed out");
        case EventKind::AnsweredLate:
            return Words::tr("Answered late");
        case EventKind::UserInformed:
            return Words::tr("User informed");
        case EventKind::RowWritten:
            return Words::tr("Row written");
        case EventKind::RowRead:
            return Words::tr("Row read");
        case EventKind::InstanceStopped:
            return Words::tr("Instance stopped");
        case EventKind::InstanceStarted:
            return Words::tr("Instance started");
        case EventKind::ActionBegan:
            return Words::tr("Action began");
        case EventKind::ActionEnded:
            return Words::tr("Action ended");
        case EventKind::Nacked:
            return Words::tr("Nacked");
        case EventKind::ConsumerRefused:
            return Words::tr("Consumer refused");
        case EventKind::ConsumerActivated:
            return Words::tr("Consumer activated");
        case EventKind::Observed:
            return Words::tr("Observed");
        case EventKind::Counted:
            return Words::tr("Counted");
        case EventKind::ConnectionMade:
            return Words::tr("Connection made");
        case EventKind::ConnectionLost:
            return Words::tr("Connection lost");
        case EventKind::AlertRaised:
            return Words::tr("Alert raised");
        case EventKind::AlertCleared:
            return Words::tr("Alert cleared");
    }
    return {};
}

QString detail(const TraceEvent& event, const EntityTable& table) {
    QStringList words = marks(event);
    const QString own = specific(event, table);
    if (!own.isEmpty())
        words.prepend(own);
    if (event.cause() != FailureKind::None)
        words << cause(event.cause());
    return words.join(QStringLiteral(", "));
}

QString place(EntityId entity, const EntityTable& table) {
    if (entity >= table.entities.size())
        return Words::tr("system");
    const Entity& one = table.entities[entity];
    const bool unnamed = one.name.empty() || one.name == one.id;
    if (one.isLink && unnamed && one.from < table.entities.size() && one.to < table.entities.size())
        return QStringLiteral("%1 → %2").arg(QString::fromStdString(table.entities[one.from].name),
                                             QString::fromStdString(table.entities[one.to].name));
    return QString::fromStdString(one.name.empty() ? one.id : one.name);
}

QString message(MessageId id) {
    return id == 0 ? QString() : QStringLiteral("m-%1").arg(id);
}

QString instant(TraceTime time) {
    const std::int64_t micros = time.count() / 1000;
    const std::int64_t whole = micros / 1'000'000;
    return QStringLiteral("%1:%2.%3\u202f%4")
        .arg(whole / 60)
        .arg(whole % 60, 2, 10, QLatin1Char('0'))
        .arg(micros / 1000 % 1000, 3, 10, QLatin1Char('0'))
        .arg(micros % 1000, 3, 10, QLatin1Char('0'));
}

QString cause(FailureKind kind) {
    switch (kind) {
        case FailureKind::None:
            return Words::tr("no failure");
        case FailureKind::BadData:
            return Words::tr("bad data");
        case FailureKind::BusinessError:
            return Words::tr("business error");
        case FailureKind::UnexpectedError:
            return Words::tr("unexpected error");
        case FailureKind::QueueUnavailable:
            return Words::tr("queue unavailable");
        case FailureKind::ServiceUnavailable:
            return Words::tr("service unavailable");
        case FailureKind::CallerTimeout:
            return Words::tr("caller's timeout");
    }
    return {};
}

QString reason(DeathReason reason) {
    switch (reason) {
        case DeathReason::Rejected:
            return Words::tr("rejected");
        case DeathReason::Expired:
            return Words::tr("expired");
        case DeathReason::MaxLength:
            return Words::tr("queue full");
        case DeathReason::DeliveryLimit:
            return Words::tr("delivered too often");
        case DeathReason::QueueDeleted:
            return Words::tr("queue deleted");
        case DeathReason::Purged:
            return Words::tr("purged");
        case DeathReason::Unroutable:
            return Words::tr("unroutable");
        case DeathReason::Cycle:
            return Words::tr("dead-letter cycle");
        case DeathReason::BrokerStopped:
            return Words::tr("lost with the broker");
    }
    return {};
}

QString requeue(RequeueReason reason) {
    return reason == RequeueReason::Nacked ? Words::tr("given back by its consumer")
                                           : Words::tr("its consumer is gone");
}

QString policy(LatePolicy policy) {
    switch (policy) {
        case LatePolicy::Reject:
            return Words::tr("rejected");
        case LatePolicy::Process:
            return Words::tr("processed anyway");
        case LatePolicy::Divert:
            return Words::tr("diverted");
    }
    return {};
}

QString duration(Duration duration) {
    return QString::fromStdString(describeDuration(duration));
}

}  // namespace sluice::eventwords
