#include "plugins/kafka/readingclient.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "plugins/api/patience.h"
#include "plugins/kafka/clientlibrary.h"
#include "plugins/kafka/librarysettings.h"

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;
constexpr int kSlice = 50;  // ms after which a waiting call looks whether it is still wanted

using Queue = Owned<rd_kafka_queue_t, rd_kafka_queue_destroy>;
using Event = Owned<rd_kafka_event_t, rd_kafka_event_destroy>;
using Options = Owned<rd_kafka_AdminOptions_t, rd_kafka_AdminOptions_destroy>;
using List = Owned<rd_kafka_topic_partition_list_t, rd_kafka_topic_partition_list_destroy>;
using Resource = Owned<rd_kafka_ConfigResource_t, rd_kafka_ConfigResource_destroy>;
using GroupRequest = Owned<rd_kafka_ListConsumerGroupOffsets_t, rd_kafka_ListConsumerGroupOffsets_destroy>;

/// Some partitions are on their way from one leader to another, or gone; the others have answered.
bool concernsSome(rd_kafka_resp_err_t error) {
    switch (error) {
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
        case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
        case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
            return true;
        default:
            return false;
    }
}

std::string textOf(const char* text) {
    return text ? text : "";
}

}  // namespace

struct ReadingClient::Library : ClientLibrary {
    explicit Library(int waits) : patience(waits) {}
    [[nodiscard]] Options options() const {
        Options made(rd_kafka_AdminOptions_new(handle.get(), RD_KAFKA_ADMIN_OP_ANY));
        std::array<char, 256> said{};
        rd_kafka_AdminOptions_set_request_timeout(made.get(), patience, said.data(), said.size());
        return made;
    }
    [[nodiscard]] Queue queue() const { return Queue(rd_kafka_queue_new(handle.get())); }

    /// The next event; null when it was called off or came too late.
    [[nodiscard]] Event next(const Queue& queue, const std::atomic<bool>& cancelled) const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(2 * patience);
        while (!cancelled && std::chrono::steady_clock::now() < end) {
            if (Event event{rd_kafka_queue_poll(queue.get(), kSlice)})
                return event;
        }
        return {};
    }

    const int patience;  ///< ms
};

ReadingClient::ReadingClient(const ConnectionSettings& settings)
    : m_settings(settings), m_patience(patienceOf(settings)) {}

ReadingClient::~ReadingClient() = default;

BrokerProblem ReadingClient::open() {
    if (m_library)
        return {};
    if (BrokerProblem problem = problemWith(m_settings); problem.kind != Kind::None)
        return problem;
    auto library = std::make_unique<Library>(m_patience);
    // It joins no group and makes none. But where a cluster answers that a group's coordinator is another
    // broker now, or not ready yet, librdkafka has its own group look for it, and without one the process
    // ends (confluentinc/librdkafka#5040).
    BrokerProblem problem = library->make(m_settings, {{"group.id", "sluice"}});
    if (problem.kind == Kind::None)
        m_library = std::move(library);
    return problem;
}

BrokerProblem ReadingClient::problemOf(int error) {
    return m_library->problem(error, m_settings);
}

