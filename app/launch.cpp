#include "app/launch.h"

#include <QApplication>
#include <QTimer>

#include "app/filecontroller.h"
#include "app/incidentcontroller.h"
#include "app/mainwindow.h"
#include "app/messagebar.h"
#include "app/paneldocks.h"
#include "app/recordingcontroller.h"
#include "app/runcontroller.h"
#include "widgets/canvas/canvasview.h"

namespace sluice {

namespace {

// Findings, thumbnails and layouts come some moments after what they depend on.
constexpr int kSettle = 700;  // ms
constexpr int kMostFrames = 500;
constexpr int kWelcomeSettle = 2500;  // ms, so that the thumbnails have come to life

}  // namespace

Launch::Launch(MainWindow& window, LaunchOptions options) : m_window(window), m_options(std::move(options)) {}

void Launch::begin() {
    connect(&m_window.documents(), &DocumentController::failed, this, &Launch::fail);
    connect(&m_window.documents(), &DocumentController::opened, this, [this] {
        if (!std::exchange(m_opened, true))
            QTimer::singleShot(0, this, &Launch::arrange);
    });
    if (!m_options.file.isEmpty()) {
        m_window.files().openPath(m_options.file);
    } else if (m_options.newDrawing) {
        m_window.files().newDrawing();
    } else if (!m_options.example.isEmpty()) {
        m_window.files().openExample(m_options.example);
        if (!m_opened)
            fail(m_window.messages().sentence());
    } else {
        settle();
    }
}

void Launch::arrange() {
    if (!m_options.scenario.isEmpty()) {
        const Scenario* scenario =
            m_window.documents().document().diagram().findScenario(m_options.scenario.toStdString());
        if (!scenario) {
            fail(tr("%1: the drawing has no such scenario").arg(m_options.scenario));
            return;
        }
        m_window.runs().chooseScenario(QString::fromStdString(scenario->id));
    }
    const bool replay = m_window.recordings().recording() != nullptr;
    if (!m_options.mode && (replay || m_options.at))
        m_options.mode = replay ? Mode::Replay : Mode::Run;
    if (m_options.mode)
        m_window.setMode(*m_options.mode);
    if (!m_options.select.isEmpty() && !selectedMessage())
        m_window.reveal(m_options.select.toStdString());
    if (!m_options.panel.isEmpty())
        m_window.panels().reveal(m_options.panel);
    if (m_options.mode != Mode::Run && !(replay && m_options.mode == Mode::Replay)) {
        settle();
        return;
    }
    connect(&m_window.session(), &RunSession::failed, this, &Launch::fail);
    connect(&m_window.session(), &RunSession::stateChanged, this, &Launch::awaitRun);
    connect(&m_window.session(), &RunSession::moved, this, &Launch::awaitRun);
    awaitRun();
}

void Launch::awaitRun() {
    RunSession& session = m_window.session();
    if (!session.store() || m_settling)
        return;
    if (m_options.at && !std::exchange(m_sought, true)) {
        session.seek(*m_options.at);
        return awaitRun();
    }
    if (m_options.at && session.progress())
        return;
    settle();
}

/// "m-17" names a message of the run and no element.
std::optional<MessageId> Launch::selectedMessage() const {
    bool isNumber = false;
    const uint id = m_options.select.mid(2).toUInt(&isNumber);
    return m_options.select.startsWith("m-") && isNumber && id != 0 ? std::optional<MessageId>(id)
                                                                    : std::nullopt;
}

void Launch::settle() {
    if (std::exchange(m_settling, true))
        return;
    if (const auto message = selectedMessage()) {
        m_window.showMessage(*message);
        if (m_options.panel == QLatin1String("why"))
            m_window.incidents().askWhy(*message);
        else if (!m_options.panel.isEmpty())
            m_window.panels().reveal(m_options.panel);
    }
    const int wait = m_opened ? kSettle : kWelcomeSettle;
    QTimer::singleShot(m_options.screenshot.isEmpty() ? 0 : wait, this, &Launch::takeScreenshot);
}

void Launch::takeScreenshot() {
    disconnect(&m_window.documents(), nullptr, this, nullptr);
    disconnect(&m_window.session(), nullptr, this, nullptr);
    // A large drawing is painted in several frames.
    CanvasView& canvas = m_window.canvas();
    for (int frame = 0; frame < kMostFrames && canvas.isVisible() && !canvas.isPainted(); ++frame)
        canvas.grab();
    if (!m_options.screenshot.isEmpty() && !m_window.grab().save(m_options.screenshot)) {
        fail(tr("%1: the picture could not be written").arg(m_options.screenshot));
        return;
    }
    emit finished();
}

void Launch::fail(const QString& sentence) {
    m_settling = true;
    emit failed(sentence);
}

}  // namespace sluice
