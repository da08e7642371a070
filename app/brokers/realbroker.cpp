#include "app/brokers/realbroker.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/trace/payload.h"

namespace sluice {
namespace {

constexpr std::size_t kMostPadding = 1U << 20U;  // bytes

DeathReason reasonOf(const std::string& word) {
    return word == "expired"          ? DeathReason::Expired
           : word == "maxlen"         ? DeathReason::MaxLength
           : word == "delivery_limit" ? DeathReason::DeliveryLimit
                                      : DeathReason::Rejected;
}

/// Whether a look that holds all of its messages would change what becomes of them: what is held neither
/// expires nor counts for a limit.
bool isIndifferent(const Element& queue) {
    constexpr std::array kOwn{"messageTtl",           "expires",       "maxLength",
                              "maxLengthBytes",       "deliveryLimit", "autoDelete",
                              "singleActiveConsumer", "exclusive"};
    return std::none_of(kOwn.begin(), kOwn.end(),
                        [&](const char* key) { return queue.properties.has(key); }) &&
           queue.properties.text("queueType") != "quorum";
}

}  // namespace

RealBroker::RealBroker(const Diagram& drawing, std::vector<QString> names,
                       std::vector<BrokerClients*> clientsOf)
    : m_names(std::move(names)), m_clientsOf(std::move(clientsOf)) {
    for (BrokerClients* clients : m_clientsOf) {
        if (clients && std::find(m_clients.begin(), m_clients.end(), clients) == m_clients.end())
            m_clients.push_back(clients);
    }
    for (EntityId i = 0; i < drawing.elements.size(); ++i) {
        const Element& element = drawing.elements[i];
        m_kinds.push_back(element.kind);
        m_crc32.push_back(element.properties.text("partitioner") == "crc32");
        if (element.kind != ElementKind::Queue || !has(i))
            continue;
        m_queues.emplace(m_names[i].toStdString(), i);
        m_drawnQueues.emplace(element.id, i);
        const bool isRead = std::any_of(drawing.links.begin(), drawing.links.end(), [&](const Link& link) {
            return link.kind == LinkKind::Consume && link.from == element.id;
        });
        if (!isRead && isIndifferent(element))
            m_unread.push_back(i);
    }
}

void RealBroker::observe() {
    for (const EntityId queue : m_unread) {
        ClientReader reader;
        reader.reader = ++m_lastReader;
        reader.place = m_names[queue];
        m_readers.emplace(reader.reader, Reader{kNoEntity, queue, 0, m_clientsOf[queue]});
        m_clientsOf[queue]->read(reader);
    }
}

void RealBroker::created(const MessageInfo& message) {
    MessageInfo info = message;
    if (info.causation != 0 && info.causation <= m_messages.size()) {
        const MessageInfo& cause = m_messages[info.causation - 1];
        info.correlation = cause.correlation;
        info.origin = cause.origin;
        info.originType = cause.originType;
        info.originKey = cause.originKey;
    } else {
        info.correlation = info.id;
        info.origin = info.creator;
        info.originType = info.type;
        info.originKey = info.key;
    }
    m_messages.resize(std::max<std::size_t>(m_messages.size(), info.id));
    m_messages[info.id - 1] = info;
}

/// As long as its type says; blanks at the end of JSON mean nothing.
BrokerMessage RealBroker::messageOf(const OutsideSending& sending) const {
    const MessageInfo& info = m_messages[sending.message - 1];
    const Payload payload = payloadOf(info, *m_table);
    BrokerMessage message;
    message.body = payload.body.is_string() ? payload.body.get<std::string>() : payload.body.dump();
    if (info.type < m_table->types.size())
        message.body.resize(std::max(message.body.size(),
                                     std::min<std::size_t>(m_table->types[info.type].size, kMostPadding)),
                            ' ');
    for (const auto& [name, value] : payload.headers.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        if (name == "message-id")
            message.id = text;
        else if (name == "correlation-id")
            message.correlation = text;
        else if (name == "type")
            message.type = text;
        else if (name == "content-type")
            message.contentType = text;
        else
            message.headers.push_back({name, text});
    }
    if (sending.headers) {
        for (const auto& [name, value] : sending.headers->items()) {
            const bool isFurther = (name == "CC" || name == "BCC") && value.is_array() &&
                                   m_kinds[sending.place] != ElementKind::Topic;
            if (!isFurther)
                message.headers.push_back({name, nlohmann::ordered_json(value)});
            else if (!sending.alone)
                message.headers.push_back({name, furtherKeys(value, sending.place)});
        }
    }
    message.headers.push_back({kHeader, std::to_string(sending.number)});
    switch (m_kinds[sending.place]) {
        case ElementKind::Exchange:
            message.key = std::string(sending.routingKey);
            break;
        case ElementKind::Topic:
            if (info.key >= 0)
                message.key = m_table->keyText(info.type, info.key);
            break;
        default:
            break;
    }
    return message;
}

/// What goes to a queue by its name names other queues so, and they have other names there.
nlohmann::ordered_json RealBroker::furtherKeys(const nlohmann::json& keys, EntityId place) const {
    nlohmann::ordered_json made = nlohmann::ordered_json::array();
    for (const auto& key : keys) {
        if (!key.is_string())
            continue;
        const auto queue = m_drawnQueues.find(key.get<std::string>());
        if (m_kinds[place] == ElementKind::Queue && queue != m_drawnQueues.end())
            made.push_back(m_names[queue->second].toStdString());
        else
            made.push_back(key.get<std::string>());
    }
    return made;
}

void RealBroker::send(const OutsideSending& sending) {
    ClientSending out;
    out.number = sending.number;
    (m_kinds[sending.place] == ElementKind::Exchange ? out.exchange : out.place) = m_names[sending.place];
    out.message = messageOf(sending);
    out.priority = sending.priority;
    out.persistent = sending.persistent;
    out.partitionByCrc32 = m_crc32[sending.place];
    if (sending.expiration >= Duration::zero())
        out.expirationInMs =
            std::chrono::duration_cast<std::chrono::milliseconds>(sending.expiration).count();
    m_clientsOf[sending.place]->send(out);
}

void RealBroker::read(const OutsideReader& reader) {
    ClientReader out;
    out.reader = ++m_lastReader;
    out.place = m_names[reader.place];
    out.prefetch = static_cast<quint16>(std::min<std::uint32_t>(reader.prefetch, 65'535));
    out.priority = reader.priority;
    out.autoAck = reader.autoAck;
    out.exclusive = reader.exclusive;
    out.group = m_names[reader.link];
    out.members = static_cast<int>(reader.members);
    out.latest = reader.latest;
    m_readers.emplace(out.reader,
                      Reader{reader.link, reader.place, reader.instance, m_clientsOf[reader.place]});
    m_clientsOf[reader.place]->read(out);
}

void RealBroker::leave(EntityId link, std::uint16_t instance) {
    for (auto reader = m_readers.begin(); reader != m_readers.end();) {
        if (reader->second.link != link || reader->second.instance != instance) {
            ++reader;
            continue;
        }
        reader->second.clients->leave(reader->first);
        reader = m_readers.erase(reader);
    }
}

void RealBroker::settle(std::uint32_t delivery, Settlement settlement) {
    const auto found = m_deliveries.find(delivery);
    if (found == m_deliveries.end())
        return;
    const Delivery known = found->second;
    m_deliveries.erase(found);
    using To = BrokerClients::Settlement;
    known.clients->settle(known.number, settlement == Settlement::Acknowledge ? To::Acknowledge
                                        : settlement == Settlement::GiveBack  ? To::GiveBack
                                                                              : To::Reject);
}

bool RealBroker::isReady() const {
    return std::all_of(m_clients.begin(), m_clients.end(),
                       [](BrokerClients* clients) { return clients->isReady(); });
}

BrokerProblem RealBroker::take(std::chrono::microseconds wait, std::vector<OutsideNews>& news) {
    for (BrokerClients* clients : m_clients) {
        BrokerProblem problem =
            clients->take(wait / static_cast<int>(m_clients.size()), [&](const auto& said) {
                // A reader that has left meanwhile is no longer heard.
                const bool isReaders = said.what != ClientNews::What::Confirmed &&
                                       said.what != ClientNews::What::Refused &&
                                       said.what != ClientNews::What::Returned;
                if (!isReaders || m_readers.contains(said.reader))
                    news.push_back(translated(clients, said));
            });
        if (problem.kind != BrokerProblem::Kind::None)
            return problem;
    }
    return {};
}

OutsideNews RealBroker::translated(BrokerClients* clients, const ClientNews& news) {
    using From = ClientNews::What;
    using To = OutsideNews::What;
    OutsideNews told;
    told.number = news.number;
    told.partition = static_cast<std::uint32_t>(news.partition);
    told.offset = news.offset;
    if (const auto reader = m_readers.find(news.reader); reader != m_readers.end()) {
        told.link = reader->second.link;
        told.place = reader->second.place;
        told.instance = reader->second.instance;
    }
    switch (news.what) {
        case From::Confirmed:
            told.what = To::Confirmed;
            break;
        case From::Refused:
            told.what = To::Refused;
            break;
        case From::Returned:
            told.what = To::Returned;
            recognise(news.message, told);
            break;
        case From::Delivered:
            told.what = told.link == kNoEntity ? To::Seen : To::Delivered;
            told.redelivered = news.message.redelivered;
            if (news.message.partition >= 0) {
                told.partition = static_cast<std::uint32_t>(news.message.partition);
                told.offset = news.message.offset;
            }
            recognise(news.message, told);
            told.deaths = deathsOf(news.message);
            if (told.link != kNoEntity) {
                told.delivery = ++m_lastDelivery;
                m_deliveries.emplace(told.delivery, Delivery{clients, news.delivery});
            }
            break;
        case From::Denied:
            told.what = To::ReaderRefused;
            break;
        case From::Assigned:
            told.what = To::Assigned;
            break;
        case From::Revoked:
            told.what = To::Revoked;
            break;
        case From::Committed:
            told.what = To::Committed;
            break;
    }
    return told;
}

void RealBroker::recognise(const BrokerMessage& message, OutsideNews& told) const {
    const auto number = [](const std::string& text) {
        std::uint32_t value = 0;
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    for (const BrokerMessage::Header& header : message.headers) {
        if (header.name == kHeader && header.value.is_string())
            told.number = number(header.value.get<std::string>());
    }
    if (!message.id.starts_with("m-"))
        return;
    const MessageId id = number(message.id.substr(2));
    if (id > 0 && id <= m_messages.size())
        told.message = m_messages[id - 1];
}

/// RabbitMQ's x-death: one entry for each queue and reason, the latest first.
std::vector<OutsideNews::Death> RealBroker::deathsOf(const BrokerMessage& message) const {
    std::vector<OutsideNews::Death> deaths;
    for (const BrokerMessage::Header& header : message.headers) {
        if (header.name != "x-death" || !header.value.is_array())
            continue;
        for (const auto& entry : header.value) {
            if (!entry.is_object())
                continue;
            const auto queue = m_queues.find(entry.value("queue", ""));
            if (queue != m_queues.end())
                deaths.push_back({queue->second, reasonOf(entry.value("reason", "")),
                                  static_cast<std::uint32_t>(entry.value("count", 1))});
        }
    }
    std::reverse(deaths.begin(), deaths.end());
    return deaths;
}

}  // namespace sluice
