#include "plugins/rabbitmq/queuebrowse.h"

#include <QCoreApplication>
#include <QUrl>
#include <chrono>
#include <deque>

#include "plugins/rabbitmq/amqpsession.h"
#include "plugins/rabbitmq/httptransport.h"
#include "plugins/rabbitmq/peekforecast.h"
#include "plugins/rabbitmq/queuesettings.h"
#include "plugins/rabbitmq/waitedanswer.h"

namespace sluice::rabbitmq {
namespace {

using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;
using Clock = std::chrono::steady_clock;
using Port = HttpTransport::Port;

struct BrowseWords {
    Q_DECLARE_TR_FUNCTIONS(QueueBrowse)
};

constexpr int kAtOnce = 64;      // questions on their way, so that a distant broker is not asked one by one
constexpr auto kTelling = 50ms;  // from one word to the listener to the next
constexpr auto kStreamSilence = 1s;  // after which a stream has no more
constexpr auto kReturn = 1s;         // until messages that were given back can be seen again
constexpr std::uint16_t kPrefetch = 200;

BrokerProblem unreadable(const HttpTransport& transport) {
    return {Kind::Answer,
            BrowseWords::tr("What %1 answers cannot be read.").arg(transport.place(Port::Management)),
            BrowseWords::tr("Check the port, and whether a proxy stands in between.")};
}

/// An object of the management API, waited for.
BrokerProblem fetch(HttpTransport& transport, const QString& path, Json& answer) {
    const BrokerProblem problem = waitForAnswer(transport, path, answer);
    if (problem.kind == Kind::None && !answer.is_object())
        return unreadable(transport);
    return problem;
}

qint64 heldBy(const BrowseWish& wish) {
    const qint64 most = wish.most > 0 ? wish.most : QueueBrowse::kMostHeld;
    return std::min(QueueBrowse::kMostHeld,
                    wish.begin == BrowseWish::Begin::Offset ? most + wish.value : most);
}

/// What both ways of looking share: the session, who listens, and for how long.
class Look {
public:
    Look(const BrowseWish& wish, BrowseListener& listener, qint64 total)
        : m_wish(wish), m_listener(listener), m_total(total) {}

    BrowseResult run(const ConnectionSettings& settings) {
        if (!ok(m_session.open(settings, QStringLiteral("Sluice, looking"))))
            return m_result;
        if (begin()) {
            m_lastWord = Clock::now();
            while (m_result.problem.kind == Kind::None && !m_enough && !isOver()) {
                if (!goOn()) {
                    m_result.cancelled = true;
                    break;
                }
                step();
            }
        }
        giveBack();
        m_session.close();
        finish();
        m_listener.goOn(m_result.looked, m_total);
        return m_result;
    }
    virtual ~Look() = default;
    Look(const Look&) = delete;
    Look& operator=(const Look&) = delete;

protected:
    virtual bool begin() = 0;
    virtual void step() = 0;
    [[nodiscard]] virtual bool isOver() const = 0;
    virtual void giveBack() {}
    virtual void finish() {}

    bool ok(BrokerProblem problem) {
        const bool fine = problem.kind == Kind::None;
        if (!fine && m_result.problem.kind == Kind::None)
            m_result.problem = std::move(problem);
        return fine;
    }
    bool goOn() {
        const Clock::time_point now = Clock::now();
        if (now - m_told < kTelling)
            return true;
        m_told = now;
        return m_listener.goOn(m_result.looked, m_total);
    }
    /// The content that follows a delivery.
    bool read(BrokerMessage& into, amqp_bytes_t key) {
        // The key lies in a buffer that reading on may give back.
        const QByteArray kept(static_cast<const char*>(key.bytes), static_cast<qsizetype>(key.len));
        if (!ok(m_session.read(into, kept, kMostBody)))
            return false;
        into.place = m_wish.place.toStdString();
        return true;
    }
    [[nodiscard]] bool isWanted(const BrokerMessage& message) const {
        const auto ms = [&] {
            return std::chrono::duration_cast<std::chrono::milliseconds>(*message.time).count();
        };
        if (m_wish.begin == BrowseWish::Begin::Time && message.time && ms() < m_wish.value)
            return false;
        return !m_wish.until || !message.time || ms() <= *m_wish.until;
    }
    void give(BrokerMessage message) {
        if (m_enough)
            return;
        ++m_result.looked;
        m_enough = m_enough || !m_listener.take(std::move(message));
    }

