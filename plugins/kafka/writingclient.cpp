#include "plugins/kafka/writingclient.h"

#include <QCoreApplication>
#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "plugins/kafka/clientlibrary.h"
#include "plugins/kafka/librarysettings.h"

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;
constexpr int kTimeout = 15'000;  // ms that the cluster has for a change

struct WritingWords {
    Q_DECLARE_TR_FUNCTIONS(WritingClient)
};

using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using Options = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using List = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using Resource = Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using Topic = Owned<rd_kafka_NewTopic_t, rd_kafka_NewTopic_destroy>;
using Growth = Owned<rd_kafka_NewPartitions_t, rd_kafka_NewPartitions_destroy>;
using Gone = Owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy>;
using Cut = Owned<rd_kafka_DeleteRecords_t, rd_kafka_DeleteRecords_destroy>;
using Move = Owned<rd_kafka_AlterConsumerGroupOffsets_t, rd_kafka_AlterConsumerGroupOffsets_destroy>;

List listOf(const Offsets& offsets, const OffsetNotes& notes = {}) {
    List list(rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size())));
    for (const auto& [partition, offset] : offsets) {
        rd_kafka_topic_partition_t* one =
            rd_kafka_topic_partition_list_add(list.get(), partition.first.c_str(), partition.second);
        one->offset = offset;
        const auto note = notes.find(partition);
        if (note == notes.end() || note->second.empty())
            continue;
        // The list gives it back with free().
        one->metadata = std::malloc(note->second.size());
        one->metadata_size = one->metadata ? note->second.size() : 0;
        if (one->metadata)
            std::memcpy(one->metadata, note->second.data(), note->second.size());
    }
    return list;
}

/// The first partition that it did not work for.
int errorIn(const rd_kafka_topic_partition_list_t* list) {
    for (int i = 0; list && i < list->cnt; ++i) {
        if (list->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return list->elems[i].err;
    }
    return RD_KAFKA_RESP_ERR_NO_ERROR;
}

struct Tally : WritingClient::Receipt {
    qint64 confirmed = 0;
    qint64 refused = 0;
    int error = RD_KAFKA_RESP_ERR_NO_ERROR;  ///< of the last that was refused
    void settled(int of) override {
        if (of == RD_KAFKA_RESP_ERR_NO_ERROR) {
            ++confirmed;
            return;
        }
        ++refused;
        error = of;
    }
};

void delivered(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    static_cast<WritingClient::Receipt*>(message->_private)->settled(message->err);
}

}  // namespace

struct WritingClient::Library : ClientLibrary {
    explicit Library(const ConnectionSettings& settings) : settings(settings) {}