Asked<ClusterAnswer> ReadingClient::cluster() {
    const rd_kafka_metadata_t* said = nullptr;
    // While no broker is connected nothing is sent and the call waits in vain: short ones, and in between a
    // look at what the library complains about. It complains once; who tries again gives it a while. A broker
    // that is connected and slow gets all the time.
    constexpr int kShort = 300;
    constexpr int kWhile = 2000;
    const bool wasDown = m_library->isDown();
    const auto begin = std::chrono::steady_clock::now();
    const auto end = begin + std::chrono::milliseconds(wasDown ? std::min(kWhile, m_patience) : m_patience);
    rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__TRANSPORT;
    while (error == RD_KAFKA_RESP_ERR__TRANSPORT && !m_cancelled && (wasDown || !m_library->isDown()) &&
           std::chrono::steady_clock::now() < end) {
        error = rd_kafka_metadata(m_library->handle.get(), 1, nullptr, &said, kShort);
        if (error == RD_KAFKA_RESP_ERR__TIMED_OUT)
            error = rd_kafka_metadata(m_library->handle.get(), 1, nullptr, &said, m_patience);
    }
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {.problem = problemOf(error)};
    const Owned<const rd_kafka_metadata_t, rd_kafka_metadata_destroy> metadata(said);
    m_library->complaints.clear();
    ClusterAnswer answer;
    if (char* id = rd_kafka_clusterid(m_library->handle.get(), 0)) {
        answer.id = id;
        rd_kafka_mem_free(m_library->handle.get(), id);
    }
    for (int i = 0; i < metadata->broker_cnt; ++i) {
        const rd_kafka_metadata_broker& broker = metadata->brokers[i];
        answer.brokers.push_back({broker.id, textOf(broker.host), broker.port});
    }
    for (int i = 0; i < metadata->topic_cnt; ++i) {
        const rd_kafka_metadata_topic& topic = metadata->topics[i];
        if (topic.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            continue;
        TopicAnswer one{textOf(topic.topic), {}};
        for (int p = 0; p < topic.partition_cnt; ++p) {
            const rd_kafka_metadata_partition& partition = topic.partitions[p];
            one.partitions.push_back(
                {partition.id, partition.leader, partition.replica_cnt, partition.isr_cnt});
        }
        answer.topics.push_back(std::move(one));
    }
    return {.answer = std::move(answer)};
}

Asked<TopicSettings> ReadingClient::topicSettings(std::span<const std::string> topics,
                                                  BrokerProblem* refused) {
    if (topics.empty())
        return {};
    std::vector<Resource> resources;
    std::vector<rd_kafka_ConfigResource_t*> pointers;
    for (const std::string& topic : topics) {
        resources.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
        pointers.push_back(resources.back().get());
    }
    const Queue queue = m_library->queue();
    rd_kafka_DescribeConfigs(m_library->handle.get(), pointers.data(), pointers.size(),
                             m_library->options().get(), queue.get());
    const Event event = m_library->next(queue, m_cancelled);
    const int error = event ? rd_kafka_event_error(event.get()) : int(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {.problem = problemOf(error)};
    std::size_t count = 0;
    const auto* result = rd_kafka_event_DescribeConfigs_result(event.get());
    const auto* const* described = rd_kafka_DescribeConfigs_result_resources(result, &count);
    TopicSettings settings;
    for (std::size_t i = 0; i < count; ++i) {
        const int refusal = rd_kafka_ConfigResource_error(described[i]);
        if (refusal != RD_KAFKA_RESP_ERR_NO_ERROR) {
            if (refused)
                *refused = problemOf(refusal);
            continue;
        }
        auto& of = settings[textOf(rd_kafka_ConfigResource_name(described[i]))];
        std::size_t entries = 0;
        const auto* const* entry = rd_kafka_ConfigResource_configs(described[i], &entries);
        for (std::size_t e = 0; e < entries; ++e)
            of[textOf(rd_kafka_ConfigEntry_name(entry[e]))] = textOf(rd_kafka_ConfigEntry_value(entry[e]));
    }
    return {.answer = std::move(settings)};
}

Asked<std::vector<std::string>> ReadingClient::groups() {
    const Queue queue = m_library->queue();
    rd_kafka_ListConsumerGroups(m_library->handle.get(), m_library->options().get(), queue.get());
    const Event event = m_library->next(queue, m_cancelled);
    const int error = event ? rd_kafka_event_error(event.get()) : int(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {.problem = problemOf(error)};
    const auto* result = rd_kafka_event_ListConsumerGroups_result(event.get());
    std::size_t count = 0;
    const auto* const* listed = rd_kafka_ListConsumerGroups_result_valid(result, &count);
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < count; ++i)
        ids.push_back(textOf(rd_kafka_ConsumerGroupListing_group_id(listed[i])));
    std::sort(ids.begin(), ids.end());
    return {.answer = std::move(ids)};
}

Asked<std::vector<GroupAnswer>> ReadingClient::describe(std::span<const std::string> groups,
                                                        BrokerProblem* refused) {
    if (groups.empty())
        return {};
    std::vector<const char*> names;
    for (const std::string& group : groups)
        names.push_back(group.c_str());
    const Queue queue = m_library->queue();
    rd_kafka_DescribeConsumerGroups(m_library->handle.get(), names.data(), names.size(),
                                    m_library->options().get(), queue.get());
    const Event event = m_library->next(queue, m_cancelled);
    const int error = event ? rd_kafka_event_error(event.get()) : int(RD_KAFKA_RESP_ERR__TIMED_OUT);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR)
        return {.problem = problemOf(error)};
    const auto* result = rd_kafka_event_DescribeConsumerGroups_result(event.get());
    std::size_t count = 0;
    const auto* const* described = rd_kafka_DescribeConsumerGroups_result_groups(result, &count);
    std::vector<GroupAnswer> answer;
    for (std::size_t i = 0; i < count; ++i) {
        if (const rd_kafka_error_t* refusal = rd_kafka_ConsumerGroupDescription_error(described[i])) {
            if (refused && rd_kafka_error_code(refusal) != RD_KAFKA_RESP_ERR_NO_ERROR)
                *refused = problemOf(rd_kafka_error_code(refusal));
            continue;
        }
        GroupAnswer group{
            .id = textOf(rd_kafka_ConsumerGroupDescription_group_id(described[i])),
            .state = textOf(
                rd_kafka_consumer_group_state_name(rd_kafka_ConsumerGroupDescription_state(described[i]))),
            .assignor = textOf(rd_kafka_ConsumerGroupDescription_partition_assignor(described[i])),
            .members = {},
        };
        for (std::size_t m = 0; m < rd_kafka_ConsumerGroupDescription_member_count(described[i]); ++m) {
            const auto* member = rd_kafka_ConsumerGroupDescription_member(described[i], m);
            MemberAnswer one{textOf(rd_kafka_MemberDescription_client_id(member)),
                             textOf(rd_kafka_MemberDescription_host(member)),
                             {}};
            const auto* assignment = rd_kafka_MemberDescription_assignment(member);
            const auto* assigned = assignment ? rd_kafka_MemberAssignment_partitions(assignment) : nullptr;
            for (int p = 0; assigned && p < assigned->cnt; ++p)
                one.assigned.emplace_back(assigned->elems[p].topic, assigned->elems[p].partition);
            group.members.push_back(std::move(one));
        }
        answer.push_back(std::move(group));
    }
    return {.answer = std::move(answer)};
}

Asked<std::map<std::string, Offsets>> ReadingClient::committed(std::span<const std::string> groups,
                                                               BrokerProblem* refused, OffsetNotes* notes) {
    // A coordinator that is just being chosen is not asked as if there were none.
    constexpr int kTimes = 20;
    int error = RD_KAFKA_RESP_ERR_NO_ERROR;
    auto asked = askCommitted(groups, refused, notes, error);
    for (int time = 1; time < kTimes && !m_cancelled &&
                       (error == RD_KAFKA_RESP_ERR_NOT_COORDINATOR ||
                        error == RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE ||
                        error == RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
         ++time) {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        asked = askCommitted(groups, refused, notes, error);
    }
    return asked;
}

Asked<std::map<std::string, Offsets>> ReadingClient::askCommitted(std::span<const std::string> groups,
                                                                  BrokerProblem* refused, OffsetNotes* notes,
                                                                  int& worst) {
    if (m_library->isDown())
        return {.problem = problemOf(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)};
    const Queue queue = m_library->queue();
    const Options options = m_library->options();
    // One group a call is all that the library takes; they are on their way at the same time.
    for (const std::string& group : groups) {
        const GroupRequest request(rd_kafka_ListConsumerGroupOffsets_new(group.c_str(), nullptr));
        rd_kafka_ListConsumerGroupOffsets_t* pointer = request.get();
        rd_kafka_ListConsumerGroupOffsets(m_library->handle.get(), &pointer, 1, options.get(), queue.get());
    }
    Asked<std::map<std::string, Offsets>> asked;
    worst = RD_KAFKA_RESP_ERR_NO_ERROR;
    for (std::size_t answered = 0; answered < groups.size(); ++answered) {
        const Event event = m_library->next(queue, m_cancelled);
        if (!event) {
            worst = RD_KAFKA_RESP_ERR__TIMED_OUT;
            break;
        }
        int error = rd_kafka_event_error(event.get());
        std::size_t count = 0;
        const auto* result = rd_kafka_event_ListConsumerGroupOffsets_result(event.get());
        const auto* const* results =
            result ? rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count) : nullptr;
        for (std::size_t i = 0; i < count; ++i) {
            if (const rd_kafka_error_t* own = rd_kafka_group_result_error(results[i])) {
                error = rd_kafka_error_code(own);
                continue;
            }
            Offsets& offsets = asked.answer[textOf(rd_kafka_group_result_name(results[i]))];
            const auto* partitions = rd_kafka_group_result_partitions(results[i]);
            for (int p = 0; partitions && p < partitions->cnt; ++p) {
                const auto& one = partitions->elems[p];
                if (one.err != RD_KAFKA_RESP_ERR_NO_ERROR || one.offset < 0)
                    continue;
                offsets.emplace(Partition(one.topic, one.partition), one.offset);
                if (notes && one.metadata_size > 0)
                    notes->emplace(Partition(one.topic, one.partition),
                                   std::string(static_cast<const char*>(one.metadata), one.metadata_size));
            }
        }
        if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
            error == RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED) {
            if (refused)
                *refused = problemOf(error);
        } else if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            worst = error;
        }
    }
    if (worst != RD_KAFKA_RESP_ERR_NO_ERROR)
        asked.problem = problemOf(worst);
    return asked;
}

