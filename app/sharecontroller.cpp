#include "app/sharecontroller.h"

#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

#include "app/messagebar.h"
#include "app/statusline.h"
#include "app/themecontroller.h"
#include "app/timeselection.h"
#include "core/report/incidentnotes.h"
#include "widgets/export/scene.h"
#include "widgets/share/animation.h"
#include "widgets/share/page.h"
#include "widgets/share/reportfile.h"
#include "widgets/share/tracefile.h"

namespace sluice {
namespace {

constexpr auto kShareFolderKey = "files/shared";

/// The file dialog's filter, and the ending of the file's name.
struct Ending {
    QString filter;
    QString suffix;
};

Ending endingOf(ShareKind kind) {
    switch (kind) {
        case ShareKind::Page:
            return {ShareController::tr("Web pages (*.html)"), "html"};
        case ShareKind::Webp:
            return {ShareController::tr("WebP animations (*.webp)"), "webp"};
        case ShareKind::Gif:
            return {ShareController::tr("GIF animations (*.gif)"), "gif"};
        case ShareKind::MovingSvg:
            return {ShareController::tr("SVG pictures (*.svg)"), "svg"};
        case ShareKind::Mp4:
            return {ShareController::tr("Videos (*.mp4)"), "mp4"};
        case ShareKind::Webm:
            return {ShareController::tr("Videos (*.webm)"), "webm"};
        case ShareKind::Pictures:
            return {ShareController::tr("PNG pictures (*.png)"), "png"};
        case ShareKind::Report:
            return {ShareController::tr("Markdown (*.md);;Web pages (*.html);;PDF (*.pdf)"), "md"};
        case ShareKind::Csv:
            return {ShareController::tr("CSV (*.csv)"), "csv"};
        case ShareKind::JsonLines:
            return {ShareController::tr("JSON Lines (*.jsonl)"), "jsonl"};
        case ShareKind::Otlp:
            return {ShareController::tr("OpenTelemetry JSON (*.otlp.json)"), "otlp.json"};
    }
    return {};
}

/// What the other thread needs, held until it is done.
struct Shared {
    std::shared_ptr<const Diagram> diagram;
    std::shared_ptr<const TraceStore> store;
    Scenario scenario;
    std::vector<ExcerptNote> notes;
    IncidentStates states;
    ShareRequest request;
    QString path;
};

Result<void> writePage(const Shared& shared, const BackgroundJob::Progress& progress) {
    ExcerptScope scope;
    scope.from = shared.request.from;
    scope.to = shared.request.to;
    scope.notes = shared.notes;
    scope.masks = shared.request.masks;
    scope.progress = progress;
    const auto page = renderPage(*shared.diagram, &shared.scenario, *shared.store, scope);
    return page ? saveExport(*page, shared.path) : Result<void>(page.error());
}

Result<void> writeReport(const Shared& shared, const BackgroundJob::Progress& progress) {
    ReportScope scope;
    scope.from = shared.request.from;
    scope.to = shared.request.to;
    scope.notes = shared.notes;
    scope.masks = shared.request.masks;
    scope.only = shared.request.incident;
    scope.states = shared.states;
    return exportReport(*shared.diagram, &shared.scenario, *shared.store, scope, shared.path, progress);
}

Result<void> writeAnimation(const Shared& shared, const BackgroundJob::Progress& progress) {
    AnimationOptions options;
    options.from = shared.request.from;
    options.to = shared.request.to;
    options.theme = shared.request.theme;
    options.framesPerSecond = shared.request.framesPerSecond;
    options.speed = shared.request.speed;
    options.progress = progress;
    const ExportOptions plain;
    const QRectF area = ExportScene(*shared.diagram, plain).area();
    options.scale = area.isEmpty() ? 1 : shared.request.width / area.width();
    return exportAnimation(*shared.diagram, *shared.store, options, shared.path);
}

Result<void> write(const Shared& shared, const BackgroundJob::Progress& progress) {
    switch (shared.request.kind) {
        case ShareKind::Page:
            return writePage(shared, progress);
        case ShareKind::Report:
            return writeReport(shared, progress);
        case ShareKind::Csv:
        case ShareKind::JsonLines:
        case ShareKind::Otlp:
            return exportTrace(shared.store, shared.request.from, shared.request.to, {}, shared.path,
                               progress);
        default:
            return writeAnimation(shared, progress);
    }
}

}  // namespace

ShareController::ShareController(QWidget& window, RunSession& session, std::function<RunNotes()> notes,
                                 const TimeSelection& time, const ThemeController& theme,
                                 MessageBar& messages, StatusLine& status, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_session(session),
      m_notes(std::move(notes)),
      m_time(time),
      m_theme(theme),
      m_messages(messages),
      m_status(status),
      m_settings(settings),
      m_folder(settings, kShareFolderKey),
      m_job("share", messages, status, nullptr) {}

void ShareController::share() {
    ShareRequest request;
    if (const auto& range = m_time.range()) {
        request.from = range->from;
        request.to = range->to;
    }
    ask(request);
}

void ShareController::shareIncident(const Incident& incident) {
    ShareRequest request;
    request.kind = ShareKind::Report;
    request.incident = incident;
    if (const TraceStore* store = m_session.store().get()) {
        // From the request that led to the first of its messages, which is to be seen on its way.
        TraceTime begun = incident.opened;
        const auto first =
            incident.messages.empty() ? std::nullopt : store->message(incident.messages.front());
        if (first)
            begun = first->created;
        if (const auto root = first ? store->message(first->correlation) : std::nullopt)
            begun = root->created;
        const auto before = std::chrono::floor<std::chrono::milliseconds>(begun - TraceTime(1));
        request.from = std::max(TraceTime::zero(), TraceTime(before));
        request.to = std::max(incident.last, m_session.now());
    }
    ask(request);
}

void ShareController::ask(const ShareRequest& wanted) {
    m_messages.withdraw("share");
    if (!m_session.store()) {
        m_messages.tell({"share", MessageBar::Tone::Info,
                         tr("There is no run to share yet: play one, or open a recording.")});
        return;
    }
    ShareRequest request = wanted;
    request.theme = m_theme.theme().dark ? ThemeName::Dark : ThemeName::Light;
    auto* dialog = new ShareDialog(request, m_session.store(), m_settings, &m_window);
    connect(dialog, &ShareDialog::accepted, this, [this, dialog] {
        if (const auto asked = dialog->request())
            askForFile(*asked);
    });
    dialog->open();
}

void ShareController::askForFile(const ShareRequest& request) {
    const Ending ending = endingOf(request.kind);
    auto* dialog = new QFileDialog(&m_window, tr("Share the run"), m_folder.path(), ending.filter);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(ending.suffix);
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        dialog->setDefaultSuffix(filter.section("*.", 1).chopped(1));
    });
    QString name = QString::fromStdString(m_session.diagram()->name);
    if (request.incident)
        name += tr("-incident");
    name.replace(u'/', u'-');
    // A picture for each frame is numbered where the # stand.
    dialog->selectFile(name + (request.kind == ShareKind::Pictures ? "-####." : ".") + ending.suffix);
    connect(dialog, &QFileDialog::fileSelected, this, [this, request](const QString& path) {
        m_folder.remember(path);
        shareTo(request, path);
    });
    dialog->open();
}

void ShareController::shareTo(const ShareRequest& request, const QString& path) {
    if (!m_session.store())
        return;
    auto shared = std::make_shared<Shared>();
    shared->diagram = m_session.diagram();
    shared->store = m_session.store();
    shared->scenario = m_session.scenario();
    const RunNotes notes = m_notes();
    shared->notes = excerptNotes(notes);
    shared->states = statesOf(notes.incidents);
    shared->request = request;
    shared->path = path;
    m_job.start(
        tr("Sharing %1").arg(QFileInfo(path).fileName()),
        [shared](const BackgroundJob::Progress& progress) { return write(*shared, progress); },
        [this, path] { m_status.showMessage(tr("Shared as %1").arg(path), 6000); }, tr("Not shared. %1"));
}

}  // namespace sluice
