#include "app/cli/replayexport.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <QGuiApplication>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/painting.h"
#include "app/cli/progressline.h"
#include "core/report/incidentnotes.h"
#include "core/share/masking.h"
#include "widgets/paint/stateindex.h"
#include "widgets/sequence/sequencefile.h"
#include "widgets/share/animation.h"
#include "widgets/share/page.h"
#include "widgets/share/reportfile.h"
#include "widgets/share/tracefile.h"

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

MessageLookup lookupIn(const Recording& recording, const StateIndex& index) {
    return [&](MessageId id) {
        const auto info = recording.store->message(id);
        return info ? index.lookOf(*info) : MessageLook{};
    };
}

/// By entity: the name of its group in the drawing.
std::vector<std::string> groupsOf(const Recording& recording) {
    std::vector<std::string> groups;
    const Diagram& diagram = recording.header.diagram;
    for (const Entity& entity : recording.store->table().entities) {
        const Element* const element = diagram.findElement(entity.id);
        const auto group = std::find_if(diagram.groups.begin(), diagram.groups.end(), [&](const Group& one) {
            return element && one.id == element->group;
        });
        groups.push_back(group == diagram.groups.end() ? std::string()
                         : group->name.empty()         ? group->id
                                                       : group->name);
    }
    return groups;
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
    options->lookup = lookupIn(recording, index);
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

Result<QSize> sizeOf(const std::string& text) {
    const QStringList sides = QString::fromStdString(text).toLower().split(u'x');
    bool wide = false;
    bool tall = false;
    const QSize size(sides.value(0).toInt(&wide), sides.value(1).toInt(&tall));
    if (sides.size() == 2 && wide && tall && size.width() >= 16 && size.height() >= 16)
        return size;
    return Error{ErrorCode::InvalidInput, fmt::format("must be WIDTHxHEIGHT in pixels, is '{}'", text),
                 "--size"};
}

Result<AnimationOptions> animationOptions(const Recording& recording, const Arguments& arguments) {
    AnimationOptions options;
    const auto range = rangeOf(arguments, recording.store->horizon());
    if (!range)
        return range.error();
    options.from = range->from;
    options.to = range->to;
    const auto theme = themeOf(arguments);
    if (!theme)
        return theme.error();
    options.theme = *theme;
    const auto rate = numberOf(arguments, "--fps", 1.0, 120.0);
    if (!rate)
        return rate.error();
    options.framesPerSecond = rate->value_or(options.framesPerSecond);
    const auto speed = numberOf(arguments, "--speed", 1e-6, 1e6);
    if (!speed)
        return speed.error();
    options.speed = speed->value_or(options.speed);
    const auto scale = numberOf(arguments, "--scale", 0.05, 16.0);
    if (!scale)
        return scale.error();
    options.scale = scale->value_or(options.scale);
    if (arguments.has("--size")) {
        const auto size = sizeOf(arguments.value("--size"));
        if (!size)
            return size.error();
        options.size = *size;
    }
    return options;
}

int exportMoving(const Recording& recording, const Arguments& arguments, const QString& path,
                 const Interrupt& interrupt) {
    auto options = animationOptions(recording, arguments);
    if (!options)
        return complain(options.error());
    ProgressLine line;
    options->progress = [&](double share) {
        if (line.isDue())
            line.show(share, path.toStdString());
        return !interrupt.happened();
    };
    const auto written = exportAnimation(recording.header.diagram, *recording.store, *options, path);
    if (interrupt.happened())
        return kInterrupted;
    return written ? kWell : complain(path.toStdString(), written.error());
}

/// The events of the range, a piece at a time: also of a recording that is larger than the memory.
int exportEvents(const Recording& recording, const Arguments& arguments, const QString& path) {
    const auto range = rangeOf(arguments, recording.store->horizon());
    if (!range)
        return complain(range.error());
    const auto written =
        exportTrace(recording.store, range->from, range->to, arguments.value("--events"), path);
    return written ? kWell : complain(written.error());
}

int writeReport(const Recording& recording, const Arguments& arguments, const QString& path,
                const Interrupt& interrupt) {
    const auto range = rangeOf(arguments, recording.store->horizon());
    if (!range)
        return complain(range.error());
    ReportScope scope;
    scope.from = range->from;
    scope.to = range->to;
    scope.notes = excerptNotes(recording.notes);
    scope.masks = maskNames(arguments.value("--mask"));
    scope.states = statesOf(recording.notes.incidents);
    const auto written = exportReport(recording.header.diagram, &recording.header.scenario, *recording.store,
                                      scope, path, [&](double) { return !interrupt.happened(); });
    if (interrupt.happened())
        return kInterrupted;
    return written ? kWell : complain(path.toStdString(), written.error());
}

}  // namespace

