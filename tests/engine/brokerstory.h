#pragma once

#include <fmt/format.h>

#include <set>

#include "tests/engine/simulated.h"

/// Drawings that show one rule of a broker each, and what the trace tells of them.
namespace sluice::test::brokerstory {

/// What a broker's clients could see of an event: "dead lettered work m1 expired", "delivered q m2 #0
/// again".
inline std::string told(const TraceEvent& event, const EntityTable& table) {
    const std::string subject =
        event.subject < table.entities.size() ? table.entities[event.subject].id : "?";
    std::string line = fmt::format("{} {}", kindName(event.kind), subject);
    if (event.message > 0)
        line += fmt::format(" m{}", event.message);
    switch (event.kind) {
        case EventKind::DeadLettered:
        case EventKind::Discarded:
        case EventKind::Returned:
        case EventKind::Nacked:
            return line + fmt::format(" {}", reasonName(static_cast<DeathReason>(event.detail)));
        case EventKind::Requeued:
            return line + fmt::format(" {}", reasonName(static_cast<RequeueReason>(event.detail)));
        case EventKind::QueueDeleted:
            return line + fmt::format(" {}", reasonName(static_cast<QueueEnd>(event.detail)));
        case EventKind::Delivered:
            return line +
                   fmt::format(" #{}{}", event.detail, event.has(eventflag::Redelivered) ? " again" : "");
        case EventKind::ConsumerActivated:
        case EventKind::ConsumerRefused:
            return line + fmt::format(" #{}", event.detail);
        default:
            return line;
    }
}

/// What the run told of these kinds of event (kindName), in order.
inline QStringList story(const Run& run, const std::set<std::string>& kinds) {
    QStringList lines;
    for (const TraceEvent& event : run.trace.events) {
        if (kinds.count(std::string(kindName(event.kind))) > 0)
            lines << QString::fromStdString(told(event, *run.table));
    }
    return lines;
}

/// The text of a file with one scenario of a minute.
inline std::string drawing(const std::string& nodes, const std::string& links,
                           const std::string& actions = {}) {
    return fmt::format(
        R"({{"sluice":1,"nodes":[{}],"links":[{}],"scenarios":[{{"id":"s","until":"60s"{}}}]}})", nodes,
        links, actions);
}

/// One message over each of its links, in the order they are drawn, at 0.1 s.
inline const std::string kClient = R"({"id":"c","kind":"client","workload":"constant","rate":10,"count":1})";
inline const std::string kThree = R"({"id":"c","kind":"client","workload":"constant","rate":10,"count":3})";
/// The service is away for the first ten seconds.
inline const std::string kLater = R"(,"actions":[{"at":"0s","do":"stop","target":"s","duration":"10s"}])";
inline const std::string kFails = R"("handlers":[{"steps":[{"do":"work","time":"10ms"},{"do":"fail"}]}])";

/// The columns of a table of stories.
inline void addColumns() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("kinds");
    QTest::addColumn<QStringList>("expected");
}

/// A drawing, the kinds of event to look at, and all that is told of them; a last line "..." stands for the
/// rest.
inline void row(const char* name, const std::string& text, const char* kinds, const QStringList& expected) {
    QTest::newRow(name) << QString::fromStdString(text) << QString(kinds) << expected;
}

/// Plays the row at hand and compares.
inline void follow() {
    QFETCH(QString, text);
    QFETCH(QString, kinds);
    QFETCH(QStringList, expected);
    std::set<std::string> wanted;
    for (int kind = 0; kind < kEventKindCount; ++kind) {
        const std::string name(kindName(static_cast<EventKind>(kind)));
        if (kinds.contains(QString::fromStdString(name)))
            wanted.insert(name);
    }
    QStringList lines = story(run(text.toStdString()), wanted);
    if (expected.last() == "...") {  // and so on
        expected.removeLast();
        lines = lines.mid(0, expected.size());
    }
    QCOMPARE(lines, expected);
}

}  // namespace sluice::test::brokerstory
