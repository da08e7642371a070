#include "plugins/kafka/topicclients.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "plugins/kafka/clientlibrary.h"
#include "plugins/kafka/librarysettings.h"
#include "plugins/kafka/recordmessage.h"

namespace sluice::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Kind = BrokerProblem::Kind;

struct TopicClientWords {
    Q_DECLARE_TR_FUNCTIONS(TopicClients)
};

using Handle = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;
using OffsetList = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;

/// Records after which what was done is committed although more is to be read.
constexpr int kMostUncommitted = 50;
/// Assignments are looked at so often.
constexpr auto kLookAtGroup = 200ms;
constexpr int kMetadata = 10'000;  // ms for an answer of the cluster
constexpr int kFarewell = 5'000;   // ms for what was sent and not confirmed

}  // namespace

struct TopicClients::Producer : ClientLibrary {
    std::map<QString, Handle> topics;
    std::vector<ClientNews> news;

    static void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* library) {
        ClientNews one;
        one.number = static_cast<quint32>(reinterpret_cast<std::uintptr_t>(message->_private));
        one.what = message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? ClientNews::What::Confirmed
                                                              : ClientNews::What::Refused;
        one.partition = message->partition;
        one.offset = message->offset;
        static_cast<Producer*>(static_cast<ClientLibrary*>(library))->news.push_back(std::move(one));
    }
    /// Null: the library has no room.
    rd_kafka_topic_t* topic(const ClientSending& sending) {
        Handle& known = topics[sending.place];
        if (!known) {
            rd_kafka_topic_conf_t* conf = rd_kafka_topic_conf_new();
            std::array<char, 256> said{};
            rd_kafka_topic_conf_set(conf, "partitioner",
                                    sending.partitionByCrc32 ? "consistent_random" : "murmur2_random",
                                    said.data(), said.size());
            known.reset(rd_kafka_topic_new(handle.get(), sending.place.toUtf8().constData(), conf));
        }
        return known.get();
    }
};

struct TopicClients::Member : ClientLibrary {
    quint32 reader = 0;
    QString group;
    std::string topic;
    int partitions = 0;  ///< that the topic has; 0: not known yet
    std::optional<ClientNews> held;
    std::map<int, qint64> done;  ///< by partition: where its group may read on, and that is not committed
    int uncommitted = 0;
    std::set<int> assigned;
    Clock::time_point lookedAt{};

    /// What it was assigned and lost since the last look.
    void look(const Told& tell) {
        lookedAt = Clock::now();
        rd_kafka_topic_partition_list_t* list = nullptr;
        if (rd_kafka_assignment(handle.get(), &list) != RD_KAFKA_RESP_ERR_NO_ERROR)
            return;
        const OffsetList owned(list);
        std::set<int> now;
        for (int i = 0; i < list->cnt; ++i)
            now.insert(list->elems[i].partition);
        const auto tellOf = [&](const std::set<int>& some, const std::set<int>& others,
                                ClientNews::What what) {
            for (const int partition : some) {
                if (others.contains(partition))
                    continue;
                ClientNews news;
                news.what = what;
                news.reader = reader;
                news.partition = partition;
                tell(news);
            }
        };
        tellOf(assigned, now, ClientNews::What::Revoked);
        tellOf(now, assigned, ClientNews::What::Assigned);
        assigned = std::move(now);
    }

    /// Waits for the cluster; what belongs to another member meanwhile is not committed.
    BrokerProblem commit(const ConnectionSettings& settings, const Told& tell) {
        if (done.empty())
            return {};
        const OffsetList list(rd_kafka_topic_partition_list_new(static_cast<int>(done.size())));
        for (const auto& [partition, next] : done)
            rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = next;
        const rd_kafka_resp_err_t error = rd_kafka_commit(handle.get(), list.get(), 0);
        const auto before = std::exchange(done, {});
        uncommitted = 0;
        if (error == RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION || error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
            error == RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS)
            return {};
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
            return problem(error, settings);
        for (const auto& [partition, next] : before) {
            ClientNews news;
            news.what = ClientNews::What::Committed;
            news.reader = reader;
            news.partition = partition;
            news.offset = next;
            tell(news);
        }
        return {};
    }
};

