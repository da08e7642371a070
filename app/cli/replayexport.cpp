#include "app/cli/replayexport.h"

#include <fmt/format.h>

#include <QFileInfo>

#include "app/cli/command.h"
#include "app/cli/optionvalues.h"
#include "app/cli/painting.h"
#include "core/share/masking.h"
#include "widgets/paint/stateindex.h"
#include "widgets/share/page.h"

namespace sluice::cli {
namespace {

struct Range {
    TraceTime from{};
    TraceTime to{};
};

Result<Range> rangeOf(const Arguments& arguments, TraceTime end) {
    const auto from = durationOf(arguments, "--from");
    if (!from)
        return from.error();
    const auto to = durationOf(arguments, "--to");
    if (!to)
        return to.error();
    return Range{from->value_or(TraceTime::zero()), to->value_or(end)};
}

/// The drawing as it was at one moment.
int exportPicture(const Recording& recording, const Arguments& arguments, const QString& path) {
    auto options = pictureOptions(arguments, "--export");
    if (!options)
        return complain(options.error());
    const auto at = durationOf(arguments, "--at");
    if (!at)
        return complain(at.error());
    const TraceStore& store = *recording.store;
    const SystemState state = store.stateAt(at->value_or(store.horizon()));
    const StateIndex index(recording.header.diagram, store.table());
    options->state = &state;
    options->table = &store.table();
    options->lookup = [&](MessageId id) {
        const auto info = store.message(id);
        return info ? index.lookOf(*info) : MessageLook{};
    };
    const auto written = exportDiagram(recording.header.diagram, *options, path);
    return written ? kWell : complain(path.toStdString(), written.error());
}

int exportPage(const Recording& recording, const Arguments& arguments, const QString& path) {
    const auto range = rangeOf(arguments, recording.store->horizon());
    if (!range)
        return complain(range.error());
    ExcerptScope scope;
    scope.from = range->from;
    scope.to = range->to;
    scope.notes = excerptNotes(recording.notes);
    scope.masks = maskNames(arguments.value("--mask"));
    const auto page =
        renderPage(recording.header.diagram, &recording.header.scenario, *recording.store, scope);
    if (!page)
        return complain(page.error());
    const auto written = saveExport(*page, path);
    return written ? kWell : complain(path.toStdString(), written.error());
}

}  // namespace

int exportRecording(const Recording& recording, const Arguments& arguments) {
    const QString path = QString::fromStdString(arguments.value("--export"));
    const QString suffix = QFileInfo(path).suffix().toLower();
    const Painting painting;
    if (suffix == u"svg" || suffix == u"png" || suffix == u"pdf")
        return exportPicture(recording, arguments, path);
    if (suffix == u"html")
        return exportPage(recording, arguments, path);
    return complain(Error{
        ErrorCode::InvalidInput,
        fmt::format("a file's name has to end in .svg, .png, .pdf or .html, is '{}'", path.toStdString()),
        "--export"});
}

}  // namespace sluice::cli
