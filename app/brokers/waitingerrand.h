#pragma once

#include <QMetaObject>
#include <QObject>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

namespace sluice {

/// Work that waits for a broker on a thread of its own, and the one who wants to hear of it, who may be gone
/// before it ends. Shared by both.
class WaitingErrand {
public:
    explicit WaitingErrand(QObject* to) : m_to(to) {}

    /// Nobody waits for it any more.
    void drop() {
        const std::lock_guard lock(m_mutex);
        m_to = nullptr;
        m_stopped = true;
        m_stopping.notify_all();
    }
    void stop() {
        const std::lock_guard lock(m_mutex);
        m_stopped = true;
        m_stopping.notify_all();
    }
    [[nodiscard]] bool isStopped() const { return m_stopped; }
    /// Whoever asked is gone.
    [[nodiscard]] bool isDropped() {
        const std::lock_guard lock(m_mutex);
        return m_to == nullptr;
    }

    /// Does the work on a thread of its own. The program's end waits for what is still under way, no one
    /// before.
    static void start(std::function<void()> work);

protected:
    /// For as long, or until it is stopped.
    void rest(std::chrono::milliseconds time) {
        std::unique_lock lock(m_mutex);
        m_stopping.wait_for(lock, time, [this] { return m_stopped.load(); });
    }
    /// On the thread of the one who wants to hear it, if there still is one.
    void tell(std::function<void()> word) {
        const std::lock_guard lock(m_mutex);
        if (m_to)
            QMetaObject::invokeMethod(m_to, std::move(word), Qt::QueuedConnection);
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_stopping;
    QObject* m_to;
    std::atomic<bool> m_stopped = false;
};

}  // namespace sluice
