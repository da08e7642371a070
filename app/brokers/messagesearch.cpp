#include "app/brokers/messagesearch.h"

#include <QThreadPool>
#include <atomic>
#include <mutex>

namespace sluice {
namespace {

/// The program's end waits for what is still under way, no one before.
QThreadPool& pool() {
    static QThreadPool threads;
    threads.setMaxThreadCount(16);
    return threads;
}

constexpr qsizetype kBunch = 500;

}  // namespace

/// What is under way, shared by the thread that does it and the search that wants it.
class MessageSearch::Errand : public BrowseListener {
public:
    explicit Errand(MessageSearch* to) : m_to(to) {}

    /// Nobody waits for it any more.
    void drop() {
        const std::lock_guard lock(m_mutex);
        m_to = nullptr;
        m_stopped = true;
    }
    void stop() { m_stopped = true; }

    bool take(BrokerMessage message) override {
        if (!filter.take(message))
            return !m_stopped;
        m_found.append(std::move(message));
        if (++m_count >= kMostFound)
            return false;
        if (m_found.size() >= kBunch)
            flush();
        return !m_stopped;
    }
    bool goOn(qint64 looked, qint64 total) override {
        flush();
        tell([looked, total](MessageSearch& search) { emit search.progressed(looked, total); });
        return !m_stopped;
    }
    void flush() {
        if (m_found.isEmpty())
            return;
        tell([found = std::exchange(m_found, {})](MessageSearch& search) { emit search.found(found); });
    }
    [[nodiscard]] bool isFull() const { return m_count >= kMostFound; }

    /// On the thread of the search, if there still is one.
    template <class Word>
    void tell(Word word) {
        const std::lock_guard lock(m_mutex);
        if (!m_to)
            return;
        // A search that began another errand since does not want to hear of this one.
        QMetaObject::invokeMethod(
            m_to,
            [to = m_to, self = this, word = std::move(word)] {
                if (to->m_errand.get() == self)
                    word(*to);
            },
            Qt::QueuedConnection);
    }

    MessageFilter filter;

private:
    std::mutex m_mutex;
    MessageSearch* m_to;
    std::atomic<bool> m_stopped = false;
    QList<BrokerMessage> m_found;
    int m_count = 0;
};

MessageSearch::MessageSearch(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent)
    : QObject(parent), m_plugin(plugin), m_settings(settings) {}

MessageSearch::~MessageSearch() {
    if (m_errand)
        m_errand->drop();
}

void MessageSearch::send(const std::shared_ptr<Errand>& errand) {
    if (m_errand)
        m_errand->drop();
    m_errand = errand;
}

void MessageSearch::forecast(const BrowseWish& wish) {
    const auto errand = std::make_shared<Errand>(this);
    send(errand);
    pool().start([errand, wish, browse = std::shared_ptr(m_plugin.browse(m_settings))] {
        const BrowseForecast forecast = browse->forecast(wish);
        errand->tell([forecast](MessageSearch& search) { emit search.foretold(forecast); });
    });
}

void MessageSearch::start(const BrowseWish& wish, const MessageFilter& filter) {
    const auto errand = std::make_shared<Errand>(this);
    errand->filter = filter;
    send(errand);
    pool().start([errand, wish, browse = std::shared_ptr(m_plugin.browse(m_settings))] {
        const BrowseResult result = browse->run(wish, *errand);
        errand->flush();
        errand->tell(
            [result, full = errand->isFull()](MessageSearch& search) { emit search.finished(result, full); });
    });
}

void MessageSearch::stop() {
    if (m_errand)
        m_errand->stop();
}

}  // namespace sluice
