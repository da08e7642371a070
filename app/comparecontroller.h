#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>
#include <stop_token>

#include "app/comparedrun.h"
#include "app/documentcontroller.h"
#include "app/rememberedfolder.h"
#include "app/runsession.h"
#include "widgets/compare/comparisonview.h"

class QSettings;

namespace sluice {

class CanvasView;
class MessageBar;
class SideBySide;
class ThemeController;

/// Compares the run that is shown with another future of it (a fork) or with a recording: runs or opens the
/// other, shows it beside the run at the same moment, and keeps the comparison up to date while both go on.
/// Lives on the window's thread; owned by the main window.
class CompareController : public QObject {
    Q_OBJECT

public:
    CompareController(QWidget& window, DocumentController& documents, RunSession& session, CanvasView& canvas,
                      SideBySide& canvases, ThemeController& theme, MessageBar& messages,
                      QSettings& settings);
    ~CompareController() override;

    /// Asks what else happens from the playhead on.
    void fork();
    void forkWith(TraceTime moment, const std::vector<Action>& actions);
    /// Asks for the recording.
    void compareWithRecording();
    void compareWith(const QString& path);
    /// With what the engine makes of the same drawing, scenario and seed.
    void compareWithProgram();
    void end();
    [[nodiscard]] bool isComparing() const { return m_other != nullptr; }
    /// Where the other future begins to be another; nothing: no fork is compared.
    [[nodiscard]] std::optional<TraceTime> forkedAt() const { return m_forkedAt; }
    /// Which conversations belong together.
    [[nodiscard]] Alignment alignment() const { return m_alignment; }
    void align(Alignment alignment);

    [[nodiscard]] ComparedSide left() const;
    [[nodiscard]] ComparedSide right() const;
    /// Null until the first one is there.
    [[nodiscard]] const std::shared_ptr<const Comparison>& comparison() const { return m_comparison; }
    /// How far both had come when it was made; nothing: to their ends.
    [[nodiscard]] std::optional<TraceTime> upTo() const { return m_upTo; }

signals:
    /// Something else is compared, or nothing any more.
    void sidesChanged();
    void comparisonChanged();
    /// The other future repeats the run from its beginning: how much of the way to the fork it has done, 0 to
    /// 1; nothing: it is there.
    void catchingUp(std::optional<double> share);

private:
    void followFork();
    void begin(std::unique_ptr<ComparedRun> other, const QString& title,
               std::optional<TraceTime> forkedAt = {});
    void showOther();
    void followSession();
    void compareSoon();
    void compared();
    void cancelComparison();

    struct Compared {
        std::shared_ptr<const Comparison> comparison;  ///< null: cancelled
        std::optional<TraceTime> upTo;
    };

    QWidget& m_window;
    DocumentController& m_documents;
    RunSession& m_session;
    CanvasView& m_canvas;
    SideBySide& m_canvases;
    ThemeController& m_theme;
    MessageBar& m_messages;
    RememberedFolder m_folder;

    std::unique_ptr<Document> m_document;  ///< of the other canvas: what its run was made of
    std::unique_ptr<History> m_history;
    std::unique_ptr<ComparedRun> m_other;
    CanvasView* m_otherCanvas = nullptr;
    std::shared_ptr<TraceStore> m_leftStore;  ///< the run that is compared: another one ends it
    QString m_title;

    QTimer m_check;
    std::stop_source m_stop;
    QFutureWatcher<Compared> m_comparing;
    std::shared_ptr<const Comparison> m_comparison;
    std::optional<TraceTime> m_upTo;
    std::optional<TraceTime> m_forkedAt;
    bool m_isCatchingUp = false;
    Alignment m_alignment = Alignment::ByOrder;
    bool m_whole = false;  ///< both are at their ends, and were compared there
};

}  // namespace sluice
