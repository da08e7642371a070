#include "app/exportcontroller.h"
#include "app/importcontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "app/sharecontroller.h"
#include "app/statusline.h"
#include "app/stepcontroller.h"
#include "core/diagram/catalogue.h"
#include "widgets/canvas/canvasview.h"
#include "widgets/inspector/inspector.h"
#include "widgets/welcome/welcomepage.h"

// What the title, the head bar, the status line and the welcome page say of the document and of the run.
namespace sluice {

void MainWindow::refreshWelcome() {
    QList<RecentRow> rows;
    for (const RecentFile& file : m_recent.list())
        rows << RecentRow{file.path, file.name, file.folder, file.problem};
    m_welcome->setRecent(rows);
    refreshRecentMenu();
}

void MainWindow::refreshTitle() {
    if (!m_documents.isOpen()) {
        setWindowTitle(tr("Sluice"));
        setWindowModified(false);
        m_head->setPlace({}, {}, false);
        return;
    }
    const QString title = m_documents.title();
    setWindowTitle(tr("%1[*] — Sluice").arg(title));
    setWindowModified(m_documents.isModified());
    QString place;
    if (m_mode == Mode::Run)
        place = m_runs->scenarioName();
    else if (m_mode == Mode::Replay && m_session.isReplay())
        place = tr("%1, recorded").arg(QString::fromStdString(m_session.scenario().name));
    else if (m_mode == Mode::Live && m_session.isLive())
        place = QString::fromStdString(m_session.scenario().name);
    m_head->setPlace(title, place, m_documents.isModified());
}

void MainWindow::refreshRecording() {
    m_status->setRecording(m_recordings->status());
    if (m_recordAction)
        m_recordAction->setText(m_recordings->isRecording() ? tr("Stop recording") : tr("Record…"));
}

void MainWindow::refreshSelection() {
    const std::vector<Id>& selection = m_canvas->selection();
    QString text;
    if (selection.size() == 1) {
        const Document& document = m_documents.document();
        if (const Element* element = document.findElement(selection.front())) {
            const std::string_view label = infoOf(element->kind).label;
            text = tr("%1: %2").arg(QString::fromUtf8(label.data(), static_cast<qsizetype>(label.size())),
                                    QString::fromStdString(element->name));
        } else if (document.findLink(selection.front())) {
            text = tr("1 link selected");
        } else {
            text = tr("1 group selected");
        }
    } else if (!selection.empty()) {
        text = tr("%n selected", nullptr, static_cast<int>(selection.size()));
    }
    m_status->setSelection(text);
    if (auto* inspector = static_cast<Inspector*>(m_panels->find("inspector")))
        inspector->setSelection(selection);
}

void MainWindow::refreshStatus() {
    if (!m_documents.isOpen()) {
        m_status->setRun({}, 0);
        m_status->setZoom(0);
        return;
    }
    QString state;
    switch (m_session.state()) {
        case RunSession::State::None:
            break;
        case RunSession::State::Preparing:
            state = tr("Preparing the run");
            break;
        case RunSession::State::Paused:
            state = tr("Paused");
            break;
        case RunSession::State::Playing:
            state = m_session.isFollowing() ? tr("Watching") : tr("Playing");
            break;
        case RunSession::State::Ended:
            state = tr("Ended");
            break;
        case RunSession::State::Failed:
            state = tr("Cannot run");
            break;
    }
    m_status->setRun(state, m_session.eventsPerSecond());
    m_status->setZoom(m_canvas->zoom());
    if (!m_documents.isBusy() && !m_exports->isBusy() && !m_sharing->isBusy() && !m_imports->isBusy() &&
        !m_steps->isSearching()) {
        const auto progress = m_session.progress();
        m_status->setProgress(progress ? tr("Running ahead") : QString(), progress.value_or(0), true);
    }
}

}  // namespace sluice