Asked<std::vector<std::optional<std::int64_t>>> ReadingClient::offsets(std::span<const Partition> partitions,
                                                                       std::int64_t time) {
    // The library looks for each answer in all of the list: beyond some thousands that is what takes the
    // time.
    constexpr std::size_t kAtOnce = 2000;
    Asked<std::vector<std::optional<std::int64_t>>> asked;
    asked.answer.resize(partitions.size());
    for (std::size_t first = 0; first < partitions.size(); first += kAtOnce) {
        if (m_cancelled || m_library->isDown())
            return {.problem = problemOf(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)};
        const auto some = partitions.subspan(first, std::min(kAtOnce, partitions.size() - first));
        const List list(rd_kafka_topic_partition_list_new(static_cast<int>(some.size())));
        for (const auto& [topic, partition] : some)
            rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition)->offset = time;
        const rd_kafka_resp_err_t error =
            rd_kafka_offsets_for_times(m_library->handle.get(), list.get(), m_patience);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR && !concernsSome(error))
            return {.problem = problemOf(error)};
        // The library keeps the order of the list.
        for (int i = 0; i < list->cnt; ++i) {
            const auto& one = list->elems[i];
            if (one.err == RD_KAFKA_RESP_ERR_NO_ERROR && one.offset >= 0)
                asked.answer[first + static_cast<std::size_t>(i)] = one.offset;
        }
    }
    m_library->listen();
    m_library->complaints.clear();
    return asked;
}

}  // namespace sluice::kafka
