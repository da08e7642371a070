#include <QCoreApplication>
#include <chrono>
#include <set>

#include "plugins/rabbitmq/amqpproperties.h"
#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/queuechanges.h"

namespace sluice::rabbitmq {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

struct PublishWords {
    Q_DECLARE_TR_FUNCTIONS(Publishing)
};

constexpr auto kPublishPatience = 30s;  // without a word of the broker
constexpr auto kPublishTelling = 50ms;  // from one word to the source to the next

class Publishing {
public:
    Publishing(const ConnectionSettings& settings, const PublishWish& wish, PublishSource& source)
        : m_settings(settings), m_wish(wish), m_source(source) {}

    PublishResult run() {
        AmqpSession::QueueState state;
        if (ok(m_session.open(m_settings, "Sluice: publish")) &&
            ok(m_wish.exchange.isEmpty() ? m_session.look(m_wish.place, state)
                                         : m_session.findExchange(m_wish.exchange)) &&
            ok(m_session.confirm()))
            follow();
        m_session.close();
        m_result.confirmed = std::max<qint64>(m_result.confirmed - m_result.unroutable, 0);
        return m_result;
    }

private:
    bool ok(BrokerProblem problem) {
        if (problem.kind != Kind::None)
            m_result.problem = std::move(problem);
        return m_result.problem.kind == Kind::None;
    }
    [[nodiscard]] qint64 settled() const { return m_result.confirmed + m_result.refused; }

    void follow() {
        Clock::time_point lastWord = Clock::now();
        Clock::time_point lastTold{};
        while (m_result.problem.kind == Kind::None) {
            const Clock::time_point now = Clock::now();
            if (now - lastTold > kPublishTelling) {
                lastTold = now;
                m_result.cancelled = m_result.cancelled || !m_source.goOn(settled());
            }
            const bool more = m_sent < m_wish.count && !m_result.cancelled;
            if (!more && settled() == m_sent)
                return;
            const bool sends = more && m_sent - settled() < std::max(m_wish.window, 1) && now >= m_next;
            if (sends)
                send();
            // One that waits for its turn or for the window listens meanwhile.
            if (hear(sends ? 0us : patience(now)) || sends || m_sent == settled())
                lastWord = Clock::now();
            else if (now - lastWord > kPublishPatience)
                m_result.problem = {Kind::Slow,
                                    PublishWords::tr("%1 does not confirm.").arg(m_session.place()),
                                    PublishWords::tr("Is it short of memory or disk? %n messages were sent "
                                                     "and not confirmed.",
                                                     nullptr, int(m_sent - settled()))};
        }
    }
    [[nodiscard]] std::chrono::microseconds patience(Clock::time_point now) const {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(m_next - now);
        return m_next > now ? std::clamp<std::chrono::microseconds>(left, 0us, 20ms) : 5ms;
    }

    void send() {
        const BrokerMessage message = m_source.message(m_sent + 1);
        const AmqpProperties properties(message);
        const QString key = !m_wish.exchange.isEmpty()
                                ? QString::fromStdString(message.key.value_or(std::string()))
                                : m_wish.place;
        if (!ok(m_session.publish(m_wish.exchange, key, properties.properties(), bytesIn(message.body))))
            return;
        ++m_sent;
        if (m_wish.perSecond > 0)
            m_next = std::max(m_next, Clock::now() - 10ms) +
                     std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(1 / m_wish.perSecond));
    }

    /// What the broker says. A message that no queue takes comes back before it is confirmed (Consumer
    /// Acknowledgements and Publisher Confirms, "When Will Published Messages Be Confirmed").
    bool hear(std::chrono::microseconds timeout) {
        bool heard = false;
        while (m_session.next(m_frame, heard ? 0us : timeout, m_result.problem)) {
            heard = true;
            if (m_frame.frame_type != AMQP_FRAME_METHOD)
                continue;
            const amqp_method_t& method = m_frame.payload.method;
            if (method.id == AMQP_BASIC_RETURN_METHOD) {
                amqp_message_t message;
                if (!ok(m_session.read(message)))
                    return true;
                amqp_destroy_message(&message);
                ++m_result.unroutable;
            } else if (method.id == AMQP_BASIC_ACK_METHOD) {
                const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
                settle(ack->delivery_tag, ack->multiple != 0, m_result.confirmed);
            } else if (method.id == AMQP_BASIC_NACK_METHOD) {
                const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
                settle(nack->delivery_tag, nack->multiple != 0, m_result.refused);
            }
            m_session.forget();
        }
        return heard;
    }
    void settle(std::uint64_t sequence, bool multiple, qint64& count) {
        if (multiple) {
            for (; m_settledTo < sequence; ++m_settledTo)
                count += m_single.erase(m_settledTo + 1) == 0 ? 1 : 0;
        } else {
            m_single.insert(sequence);
            ++count;
        }
        while (m_single.erase(m_settledTo + 1) > 0)
            ++m_settledTo;
    }

    const ConnectionSettings& m_settings;
    const PublishWish& m_wish;
    PublishSource& m_source;
    PublishResult m_result;
    AmqpSession m_session;
    amqp_frame_t m_frame{};
    qint64 m_sent = 0;
    std::uint64_t m_settledTo = 0;     ///< all up to it
    std::set<std::uint64_t> m_single;  ///< beyond that
    Clock::time_point m_next{};        ///< when the rate allows one more
};

}  // namespace

PublishResult publishMessages(const ConnectionSettings& settings, const PublishWish& wish,
                              PublishSource& source) {
    return Publishing(settings, wish, source).run();
}

}  // namespace sluice::rabbitmq
