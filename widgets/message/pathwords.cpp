#include "widgets/message/pathwords.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include "widgets/log/eventwords.h"

namespace sluice::pathwords {
namespace {

using End = Stay::End;

/// Of a long way round and round, so many stays at either end are told.
constexpr std::size_t kFirst = 6;
constexpr std::size_t kLast = 12;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PathWords)
};

/// "30 s": of what was set to a round figure, no zeros behind the point.
QString length(Duration time) {
    static const QRegularExpression zeros(QStringLiteral("(\\.\\d*?)0+(?=\\D|$)"));
    QString text = eventwords::duration(time);
    if (const auto match = zeros.match(text); match.hasMatch())
        text.replace(match.capturedStart(), match.capturedLength(),
                     match.captured(1) == QLatin1String(".") ? QString() : match.captured(1));
    return text;
}

/// "expired after 30 s", "rejected again: count 2": of a death, without the queue.
QString death(const Stay& stay) {
    QString text = eventwords::reason(stay.reason);
    if (stay.reason == DeathReason::Expired)
        text = Words::tr("expired after %1").arg(length(stay.ended - stay.arrived));
    return stay.deathCount > 1 ? Words::tr("%1 again: count %2").arg(text).arg(stay.deathCount) : text;
}

/// Only a rejection's cause says more than its reason.
QString why(const Stay& stay) {
    return stay.reason == DeathReason::Rejected && stay.cause != FailureKind::None
               ? Words::tr(" (%1)").arg(eventwords::cause(stay.cause))
               : QString();
}

QString ending(const Stay& stay) {
    switch (stay.end) {
        case End::None:
            return Words::tr("waits there");
        case End::Taken:
            return Words::tr("in work");
        case End::Acknowledged:
            return Words::tr("acknowledged");
        case End::Retried:
            return Words::tr("failed (%1), attempt %2 after %3")
                .arg(eventwords::cause(stay.cause))
                .arg(stay.attempt)
                .arg(length(stay.backoff));
        case End::DeadLettered:
            return death(stay) + why(stay);
        case End::Discarded:
            if (stay.reason == DeathReason::Purged)
                return Words::tr("discarded: taken out for good");
            return Words::tr("%1%2: dropped, no dead-letter queue").arg(death(stay), why(stay));
        case End::Redriven:
            return Words::tr("redriven");
    }
    return {};
}

QString requeued(const Stay& stay) {
    if (stay.requeues == 0)
        return {};
    const QString times =
        stay.requeues == 1 ? Words::tr("requeued") : Words::tr("requeued %1 times").arg(stay.requeues);
    return Words::tr("%1 (%2), ").arg(times, eventwords::requeue(stay.requeue));
}

QString mishap(const Mishap& mishap, const EntityTable& table) {
    const QString where = eventwords::place(mishap.subject, table);
    const QString cause = mishap.cause == FailureKind::None
                              ? QString()
                              : Words::tr(" (%1)").arg(eventwords::cause(mishap.cause));
    switch (mishap.kind) {
        case EventKind::Returned:
            return Words::tr("returned by %1, %2").arg(where, eventwords::reason(mishap.reason));
        case EventKind::Nacked:
            return Words::tr("refused by %1, %2").arg(where, eventwords::reason(mishap.reason));
        case EventKind::LateArrival:
            return Words::tr("late at %1, %2").arg(where, eventwords::policy(mishap.policy));
        case EventKind::Discarded:
        case EventKind::DeadLettered:
            return Words::tr("dropped at %1, %2").arg(where, eventwords::reason(mishap.reason));
        default:
            return Words::tr("lost on %1%2").arg(where, cause);
    }
}

}  // namespace

QString chain(const MessagePath& path, const EntityTable& table) {
    QStringList parts;
    for (std::size_t i = 0; i < path.stays.size(); ++i) {
        if (i == kFirst && path.stays.size() > kFirst + kLast + 1) {
            i = path.stays.size() - kLast;
            parts << Words::tr("… %1 more …").arg(i - kFirst);
        }
        const Stay& stay = path.stays[i];
        const QString queue = eventwords::place(stay.queue, table);
        const bool died = stay.end == End::DeadLettered;
        // Where it rests is said by the name alone, unless nothing has led there.
        if (i > 0 && stay.end == End::None && stay.requeues == 0)
            parts << queue;
        else if (i == 0 && died && stay.requeues == 0)
            parts << Words::tr("%1 in %2%3").arg(death(stay), queue, why(stay));
        else
            parts << Words::tr("%1, %2%3").arg(queue, requeued(stay), ending(stay));
        if (died && stay.dropped)
            parts << Words::tr("dropped, %1").arg(eventwords::reason(*stay.dropped));
    }
    return parts.join(QStringLiteral(" → "));
}

QStringList lines(const MessageHistory& history, const EntityTable& table) {
    std::vector<std::pair<TraceTime, QString>> told;
    for (const MessagePath& path : history.paths)
        told.emplace_back(path.stays.front().arrived, chain(path, table));
    for (const Mishap& one : history.mishaps)
        told.emplace_back(one.at, mishap(one, table));
    std::stable_sort(told.begin(), told.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    QStringList result;
    for (const auto& [at, text] : told)
        result << text;
    return result;
}

QStringList deathHeaders(const MessagePath& path, const EntityTable& table) {
    const std::vector<DeathEntry> deaths = path.deaths();
    if (deaths.empty())
        return {};
    const auto name = [](DeathReason reason) { return QString::fromUtf8(reasonName(reason).data()); };
    QStringList entries;
    for (const DeathEntry& entry : deaths)
        entries << QStringLiteral("%1 %2 %3")
                       .arg(eventwords::place(entry.queue, table), name(entry.reason))
                       .arg(entry.count);
    // Those of the first death since it was last published.
    const Stay* first = nullptr;
    for (const Stay& stay : path.stays) {
        if (stay.end == End::Retried || stay.end == End::Redriven)
            first = nullptr;
        else if (!first && (stay.end == End::DeadLettered || stay.end == End::Discarded))
            first = &stay;
    }
    QStringList headers{QStringLiteral("x-death: %1").arg(entries.join(QStringLiteral(", ")))};
    if (first) {
        headers << QStringLiteral("x-first-death-queue: %1").arg(eventwords::place(first->queue, table))
                << QStringLiteral("x-first-death-reason: %1").arg(name(first->reason));
    }
    return headers;
}

}  // namespace sluice::pathwords
