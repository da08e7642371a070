#include "plugins/rabbitmq/deadletterredrive.h"

#include <poll.h>

#include <QCoreApplication>
#include <QUuid>
#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "plugins/rabbitmq/amqpmessage.h"
#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/letterfarewell.h"
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

/// Of the library: what a message's properties take, at the least.
constexpr qint64 kPropertyBytes = 4096;

/// A redrive under way. Letters are taken a batch at a time and held until it is known what stands behind
/// them.
class Work {
public:
    Work(const ConnectionSettings& settings, const RedriveWish& wish, RedriveListener& listener)
        : m_settings(settings), m_wish(wish), m_listener(listener), m_sorter(wish) {}

    RedriveResult run() {
        if (!m_wish.dryRun && !m_settings.mayWrite) {
            m_result.problem = {Kind::Permission, RedriveWords::tr("This connection may only read."),
                                RedriveWords::tr("Allow writing for it first.")};
            return m_result;
        }
        if (begin()) {
            follow();
            if (m_wish.dryRun)
                m_result.notes << RedriveWords::tr(
                    "Each message that was looked at now counts as redelivered.");
            if (!m_result.cancelled && m_result.problem.kind == Kind::None)
                m_result.notes += m_sorter.notes();
            if (unsettled() > 0)
                m_result.notes << RedriveWords::tr(
                                      "%1 on their way: whether they have left %2 is not known, and another "
                                      "redrive may send them again.")
                                      .arg(unsettled())
                                      .arg(m_wish.queue);
        }
        // What is not acknowledged goes back to its place when the connection ends.
        m_held.clear();
        m_taking.close();
        m_giving.close();
        return m_result;
    }

private:
    struct Held {
        std::uint64_t tag = 0;  ///< of the delivery that it came with
        int redriven = 0;       ///< times before
        qint64 offset = 0;      ///< from the front of the queue
        std::unique_ptr<Message> message;
        LetterSorter::Letter letter;
    };
    struct Flying {
        std::uint64_t tag = 0;
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
        return true;
    }

    void follow() {
        while (m_result.problem.kind == Kind::None && (m_left > 0 || !m_flying.empty())) {
            gather();
            sendHeld();
            if (m_result.cancelled)
                return;
        }
    }

    /// What the listener wants. What is under way is always confirmed, so that it is not sent twice.
    RedriveFlow flow() {
        constexpr auto kAsking = 20ms;
        const Clock::time_point now = Clock::now();
        if (now - m_asked > kAsking && m_flow != RedriveFlow::Stop) {
            m_asked = now;
            m_flow = m_listener.goOn(m_result.waiting);
            m_result.cancelled = m_flow == RedriveFlow::Stop;
        }
        return m_flow;
    }

    /// Until the batch is full, or the queue has nothing more.
    void gather() {
        m_heldBytes = 0;
        m_lastWord = Clock::now();
        // What stays is not acknowledged, so all of a batch may be out at once. Without a limit a quorum
        // queue gives 2000 and waits (rabbit_fifo_client, UNLIMITED_PREFETCH_COUNT).
        if (m_consumer.isEmpty()) {
            static_assert(kMostLettersHeld <= UINT16_MAX);
            m_consumer = "letters-" + QByteArray::number(++m_batches);
            if (!ok(m_taking.consume(m_wish.queue, kMostLettersHeld, amqp_empty_table, m_consumer)))
                return;
        }
        while (m_left > 0 && static_cast<qint64>(m_held.size()) < kMostLettersHeld &&
               m_heldBytes < kMostLetterBytesHeld && m_result.problem.kind == Kind::None &&
               flow() != RedriveFlow::Stop) {
            if (take(20ms))
                m_lastWord = Clock::now();
            else if (Clock::now() - m_lastWord > kSilence)
                askWhetherEmpty();
        }
        if (m_left > 0)
            endBatch();
    }

    /// A queue that gives nothing any more may be empty, or busy, or somebody else's turn.
    void askWhetherEmpty() {
        const Clock::time_point silentSince = m_lastWord;
        const Clock::time_point asked = Clock::now();
        const qint64 before = m_left;
        m_ready.reset();
        if (!ok(m_taking.askFor(m_wish.queue)))
            return;
        m_lastWord = asked;
        while (!m_ready && m_result.problem.kind == Kind::None && flow() != RedriveFlow::Stop) {
            if (take(20ms))
                m_lastWord = Clock::now();
            else
                expectWord(m_taking);
        }
        if (m_left < before)
            return;
        m_lastWord = silentSince;
        // As in AmqpSession::look(): a quorum queue that was not asked is said to be empty.
        const bool isEmpty = m_ready == 0 && Clock::now() - asked < 200ms;
        if (isEmpty || Clock::now() - silentSince > m_taking.patience())
            m_left = 0;
    }

