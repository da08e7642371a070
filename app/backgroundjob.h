#pragma once

#include <QObject>
#include <QString>
#include <QThreadPool>
#include <atomic>
#include <functional>
#include <memory>

#include "core/base/result.h"

namespace sluice {

class MessageBar;
class StatusLine;

/// Long work on another thread, one at a time, with its progress in the status line, where it can be
/// cancelled, and what went wrong in the message bar. Lives on the window's thread; owned by the controller
/// whose work it does.
class BackgroundJob : public QObject {
    Q_OBJECT

public:
    /// Takes the share that is done, 0 to 1; false: stop.
    using Progress = std::function<bool(double)>;
    using Work = std::function<Result<void>(const Progress&)>;

    /// `name` is that of its message in the bar.
    BackgroundJob(const char* name, MessageBar& messages, StatusLine& status, QObject* parent);
    /// Cancels what is under way and waits for it.
    ~BackgroundJob() override;

    [[nodiscard]] bool isBusy() const { return m_cancelled != nullptr; }
    /// `work` on another thread, called `what` meanwhile; then `done` here, or what went wrong in `failure`,
    /// which has a %1 for it. What is still under way is cancelled.
    void start(const QString& what, const Work& work, const std::function<void()>& done,
               const QString& failure);
    void cancel();

private:
    const char* m_name;
    MessageBar& m_messages;
    StatusLine& m_status;
    std::shared_ptr<std::atomic<bool>> m_cancelled;  ///< of what is under way; null: nothing is
    QThreadPool m_pool;                              ///< one at a time
};

}  // namespace sluice