    /// Sends a request and waits. `call` is given options and a queue, `errorOf` an event that has come, and
    /// tells a refusal of its own with the cluster's words.
    template <class Call, class ErrorOf>
    BrokerProblem ask(const Call& call, const ErrorOf& errorOf) {
        const Options options(rd_kafka_AdminOptions_new(handle.get(), RD_KAFKA_ADMIN_OP_ANY));
        std::array<char, 256> said{};
        rd_kafka_AdminOptions_set_request_timeout(options.get(), kTimeout, said.data(), said.size());
        const Queue queue(rd_kafka_queue_new(handle.get()));
        call(options.get(), queue.get());
        // What the library complains about comes in between.
        Event event;
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2 * kTimeout);
        while (!event && std::chrono::steady_clock::now() < end && !isDown())
            event.reset(rd_kafka_queue_poll(queue.get(), 50));
        if (!event)
            return problem(RD_KAFKA_RESP_ERR__TIMED_OUT, settings);
        if (const auto error = rd_kafka_event_error(event.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
            return refusal(error, rd_kafka_event_error_string(event.get()));
        const auto [error, words] = errorOf(event.get());
        return refusal(error, words);
    }
    template <class Call>
    BrokerProblem askForTopic(const Call& call,
                              const rd_kafka_topic_result_t** (*resultsOf)(rd_kafka_event_t*, std::size_t*)) {
        return ask(call, [&](rd_kafka_event_t* event) {
            std::size_t count = 0;
            const auto** results = resultsOf(event, &count);
            return count == 0 ? std::pair(RD_KAFKA_RESP_ERR_NO_ERROR, static_cast<const char*>(nullptr))
                              : std::pair(rd_kafka_topic_result_error(results[0]),
                                          rd_kafka_topic_result_error_string(results[0]));
        });
    }
    BrokerProblem refusal(int error, const char* words) {
        switch (error) {
            case RD_KAFKA_RESP_ERR_NO_ERROR:
                return {};
            case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
            case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
                return {Kind::Permission, WritingWords::tr("The user may not do that."),
                        WritingWords::tr(
                            "Give it the right with kafka-acls: Create, Alter, AlterConfigs, Delete or "
                            "Write on the topic, Read on the group.")};
            default:
                break;
        }
        // Those of the library itself are about the connection.
        if (error < 0)
            return problem(error, settings);
        const QString text = QString::fromUtf8(
            words && *words ? words : rd_kafka_err2str(static_cast<rd_kafka_resp_err_t>(error)));
        return {Kind::Settings, WritingWords::tr("The cluster refuses: %1").arg(text), {}};
    }
    const ConnectionSettings& settings;
};

WritingClient::WritingClient(const ConnectionSettings& settings) : m_settings(settings) {}

WritingClient::~WritingClient() = default;

BrokerProblem WritingClient::open() {
    if (m_library)
        return {};
    if (!m_settings.mayWrite)
        return {Kind::Permission, WritingWords::tr("This connection may only read."),
                WritingWords::tr("Allow writing for it first.")};
    if (BrokerProblem problem = problemWith(m_settings); problem.kind != Kind::None)
        return problem;
    auto library = std::make_unique<Library>(m_settings);
    // A key goes to the partition where Java's clients put it too.
    BrokerProblem problem = library->make(m_settings,
                                          {{"acks", "all"},
                                           {"enable.idempotence", "true"},
                                           {"linger.ms", "5"},
                                           {"partitioner", "murmur2_random"},
                                           {"message.timeout.ms", "30000"}},
                                          &delivered);
    if (problem.kind == Kind::None)
        m_library = std::move(library);
    return problem;
}

BrokerProblem WritingClient::createTopic(const std::string& name, int partitions, int copies,
                                         const Words& words) {
    std::array<char, 256> said{};
    const Topic topic(rd_kafka_NewTopic_new(name.c_str(), partitions, copies, said.data(), said.size()));
    if (!topic)
        return {Kind::Settings,
                WritingWords::tr("No topic can be made: %1").arg(QString::fromUtf8(said.data())),
                {}};
    for (const auto& [word, value] : words)
        rd_kafka_NewTopic_set_config(topic.get(), word.c_str(), value.c_str());
    rd_kafka_NewTopic_t* pointer = topic.get();
    return m_library->askForTopic(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            // Done when every broker knows it.
            rd_kafka_AdminOptions_set_operation_timeout(options, kTimeout, said.data(), said.size());
            rd_kafka_CreateTopics(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event), count);
        });
}

BrokerProblem WritingClient::growTopic(const std::string& name, int partitions) {
    std::array<char, 256> said{};
    const Growth growth(rd_kafka_NewPartitions_new(name.c_str(), static_cast<std::size_t>(partitions),
                                                   said.data(), said.size()));
    rd_kafka_NewPartitions_t* pointer = growth.get();
    return m_library->askForTopic(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_AdminOptions_set_operation_timeout(options, kTimeout, said.data(), said.size());
            rd_kafka_CreatePartitions(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_CreatePartitions_result_topics(rd_kafka_event_CreatePartitions_result(event),
                                                           count);
        });
}

