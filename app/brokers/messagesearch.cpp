#include "app/brokers/messagesearch.h"

#include "app/brokers/waitingerrand.h"

namespace sluice {
namespace {

constexpr qsizetype kBunch = 500;
constexpr std::size_t kBunchBytes = std::size_t(8) << 20U;

}  // namespace

/// What is under way.
class MessageSearch::Errand : public WaitingErrand, public BrowseListener {
public:
    explicit Errand(MessageSearch& to) : WaitingErrand(&to), m_search(to) {}

    bool take(BrokerMessage message) override {
        if (!filter.take(message))
            return !isStopped();
        m_bytes += message.body.size();
        m_waiting += message.body.size();
        m_found.append(std::move(message));
        m_full = ++m_count >= kMostFound || m_bytes >= kMostBytes;
        if (m_full)
            return false;
        if (m_found.size() >= kBunch || m_waiting >= kBunchBytes)
            flush();
        return !isStopped();
    }
    bool goOn(qint64 looked, qint64 total) override {
        flush();
        tell([looked, total](MessageSearch& search) { emit search.progressed(looked, total); });
        return !isStopped();
    }
    void flush() {
        if (m_found.isEmpty())
            return;
        m_waiting = 0;
        tell([found = std::exchange(m_found, {})](MessageSearch& search) { emit search.found(found); });
    }
    [[nodiscard]] bool isFull() const { return m_full; }

    /// A search that began another errand since does not want to hear of this one.
    template <class Word>
    void tell(Word word) {
        WaitingErrand::tell([this, &search = m_search, word = std::move(word)] {
            if (search.m_errand.get() == this)
                word(search);
        });
    }

    MessageFilter filter;

private:
    MessageSearch& m_search;
    QList<BrokerMessage> m_found;
    int m_count = 0;
    std::size_t m_bytes = 0;    ///< of all bodies
    std::size_t m_waiting = 0;  ///< of those that were not told yet
    bool m_full = false;
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
    const auto errand = std::make_shared<Errand>(*this);
    send(errand);
    WaitingErrand::start([errand, wish, browse = std::shared_ptr(m_plugin.browse(m_settings))] {
        const BrowseForecast forecast = browse->forecast(wish);
        errand->tell([forecast](MessageSearch& search) { emit search.foretold(forecast); });
    });
}

void MessageSearch::start(const BrowseWish& wish, const MessageFilter& filter) {
    const auto errand = std::make_shared<Errand>(*this);
    errand->filter = filter;
    send(errand);
    WaitingErrand::start([errand, wish, browse = std::shared_ptr(m_plugin.browse(m_settings))] {
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