    const BrowseWish& m_wish;
    BrowseListener& m_listener;
    qint64 m_total;
    AmqpSession m_session;
    BrowseResult m_result;
    bool m_enough = false;  ///< the listener has heard all it wants
    amqp_frame_t m_frame{};
    Clock::time_point m_told{};
    Clock::time_point m_lastWord{};
};

/// Asks for one message after the other: who consumes would count as a consumer, and a queue that deletes
/// itself with its last one would be gone (AMQP 0-9-1, basic.get; queue.declare, auto-delete).
class QueueLook : public Look {
public:
    using Look::Look;

protected:
    bool begin() override {
        // The management API's own count is some seconds old.
        qint64 ready = 0;
        if (!ok(m_session.ready(m_wish.place, ready)))
            return false;
        m_total = ready;
        m_left = std::min(ready, heldBy(m_wish));
        if (m_wish.begin == BrowseWish::Begin::Offset)
            m_skipped = m_wish.value;
        else if (m_wish.begin == BrowseWish::Begin::Last)
            m_skipped = std::max<qint64>(0, m_left - m_wish.value);
        return true;
    }
    [[nodiscard]] bool isOver() const override { return m_empty || (m_left == 0 && m_open == 0); }
    void step() override {
        for (; !m_enough && m_open < kAtOnce && m_left > 0; ++m_open, --m_left) {
            if (!ok(m_session.request(m_wish.place)))
                return;
        }
        if (!m_session.next(m_frame, 20ms, m_result.problem)) {
            if (m_result.problem.kind == Kind::None && Clock::now() - m_lastWord > m_session.patience()) {
                m_session.abandon();
                m_result.problem = {Kind::Slow,
                                    BrowseWords::tr("%1 does not answer within %2 s.")
                                        .arg(m_session.place())
                                        .arg(m_session.patience() / 1s),
                                    BrowseWords::tr("What was looked at comes back by itself.")};
            }
            return;
        }
        m_lastWord = Clock::now();
        if (m_frame.frame_type != AMQP_FRAME_METHOD)
            return;
        if (m_frame.payload.method.id == AMQP_BASIC_GET_EMPTY_METHOD)
            m_empty = true;
        if (m_frame.payload.method.id == AMQP_BASIC_GET_OK_METHOD)
            take(*static_cast<amqp_basic_get_ok_t*>(m_frame.payload.method.decoded));
        m_session.forget();
    }

    /// One by one, in their order: what the broker takes back by itself, at the end of a connection, comes
    /// back to a quorum queue in any order. Then waits until they are there again, unless somebody else takes
    /// them.
    void giveBack() override {
        // What is still on its way came for nothing, and has to go back all the same.
        const Clock::time_point late = Clock::now() + m_session.patience();
        while (m_open > 0 && !m_empty && m_result.problem.kind == Kind::None && Clock::now() < late) {
            m_enough = true;
            step();
        }
        for (const std::uint64_t tag : m_tags) {
            if (m_result.problem.kind != Kind::None || m_session.giveBack(tag).kind != Kind::None)
                return;
        }
        qint64 ready = 0;
        const Clock::time_point enough = Clock::now() + kReturn;
        while (ready < static_cast<qint64>(m_tags.size()) && Clock::now() < enough) {
            if (m_session.ready(m_wish.place, ready).kind != Kind::None)
                return;
            m_session.forget();
        }
    }

private:
    void take(amqp_basic_get_ok_t got) {
        --m_open;
        m_tags.push_back(got.delivery_tag);
        const bool redelivered = got.redelivered != 0;
        BrokerMessage message;
        if (!read(message, got.routing_key))
            return;
        message.offset = m_number++;
        message.redelivered = redelivered;
        if (message.offset >= m_skipped && isWanted(message))
            give(std::move(message));
    }