TopicClients::TopicClients(const ConnectionSettings& settings) : m_settings(settings) {}

TopicClients::~TopicClients() {
    for (const auto& member : m_members)
        rd_kafka_consumer_close(member->handle.get());
    if (m_producer && m_producer->handle)
        rd_kafka_flush(m_producer->handle.get(), kFarewell);
}

bool TopicClients::ok(BrokerProblem problem) {
    if (problem.kind != Kind::None && m_problem.kind == Kind::None)
        m_problem = std::move(problem);
    return m_problem.kind == Kind::None;
}

BrokerProblem TopicClients::open() {
    if (!m_settings.mayWrite)
        return {Kind::Permission, TopicClientWords::tr("This connection may only read."),
                TopicClientWords::tr("Allow writing for it first.")};
    if (BrokerProblem problem = problemWith(m_settings); problem.kind != Kind::None)
        return problem;
    m_producer = std::make_unique<Producer>();
    ok(m_producer->make(m_settings,
                        {{"acks", "all"},
                         {"enable.idempotence", "true"},
                         {"linger.ms", "0"},
                         {"message.timeout.ms", "30000"}},
                        &Producer::delivered));
    return m_problem;
}

int TopicClients::mostCopies() {
    const rd_kafka_metadata_t* found = nullptr;
    if (rd_kafka_metadata(m_producer->handle.get(), 0, nullptr, &found, kMetadata) !=
        RD_KAFKA_RESP_ERR_NO_ERROR)
        return 0;
    const int brokers = found->broker_cnt;
    rd_kafka_metadata_destroy(found);
    return brokers;
}

void TopicClients::send(const ClientSending& sending) {
    if (m_problem.kind != Kind::None)
        return;
    const BrokerMessage& message = sending.message;
    rd_kafka_headers_t* headers = rd_kafka_headers_new(message.headers.size() + 3);
    const auto add = [&](const std::string& name, const std::string& value) {
        if (!value.empty())
            rd_kafka_header_add(headers, name.data(), static_cast<ssize_t>(name.size()), value.data(),
                                static_cast<ssize_t>(value.size()));
    };
    add("message-id", message.id);
    add("correlation-id", message.correlation);
    add("type", message.type);
    for (const BrokerMessage::Header& header : message.headers)
        add(header.name, header.value.is_string() ? header.value.get<std::string>() : header.value.dump());
    rd_kafka_topic_t* topic = m_producer->topic(sending);
    const void* key = message.key ? message.key->data() : nullptr;
    const std::size_t keySize = message.key ? message.key->size() : 0;
    const rd_kafka_resp_err_t error =
        topic ? rd_kafka_producev(
                    m_producer->handle.get(), RD_KAFKA_V_RKT(topic),
                    RD_KAFKA_V_PARTITION(RD_KAFKA_PARTITION_UA), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                    RD_KAFKA_V_KEY(key, keySize),
                    RD_KAFKA_V_VALUE(const_cast<char*>(message.body.data()), message.body.size()),
                    RD_KAFKA_V_HEADERS(headers),
                    RD_KAFKA_V_OPAQUE(reinterpret_cast<void*>(static_cast<std::uintptr_t>(sending.number))),
                    RD_KAFKA_V_END)
              : RD_KAFKA_RESP_ERR__QUEUE_FULL;
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return;
    rd_kafka_headers_destroy(headers);
    ClientNews news;
    news.what = ClientNews::What::Refused;
    news.number = sending.number;
    m_producer->news.push_back(std::move(news));
}

void TopicClients::read(const ClientReader& reader) {
    for (int i = 0; i < reader.members && m_problem.kind == Kind::None; ++i) {
        auto member = std::make_unique<Member>();
        member->reader = reader.reader;
        member->group = reader.group;
        member->topic = reader.place.toStdString();
        if (!ok(member->make(m_settings, {{"group.id", reader.group.toStdString()},
                                          {"auto.offset.reset", reader.latest ? "latest" : "earliest"},
                                          {"fetch.wait.max.ms", "100"}})))
            return;
        rd_kafka_poll_set_consumer(member->handle.get());
        const OffsetList list(rd_kafka_topic_partition_list_new(1));
        rd_kafka_topic_partition_list_add(list.get(), member->topic.c_str(), RD_KAFKA_PARTITION_UA);
        if (const auto error = rd_kafka_subscribe(member->handle.get(), list.get());
            error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            ok(member->problem(error, m_settings));
            return;
        }
        m_members.push_back(std::move(member));
    }
}

