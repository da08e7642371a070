#include "widgets/log/eventdetail.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include "widgets/editing/counting.h"
#include "widgets/log/eventwords.h"

namespace sluice::eventwords {
namespace {

struct DetailWords {
    Q_DECLARE_TR_FUNCTIONS(EventDetailWords)
};

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}

QString instance(std::uint32_t index) {
    // A trace from elsewhere does not tell which one.
    constexpr std::uint32_t kUnknown = 0xffff;
    return index == kUnknown ? DetailWords::tr("an instance") : DetailWords::tr("instance %1").arg(index + 1);
}

QString told(UserOutcome outcome) {
    switch (outcome) {
        case UserOutcome::Done:
            return DetailWords::tr("told that it is done");
        case UserOutcome::Refused:
            return DetailWords::tr("told that it was refused");
        case UserOutcome::Deferred:
            return DetailWords::tr("told that it will be handled later");
        case UserOutcome::Failed:
            return DetailWords::tr("got no answer");
    }
    return {};
}

QString verdict(RedriveVerdict verdict) {
    switch (verdict) {
        case RedriveVerdict::Safe:
            return DetailWords::tr("safe");
        case RedriveVerdict::Superseded:
            return DetailWords::tr("superseded by a newer one");
        case RedriveVerdict::Expired:
            return DetailWords::tr("expired");
    }
    return {};
}

QString end(QueueEnd end) {
    switch (end) {
        case QueueEnd::Done:
            return DetailWords::tr("done");
        case QueueEnd::Expired:
            return DetailWords::tr("nobody used it");
        case QueueEnd::AutoDelete:
            return DetailWords::tr("its last consumer is gone");
        case QueueEnd::Exclusive:
            return DetailWords::tr("its connection is gone");
        case QueueEnd::BrokerStopped:
            return DetailWords::tr("the broker stopped");
        case QueueEnd::Gone:
            return DetailWords::tr("the broker does not have it any more");
    }
    return {};
}

/// What is told of every event by its marks.
QStringList marks(const TraceEvent& event) {
    QStringList words;
    if (event.has(eventflag::Redelivered))
        words << DetailWords::tr("redelivered");
    if (event.has(eventflag::Late))
        words << DetailWords::tr("late");
    if (event.has(eventflag::Poisoned))
        words << DetailWords::tr("malformed");
    if (event.has(eventflag::Duplicate))
        words << DetailWords::tr("duplicate");
    return words;
}

QString gauge(const TraceEvent& event) {
    const QString value = number(event.value);
    switch (static_cast<Gauge>(event.detail)) {
        case Gauge::Ready:
            return DetailWords::tr("%1 ready").arg(value);
        case Gauge::Unacknowledged:
            return DetailWords::tr("%1 unacknowledged").arg(value);
        case Gauge::Consumers:
            return counted(event.value, DetailWords::tr("1 consumer"), DetailWords::tr("%1 consumers"));
        case Gauge::Memory:
            return QLocale().formattedDataSize(event.value);
        case Gauge::EndOffset:
            return DetailWords::tr("partition %1 ends at offset %2").arg(event.peer).arg(value);
        case Gauge::Committed:
            return DetailWords::tr("partition %1 read up to offset %2").arg(event.peer).arg(value);
        case Gauge::Alarm:
            return event.value > 0 ? DetailWords::tr("the broker takes no messages: memory or disk is short")
                                   : DetailWords::tr("the broker takes messages again");
        case Gauge::WatchCost:
            return DetailWords::tr("watching takes %1 % of a core of the broker")
                .arg(QLocale().toString(static_cast<double>(event.value) / 10'000, 'f', 2));
        case Gauge::ShownOneOf:
            return event.value == 0   ? DetailWords::tr("too many messages: none is shown singly")
                   : event.value == 1 ? DetailWords::tr("every message is shown singly")
                                      : DetailWords::tr("1 of %1 messages is shown singly").arg(value);
    }
    return {};
}

QString flow(const TraceEvent& event) {
    const QString count = number(event.value);
    const QString period = duration(std::chrono::milliseconds(event.peer));
    switch (static_cast<Flow>(event.detail)) {
        case Flow::In:
            return DetailWords::tr("%1 in over %2").arg(count, period);
        case Flow::Out:
            return DetailWords::tr("%1 out over %2").arg(count, period);
        case Flow::Redelivered:
            return DetailWords::tr("%1 redelivered over %2").arg(count, period);
        case Flow::Returned:
            return DetailWords::tr("%1 not routed over %2").arg(count, period);
    }
    return {};
}

QString loss(ConnectionLoss loss) {
    switch (loss) {
        case ConnectionLoss::Unreachable:
            return DetailWords::tr("the broker cannot be reached");
        case ConnectionLoss::Refused:
            return DetailWords::tr("the broker does not let this user in");
        case ConnectionLoss::Unreadable:
            return DetailWords::tr("what it answers cannot be read");
        case ConnectionLoss::Closed:
            return DetailWords::tr("ended by hand");
    }
    return {};
}

QString severity(AlertSeverity severity) {
    switch (severity) {
        case AlertSeverity::Info:
            return DetailWords::tr("info");
        case AlertSeverity::Warning:
            return DetailWords::tr("warning");
        case AlertSeverity::Critical:
            return DetailWords::tr("critical");
    }
    return {};
}

QString alert(const TraceEvent& event, const EntityTable& table) {
    // A rule that was made during a live watch has no name in the table.
    const QString rule = event.peer < table.alerts.size()
                             ? QString::fromStdString(table.alerts[event.peer].name)
                             : DetailWords::tr("rule %1").arg(event.peer + 1);
    return DetailWords::tr("%1: %2, at %3")
        .arg(severity(static_cast<AlertSeverity>(event.detail)), rule,
             QLocale().toString(static_cast<double>(event.value) / 1000, 'g', 6));
}

QString specific(const TraceEvent& event, const EntityTable& table) {
    const QString time = duration(Duration(event.value));
    switch (event.kind) {
        case EventKind::MessageCreated:
            return event.peer ? DetailWords::tr("caused by %1").arg(message(event.peer)) : QString();
        case EventKind::Moved:
            // A live broker does not tell how long.
            if (table.texts)
                return {};
            return event.has(eventflag::Reverse) ? DetailWords::tr("answer, takes %1").arg(time)
                                                 : DetailWords::tr("takes %1").arg(time);
        case EventKind::Enqueued:
            if (table.texts)
                return DetailWords::tr("%1 ready when last counted").arg(number(event.value));
            return DetailWords::tr("%1 ready").arg(number(event.value));
        case EventKind::Requeued:
            return DetailWords::tr("%1, %2 ready")
                .arg(requeue(static_cast<RequeueReason>(event.detail)), number(event.value));
        case EventKind::Delivered:
            if (table.texts)
                return DetailWords::tr("after %1 in the queue").arg(time);
            return DetailWords::tr("to %1 after %2 in the queue").arg(instance(event.detail), time);
        case EventKind::Acknowledged:
            return DetailWords::tr("by %1").arg(instance(event.detail));
        case EventKind::DeadLettered: {
            const QString why = reason(static_cast<DeathReason>(event.detail));
            const QString tries = event.value == 1 ? DetailWords::tr("1 attempt")
                                                   : DetailWords::tr("%1 attempts").arg(number(event.value));
            return event.peer == kNoEntity
                       ? DetailWords::tr("%1, %2").arg(why, tries)
                       : DetailWords::tr("%1, to %2, %3").arg(why, place(event.peer, table), tries);
        }
        case EventKind::Discarded:
        case EventKind::Returned:
            return reason(static_cast<DeathReason>(event.detail));
        case EventKind::Nacked:
            return DetailWords::tr("%1, attempt %2")
                .arg(reason(static_cast<DeathReason>(event.detail)), number(event.value));
        case EventKind::QueueDeleted:
            if (event.message == 0)
                return end(static_cast<QueueEnd>(event.detail));
            [[fallthrough]];
        case EventKind::QueueDeclared:
            return event.message == 0 ? QString()
                                      : DetailWords::tr("for %1, %2 exist now")
                                            .arg(instance(event.peer), number(event.value));
        case EventKind::ConsumerRefused:
            return DetailWords::tr("%1: the queue is used exclusively").arg(instance(event.detail));
        case EventKind::ConsumerActivated:
            return DetailWords::tr("%1 is the single active consumer").arg(instance(event.detail));
        case EventKind::Observed:
            return gauge(event);
        case EventKind::Counted:
            return flow(event);
        case EventKind::ConnectionMade:
            return event.value == 0 ? QString()
                                    : DetailWords::tr("nothing is known of the %1 before").arg(time);
        case EventKind::ConnectionLost:
            return loss(static_cast<ConnectionLoss>(event.detail));
        case EventKind::AlertRaised:
        case EventKind::AlertCleared:
            return alert(event, table);
        case EventKind::RetryScheduled:
            return DetailWords::tr("attempt %1 in %2").arg(event.detail).arg(time);
        case EventKind::Redriven:
            return event.peer == kNoEntity ? DetailWords::tr("left where it is: %1")
                                                 .arg(verdict(static_cast<RedriveVerdict>(event.detail)))
                                           : DetailWords::tr("back to %1: %2")
                                                 .arg(place(event.peer, table),
                                                      verdict(static_cast<RedriveVerdict>(event.detail)));
        case EventKind::Appended:
            return DetailWords::tr("partition %1, offset %2").arg(event.peer).arg(number(event.value));
        case EventKind::Fetched:
            return DetailWords::tr("partition %1, offset %2, by %3")
                .arg(event.peer)
                .arg(number(event.value), instance(event.detail));
        case EventKind::Committed:
            return DetailWords::tr("partition %1 up to offset %2").arg(event.peer).arg(number(event.value));
        case EventKind::Assigned:
            return event.detail == 0xffff
                       ? DetailWords::tr("partition %1 to nobody").arg(event.peer)
                       : DetailWords::tr("partition %1 to %2").arg(event.peer).arg(instance(event.detail));
        case EventKind::Rebalanced:
            return event.detail == 1
                       ? DetailWords::tr("1 member, unavailable for %1").arg(time)
                       : DetailWords::tr("%1 members, unavailable for %2").arg(event.detail).arg(time);
        case EventKind::LateArrival:
            return DetailWords::tr("%1 older than %2, %3")
                .arg(time, message(event.peer), policy(static_cast<LatePolicy>(event.detail)));
        case EventKind::WorkStarted:
            return event.value > 0
                       ? DetailWords::tr("by %1 after %2 for a free slot").arg(instance(event.peer), time)
                       : DetailWords::tr("by %1").arg(instance(event.peer));
        case EventKind::WorkFinished:
            return DetailWords::tr("by %1 in %2").arg(instance(event.peer), time);
        case EventKind::Failed:
            return DetailWords::tr("step %1 of %2, attempt %3")
                .arg(event.detail + 1)
                .arg(instance(event.peer))
                .arg(number(event.value));
        case EventKind::Called:
            return DetailWords::tr("%1 waits").arg(instance(event.peer));
        case EventKind::Answered:
            return DetailWords::tr("answers %1 after %2").arg(message(event.peer), time);
        case EventKind::TimedOut:
            return DetailWords::tr("%1 waited %2").arg(instance(event.peer), time);
        case EventKind::AnsweredLate:
            return DetailWords::tr("answers %1, %2 after the timeout").arg(message(event.peer), time);
        case EventKind::UserInformed:
            return DetailWords::tr("%1 after %2").arg(told(static_cast<UserOutcome>(event.detail)), time);
        case EventKind::RowWritten:
            return DetailWords::tr("%1, visible after %2")
                .arg(counted(event.peer, DetailWords::tr("1 row"), DetailWords::tr("%1 rows")), time);
        case EventKind::RowRead:
            return DetailWords::tr("took %1").arg(time);
        case EventKind::InstanceStopped:
            return instance(event.peer);
        case EventKind::InstanceStarted:
            return event.value > 0 ? DetailWords::tr("%1, ready in %2").arg(instance(event.peer), time)
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

QString detail(const TraceEvent& event, const EntityTable& table) {
    QStringList words = marks(event);
    const QString own = specific(event, table);
    if (!own.isEmpty())
        words.prepend(own);
    if (event.cause() != FailureKind::None)
        words << cause(event.cause());
    return words.join(QStringLiteral(", "));
}

}  // namespace sluice::eventwords
