#include "app/brokers/messagetap.h"

#include <QElapsedTimer>
#include <chrono>

#include "app/brokers/waitingerrand.h"
#include "core/live/messagemarks.h"
#include "core/live/messagemask.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using State = MessagesStatus::State;

constexpr std::size_t kTapBunch = 50;
constexpr int kTapFlushMs = 100;
constexpr auto kTapRetry = 5s;

/// What chooses a message: its conversation, else its key, else itself.
std::string markOf(const BrokerMessage& message) {
    if (std::string correlation = correlationOf(message); !correlation.empty())
        return correlation;
    if (message.key && !message.key->empty() && message.partition >= 0)
        return *message.key;
    return identityOf(message) + std::to_string(message.partition) + ':' + std::to_string(message.offset) +
           message.body.substr(0, 64);
}

}  // namespace

class MessageTap::Errand : public WaitingErrand, public TapListener {
public:
    Errand(std::shared_ptr<BrokerTap> tap, TapWish where, const MessageWish& wish, Listener listener)
        : WaitingErrand(listener.on),
          m_tap(std::move(tap)),
          m_where(std::move(where)),
          m_listener(std::move(listener)),
          m_sampler(wish.mostASecond),
          m_mask(wish.masked) {
        m_where.mostASecond = wish.mostASecond;
        m_clock.start();
    }

    void run(const std::shared_ptr<Errand>& self) {
        m_self = self;
        while (!isStopped()) {
            m_status = {};
            m_status.state = State::Beginning;
            tellStatus();
            const TapResult result = m_tap->run(m_where, *this);
            flush();
            if (isStopped())
                return;
            using Kind = BrokerProblem::Kind;
            const Kind kind = result.problem.kind;
            const bool final = kind == Kind::Permission || kind == Kind::Settings ||
                               kind == Kind::Credentials || kind == Kind::PluginMissing;
            m_status.state = final ? State::Refused : State::Waiting;
            m_status.problem = result.problem;
            tellStatus();
            if (final)
                return;
            rest(kTapRetry);
        }
    }

    void began(const TapForecast& forecast) override {
        m_status.state = State::Showing;
        m_status.way = forecast.way;
        m_status.sentences = forecast.sentences;
        tellStatus();
    }
    void take(MessageSighting sighting) override {
        const std::string flow = sighting.act == MessageSighting::Act::Delivered
                                     ? "delivered " + sighting.message.place
                                     : sighting.message.place;
        if (!m_sampler.take(flow, markOf(sighting.message), now()))
            return;
        m_mask.apply(sighting.message);
        m_bunch.push_back(std::move(sighting));
        if (m_bunch.size() >= kTapBunch)
            flush();
    }
    bool goOn() override {
        if (m_clock.elapsed() - m_flushed >= kTapFlushMs)
            flush();
        return !isStopped();
    }

private:
    [[nodiscard]] TraceTime now() const { return TraceTime(m_clock.nsecsElapsed()); }

    void flush() {
        m_flushed = m_clock.elapsed();
        std::vector<FlowSample> samples = m_sampler.told(now());
        if (!samples.empty()) {
            m_status.seen = m_status.shown = 0;
            for (const FlowSample& one : samples) {
                m_status.seen += static_cast<qint64>(one.seen);
                m_status.shown += static_cast<qint64>(one.shown);
            }
            tellStatus();
        }
        if (m_bunch.empty() && samples.empty())
            return;
        hand([this, bunch = std::exchange(m_bunch, {}), samples = std::move(samples)] {
            m_listener.took(bunch, samples);
        });
    }
    void tellStatus() {
        hand([this, status = m_status] { m_listener.changed(status); });
    }
    /// What is dropped in between is not handed on, even if it is under way.
    void hand(std::function<void()> word) {
        tell([self = m_self.lock(), word = std::move(word)] {
            if (self && !self->isStopped())
                word();
        });
    }

    const std::shared_ptr<BrokerTap> m_tap;
    TapWish m_where;
    const Listener m_listener;
    MessageSampler m_sampler;
    const MessageMask m_mask;
    std::weak_ptr<Errand> m_self;
    MessagesStatus m_status;
    std::vector<MessageSighting> m_bunch;
    QElapsedTimer m_clock;
    qint64 m_flushed = 0;
};

MessageTap::MessageTap(std::shared_ptr<BrokerTap> tap, TapWish where, const MessageWish& wish,
                       Listener listener)
    : m_errand(std::make_shared<Errand>(std::move(tap), std::move(where), wish, std::move(listener))) {
    WaitingErrand::start([errand = m_errand] { errand->run(errand); });
}

MessageTap::~MessageTap() {
    m_errand->drop();
}

}  // namespace sluice
