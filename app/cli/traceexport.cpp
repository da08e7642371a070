#include "app/cli/traceexport.h"

#include <fmt/format.h>

#include <QSaveFile>

#include "core/interchange/eventcsv.h"
#include "core/interchange/eventjson.h"
#include "core/interchange/otlpexport.h"
#include "core/query/eventmatcher.h"

namespace sluice::cli {

bool isTracePath(const QString& path) {
    const QString name = path.toLower();
    return name.endsWith(u".csv") || name.endsWith(u".jsonl") || name.endsWith(u".otlp.json");
}

Result<void> exportTrace(const Recording& recording, TraceTime from, TraceTime to, const std::string& query,
                         const QString& path) {
    auto parsed = EventQuery::parse(query);
    if (!parsed)
        return Error{parsed.error().code,
                     fmt::format("{}: {}", parsed.error().where, parsed.error().sentence), "--events"};
    QSaveFile file(path);
    const auto refused = [&] {
        return Error{ErrorCode::InputOutput,
                     fmt::format("the file cannot be written: {}", file.errorString().toStdString()),
                     path.toStdString()};
    };
    if (!file.open(QIODevice::WriteOnly))
        return refused();
    const TraceStore& store = *recording.store;
    const auto write = [&file](const std::string& text) {
        return file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
    };
    bool written = true;
    if (path.endsWith(u".otlp.json", Qt::CaseInsensitive)) {
        OtlpScope scope;
        scope.from = from;
        scope.to = to;
        scope.write = write;
        written = exportOtlp(store, scope).ok();
    } else {
        const bool csv = path.endsWith(u".csv", Qt::CaseInsensitive);
        EventMatcher matcher(std::move(*parsed), recording.store);
        written = !csv || write(eventCsvHead());
        const Sequence end = to >= store.horizon() ? store.size() : store.lowerBound(to + TraceTime(1));
        store.visit(from <= TraceTime::zero() ? 0 : store.lowerBound(from), end,
                    [&](Sequence sequence, const TraceEvent& event) {
                        if (matcher.matches(event))
                            written =
                                written && write(csv ? eventCsvRow(event, store.table())
                                                     : eventJson(sequence, event, store.table()) + '\n');
                        return written;
                    });
    }
    if (!written || !file.commit())
        return refused();
    return {};
}

}  // namespace sluice::cli