    /// The broker's answers come behind what it delivers: it delivers no more until the batch is done with.
    /// What is on its way belongs to the batch.
    void endBatch() {
        if (!ok(m_taking.consumeNoMore(m_consumer)))
            return;
        m_lastWord = Clock::now();
        while (!m_consumer.isEmpty() && m_result.problem.kind == Kind::None && flow() != RedriveFlow::Stop) {
            if (take(20ms))
                m_lastWord = Clock::now();
            else
                expectWord(m_taking);
        }
    }

    void sendHeld() {
        m_lastWord = Clock::now();
        while (m_result.problem.kind == Kind::None && (!m_held.empty() || unsettled() > 0)) {
            const RedriveFlow wanted = flow();
            if (wanted == RedriveFlow::Stop)
                m_held.clear();
            const Clock::time_point now = Clock::now();
            const bool sends =
                wanted == RedriveFlow::GoOn && !m_held.empty() && now >= m_next && unsettled() < window();
            if (sends) {
                send(m_held.front());
                m_held.pop_front();
            }
            bool heard = sends;
            if (!m_flying.empty())
                heard = confirmed(0ms) || heard;
            heard = letGo() || heard;
            if (heard || unsettled() == 0)
                m_lastWord = now;
            if (heard)
                continue;
            if (unsettled() > 0) {
                awaitWord();
                expectWord(m_flying.empty() ? m_taking : m_giving);
            } else if (!m_held.empty()) {
                wait();
            }
        }
    }

    [[nodiscard]] std::size_t window() const { return static_cast<std::size_t>(std::max(m_wish.window, 1)); }
    /// Sent, and not known to have left: as many are doubled if this ends here.
    [[nodiscard]] std::size_t unsettled() const { return m_flying.size() + m_leaving.size(); }

    /// Whether the broker has said that some have left their queue. They are acknowledged half a window at a
    /// time, so that the other half can be sent meanwhile.
    bool letGo() {
        if (m_result.problem.kind != Kind::None)
            return false;
        if (!m_leaving.asks() && m_leaving.waiting() > 0 &&
            (2 * m_leaving.waiting() >= window() || m_flying.empty()) && !ok(m_leaving.go()))
            return false;
        bool heard = false;
        while (m_leaving.asks() && m_result.problem.kind == Kind::None && take(0ms))
            heard = true;
        return heard;
    }

    /// Until one of the two connections has something to say.
    void awaitWord() {
        std::array<pollfd, 2> sockets{{{m_taking.socket(), POLLIN, 0}, {m_giving.socket(), POLLIN, 0}}};
        constexpr int kPatience = 5;  // ms
        (void)poll(sockets.data(), sockets.size(), kPatience);
    }

    void expectWord(const AmqpSession& session) {
        if (m_result.problem.kind == Kind::None && Clock::now() - m_lastWord > kConfirmPatience)
            m_result.problem = {
                Kind::Slow, RedriveWords::tr("%1 does not confirm.").arg(session.place()),
                RedriveWords::tr(
                    "Is it short of memory or disk? What was not confirmed is still in its queue.")};
    }

    /// Until the rate allows one more, or a person does; looks whether the connections still stand, which
    /// want to hear of us too.
    void wait() {
        const auto left = std::chrono::duration_cast<std::chrono::microseconds>(m_next - Clock::now());
        const auto patience =
            m_flow == RedriveFlow::Pause ? 20'000us : std::clamp<std::chrono::microseconds>(left, 0us, 20ms);
        if (m_wish.dryRun) {
            (void)take(patience);
            return;
        }
        (void)m_giving.next(m_frame, patience, m_result.problem);
        constexpr auto kSignOfLife = 1s;
        if (Clock::now() - m_lookedAfter > kSignOfLife) {
            m_lookedAfter = Clock::now();
            (void)take(0ms);
        }
    }

