#include "widgets/log/eventwords.h"

#include <QCoreApplication>

namespace sluice::eventwords {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(EventWords)
};

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
