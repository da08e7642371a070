#pragma once

#include <time.h>

#include <QApplication>
#include <QEventLoop>
#include <QMetaEnum>
#include <QThread>
#include <QTimer>
#include <chrono>
#include <functional>
#include <string>

namespace sluice::bench {

/// Milliseconds of processor that this thread has had: other programs do not count.
inline double busyTime() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Lets the window go on for so long. Time itself is what is waited for: what it does meanwhile is measured,
/// or over before the next measurement begins.
inline void letPass(std::chrono::milliseconds time) {
    QEventLoop loop;
    QTimer::singleShot(time, &loop, &QEventLoop::quit);
    loop.exec();
}

/// Measures how long each event takes that the event loop of the window's thread delivers.
class EventStopwatch : public QApplication {
public:
    using QApplication::QApplication;

    bool notify(QObject* receiver, QEvent* event) override {
        if (QThread::currentThread() != thread())
            return QApplication::notify(receiver, event);
        if (m_inside) {
            const bool painted = receiver == m_watched && event->type() == QEvent::Paint;
            const bool result = QApplication::notify(receiver, event);
            m_painted = m_painted || painted;
            return result;
        }
        m_inside = true;
        // The receiver may be gone afterwards.
        const char* name = receiver->metaObject()->className();
        const QEvent::Type type = event->type();
        const double before = busyTime();
        const bool result = QApplication::notify(receiver, event);
        const double spent = busyTime() - before;
        m_inside = false;
        m_total += spent;
        if (spent > m_longest) {
            m_longest = spent;
            const char* key = QMetaEnum::fromType<QEvent::Type>().valueToKey(type);
            m_what = std::string(name) + " " + (key ? key : "?");
        }
        if (std::exchange(m_painted, false) && m_whenPainted)
            m_whenPainted();
        return result;
    }

    void reset() {
        m_longest = m_total = 0;
        m_what.clear();
    }
    /// Called whenever an event is over in which that object was painted: what it shows has gone to the
    /// screen.
    void watchPainting(const QObject* object, std::function<void()> whenPainted) {
        m_watched = object;
        m_whenPainted = std::move(whenPainted);
    }
    [[nodiscard]] double longest() const { return m_longest; }
    [[nodiscard]] double total() const { return m_total; }
    [[nodiscard]] const std::string& what() const { return m_what; }

private:
    bool m_inside = false;
    bool m_painted = false;
    double m_longest = 0;
    double m_total = 0;
    std::string m_what;
    const QObject* m_watched = nullptr;
    std::function<void()> m_whenPainted;
};

}  // namespace sluice::bench