    qint64 m_left = 0;
    int m_open = 0;                     ///< questions without an answer
    std::vector<std::uint64_t> m_tags;  ///< of what is away
    qint64 m_number = 0;
    qint64 m_skipped = 0;
    bool m_empty = false;
};

/// Reads a stream from a place on (Streams, "Consuming": x-stream-offset).
class StreamLook : public Look {
public:
    using Look::Look;

protected:
    bool begin() override {
        using Begin = BrowseWish::Begin;
        amqp_table_entry_t entry{};
        entry.key = amqp_cstring_bytes("x-stream-offset");
        entry.value.kind = AMQP_FIELD_KIND_UTF8;
        entry.value.value.bytes = amqp_cstring_bytes(m_wish.begin == Begin::End ? "next" : "first");
        if (m_wish.begin == Begin::Offset) {
            entry.value.kind = AMQP_FIELD_KIND_I64;
            entry.value.value.i64 = m_wish.value;
        } else if (m_wish.begin == Begin::Last) {
            // What retention took away has lower offsets; then these are too many, and finish() gives the
            // last.
            entry.value.kind = AMQP_FIELD_KIND_I64;
            entry.value.value.i64 = std::max<qint64>(0, m_total - m_wish.value);
        } else if (m_wish.begin == Begin::Time) {
            entry.value.kind = AMQP_FIELD_KIND_TIMESTAMP;
            entry.value.value.u64 = static_cast<std::uint64_t>(std::max<qint64>(0, m_wish.value / 1000));
        }
        return ok(m_session.consume(m_wish.place, kPrefetch, {1, &entry}));
    }
    [[nodiscard]] bool isOver() const override {
        return (m_wish.most > 0 && m_result.looked >= m_wish.most) ||
               (!m_wish.follow && Clock::now() - m_lastWord > kStreamSilence);
    }
    void step() override {
        if (!m_session.next(m_frame, 20ms, m_result.problem))
            return;
        m_lastWord = Clock::now();
        if (m_frame.frame_type == AMQP_FRAME_METHOD && m_frame.payload.method.id == AMQP_BASIC_DELIVER_METHOD)
            take(*static_cast<amqp_basic_deliver_t*>(m_frame.payload.method.decoded));
        m_session.forget();
    }
    void finish() override {
        for (BrokerMessage& message : m_last)
            give(std::move(message));
    }

private:
    void take(amqp_basic_deliver_t delivery) {
        const std::uint64_t tag = delivery.delivery_tag;
        BrokerMessage message;
        if (!read(message, delivery.routing_key) || !ok(m_session.acknowledge(tag)))
            return;
        const auto offset =
            std::find_if(message.headers.begin(), message.headers.end(),
                         [](const BrokerMessage::Header& one) { return one.name == "x-stream-offset"; });
        if (offset != message.headers.end() && offset->value.is_number_integer()) {
            message.offset = offset->value.get<std::int64_t>();
            message.headers.erase(offset);
        }
        // A stream is read by chunks, which begin before what was asked for.
        if (!isWanted(message) ||
            (m_wish.begin == BrowseWish::Begin::Offset && message.offset < m_wish.value))
            return;
        if (m_wish.begin != BrowseWish::Begin::Last || m_wish.follow)
            return give(std::move(message));
        m_last.push_back(std::move(message));
        if (static_cast<qint64>(m_last.size()) > m_wish.value)
            m_last.pop_front();
    }

    std::deque<BrokerMessage> m_last;
};

BrowseForecast forecastOf(const ConnectionSettings& settings, const BrowseWish& wish, bool& isStream) {
    BrowseForecast forecast;
    HttpTransport transport(settings);
    Json overview;
    Json queue;
    forecast.problem = fetch(transport, "/api/overview?columns=rabbitmq_version", overview);
    if (forecast.problem.kind == Kind::None)
        forecast.problem =
            fetch(transport,
                  QStringLiteral("/api/queues/%1/%2")
                      .arg(transport.virtualHost(), QString::fromUtf8(QUrl::toPercentEncoding(wish.place))),
                  queue);
    // The management API answered before; if it knows the virtual host as well, it is the queue that is
    // missing.
    Json host;
    if (forecast.problem.kind == Kind::Answer &&
        fetch(transport, QStringLiteral("/api/vhosts/%1").arg(transport.virtualHost()), host).kind ==
            Kind::None) {
        forecast.problem = {Kind::Settings,
                            BrowseWords::tr("There is no queue \"%1\" in virtual host \"%2\".")
                                .arg(wish.place, QString::fromStdString(textIn(host, "name"))),
                            BrowseWords::tr("Check the name; an exchange holds no messages.")};
        return forecast;
    }
    if (forecast.problem.kind != Kind::None) {
        // Without knowing what kind of queue it is nobody can say that looking does no harm.
        forecast.problem.advice += QLatin1Char(' ') + BrowseWords::tr(
                                                          "The queue's kind decides what looking does "
                                                          "to it; only the management API tells it.");
        return forecast;
    }
    if (textIn(queue, "name") != wish.place.toStdString()) {
        forecast.problem = unreadable(transport);
        return forecast;
    }
    isStream = textIn(queue, "type") == "stream";
    forecast = peekForecast(
        queue, QString::fromStdString(textIn(overview, "rabbitmq_version")).section('.', 0, 0).toInt(),
        heldBy(wish));
    if (!isStream && (wish.follow || wish.begin == BrowseWish::Begin::End))
        forecast.problem = {Kind::Settings,
                            BrowseWords::tr("What comes into a queue cannot be followed without taking it."),
                            BrowseWords::tr("Look at what is there, or watch the broker.")};
    return forecast;
}

}  // namespace

BrowseForecast QueueBrowse::forecast(const BrowseWish& wish) {
    bool isStream = false;
    return forecastOf(m_settings, wish, isStream);
}

BrowseResult QueueBrowse::run(const BrowseWish& wish, BrowseListener& listener) {
    BrowseResult result;
    bool isStream = false;
    const BrowseForecast forecast = forecastOf(m_settings, wish, isStream);
    result.problem = forecast.problem;
    if (result.problem.kind != Kind::None)
        return result;
    if (forecast.effect == BrowseForecast::Effect::Refused) {
        result.problem = {Kind::Permission, forecast.sentences.front(),
                          BrowseWords::tr("Nothing was looked at.")};
        return result;
    }
    if (isStream)
        return StreamLook(wish, listener, forecast.messages).run(m_settings);
    return QueueLook(wish, listener, forecast.messages).run(m_settings);
}

}  // namespace sluice::rabbitmq