BrokerProblem WritingClient::configureTopic(const std::string& name, const Words& words) {
    const auto first = [](const rd_kafka_ConfigResource_t** resources, std::size_t count) {
        return count == 0 ? std::pair(RD_KAFKA_RESP_ERR_NO_ERROR, static_cast<const char*>(nullptr))
                          : std::pair(rd_kafka_ConfigResource_error(resources[0]),
                                      rd_kafka_ConfigResource_error_string(resources[0]));
    };
    const Resource resource(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    rd_kafka_ConfigResource_t* pointer = resource.get();
    Words all;
    const BrokerProblem asked = m_library->ask(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_DescribeConfigs(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [&](rd_kafka_event_t* event) {
            std::size_t count = 0;
            const auto** resources = rd_kafka_DescribeConfigs_result_resources(
                rd_kafka_event_DescribeConfigs_result(event), &count);
            std::size_t entries = 0;
            const auto** entry =
                count > 0 ? rd_kafka_ConfigResource_configs(resources[0], &entries) : nullptr;
            for (std::size_t i = 0; i < entries; ++i) {
                if (rd_kafka_ConfigEntry_value(entry[i]) &&
                    rd_kafka_ConfigEntry_source(entry[i]) == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG)
                    all[rd_kafka_ConfigEntry_name(entry[i])] = rd_kafka_ConfigEntry_value(entry[i]);
            }
            return first(resources, count);
        });
    if (asked.kind != Kind::None)
        return asked;
    for (const auto& [word, value] : words)
        all[word] = value;
    for (const auto& [word, value] : all)
        rd_kafka_ConfigResource_set_config(resource.get(), word.c_str(), value.c_str());
    return m_library->ask(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_AlterConfigs(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [&](rd_kafka_event_t* event) {
            std::size_t count = 0;
            const auto** resources =
                rd_kafka_AlterConfigs_result_resources(rd_kafka_event_AlterConfigs_result(event), &count);
            return first(resources, count);
        });
}

BrokerProblem WritingClient::deleteTopic(const std::string& name) {
    std::array<char, 256> said{};
    const Gone gone(rd_kafka_DeleteTopic_new(name.c_str()));
    rd_kafka_DeleteTopic_t* pointer = gone.get();
    return m_library->askForTopic(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_AdminOptions_set_operation_timeout(options, kTimeout, said.data(), said.size());
            rd_kafka_DeleteTopics(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [](rd_kafka_event_t* event, std::size_t* count) {
            return rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), count);
        });
}

BrokerProblem WritingClient::deleteRecords(const Offsets& before) {
    const List list = listOf(before);
    const Cut cut(rd_kafka_DeleteRecords_new(list.get()));
    rd_kafka_DeleteRecords_t* pointer = cut.get();
    return m_library->ask(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_DeleteRecords(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [](rd_kafka_event_t* event) {
            return std::pair(
                errorIn(rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event))),
                static_cast<const char*>(nullptr));
        });
}

BrokerProblem WritingClient::commit(const std::string& group, const Offsets& offsets,
                                    const OffsetNotes& notes) {
    const List list = listOf(offsets, notes);
    const Move move(rd_kafka_AlterConsumerGroupOffsets_new(group.c_str(), list.get()));
    rd_kafka_AlterConsumerGroupOffsets_t* pointer = move.get();
    return m_library->ask(
        [&](rd_kafka_AdminOptions_t* options, rd_kafka_queue_t* queue) {
            rd_kafka_AlterConsumerGroupOffsets(m_library->handle.get(), &pointer, 1, options, queue);
        },
        [](rd_kafka_event_t* event) {
            std::size_t count = 0;
            const auto** groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(
                rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count);
            int error = RD_KAFKA_RESP_ERR_NO_ERROR;
            if (count > 0) {
                const rd_kafka_error_t* of = rd_kafka_group_result_error(groups[0]);
                error =
                    of ? int(rd_kafka_error_code(of)) : errorIn(rd_kafka_group_result_partitions(groups[0]));
            }
            return std::pair(error, static_cast<const char*>(nullptr));
        });
}

WritingClient::Sending WritingClient::send(const std::string& topic, int partition,
                                           const BrokerMessage& message, std::optional<TraceTime> time,
                                           Receipt& receipt, int& error) {
    rd_kafka_headers_t* headers =
        message.headers.empty() ? nullptr : rd_kafka_headers_new(message.headers.size());
    for (const BrokerMessage::Header& header : message.headers) {
        const bool isNull = header.value.is_null();
        const std::string value =
            header.value.is_string() ? header.value.get<std::string>() : header.value.dump();
        rd_kafka_header_add(headers, header.name.data(), static_cast<ssize_t>(header.name.size()),
                            isNull ? nullptr : value.data(), isNull ? 0 : static_cast<ssize_t>(value.size()));
    }
    const void* key = message.key ? message.key->data() : nullptr;
    const std::size_t keySize = message.key ? message.key->size() : 0;
    const std::int64_t at =
        time ? std::chrono::duration_cast<std::chrono::milliseconds>(*time).count() : 0;  // 0: now
    void* value =
        message.tombstone && message.body.empty() ? nullptr : const_cast<char*>(message.body.data());
    error = rd_kafka_producev(m_library->handle.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                              RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                              RD_KAFKA_V_KEY(key, keySize), RD_KAFKA_V_VALUE(value, message.body.size()),
                              RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_TIMESTAMP(at),
                              RD_KAFKA_V_OPAQUE(&receipt), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR)
        return Sending::Sent;
    if (headers)
        rd_kafka_headers_destroy(headers);
    return error == RD_KAFKA_RESP_ERR__QUEUE_FULL ? Sending::Full : Sending::Refused;
}

void WritingClient::listen(int ms) {
    rd_kafka_poll(m_library->handle.get(), ms);
}

BrokerProblem WritingClient::refusal(int error) {
    return m_library->refusal(error, nullptr);
}

PublishResult WritingClient::publish(const PublishWish& wish, PublishSource& source) {
    using Clock = std::chrono::steady_clock;
    constexpr auto kTelling = std::chrono::milliseconds(50);
    constexpr int kWait = 5;  // ms
    PublishResult result;
    Tally tally;
    const std::string topic = wish.place.toStdString();
    qint64 sent = 0;
    Clock::time_point next{};
    Clock::time_point lastTold{};
    // Every message ends as confirmed or refused, after the library's own time at the latest.
    while (tally.confirmed + tally.refused < sent ||
           (sent < wish.count && !result.cancelled && tally.refused == 0)) {
        const Clock::time_point now = Clock::now();
        if (now - lastTold > kTelling) {
            lastTold = now;
            result.cancelled = result.cancelled || !source.goOn(tally.confirmed);
        }
        const bool more = sent < wish.count && !result.cancelled && tally.refused == 0;
        const bool sends = more && now >= next && sent - tally.confirmed < std::max(wish.window, 1);
        if (!sends) {
            listen(kWait);
            continue;
        }
        const BrokerMessage message = source.message(sent + 1);
        int error = RD_KAFKA_RESP_ERR_NO_ERROR;
        const Sending sending = send(topic, wish.partition < 0 ? RD_KAFKA_PARTITION_UA : wish.partition,
                                     message, {}, tally, error);
        if (sending == Sending::Full) {
            listen(kWait);
            continue;
        }
        if (sending == Sending::Refused)
            tally.settled(error);
        ++sent;
        if (wish.perSecond > 0)
            next = std::max(next, now - std::chrono::milliseconds(10)) +
                   std::chrono::duration_cast<Clock::duration>(
                       std::chrono::duration<double>(1 / wish.perSecond));
        listen(0);
    }
    result.confirmed = tally.confirmed;
    result.refused = tally.refused;
    if (tally.error != RD_KAFKA_RESP_ERR_NO_ERROR)
        result.problem = m_library->refusal(tally.error, nullptr);
    return result;
}

}  // namespace sluice::kafka
