#include "widgets/share/tracefile.h"

#include <fmt/format.h>

#include <QSaveFile>

#include "core/interchange/eventcsv.h"
#include "core/interchange/eventjson.h"
#include "core/interchange/otlpexport.h"
#include "core/query/eventmatcher.h"
#include "core/trace/closedrange.h"

namespace sluice {

bool isTracePath(const QString& path) {
    const QString name = path.toLower();
    return name.endsWith(u".csv") || name.endsWith(u".jsonl") || name.endsWith(u".otlp.json");
}

Result<void> exportTrace(const std::shared_ptr<const TraceStore>& shared, TraceTime from, TraceTime to,
                         const std::string& query, const QString& path,
                         const std::function<bool(double)>& progress) {
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
    const TraceStore& store = *shared;
    constexpr std::uint64_t kBetween = 4096;  // pieces between two questions whether to go on
    const TraceTime end = std::min(to, store.horizon());
    bool cancelled = false;
    std::uint64_t pieces = 0;
    const auto goesOn = [&](TraceTime at) {
        if (progress && pieces++ % kBetween == 0)
            cancelled =
                cancelled ||
                !progress(end > from ? double((at - from).count()) / double((end - from).count()) : 1);
        return !cancelled;
    };
    const auto write = [&file](const std::string& text) {
        return file.write(text.data(), static_cast<qint64>(text.size())) == static_cast<qint64>(text.size());
    };
    bool written = true;
    if (path.endsWith(u".otlp.json", Qt::CaseInsensitive)) {
        OtlpScope scope;
        scope.from = from;
        scope.to = to;
        scope.write = [&](const std::string& text) { return goesOn(from) && write(text); };
        written = exportOtlp(store, scope).ok();
    } else {
        const bool csv = path.endsWith(u".csv", Qt::CaseInsensitive);
        EventMatcher matcher(std::move(*parsed), shared);
        written = !csv || write(eventCsvHead());
        store.visit(from <= TraceTime::zero() ? 0 : store.lowerBound(from), firstAfter(store, to),
                    [&](Sequence sequence, const TraceEvent& event) {
                        if (matcher.matches(event))
                            written =
                                written && write(csv ? eventCsvRow(event, store.table())
                                                     : eventJson(sequence, event, store.table()) + '\n');
                        return written && goesOn(event.at);
                    });
    }
    if (cancelled)
        return Error{ErrorCode::Cancelled, "the export was cancelled", {}};
    if (!written || !file.commit())
        return refused();
    return {};
}

}  // namespace sluice