    bool take(std::chrono::microseconds timeout) {
        if (!m_taking.next(m_frame, timeout, m_result.problem))
            return false;
        if (m_frame.frame_type != AMQP_FRAME_METHOD ||
            m_frame.payload.method.id != AMQP_BASIC_DELIVER_METHOD) {
            if (m_frame.frame_type == AMQP_FRAME_METHOD)
                hear(m_frame.payload.method.id);
            m_taking.forget();
            return true;
        }
        const std::uint64_t tag =
            static_cast<amqp_basic_deliver_t*>(m_frame.payload.method.decoded)->delivery_tag;
        auto message = std::make_unique<Message>();
        if (!ok(m_taking.read(message->read)))
            return true;
        message->filled = true;
        // More than there were at the beginning: they are of others, or have come back.
        if (m_left > 0) {
            --m_left;
            m_heldBytes += static_cast<qint64>(message->read.body.len) + kPropertyBytes;
            const LetterPast past = pastOf(message->read.properties, m_run);
            Held held{tag, past.redriven, 0, std::move(message), {}};
            held.offset = m_number++;
            held.letter =
                m_sorter.take(readable(held), past, m_wish.reason.isEmpty() || past.reason == m_wish.reason);
            m_held.push_back(std::move(held));
        }
        m_taking.forget();
        return true;
    }

    /// An answer on the connection that takes.
    void hear(amqp_method_number_t answer) {
        if (answer == AMQP_BASIC_CANCEL_OK_METHOD)
            m_consumer.clear();
        if (answer == AMQP_QUEUE_DECLARE_OK_METHOD) {
            m_ready =
                static_cast<const amqp_queue_declare_ok_t*>(m_frame.payload.method.decoded)->message_count;
            for (const RedrivenLetter& letter : m_leaving.answered())
                tell(letter);
        }
    }

    /// Its routing key is how it came here, not what it is about.
    [[nodiscard]] BrokerMessage readable(const Held& held) const {
        BrokerMessage message = messageOf(held.message->read, amqp_empty_bytes);
        message.key.reset();
        message.place = m_wish.queue.toStdString();
        message.offset = held.offset;
        return message;
    }

    void send(Held& held) {
        RedrivenLetter& letter = held.letter.told;
        BrokerMessage message;
        if (held.letter.edit)
            message = readable(held);
        m_sorter.decide(held.letter, message);
        if (letter.verdict != LetterVerdict::Sent || m_wish.dryRun) {
            m_leaving.stays(held.tag);
            tell(letter);
            return;
        }
        const std::uint64_t sequence = ++m_sequence;
        const ReturnProperties properties(held.message->read.properties, held.redriven, m_run, sequence,
                                          m_settings.text("user").toUtf8(),
                                          letter.edited ? &message : nullptr);
        const amqp_bytes_t body =
            letter.edited ? amqp_bytes_t{message.body.size(), message.body.data()} : held.message->read.body;
        if (!ok(m_giving.publish({}, letter.target, properties.properties(), body)))
            return;
        m_flying.emplace(sequence, Flying{held.tag, std::move(letter)});
        if (m_wish.perSecond > 0)
            m_next = std::max(m_next, Clock::now() - 10ms) +
                     std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(1 / m_wish.perSecond));
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
            if (flying.letter.verdict == LetterVerdict::Sent) {
                m_leaving.add(flying.tag, std::move(flying.letter));
            } else {
                m_leaving.stays(flying.tag);
                tell(flying.letter);
            }
            it = m_flying.erase(it);
            if (!multiple)
                return;
        }
    }

    void tell(const RedrivenLetter& letter) {
        ++(letter.verdict == LetterVerdict::Sent ? m_result.sent : m_result.stayed);
        m_listener.told(letter);
    }

    const ConnectionSettings& m_settings;
    const RedriveWish& m_wish;
    RedriveListener& m_listener;
    LetterSorter m_sorter;
    RedriveResult m_result;
    AmqpSession m_taking;
    AmqpSession m_giving;
    LetterFarewell m_leaving{m_taking, m_wish.queue};
    QByteArray m_consumer;  ///< its tag; empty: nothing more is delivered
    int m_batches = 0;
    std::optional<qint64> m_ready;  ///< what the queue had when it was asked last; nothing: it is being asked
    amqp_frame_t m_frame{};
    const QByteArray m_run = QUuid::createUuid().toByteArray(QUuid::WithoutBraces);
    qint64 m_left = 0;
    std::deque<Held> m_held;
    qint64 m_heldBytes = 0;
    qint64 m_number = 0;           ///< letters taken
    std::uint64_t m_sequence = 0;  ///< of what was published, as the confirms count
    std::map<std::uint64_t, Flying> m_flying;
    Clock::time_point m_next{};      ///< when the rate allows one more
    Clock::time_point m_lastWord{};  ///< of the broker
    Clock::time_point m_asked{};     ///< the listener
    Clock::time_point m_lookedAfter{};
    RedriveFlow m_flow = RedriveFlow::GoOn;
};

}  // namespace

RedriveResult DeadLetterRedrive::run(const RedriveWish& wish, RedriveListener& listener) {
    return Work(m_settings, wish, listener).run();
}

}  // namespace sluice::rabbitmq
