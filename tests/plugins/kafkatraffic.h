#pragma once

#include <librdkafka/rdkafka.h>

#include <QProcess>
#include <QtTest>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

/// A shop on a Kafka, for a test that looks at it: makes topics and rights, publishes, reads in groups. Every
/// call waits until the cluster has done it, and fails the test where it does not.
class KafkaTraffic {
public:
    using Settings = std::map<std::string, std::string>;

    explicit KafkaTraffic(int port) : m_servers("127.0.0.1:" + std::to_string(port)) {
        m_producer = client(RD_KAFKA_PRODUCER,
                            {{"acks", "all"}, {"linger.ms", "5"}, {"message.max.bytes", "120000000"}});
    }
    ~KafkaTraffic() {
        m_readers.clear();
        rd_kafka_destroy(m_producer);
    }
    KafkaTraffic(const KafkaTraffic&) = delete;
    KafkaTraffic& operator=(const KafkaTraffic&) = delete;

    struct NewTopic {
        std::string name;
        int partitions = 1;
        Settings settings{};
    };
    bool makeTopics(const std::vector<NewTopic>& topics) {
        std::vector<rd_kafka_NewTopic_t*> made;
        char said[256];
        for (const NewTopic& topic : topics) {
            made.push_back(rd_kafka_NewTopic_new(topic.name.c_str(), topic.partitions, 1, said, sizeof said));
            for (const auto& [name, value] : topic.settings)
                rd_kafka_NewTopic_set_config(made.back(), name.c_str(), value.c_str());
        }
        const bool done = admin([&](auto* options, auto* queue) {
            rd_kafka_CreateTopics(m_producer, made.data(), made.size(), options, queue);
        });
        rd_kafka_NewTopic_destroy_array(made.data(), made.size());
        return done;
    }
    bool deleteTopic(const std::string& name) {
        rd_kafka_DeleteTopic_t* topic = rd_kafka_DeleteTopic_new(name.c_str());
        const bool done = admin([&](auto* options, auto* queue) {
            rd_kafka_DeleteTopics(m_producer, &topic, 1, options, queue);
        });
        rd_kafka_DeleteTopic_destroy(topic);
        return done;
    }
    /// Rights of a user in all topics and groups: to look, and no more.
    bool letLook(const std::string& user) {
        std::vector<rd_kafka_AclBinding_t*> acls;
        char said[256];
        const auto allow = [&](rd_kafka_ResourceType_t type, rd_kafka_AclOperation_t operation) {
            acls.push_back(rd_kafka_AclBinding_new(type, "*", RD_KAFKA_RESOURCE_PATTERN_LITERAL,
                                                   ("User:" + user).c_str(), "*", operation,
                                                   RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, said, sizeof said));
        };
        allow(RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_DESCRIBE);
        allow(RD_KAFKA_RESOURCE_TOPIC, RD_KAFKA_ACL_OPERATION_DESCRIBE_CONFIGS);
        allow(RD_KAFKA_RESOURCE_GROUP, RD_KAFKA_ACL_OPERATION_DESCRIBE);
        const bool done = admin([&](auto* options, auto* queue) {
            rd_kafka_CreateAcls(m_producer, acls.data(), acls.size(), options, queue);
        });
        rd_kafka_AclBinding_destroy_array(acls.data(), acls.size());
        return done;
    }
    /// Takes all of a user's rights away.
    bool forbid(const std::string& user) {
        char said[256];
        rd_kafka_AclBindingFilter_t* all = rd_kafka_AclBindingFilter_new(
            RD_KAFKA_RESOURCE_ANY, nullptr, RD_KAFKA_RESOURCE_PATTERN_ANY, ("User:" + user).c_str(), nullptr,
            RD_KAFKA_ACL_OPERATION_ANY, RD_KAFKA_ACL_PERMISSION_TYPE_ANY, said, sizeof said);
        const bool done = admin(
            [&](auto* options, auto* queue) { rd_kafka_DeleteAcls(m_producer, &all, 1, options, queue); });
        rd_kafka_AclBinding_destroy(all);
        return done;
    }
    /// As if the group had read everything before `offset`; it has no members.
    bool commit(const std::string& group, const std::string& topic,
                const std::vector<std::int64_t>& offsets) {
        auto* list = rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()));
        for (std::size_t i = 0; i < offsets.size(); ++i)
            rd_kafka_topic_partition_list_add(list, topic.c_str(), static_cast<int>(i))->offset = offsets[i];
        auto* request = rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list);
        rd_kafka_topic_partition_list_destroy(list);
        // The first one has the cluster make its topic of offsets, which may outlast its patience.
        bool done = false;
        for (int i = 0; i < 3 && !done; ++i)
            done = admin([&](auto* options, auto* queue) {
                rd_kafka_AlterConsumerGroupOffsets(m_producer, &request, 1, options, queue);
            });
        rd_kafka_AlterConsumerGroupOffsets_destroy(request);
        return done;
    }
    bool publish(const std::string& topic, int partition, int count, std::int64_t timestamp = 0,
                 const std::string& value = "{}", const std::string& key = {}) {
        for (int i = 0; i < count; ++i) {
            rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__QUEUE_FULL;
            while (error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
                error = rd_kafka_producev(m_producer, RD_KAFKA_V_TOPIC(topic.c_str()),
                                          RD_KAFKA_V_PARTITION(partition),
                                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                          RD_KAFKA_V_KEY(key.empty() ? nullptr : key.data(), key.size()),
                                          RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
                                          RD_KAFKA_V_TIMESTAMP(timestamp), RD_KAFKA_V_END);
                if (error == RD_KAFKA_RESP_ERR__QUEUE_FULL)
                    rd_kafka_poll(m_producer, 50);
            }
            if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
                return false;
        }
        return rd_kafka_flush(m_producer, 30'000) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }

    /// One record with a header.
    bool publishWith(const std::string& topic, const std::string& header, const std::string& said,
                     const std::string& value) {
        const auto error = rd_kafka_producev(
            m_producer, RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_VALUE(const_cast<char*>(value.data()), value.size()),
            RD_KAFKA_V_HEADER(header.c_str(), said.data(), said.size()), RD_KAFKA_V_END);
        return error == RD_KAFKA_RESP_ERR_NO_ERROR &&
               rd_kafka_flush(m_producer, 30'000) == RD_KAFKA_RESP_ERR_NO_ERROR;
    }

    /// A member of a group that reads and commits what it has read, until it is destroyed.
    class Reader {
    public:
        Reader(rd_kafka_t* client, const std::string& topic) : m_client(client) {
            rd_kafka_poll_set_consumer(m_client);
            auto* topics = rd_kafka_topic_partition_list_new(1);
            rd_kafka_topic_partition_list_add(topics, topic.c_str(), RD_KAFKA_PARTITION_UA);
            rd_kafka_subscribe(m_client, topics);
            rd_kafka_topic_partition_list_destroy(topics);
            m_thread = std::thread([this] {
                while (!m_over) {
                    if (auto* message = rd_kafka_consumer_poll(m_client, 50)) {
                        m_read += message->err == RD_KAFKA_RESP_ERR_NO_ERROR ? 1 : 0;
                        rd_kafka_message_destroy(message);
                    }
                }
            });
        }
        ~Reader() {
            m_over = true;
            m_thread.join();
            rd_kafka_consumer_close(m_client);
            rd_kafka_destroy(m_client);
        }
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        [[nodiscard]] int read() const { return m_read; }

    private:
        rd_kafka_t* m_client;
        std::thread m_thread;
        std::atomic<bool> m_over = false;
        std::atomic<int> m_read = 0;
    };
    Reader& join(const std::string& group, const std::string& clientId, const std::string& topic) {
        m_readers.push_back(
            std::make_unique<Reader>(client(RD_KAFKA_CONSUMER, {{"group.id", group},
                                                                {"client.id", clientId},
                                                                {"auto.offset.reset", "earliest"},
                                                                {"auto.commit.interval.ms", "200"},
                                                                {"session.timeout.ms", "6000"}}),
                                     topic));
        return *m_readers.back();
    }
    void leave(const Reader& reader) {
        std::erase_if(m_readers, [&](const auto& one) { return one.get() == &reader; });
    }

private:
    rd_kafka_t* client(rd_kafka_type_t type, const Settings& settings) const {
        auto* conf = rd_kafka_conf_new();
        char said[256];
        rd_kafka_conf_set(conf, "bootstrap.servers", m_servers.c_str(), said, sizeof said);
        for (const auto& [name, value] : settings) {
            if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), said, sizeof said) != RD_KAFKA_CONF_OK)
                qFatal("%s", said);
        }
        rd_kafka_conf_set_log_cb(conf, [](const rd_kafka_t*, int, const char*, const char*) {});
        return rd_kafka_new(type, conf, said, sizeof said);
    }
    template <class Call>
    bool admin(const Call& call) const {
        auto* options = rd_kafka_AdminOptions_new(m_producer, RD_KAFKA_ADMIN_OP_ANY);
        char said[256];
        rd_kafka_AdminOptions_set_request_timeout(options, 60'000, said, sizeof said);
        auto* queue = rd_kafka_queue_new(m_producer);
        call(options, queue);
        auto* event = rd_kafka_queue_poll(queue, 90'000);
        const bool done = event && rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR_NO_ERROR;
        if (!done)
            qWarning("the cluster did not: %s", event ? rd_kafka_event_error_string(event) : "no answer");
        if (event)
            rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
        rd_kafka_AdminOptions_destroy(options);
        return done;
    }

    std::string m_servers;
    rd_kafka_t* m_producer = nullptr;
    std::vector<std::unique_ptr<Reader>> m_readers;
};
