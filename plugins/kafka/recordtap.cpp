#include "plugins/kafka/recordtap.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>

#include "plugins/kafka/readingclient.h"
#include "plugins/kafka/recordmessage.h"

namespace sluice::kafka {
namespace {

using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;
using Clock = std::chrono::steady_clock;
using TailTopic = Owned<rd_kafka_topic_t, rd_kafka_topic_destroy>;

struct TapWords {
    Q_DECLARE_TR_FUNCTIONS(RecordTap)
};

constexpr std::size_t kMostTapped = std::size_t(1) << 20U;  // bytes of a body that is followed
constexpr std::size_t kTailBatch = 500;                     // records taken out of the library at once
constexpr int kTailBuffers = 16'384;  // KiB that the library may fetch ahead, over all partitions
constexpr int kTailPause = 20;        // ms without a record, until it is looked again
constexpr auto kLookAround = 30s;     // for new partitions, and topics that were made since

/// What is followed: the partitions of the wished topics that the cluster has.
Asked<std::vector<Partition>> followed(ReadingClient& client, const TapWish& wish) {
    const Asked<ClusterAnswer> cluster = client.cluster();
    if (!cluster.ok())
        return {.problem = cluster.problem};
    std::set<std::string> wished;
    for (const QString& topic : wish.topics)
        wished.insert(topic.toStdString());
    Asked<std::vector<Partition>> found;
    for (const TopicAnswer& topic : cluster.answer.topics) {
        if (!wished.contains(topic.name))
            continue;
        for (const PartitionAnswer& one : topic.partitions)
            found.answer.emplace_back(topic.name, one.id);
    }
    return found;
}

/// One reading of topics from their end, until it is told to stop.
class Tail {
public:
    Tail(ReadingClient& client, const TapWish& wish, TapListener& listener)
        : m_client(client), m_wish(wish), m_listener(listener) {}
    ~Tail() { stop(); }
    Tail(const Tail&) = delete;
    Tail& operator=(const Tail&) = delete;

    TapResult run(const TapForecast& forecast) {
        TapResult result;
        result.problem =
            m_library.make(m_client.settings(), {{"auto.offset.reset", "latest"},
                                                 {"fetch.wait.max.ms", "100"},
                                                 {"queued.max.messages.kbytes", std::to_string(kTailBuffers)},
                                                 {"fetch.message.max.bytes", "1048576"}});
        if (result.problem.kind != Kind::None)
            return result;
        result.problem = lookAround(true);
        if (result.problem.kind != Kind::None)
            return result;
        m_listener.began(forecast);
        while (m_listener.goOn()) {
            take();
            // A cluster that is away is asked again.
            if (Clock::now() - m_lookedAround > kLookAround)
                lookAround(false);
        }
        result.cancelled = true;
        return result;
    }

private:
    BrokerProblem lookAround(bool first) {
        m_lookedAround = Clock::now();
        Asked<std::vector<Partition>> found = followed(m_client, m_wish);
        if (!found.ok())
            return found.problem;
        std::erase_if(found.answer, [this](const Partition& one) { return m_started.contains(one); });
        if (first)
            m_old.insert(found.answer.begin(), found.answer.end());
        // What was made since is read from its beginning: all of it came since.
        std::vector<Partition> made = found.answer;
        std::erase_if(made, [this](const Partition& one) { return m_old.contains(one); });
        std::erase_if(found.answer, [this](const Partition& one) { return !m_old.contains(one); });
        BrokerProblem problem = begin(found.answer, ReadingClient::kEnd);
        return problem.kind == Kind::None ? begin(made, ReadingClient::kBegin) : problem;
    }

    BrokerProblem begin(const std::vector<Partition>& partitions, std::int64_t from) {
        if (partitions.empty())
            return {};
        const auto offsets = m_client.offsets(partitions, from);
        if (!offsets.ok())
            return offsets.problem;
        for (std::size_t i = 0; i < partitions.size(); ++i) {
            const auto& [topic, partition] = partitions[i];
            TailTopic& handle = m_topics[topic];
            if (!handle)
                handle.reset(rd_kafka_topic_new(m_library.handle.get(), topic.c_str(), nullptr));
            // A partition without a leader has no end that could be told.
            if (handle && offsets.answer[i] &&
                rd_kafka_consume_start(handle.get(), partition, *offsets.answer[i]) == 0)
                m_started.insert(partitions[i]);
        }
        return {};
    }

    /// Of one partition after the other.
    void take() {
        bool came = false;
        for (const Partition& one : m_started)
            came = take(one, 0) || came;
        if (!came && !m_started.empty())
            take(*m_started.begin(), kTailPause);
        else if (!came)
            return m_library.listen(
                kTailPause);  // nothing can be read, but what the library has to say is heard
        m_library.listen();
    }

    bool take(const Partition& of, int timeoutMs) {
        std::array<rd_kafka_message_t*, kTailBatch> records{};
        const auto many = rd_kafka_consume_batch(m_topics[of.first].get(), of.second, timeoutMs,
                                                 records.data(), records.size());
        for (std::int64_t i = 0; i < many; ++i) {
            const Record record(records[static_cast<std::size_t>(i)]);
            // What is no record is trouble of one partition, which the library goes on with by itself.
            if (record->err == RD_KAFKA_RESP_ERR_NO_ERROR)
                m_listener.take({.act = MessageSighting::Act::Appended,
                                 .message = messageOf(*record, of.first, kMostTapped)});
        }
        return many > 0;
    }

    void stop() {
        for (const auto& [topic, partition] : m_started)
            rd_kafka_consume_stop(m_topics[topic].get(), partition);
    }

    ReadingClient& m_client;
    const TapWish& m_wish;
    TapListener& m_listener;
    ClientLibrary m_library;
    std::map<std::string, TailTopic> m_topics;
    std::set<Partition> m_old;  ///< were there when it began
    std::set<Partition> m_started;
    Clock::time_point m_lookedAround{};
};

TapForecast promised() {
    TapForecast forecast;
    forecast.way = TapWords::tr("a reader without a group");
    forecast.sentences = {
        TapWords::tr("Records are read from the end on without a group: nothing is committed, no group is "
                     "rebalanced, and they stay where they are."),
        TapWords::tr("That a group has a record is known from what it has committed, not at the moment "
                     "when it reads it.")};
    return forecast;
}

}  // namespace

TapForecast RecordTap::forecast(const TapWish& wish) {
    TapForecast forecast = promised();
    ReadingClient client(m_settings);
    forecast.problem = client.open();
    if (forecast.problem.kind == Kind::None)
        forecast.problem = followed(client, wish).problem;
    return forecast;
}

TapResult RecordTap::run(const TapWish& wish, TapListener& listener) {
    ReadingClient client(m_settings);
    const BrokerProblem problem = client.open();
    if (problem.kind != Kind::None)
        return {.problem = problem};
    return Tail(client, wish, listener).run(promised());
}

}  // namespace sluice::kafka