void TopicClients::leave(quint32 reader) {
    for (auto member = m_members.begin(); member != m_members.end();) {
        if ((*member)->reader != reader) {
            ++member;
            continue;
        }
        rd_kafka_consumer_close((*member)->handle.get());
        member = m_members.erase(member);
    }
}

void TopicClients::settle(quint32 delivery, Settlement settlement) {
    for (const auto& member : m_members) {
        if (!member->held || member->held->delivery != delivery)
            continue;
        if (settlement == Settlement::Acknowledge) {
            member->done[member->held->partition] = member->held->offset + 1;
            ++member->uncommitted;
        }
        member->held.reset();
        return;
    }
}

/// Each group's members have all partitions of its topic between them.
bool TopicClients::isReady() {
    std::map<std::pair<QString, std::string>, std::pair<std::size_t, int>> groups;
    for (const auto& member : m_members) {
        if (member->partitions == 0) {
            const rd_kafka_metadata_t* found = nullptr;
            const Handle topic(rd_kafka_topic_new(member->handle.get(), member->topic.c_str(), nullptr));
            if (topic && rd_kafka_metadata(member->handle.get(), 0, topic.get(), &found, kMetadata) ==
                             RD_KAFKA_RESP_ERR_NO_ERROR) {
                if (found->topic_cnt > 0)
                    member->partitions = found->topics[0].partition_cnt;
                rd_kafka_metadata_destroy(found);
            }
        }
        auto& [assigned, partitions] = groups[{member->group, member->topic}];
        assigned += member->assigned.size();
        partitions = std::max(partitions, member->partitions);
    }
    return std::all_of(groups.begin(), groups.end(), [](const auto& group) {
        return group.second.second > 0 && group.second.first >= static_cast<std::size_t>(group.second.second);
    });
}

BrokerProblem TopicClients::take(std::chrono::microseconds wait, const Told& told) {
    if (m_problem.kind != Kind::None)
        return m_problem;
    const auto waitMs = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count());
    bool heard = false;
    // What is told may lead to a member that leaves.
    std::vector<Member*> members;
    for (const auto& member : m_members)
        members.push_back(member.get());
    const auto isThere = [&](const Member* member) {
        return std::any_of(m_members.begin(), m_members.end(),
                           [&](const auto& one) { return one.get() == member; });
    };
    for (Member* member : members) {
        if (!isThere(member))
            continue;
        if (Clock::now() - member->lookedAt > kLookAtGroup)
            member->look(told);
        if (member->held)
            continue;
        const Record record(rd_kafka_consumer_poll(member->handle.get(), 0));
        if (record && record->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
            heard = true;
            ClientNews news;
            news.what = ClientNews::What::Delivered;
            news.reader = member->reader;
            news.delivery = ++m_lastDelivery;
            news.partition = record->partition;
            news.offset = record->offset;
            news.message = messageOf(*record, member->topic);
            // The property that the program gave as one.
            for (const BrokerMessage::Header& header : news.message.headers) {
                if (header.name == "message-id" && header.value.is_string())
                    news.message.id = header.value.get<std::string>();
            }
            member->held = news;
            told(news);
        }
        if (isThere(member) && member->uncommitted > 0 &&
            (!record || member->uncommitted >= kMostUncommitted))
            ok(member->commit(m_settings, told));
    }
    rd_kafka_poll(m_producer->handle.get(), heard || !m_producer->news.empty() ? 0 : waitMs);
    for (const ClientNews& news : std::exchange(m_producer->news, {}))
        told(news);
    if (m_producer->isDown())
        ok(m_producer->problem(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, m_settings));
    return m_problem;
}

}  // namespace sluice::kafka
