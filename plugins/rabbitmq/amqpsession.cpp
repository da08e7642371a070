#include "plugins/rabbitmq/amqpsession.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>

#include <QCoreApplication>

#include "plugins/api/patience.h"
#include "plugins/api/tlsproblems.h"
#include "plugins/rabbitmq/amqpmessage.h"
#include "plugins/rabbitmq/argumenttable.h"

namespace sluice::rabbitmq {
namespace {

struct SessionWords {
    Q_DECLARE_TR_FUNCTIONS(AmqpSession)
};

using Kind = BrokerProblem::Kind;

constexpr int kFrameMax = 131'072;
constexpr int kHeartbeat = 60;  ///< seconds

timeval timeOf(std::chrono::microseconds time) {
    return {time.count() / 1'000'000, time.count() % 1'000'000};
}

BrokerProblem readOnly() {
    return {Kind::Permission, SessionWords::tr("This connection may only read."),
            SessionWords::tr("Allow writing for it first.")};
}

BrokerProblem ownQueuesForbidden() {
    return {
        Kind::Permission,
        SessionWords::tr("Messages are seen through a queue of Sluice's own on the broker, and this "
                         "connection may only read."),
        SessionWords::tr("Allow it to make such queues: they are exclusive, get copies only, and are gone "
                         "when you stop.")};
}

}  // namespace

AmqpSession::AmqpSession() = default;

AmqpSession::~AmqpSession() {
    close();
}

void AmqpSession::close() {
    if (!m_state)
        return;
    if (m_open && !m_silent) {
        const timeval patience = timeOf(m_patience);
        // By hand: the library's own way keeps every delivery that comes before the answer.
        amqp_channel_close_t farewell{AMQP_REPLY_SUCCESS, amqp_empty_bytes, 0, 0};
        int status = amqp_send_method(m_state, kChannel, AMQP_CHANNEL_CLOSE_METHOD, &farewell);
        bool closed = false;
        while (status == AMQP_STATUS_OK && !closed) {
            amqp_frame_t frame;
            status = amqp_simple_wait_frame_noblock(m_state, &frame, &patience);
            closed = status == AMQP_STATUS_OK && frame.frame_type == AMQP_FRAME_METHOD &&
                     frame.payload.method.id == AMQP_CHANNEL_CLOSE_OK_METHOD;
            forget();
        }
        if (closed)
            amqp_connection_close(m_state, AMQP_REPLY_SUCCESS);
    }
    amqp_destroy_connection(m_state);
    m_state = nullptr;
    m_tls.reset();
    m_open = m_silent = false;
}

BrokerProblem AmqpSession::connectSocket(const ConnectionSettings& settings) {
    const bool tls = settings.isOn("tls");
    amqp_socket_t* socket = tls ? amqp_ssl_socket_new(m_state) : amqp_tcp_socket_new(m_state);
    if (!socket)
        return {Kind::Settings, SessionWords::tr("There is no memory for a connection."), {}};
    if (tls) {
        m_tls = std::make_unique<AmqpTls>();
        if (auto wrong = m_tls->prepare(socket, settings))
            return *wrong;
    }
    const QByteArray host = settings.text("host").toUtf8();
    timeval patience = timeOf(m_patience);
    const int status = amqp_socket_open_noblock(socket, host.constData(), m_port, &patience);
    switch (status) {
        case AMQP_STATUS_OK:
            return {};
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
            return {Kind::Name, SessionWords::tr("There is no host %1.").arg(settings.text("host")),
                    SessionWords::tr("Check the name, and whether you are in the network that knows it.")};
        case AMQP_STATUS_TIMEOUT:
            return {Kind::Slow,
                    SessionWords::tr("%1 does not answer within %2 s.")
                        .arg(m_place)
                        .arg(m_patience.count() / 1000),
                    SessionWords::tr("Is it reachable from here, and no firewall between?")};
        case AMQP_STATUS_SSL_ERROR:
        case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
        case AMQP_STATUS_SSL_CONNECTION_FAILED:
            return m_tls->problem(m_place).value_or(
                BrokerProblem{Kind::Tls,
                              SessionWords::tr("No secure connection to %1: %2")
                                  .arg(m_place, QString::fromUtf8(amqp_error_string2(status))),
                              SessionWords::tr("Check the certificates.")});
        default:
            return {Kind::Port, SessionWords::tr("Nobody listens at %1.").arg(m_place),
                    SessionWords::tr("Is the broker running? AMQP has port 5672 as a rule, 5671 with TLS.")};
    }
}

BrokerProblem AmqpSession::open(const ConnectionSettings& settings, const QString& purpose) {
    close();
    m_mayWrite = settings.mayWrite;
    m_patience = std::chrono::milliseconds(patienceOf(settings));
    // A connection that was written down before it had such a port has the usual one.
    m_port = settings.number("amqpPort");
    if (m_port == 0)
        m_port = settings.isOn("tls") ? 5671 : 5672;
    m_place = QString("%1:%2").arg(settings.text("host")).arg(m_port);
    m_state = amqp_new_connection();
    if (BrokerProblem wrong = connectSocket(settings); wrong.kind != Kind::None)
        return wrong;
    timeval patience = timeOf(m_patience);
    amqp_set_handshake_timeout(m_state, &patience);
    amqp_set_rpc_timeout(m_state, &patience);

    const QByteArray host = settings.text("virtualHost").toUtf8();
    const QByteArray user = settings.text("user").toUtf8();
    const QByteArray password = settings.secret("password").toUtf8();
    const QByteArray name = purpose.toUtf8();
    amqp_table_entry_t entry{};
    entry.key = amqp_cstring_bytes("connection_name");
    entry.value.kind = AMQP_FIELD_KIND_UTF8;
    entry.value.value.bytes = bytesOf(name);
    const amqp_table_t client{1, &entry};
    const amqp_rpc_reply_t login =
        amqp_login_with_properties(m_state, host.constData(), 0, kFrameMax, kHeartbeat, &client,
                                   AMQP_SASL_METHOD_PLAIN, user.constData(), password.constData());
    if (login.reply_type != AMQP_RESPONSE_NORMAL) {
        // Who must show a certificate and has none hears of it after the handshake (RFC 8446, appendix E.1).
        if (m_tls && login.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION) {
            if (auto refused = m_tls->problem(m_place))
                return *refused;
            // Who still writes then may hear of the end before the reason.
            if (login.library_error == AMQP_STATUS_SSL_ERROR)
                return silentRefusal(m_place);
        }
        // A broker that does not accept the password ends the connection without another word.
        if (login.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION &&
            (login.library_error == AMQP_STATUS_CONNECTION_CLOSED ||
             login.library_error == AMQP_STATUS_SOCKET_ERROR))
            return {Kind::Credentials,
                    SessionWords::tr("%1 ended the login of %2.").arg(m_place, settings.text("user")),
                    m_tls ? SessionWords::tr("Check user and password, and that this is the port for AMQP.")
                          : SessionWords::tr("Check user and password, and that this is the port for AMQP. "
                                             "One that wants TLS ends every other login: 5671 as a rule.")};
        return problem(login);
    }
    m_open = true;
    amqp_channel_open(m_state, kChannel);
    return problem(amqp_get_rpc_reply(m_state));
}

BrokerProblem AmqpSession::refusal(std::uint16_t code, const QString& text) const {
    const QString sentence = SessionWords::tr("%1 refuses: %2").arg(m_place, text);
    switch (code) {
        case AMQP_ACCESS_REFUSED:
        case AMQP_NOT_ALLOWED:
            return {text.contains("login", Qt::CaseInsensitive) ? Kind::Credentials : Kind::Permission,
                    sentence,
                    SessionWords::tr("Check the user, its password and its rights in the virtual host.")};
        case AMQP_NOT_FOUND:
            return {Kind::Settings, sentence, SessionWords::tr("Check the name, and the virtual host.")};
        default:
            return {Kind::Answer, sentence, {}};
    }
}

BrokerProblem AmqpSession::lost(int status) {
    abandon();
    if (status == AMQP_STATUS_TIMEOUT)
        return {
            Kind::Slow,
            SessionWords::tr("%1 does not answer within %2 s.").arg(m_place).arg(m_patience.count() / 1000),
            SessionWords::tr("What was not confirmed is still in its queue.")};
    return {Kind::Answer,
            SessionWords::tr("The connection to %1 is lost: %2")
                .arg(m_place, QString::fromUtf8(amqp_error_string2(status))),
            SessionWords::tr("What was not confirmed is still in its queue.")};
}

BrokerProblem AmqpSession::problem(const amqp_rpc_reply_t& reply) {
    switch (reply.reply_type) {
        case AMQP_RESPONSE_NORMAL:
            return {};
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            if (reply.reply.id == AMQP_CHANNEL_CLOSE_METHOD) {
                const auto* closed = static_cast<amqp_channel_close_t*>(reply.reply.decoded);
                return refusal(closed->reply_code, textOf(closed->reply_text));
            }
            if (reply.reply.id == AMQP_CONNECTION_CLOSE_METHOD) {
                const auto* closed = static_cast<amqp_connection_close_t*>(reply.reply.decoded);
                return refusal(closed->reply_code, textOf(closed->reply_text));
            }
            return {
                Kind::Answer, SessionWords::tr("%1 gave an answer that is not understood.").arg(m_place), {}};
        default:
            return lost(reply.library_error);
    }
}

BrokerProblem AmqpSession::ready(const QString& queue, qint64& count) {
    QueueState state;
    BrokerProblem problem = look(queue, state);
    if (problem.kind == Kind::None)
        count = state.ready;
    return problem;
}

BrokerProblem AmqpSession::look(const QString& queue, QueueState& state) {
    // Of a quorum queue that does not answer it within 250 ms the broker says that it is empty
    // (rabbit_quorum_queue, stat/1).
    constexpr auto kNotAsked = std::chrono::milliseconds(200);
    using Clock = std::chrono::steady_clock;
    const QByteArray name = queue.toUtf8();
    const Clock::time_point begin = Clock::now();
    for (bool believed = false; !believed;) {
        const Clock::time_point asked = Clock::now();
        const auto* declared =
            amqp_queue_declare(m_state, kChannel, bytesOf(name), 1, 0, 0, 0, amqp_empty_table);
        if (!declared)
            return problem(amqp_get_rpc_reply(m_state));
        state = {declared->message_count, declared->consumer_count};
        const Clock::time_point now = Clock::now();
        believed =
            state.ready > 0 || state.consumers > 0 || now - asked < kNotAsked || now - begin > m_patience;
    }
    return {};
}

BrokerProblem AmqpSession::askFor(const QString& queue) {
    const QByteArray name = queue.toUtf8();
    amqp_queue_declare_t question{};
    question.queue = bytesOf(name);
    question.passive = 1;
    const int status = amqp_send_method(m_state, kChannel, AMQP_QUEUE_DECLARE_METHOD, &question);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::findExchange(const QString& exchange) {
    const QByteArray name = exchange.toUtf8();
    if (!amqp_exchange_declare(m_state, kChannel, bytesOf(name), amqp_cstring_bytes("direct"), 1, 0, 0, 0,
                               amqp_empty_table))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

BrokerProblem AmqpSession::purge(const QString& queue, qint64& count) {
    if (!m_mayWrite)
        return readOnly();
    const QByteArray name = queue.toUtf8();
    const auto* purged = amqp_queue_purge(m_state, kChannel, bytesOf(name));
    if (!purged)
        return problem(amqp_get_rpc_reply(m_state));
    count = purged->message_count;
    return {};
}

BrokerProblem AmqpSession::makeOwnQueue(const QString& queue, const amqp_table_t& arguments) {
    if (!m_mayWrite)
        return ownQueuesForbidden();
    const QByteArray name = queue.toUtf8();
    if (!amqp_queue_declare(m_state, kChannel, bytesOf(name), 0, 0, 1, 1, arguments))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

BrokerProblem AmqpSession::bindOwnQueue(const QString& queue, const QString& exchange,
                                        const QString& routingKey, const amqp_table_t& arguments) {
    if (!m_mayWrite)
        return ownQueuesForbidden();
    const QByteArray name = queue.toUtf8();
    const QByteArray place = exchange.toUtf8();
    const QByteArray key = routingKey.toUtf8();
    if (!amqp_queue_bind(m_state, kChannel, bytesOf(name), bytesOf(place), bytesOf(key), arguments))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

BrokerProblem AmqpSession::request(const QString& queue) {
    const QByteArray name = queue.toUtf8();
    amqp_basic_get_t question{0, bytesOf(name), 0};
    const int status = amqp_send_method(m_state, kChannel, AMQP_BASIC_GET_METHOD, &question);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::consume(const QString& queue, std::uint16_t prefetch,
                                   const amqp_table_t& arguments, const QByteArray& tag) {
    if (!amqp_basic_qos(m_state, kChannel, 0, prefetch, 0))
        return problem(amqp_get_rpc_reply(m_state));
    const QByteArray name = queue.toUtf8();
    if (!amqp_basic_consume(m_state, kChannel, bytesOf(name), bytesOf(tag), 0, 0, 0, arguments))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

BrokerProblem AmqpSession::consumeForGood(const QString& queue, const ConsumeWish& wish) {
    if (!m_mayWrite)
        return readOnly();
    if (!amqp_basic_qos(m_state, kChannel, 0, wish.prefetch, 0))
        return problem(amqp_get_rpc_reply(m_state));
    const QByteArray name = queue.toUtf8();
    ArgumentTable arguments(wish.priority == 0 ? nlohmann::json::object()
                                               : nlohmann::json{{"x-priority", wish.priority}});
    if (!amqp_basic_consume(m_state, kChannel, bytesOf(name), amqp_empty_bytes, 0, wish.autoAck ? 1 : 0,
                            wish.exclusive ? 1 : 0, arguments.table()))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

BrokerProblem AmqpSession::consumeNoMore(const QByteArray& tag) {
    amqp_basic_cancel_t end{bytesOf(tag), 0};
    const int status = amqp_send_method(m_state, kChannel, AMQP_BASIC_CANCEL_METHOD, &end);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::confirm() {
    if (!amqp_confirm_select(m_state, kChannel))
        return problem(amqp_get_rpc_reply(m_state));
    return {};
}

bool AmqpSession::next(amqp_frame_t& frame, std::chrono::microseconds timeout, BrokerProblem& problem) {
    const timeval wait = timeOf(timeout);
    const int status = amqp_simple_wait_frame_noblock(m_state, &frame, &wait);
    if (status == AMQP_STATUS_TIMEOUT)
        return false;
    if (status != AMQP_STATUS_OK) {
        problem = lost(status);
        return false;
    }
    if (frame.frame_type != AMQP_FRAME_METHOD)
        return true;
    if (frame.payload.method.id == AMQP_CHANNEL_CLOSE_METHOD) {
        const auto* closed = static_cast<amqp_channel_close_t*>(frame.payload.method.decoded);
        problem = refusal(closed->reply_code, textOf(closed->reply_text));
        return false;
    }
    if (frame.payload.method.id == AMQP_CONNECTION_CLOSE_METHOD) {
        const auto* closed = static_cast<amqp_connection_close_t*>(frame.payload.method.decoded);
        problem = refusal(closed->reply_code, textOf(closed->reply_text));
        return false;
    }
    if (frame.payload.method.id == AMQP_BASIC_CANCEL_METHOD) {
        problem = {Kind::Settings, SessionWords::tr("The queue is gone."),
                   SessionWords::tr("Somebody has deleted it meanwhile.")};
        return false;
    }
    return true;
}

BrokerProblem AmqpSession::read(amqp_message_t& message) {
    return problem(amqp_read_message(m_state, kChannel, &message, 0));
}

BrokerProblem AmqpSession::read(BrokerMessage& message, const QByteArray& key, std::size_t most) {
    BrokerProblem problem;
    std::uint64_t size = 0;
    std::uint64_t come = 0;
    bool begun = false;
    while (!begun || come < size) {
        amqp_frame_t frame;
        if (!next(frame, m_patience, problem))
            return problem.kind == Kind::None ? lost(AMQP_STATUS_TIMEOUT) : problem;
        if (!begun && frame.frame_type == AMQP_FRAME_HEADER) {
            message = messageOf(*static_cast<amqp_basic_properties_t*>(frame.payload.properties.decoded),
                                bytesOf(key));
            size = frame.payload.properties.body_size;
            message.body.reserve(std::min<std::size_t>(size, most));
            begun = true;
        } else if (begun && frame.frame_type == AMQP_FRAME_BODY) {
            const amqp_bytes_t part = frame.payload.body_fragment;
            message.body.append(static_cast<const char*>(part.bytes),
                                std::min(part.len, most - message.body.size()));
            come += part.len;
        }
        // Each frame on its own: the library keeps what it has read until it is told otherwise.
        forget();
    }
    if (message.body.size() < size)
        message.bodySize = size;
    return {};
}

BrokerProblem AmqpSession::publish(const QString& exchange, const QString& routingKey,
                                   const amqp_basic_properties_t& properties, amqp_bytes_t body) {
    if (!m_mayWrite)
        return readOnly();
    const QByteArray place = exchange.toUtf8();
    const QByteArray key = routingKey.toUtf8();
    const int status =
        amqp_basic_publish(m_state, kChannel, bytesOf(place), bytesOf(key), 1, 0, &properties, body);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::acknowledge(std::uint64_t tag, bool upTo) {
    const int status = amqp_basic_ack(m_state, kChannel, tag, upTo ? 1 : 0);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::giveBack(std::uint64_t tag) {
    const int status = amqp_basic_nack(m_state, kChannel, tag, 0, 1);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

BrokerProblem AmqpSession::reject(std::uint64_t tag) {
    if (!m_mayWrite)
        return readOnly();
    const int status = amqp_basic_nack(m_state, kChannel, tag, 0, 0);
    return status == AMQP_STATUS_OK ? BrokerProblem() : lost(status);
}

int AmqpSession::socket() const {
    return m_state ? amqp_get_sockfd(m_state) : -1;
}

void AmqpSession::forget() {
    amqp_maybe_release_buffers(m_state);
}

}  // namespace sluice::rabbitmq
