#include "app/statusline.h"

#include <unistd.h>

#include <QFile>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QTimer>
#include <QToolButton>

#include "widgets/editing/counting.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kMemoryPeriod = 2000;  // ms

/// Resident bytes of this process; 0 where the system does not tell.
qint64 residentBytes() {
    QFile file("/proc/self/statm");
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    return file.readAll().split(' ').value(1).toLongLong() * sysconf(_SC_PAGESIZE);
}

QLabel* figure(QWidget* parent, const QString& name) {
    auto* label = new QLabel(parent);
    label->setFont(figureFont());
    label->setAccessibleName(name);
    return label;
}

}  // namespace

StatusLine::StatusLine(const Theme& theme, QWidget* parent) : QStatusBar(parent) {
    setSizeGripEnabled(false);
    m_work = new QLabel;
    m_progress = new QProgressBar;
    m_progress->setFixedWidth(140);
    m_progress->setTextVisible(false);
    m_cancel = new QToolButton;
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    connect(m_cancel, &QToolButton::clicked, this, &StatusLine::cancelled);
    m_recording = figure(this, tr("Recording"));
    m_run = figure(this, tr("Run"));
    m_rate = figure(this, tr("Events a second"));
    m_selection = figure(this, tr("Selection"));
    m_zoom = figure(this, tr("Zoom"));
    m_memory = figure(this, tr("Memory"));
    m_memory->setToolTip(tr("Memory that this program uses"));
    for (QWidget* widget :
         {static_cast<QWidget*>(m_work), static_cast<QWidget*>(m_progress), static_cast<QWidget*>(m_cancel),
          static_cast<QWidget*>(m_recording), static_cast<QWidget*>(m_run), static_cast<QWidget*>(m_rate),
          static_cast<QWidget*>(m_selection), static_cast<QWidget*>(m_zoom), static_cast<QWidget*>(m_memory)})
        addPermanentWidget(widget);
    setProgress({}, 0, false);
    setRecording({});
    setTheme(theme);
    auto* timer = new QTimer(this);
    timer->setInterval(kMemoryPeriod);
    connect(timer, &QTimer::timeout, this, &StatusLine::showMemory);
    timer->start();
    showMemory();
}

void StatusLine::setTheme(const Theme& theme) {
    m_cancel->setIcon(icon("close", theme));
}

void StatusLine::setRun(const QString& state, double eventsPerSecond) {
    m_run->setText(state);
    m_run->setVisible(!state.isEmpty());
    m_rate->setVisible(eventsPerSecond > 0);
    m_rate->setText(
        counted(static_cast<qulonglong>(qRound64(eventsPerSecond)), tr("1 event/s"), tr("%1 events/s")));
}

void StatusLine::setRecording(const QString& text) {
    m_recording->setText(text);
    m_recording->setVisible(!text.isEmpty());
}

void StatusLine::setSelection(const QString& text) {
    m_selection->setText(text);
    m_selection->setVisible(!text.isEmpty());
}

void StatusLine::setZoom(double zoom) {
    m_zoom->setVisible(zoom > 0);
    m_zoom->setText(tr("%1 %").arg(QLocale().toString(qRound(zoom * 100))));
}

void StatusLine::setProgress(const QString& what, double fraction, bool cancellable) {
    const bool working = !what.isEmpty();
    m_work->setText(what);
    m_work->setVisible(working);
    m_progress->setVisible(working);
    m_progress->setAccessibleName(what);
    m_cancel->setVisible(working && cancellable);
    if (fraction < 0) {
        m_progress->setRange(0, 0);
    } else {
        m_progress->setRange(0, 1000);
        m_progress->setValue(qRound(fraction * 1000));
    }
}

void StatusLine::showMemory() {
    const qint64 bytes = residentBytes();
    m_memory->setVisible(bytes > 0);
    m_memory->setText(QLocale().formattedDataSize(bytes, 0));
}

}  // namespace sluice
