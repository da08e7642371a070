#include "app/comparecontroller.h"

#include <QFileInfo>
#include <QtConcurrentRun>
#include <utility>

#include "app/forkdialog.h"
#include "app/messagebar.h"
#include "app/openfiledialog.h"
#include "app/sidebyside.h"
#include "app/themecontroller.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/work/inbackground.h"

namespace sluice {
namespace {

constexpr auto kFolderKey = "files/recordings";
constexpr int kCheckEvery = 500;     // ms
constexpr double kWorthwhile = 1.2;  // so much further both have come before they are compared again

QString textOf(const Action& action, const Diagram& diagram) {
    const QString what = readableChoice(kindName(action.kind));
    return action.target.empty() ? what : QStringLiteral("%1 %2").arg(what, nameOf(diagram, action.target));
}

}  // namespace

CompareController::CompareController(QWidget& window, DocumentController& documents, RunSession& session,
                                     CanvasView& canvas, SideBySide& canvases, ThemeController& theme,
                                     MessageBar& messages, QSettings& settings)
    : QObject(&window),
      m_window(window),
      m_documents(documents),
      m_session(session),
      m_canvas(canvas),
      m_canvases(canvases),
      m_theme(theme),
      m_messages(messages),
      m_folder(settings, kFolderKey) {
    m_check.setInterval(kCheckEvery);
    connect(&m_check, &QTimer::timeout, this, &CompareController::followFork);
    connect(&m_check, &QTimer::timeout, this, &CompareController::compareSoon);
    connect(&m_comparing, &QFutureWatcherBase::finished, this, &CompareController::compared);
    connect(&session, &RunSession::moved, this, &CompareController::followSession);
    connect(&session, &RunSession::began, this, [this] {
        if (isComparing() && m_session.store() != m_leftStore)
            end();
    });
    connect(&theme, &ThemeController::changed, this, [this] {
        m_canvases.setTheme(m_theme.theme());
        if (m_otherCanvas)
            m_otherCanvas->setTheme(m_theme.theme());
    });
}

CompareController::~CompareController() {
    cancelComparison();
    end();
}

void CompareController::fork() {
    m_messages.withdraw("compare");
    if (!m_session.store()) {
        m_messages.tell({"compare", MessageBar::Tone::Info, tr("There is no run to fork yet: play one.")});
        return;
    }
    if (m_session.isLive()) {
        m_messages.tell(
            {"compare", MessageBar::Tone::Info,
             tr("A live broker has one future only: go to Run, and fork a run of this drawing.")});
        return;
    }
    m_session.pause();
    const std::vector<Id>& selection = m_canvas.selection();
    const TraceTime moment = m_session.now();
    auto* dialog = new ForkDialog(m_documents.document(), moment,
                                  selection.empty() ? Id() : selection.front(), m_theme.theme(), &m_window);
    connect(dialog, &ForkDialog::forkWanted, this,
            [this, moment](const std::vector<Action>& actions) { forkWith(moment, actions); });
    dialog->open();
}

void CompareController::forkWith(TraceTime moment, const std::vector<Action>& actions) {
    if (!m_session.store() || !m_session.diagram())
        return;
    auto diagram = std::make_shared<Diagram>(*m_session.diagram());
    const Scenario& played = m_session.scenario();
    auto scenario = std::find_if(diagram->scenarios.begin(), diagram->scenarios.end(),
                                 [&](const Scenario& one) { return one.id == played.id; });
    if (scenario == diagram->scenarios.end())
        scenario = diagram->scenarios.insert(scenario, played);
    *scenario = played;
    scenario->actions.insert(scenario->actions.end(), actions.begin(), actions.end());
    QStringList texts;
    for (const Action& action : actions)
        texts << textOf(action, *diagram);
    const QString title =
        tr("Fork at %1: %2").arg(qtext(describeDuration(moment)), texts.join(QStringLiteral(", ")));
    RunOptions options;
    options.scenario = played.id;
    options.seed = m_session.seed();
    begin(std::make_unique<ComparedRun>(std::move(diagram), options, nullptr), title, moment);
}

void CompareController::compareWithRecording() {
    askToOpen(m_window, m_folder, tr("Compare with a recording"),
              tr("Sluice recordings (*.sluicerec);;All files (*)"),
              [this](const QString& path) { compareWith(path); });
}

void CompareController::compareWith(const QString& path) {
    m_messages.withdraw("compare");
    if (!m_session.store()) {
        m_messages.tell({"compare", MessageBar::Tone::Info,
                         tr("There is nothing to compare with yet: play a run or open a recording.")});
        return;
    }
    inBackground(
        this, [path] { return openRecording(path.toStdString()); },
        [this, path](const Result<Recording>& opened) {
            if (!opened) {
                m_messages.tell(
                    {"compare", MessageBar::Tone::Danger, QString::fromStdString(opened.error().text())});
                return;
            }
            if (m_session.store())
                begin(std::make_unique<ComparedRun>(*opened, nullptr), QFileInfo(path).fileName());
        });
}

void CompareController::compareWithProgram() {
    if (!m_session.store() || !m_session.diagram())
        return;
    RunOptions options;
    options.scenario = m_session.scenario().id;
    options.seed = m_session.seed();
    begin(std::make_unique<ComparedRun>(m_session.diagram(), options, nullptr), tr("In the program"));
}

void CompareController::begin(std::unique_ptr<ComparedRun> other, const QString& title,
                              std::optional<TraceTime> forkedAt) {
    end();
    m_forkedAt = forkedAt;
    m_messages.withdraw("compare");
    m_other = std::move(other);
    m_title = title;
    m_leftStore = m_session.store();
    m_document = std::make_unique<Document>(*m_other->diagram());
    m_history = std::make_unique<History>(*m_document);
    m_otherCanvas = new CanvasView(m_theme.theme());
    m_otherCanvas->setAccessibleName(tr("The drawing in the other future"));
    m_otherCanvas->setReducedMotion(m_theme.reducedMotion());
    m_otherCanvas->setMinimapVisible(false);
    m_otherCanvas->setHistory(m_history.get());
    m_otherCanvas->setReadOnly(true);
    m_canvases.begin(m_otherCanvas, left().title, title);
    m_canvas.fitAll();
    connect(m_other.get(), &ComparedRun::ready, this, &CompareController::showOther);
    connect(m_other.get(), &ComparedRun::failed, this, [this](const QString& sentence) {
        m_messages.tell(
            {"compare", MessageBar::Tone::Danger, tr("The other future cannot run. %1").arg(sentence)});
        end();
    });
    m_isCatchingUp = forkedAt.has_value();
    if (m_other->store())
        showOther();
    else
        emit sidesChanged();
    if (m_isCatchingUp)
        emit catchingUp(0.0);
}

void CompareController::followFork() {
    if (!m_isCatchingUp || !m_other || !m_other->store())
        return;
    const TraceTime come = m_other->store()->horizon();
    m_isCatchingUp = come < *m_forkedAt && !m_other->store()->finished();
    followSession();
    emit catchingUp(m_isCatchingUp ? std::optional(seconds(come) / seconds(*m_forkedAt)) : std::nullopt);
}

void CompareController::showOther() {
    m_otherCanvas->setRun(m_other->store()->sharedTable(), m_other->store());
    followSession();
    m_check.start();
    emit sidesChanged();
    compareSoon();
}

void CompareController::followSession() {
    if (!m_other || !m_other->store())
        return;
    m_other->showAt(m_session.now());
    m_otherCanvas->showState(&m_other->system());
}

void CompareController::end() {
    if (!m_other)
        return;
    m_check.stop();
    cancelComparison();
    m_canvases.end();
    m_otherCanvas = nullptr;
    m_history.reset();
    m_document.reset();
    m_other.reset();
    m_leftStore.reset();
    m_comparison.reset();
    m_upTo.reset();
    m_forkedAt.reset();
    m_whole = false;
    if (std::exchange(m_isCatchingUp, false))
        emit catchingUp({});
    emit sidesChanged();
}

void CompareController::align(Alignment alignment) {
    if (alignment == m_alignment)
        return;
    m_alignment = alignment;
    cancelComparison();
    m_comparison.reset();
    m_upTo.reset();
    m_whole = false;
    compareSoon();
}

void CompareController::cancelComparison() {
    m_stop.request_stop();
    m_comparing.setFuture({});
}

ComparedSide CompareController::left() const {
    if (!m_other)
        return {};
    return {m_session.isReplay() ? tr("The recording") : tr("This run"), m_leftStore,
            m_session.scenario().expectations};
}

ComparedSide CompareController::right() const {
    return m_other ? ComparedSide{m_title, m_other->store(), m_other->scenario().expectations}
                   : ComparedSide{};
}

/// Compares what both have in common, when that is more than last time.
void CompareController::compareSoon() {
    if (!m_other || !m_other->store() || m_whole || m_comparing.isRunning())
        return;
    const auto leftStore = m_leftStore;
    const auto rightStore = m_other->store();
    Compared wanted;
    if (!leftStore->finished() || !rightStore->finished()) {
        wanted.upTo = std::min(leftStore->horizon(), rightStore->horizon());
        const bool further = !m_comparison || !m_upTo ||
                             seconds(*wanted.upTo) >= kWorthwhile * seconds(*m_upTo) ||
                             (m_session.state() != RunSession::State::Playing && *wanted.upTo > *m_upTo);
        if (!further || wanted.upTo->count() <= 0)
            return;
    }
    m_stop = std::stop_source();
    m_comparing.setFuture(QtConcurrent::run(
        [leftStore, rightStore, wanted, alignment = m_alignment, stop = m_stop.get_token()]() mutable {
            auto result = compare(*leftStore, *rightStore, {alignment, wanted.upTo}, {}, stop);
            if (result)
                wanted.comparison = std::make_shared<const Comparison>(std::move(*result));
            return wanted;
        }));
}

void CompareController::compared() {
    if (!m_other || m_comparing.future().resultCount() == 0)
        return;
    const Compared result = m_comparing.result();
    if (!result.comparison)
        return;
    m_comparison = result.comparison;
    m_upTo = result.upTo;
    m_whole = !result.upTo;
    emit comparisonChanged();
}

}  // namespace sluice
