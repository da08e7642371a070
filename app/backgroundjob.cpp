#include "app/backgroundjob.h"

#include <QFutureWatcher>
#include <QtConcurrentRun>

#include "app/messagebar.h"
#include "app/statusline.h"

namespace sluice {

BackgroundJob::BackgroundJob(const char* name, MessageBar& messages, StatusLine& status, QObject* parent)
    : QObject(parent), m_name(name), m_messages(messages), m_status(status) {
    m_pool.setMaxThreadCount(1);
}

BackgroundJob::~BackgroundJob() {
    if (m_cancelled)
        m_cancelled->store(true);
    m_pool.waitForDone();
}

void BackgroundJob::start(const QString& what, const Work& work, const std::function<void()>& done,
                          const QString& failure) {
    cancel();
    const auto cancelled = std::make_shared<std::atomic<bool>>(false);
    m_cancelled = cancelled;
    m_status.setProgress(what, 0, true);
    const Progress progress = [this, cancelled, what,
                               shown = std::make_shared<int>(0)](double share) mutable {
        // No more signals than there is to see.
        if (const int percent = static_cast<int>(share * 100); percent != std::exchange(*shown, percent)) {
            QMetaObject::invokeMethod(
                this,
                [this, cancelled, what, share] {
                    if (m_cancelled == cancelled)
                        m_status.setProgress(what, share, true);
                },
                Qt::QueuedConnection);
        }
        return !cancelled->load();
    };
    using Done = std::shared_ptr<Result<void>>;
    auto* watcher = new QFutureWatcher<Done>(this);
    connect(watcher, &QFutureWatcher<Done>::finished, this, [this, watcher, cancelled, done, failure] {
        watcher->deleteLater();
        const bool current = m_cancelled == cancelled;
        if (current) {
            m_cancelled.reset();
            m_status.setProgress({}, 0, false);
        }
        const Done result = watcher->result();
        if (result->ok() && current)
            done();
        else if (!result->ok() && result->error().code != ErrorCode::Cancelled)
            m_messages.tell({m_name, MessageBar::Tone::Danger,
                             failure.arg(QString::fromStdString(result->error().text()))});
    });
    watcher->setFuture(QtConcurrent::run(
        &m_pool, [work, progress] { return std::make_shared<Result<void>>(work(progress)); }));
}

void BackgroundJob::cancel() {
    if (m_cancelled) {
        m_cancelled->store(true);
        m_status.setProgress({}, 0, false);
        m_status.showMessage(tr("It was cancelled"), 4000);
    }
    m_cancelled.reset();
}

}  // namespace sluice