int reportOnRecording(const Recording& recording, const Arguments& arguments) {
    const Interrupt interrupt;
    const Painting painting;
    return writeReport(recording, arguments, QString::fromStdString(arguments.value("--report")), interrupt);
}

int sequenceOfRecording(const Recording& recording, const Arguments& arguments) {
    const auto range = rangeOf(arguments, TraceTime::max());
    if (!range)
        return complain(range.error());
    const auto theme = themeOf(arguments);
    if (!theme)
        return complain(theme.error());
    const TraceStore& store = *recording.store;
    SequenceScope scope;
    scope.from = range->from;
    scope.to = range->to;
    if (arguments.has("--fold"))
        scope.folds = groupsOf(recording);
    MessageId focus = 0;
    if (arguments.has("--message")) {
        const auto id = messageNamed(arguments.value("--message"), "--message");
        if (!id)
            return complain(id.error());
        const auto info = store.message(*id);
        if (!info)
            return complain(Error{ErrorCode::NotFound, fmt::format("the recording has no message m-{}", *id),
                                  "--message"});
        focus = *id;
        scope.messages = messagesCausedBy(store, info->correlation);
    }
    const Painting painting;
    const SequenceDiagram diagram = sequenceOf(store, scope);
    if (diagram.truncated)
        fmt::print(
            stderr,
            "sluice-cli: the sequence diagram ends at {}, after {} events; choose less with --from and "
            "--to, or one --message\n",
            formatDuration(diagram.end), scope.mostEvents);
    const QFont font = QGuiApplication::font();
    const SequenceLayout layout(diagram, QFontMetricsF(font));
    const StateIndex index(recording.header.diagram, store.table());
    const Theme& colours = sluice::theme(*theme);
    const auto written = writeSequence({.diagram = diagram,
                                        .layout = layout,
                                        .table = store.table(),
                                        .theme = colours,
                                        .look = lookupIn(recording, index),
                                        .focus = focus},
                                       font, QString::fromStdString(arguments.value("--sequence")));
    return written ? kWell : complain(written.error());
}

int exportRecording(const Recording& recording, const Arguments& arguments) {
    const QString path = QString::fromStdString(arguments.value("--export"));
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (isTracePath(path))
        return exportEvents(recording, arguments, path);
    const Interrupt interrupt;
    const Painting painting;
    // A drawing of one moment, unless something of an animation is asked for.
    const bool moves = arguments.has("--fps") || arguments.has("--speed") || arguments.has("--from") ||
                       arguments.has("--to");
    if (isAnimationPath(path) && (suffix != u"svg" || (moves && !arguments.has("--at"))))
        return exportMoving(recording, arguments, path, interrupt);
    if (suffix == u"svg" || suffix == u"png" || suffix == u"pdf")
        return exportPicture(recording, arguments, path);
    if (suffix == u"md")
        return writeReport(recording, arguments, path, interrupt);
    if (suffix == u"html")
        return exportPage(recording, arguments, path);
    return complain(Error{
        ErrorCode::InvalidInput,
        fmt::format("a file's name has to end in .svg, .png, .pdf or .html, is '{}'", path.toStdString()),
        "--export"});
}

}  // namespace sluice::cli
