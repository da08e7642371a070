#include "plugins/kafka/clientthread.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace sluice::kafka {
namespace {

/// A thread, and whether it has come to its end.
struct Running {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> done;
};

/// Threads that still wait for an answer nobody wants. The program's end waits for them, no one before.
class Departures {
public:
    ~Departures() {
        for (Running& one : m_running)
            one.thread.join();
    }
    void add(Running running) {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_running, [](Running& one) {
            if (*one.done)
                one.thread.join();
            return !one.thread.joinable();
        });
        m_running.push_back(std::move(running));
    }
    static Departures& instance() {
        static Departures departures;
        return departures;
    }

private:
    std::mutex m_mutex;
    std::vector<Running> m_running;
};

}  // namespace

struct ClientThread::Desk {
    Desk(const ConnectionSettings& settings, QObject* to) : client(settings), asker(to) {}

    void run() {
        for (;;) {
            Job job;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [this] { return !asker || !jobs.empty(); });
                if (!asker)
                    return;
                job = std::move(jobs.front());
                jobs.pop_front();
            }
            std::function<void()> answer = job(client);
            const std::lock_guard lock(mutex);
            if (asker)
                QMetaObject::invokeMethod(asker, std::move(answer), Qt::QueuedConnection);
        }
    }

    ReadingClient client;
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<Job> jobs;
    QObject* asker;  ///< null: nobody asks any more
    Running running;
};

ClientThread::ClientThread(const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_desk(std::make_shared<Desk>(settings, this)) {
    auto done = std::make_shared<std::atomic<bool>>(false);
    std::thread thread([desk = m_desk, done]() mutable {
        desk->run();
        desk.reset();
        *done = true;
    });
    m_desk->running = {std::move(thread), std::move(done)};
}

ClientThread::~ClientThread() {
    m_desk->client.cancel();
    Running running;
    {
        const std::lock_guard lock(m_desk->mutex);
        m_desk->asker = nullptr;
        m_desk->jobs.clear();
        running = std::move(m_desk->running);
    }
    m_desk->wake.notify_all();
    Departures::instance().add(std::move(running));
}

void ClientThread::post(Job job) {
    {
        const std::lock_guard lock(m_desk->mutex);
        m_desk->jobs.push_back(std::move(job));
    }
    m_desk->wake.notify_all();
}

}  // namespace sluice::kafka
