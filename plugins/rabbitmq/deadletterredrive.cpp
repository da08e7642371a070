#include "plugins/rabbitmq/deadletterredrive.h"

#include <QCoreApplication>
#include <QUuid>
#include <algorithm>
#include <chrono>
#include <map>

#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/letterheaders.h"

namespace sluice::rabbitmq {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

struct RedriveWords {
    Q_DECLARE_TR_FUNCTIONS(DeadLetterRedrive)
};

/// How long nobody says a word before the queue counts as empty, or the confirms as missing.
constexpr auto kSilence = 1s;
constexpr auto kConfirmPatience = 30s;

/// One message from the library, given back to it at the end.
struct Message {
    amqp_message_t read{};
    bool filled = false;
    Message() = default;
    Message(const Message&) = delete;
    Message& operator=(const Message&) = delete;
    ~Message() {
        if (filled)
            amqp_destroy_message(&read);
    }
};

/// A redrive under way.
class Work {
public:
    Work(const ConnectionSettings& settings, const RedriveWish& wish,
         const std::function<bool(const RedrivenLetter&)>& told)
        : m_settings(settings), m_wish(wish), m_told(told) {}

    RedriveResult run() {
        if (!m_wish.dryRun && !m_settings.mayWrite) {
            m_result.problem = {Kind::Permission, RedriveWords::tr("This connection may only read."),
                                RedriveWords::tr("Allow writing for it first.")};
            return m_result;
        }
        if (begin())
            follow();
        // What is not acknowledged goes back to its place when the connection ends.
        m_taking.close();
        m_giving.close();
        return m_result;
    }

private:
    struct Flying {
        std::uint64_t tag = 0;  ///< of the delivery that it came with
        RedrivenLetter letter;
        bool returned = false;
    };

    bool ok(BrokerProblem problem) {
        if (problem.kind != Kind::None)
            m_result.problem = std::move(problem);
        return m_result.problem.kind == Kind::None;
    }

    bool begin() {
        if (!ok(m_taking.open(m_settings, "Sluice: dead letters")) ||
            !ok(m_taking.ready(m_wish.queue, m_result.waiting)))
            return false;
        m_left = m_wish.most > 0 ? std::min(m_wish.most, m_result.waiting) : m_result.waiting;
        if (m_left == 0)
            return false;
        if (!m_wish.dryRun && (!ok(m_giving.open(m_settings, "Sluice: redrive")) || !ok(m_giving.confirm())))
            return false;
        // What stays is not acknowledged, so all of it may be out at once; what is not read waits in the
        // socket.
        return ok(m_taking.consume(m_wish.queue, 0));
    }

    void follow() {
        m_lastWord = Clock::now();
        while (m_result.problem.kind == Kind::None) {
            if (m_result.cancelled)
                m_left = 0;  // what is under way is still confirmed, so that it is not sent twice
            const bool takes = m_left > 0 &&
                               m_flying.size() < static_cast<std::size_t>(std::max(m_wish.window, 1)) &&
                               Clock::now() >= m_next;
            if (m_left <= 0 && m_flying.empty())
                return;
            bool heard = false;
            if (takes)
                heard = take(m_flying.empty() ? 20ms : 0ms);
            if (!m_flying.empty())
                heard = confirmed(heard ? 0ms : 5ms) || heard;
            else if (!takes && m_left > 0)
                heard = pause();
            const Clock::time_point now = Clock::now();
            if (heard || now < m_next)
                m_lastWord = now;
            else if (m_flying.empty() && now - m_lastWord > kSilence)
                return;
            else if (now - m_lastWord > kConfirmPatience)
                m_result.problem = {
                    Kind::Slow, RedriveWords::tr("%1 does not confirm.").arg(m_giving.place()),
                    RedriveWords::tr(
                        "Is it short of memory or disk? What was not confirmed is still in its queue.")};
        }
    }

    /// Until the rate allows one more; looks whether the connection still stands.
    bool pause() {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(m_next - Clock::now());
        return m_giving.next(m_frame, std::clamp<std::chrono::microseconds>(left, 0us, 20ms),
                             m_result.problem);
    }

    bool take(std::chrono::microseconds timeout) {
        if (!m_taking.next(m_frame, timeout, m_result.problem))
            return false;
        if (m_frame.frame_type != AMQP_FRAME_METHOD || m_frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD)
            return true;
        const std::uint64_t tag =
            static_cast<amqp_basic_deliver_t*>(m_frame.payload.method.decoded)->delivery_tag;
        Message message;
        if (!ok(m_taking.read(message.read)))
            return true;
        message.filled = true;
        --m_left;
        send(tag, message.read);
        m_taking.forget();
        return true;
    }

