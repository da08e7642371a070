#pragma once

#include <QFile>
#include <QString>
#include <span>

#include "core/record/recordingheader.h"
#include "tests/trace/sampletrace.h"

/// Recordings of the sample trace, and files as they lie on the disk.
namespace sluice::test {

inline RecordingHeader sampleHeader() {
    RecordingHeader made;
    made.scenario.id = "well";
    made.table = sample::table();
    return made;
}

/// Hands the events over a part at a time, each of which becomes a block of its own.
inline void recordInParts(TraceSink& sink, std::span<const TraceEvent> events, const auto& flush) {
    while (!events.empty()) {
        const auto count = std::min<std::size_t>(events.size(), 700);
        sink.accept(events.first(count), events[count - 1].at);
        flush();
        events = events.subspan(count);
    }
    sink.finish({});
}

inline QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline void write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
}

}  // namespace sluice::test