    void send(std::uint64_t tag, const amqp_message_t& message) {
        const LetterPast past = pastOf(message.properties);
        RedrivenLetter letter;
        letter.number = ++m_number;
        if (message.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG)
            letter.id = textOf(message.properties.message_id);
        letter.origin = past.queue;
        letter.reason = past.reason;
        letter.target = m_wish.to.isEmpty() ? past.queue : m_wish.to;
        letter.size = static_cast<qint64>(message.body.len);
        letter.verdict = verdictOf(letter, past);
        if (letter.verdict != LetterVerdict::Sent || m_wish.dryRun) {
            tell(letter);
            return;
        }
        const std::uint64_t sequence = ++m_sequence;
        const ReturnProperties properties(message.properties, past, m_run, sequence,
                                          m_settings.text("user").toUtf8());
        if (!ok(m_giving.publish({}, letter.target, properties.properties(), message.body)))
            return;
        m_flying.emplace(sequence, Flying{tag, std::move(letter)});
        if (m_wish.perSecond > 0)
            m_next = std::max(m_next, Clock::now() - 10ms) +
                     std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(1 / m_wish.perSecond));
    }

    [[nodiscard]] LetterVerdict verdictOf(const RedrivenLetter& letter, const LetterPast& past) const {
        if ((!m_wish.only.isEmpty() && past.queue != m_wish.only) ||
            (!m_wish.reason.isEmpty() && past.reason != m_wish.reason))
            return LetterVerdict::NotChosen;
        if (letter.target.isEmpty())
            return LetterVerdict::NoOrigin;
        // One that has come back since this began would go round and round.
        if (past.run == m_run || past.redriven >= m_wish.mostTimes)
            return LetterVerdict::TooOften;
        return LetterVerdict::Sent;
    }

    /// The broker's word on what was sent.
    bool confirmed(std::chrono::microseconds timeout) {
        bool heard = false;
        while (m_result.problem.kind == Kind::None &&
               m_giving.next(m_frame, heard ? 0us : timeout, m_result.problem)) {
            heard = true;
            if (m_frame.frame_type != AMQP_FRAME_METHOD)
                continue;
            const amqp_method_t& method = m_frame.payload.method;
            if (method.id == AMQP_BASIC_RETURN_METHOD) {
                Message message;
                if (!ok(m_giving.read(message.read)))
                    return true;
                message.filled = true;
                if (const auto back = m_flying.find(sequenceOf(message.read.properties));
                    back != m_flying.end())
                    back->second.returned = true;
            } else if (method.id == AMQP_BASIC_ACK_METHOD) {
                const auto* ack = static_cast<amqp_basic_ack_t*>(method.decoded);
                settle(ack->delivery_tag, ack->multiple != 0, true);
            } else if (method.id == AMQP_BASIC_NACK_METHOD) {
                const auto* nack = static_cast<amqp_basic_nack_t*>(method.decoded);
                settle(nack->delivery_tag, nack->multiple != 0, false);
            }
            m_giving.forget();
        }
        return heard;
    }

    void settle(std::uint64_t sequence, bool multiple, bool taken) {
        auto it = multiple ? m_flying.begin() : m_flying.find(sequence);
        while (it != m_flying.end() && it->first <= sequence) {
            Flying& flying = it->second;
            flying.letter.verdict = flying.returned ? LetterVerdict::Unroutable
                                    : taken         ? LetterVerdict::Sent
                                                    : LetterVerdict::Refused;
            if (flying.letter.verdict == LetterVerdict::Sent && !ok(m_taking.acknowledge(flying.tag)))
                return;
            tell(flying.letter);
            it = m_flying.erase(it);
            if (!multiple)
                return;
        }
    }

    void tell(const RedrivenLetter& letter) {
        ++(letter.verdict == LetterVerdict::Sent ? m_result.sent : m_result.stayed);
        if (m_told && !m_told(letter))
            m_result.cancelled = true;
    }

    const ConnectionSettings& m_settings;
    const RedriveWish& m_wish;
    const std::function<bool(const RedrivenLetter&)>& m_told;
    RedriveResult m_result;
    AmqpSession m_taking;
    AmqpSession m_giving;
    amqp_frame_t m_frame{};
    const QByteArray m_run = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    qint64 m_left = 0;
    qint64 m_number = 0;
    std::uint64_t m_sequence = 0;  ///< of what was published, as the confirms count
    std::map<std::uint64_t, Flying> m_flying;
    Clock::time_point m_next{};      ///< when the rate allows one more
    Clock::time_point m_lastWord{};  ///< of the broker
};

}  // namespace

RedriveResult DeadLetterRedrive::run(const RedriveWish& wish,
                                     const std::function<bool(const RedrivenLetter&)>& told) {
    return Work(m_settings, wish, told).run();
}

}  // namespace sluice::rabbitmq
