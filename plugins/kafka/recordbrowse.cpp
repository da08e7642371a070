#include "plugins/kafka/recordbrowse.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

#include "plugins/kafka/clientlibrary.h"
#include "plugins/kafka/readingclient.h"
#include "plugins/kafka/recordmessage.h"

namespace sluice::kafka {
namespace {

using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;
using Clock = std::chrono::steady_clock;

struct BrowseWords {
    Q_DECLARE_TR_FUNCTIONS(RecordBrowse)
};

constexpr std::size_t kBatch = 500;  // records taken out of the library at once
constexpr int kBuffers = 65'536;     // KiB that the library may fetch ahead, over all partitions
constexpr auto kTelling = 50ms;      // from one word to the listener to the next
constexpr auto kDoubt = 3s;          // without a record, until it is asked whether the topic is still there
constexpr auto kPatience = 15s;      // without a record from a cluster that is away

/// What is wanted of one partition.
struct Part {
    int partition = 0;
    std::int64_t from = 0;
    std::int64_t to = 0;  ///< not included
    std::vector<Record> fetched{};
    std::size_t next = 0;  ///< of these, to give on
    bool over = false;     ///< nothing more is wanted of it
    bool idle = false;     ///< it has nothing at the moment

    [[nodiscard]] bool isEmpty() const { return next == fetched.size(); }
};

BrokerProblem noTopic(const QString& topic) {
    return {Kind::Settings,
            BrowseWords::tr("The cluster has no topic %1, or the user may not see it.").arg(topic),
            BrowseWords::tr("Check the name, and the user's right to describe it.")};
}

/// Where the wanted records of each partition begin and end, as things stand now.
Asked<std::vector<Part>> partsOf(ReadingClient& client, const BrowseWish& wish) {
    const Asked<ClusterAnswer> cluster = client.cluster();
    if (!cluster.ok())
        return {.problem = cluster.problem};
    const std::string name = wish.place.toStdString();
    const auto& topics = cluster.answer.topics;
    const auto topic =
        std::find_if(topics.begin(), topics.end(), [&](const TopicAnswer& one) { return one.name == name; });
    if (topic == topics.end())
        return {.problem = noTopic(wish.place)};
    std::vector<Partition> asked;
    for (const PartitionAnswer& one : topic->partitions) {
        if (wish.partitions.isEmpty() || wish.partitions.contains(one.id))
            asked.emplace_back(name, one.id);
    }
    if (asked.empty())
        return {.problem = {Kind::Settings,
                            BrowseWords::tr("Topic %1 has none of these partitions.").arg(wish.place),
                            BrowseWords::tr("It has those from 0 to %1.").arg(topic->partitions.size() - 1)}};
    const auto first = client.offsets(asked, ReadingClient::kBegin);
    const auto end = client.offsets(asked, ReadingClient::kEnd);
    const auto since = wish.begin == BrowseWish::Begin::Time
                           ? client.offsets(asked, wish.value)
                           : Asked<std::vector<std::optional<std::int64_t>>>();
    const auto until = wish.until ? client.offsets(asked, *wish.until + 1)
                                  : Asked<std::vector<std::optional<std::int64_t>>>();
    for (const auto* answer : {&first, &end, &since, &until}) {
        if (!answer->ok())
            return {.problem = answer->problem};
    }
    Asked<std::vector<Part>> parts;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        Part part{.partition = asked[i].second};
        // A partition without a leader has nothing to give.
        if (!end.answer[i] || !first.answer[i])
            continue;
        part.to = *end.answer[i];
        switch (wish.begin) {
            case BrowseWish::Begin::First:
                part.from = *first.answer[i];
                break;
            case BrowseWish::Begin::Last:
                part.from = std::max<std::int64_t>(*first.answer[i], part.to - wish.value);
                break;
            case BrowseWish::Begin::Offset:
                part.from = std::max<std::int64_t>(*first.answer[i], wish.value);
                break;
            case BrowseWish::Begin::Time:
                part.from = since.answer[i].value_or(part.to);
                break;
            case BrowseWish::Begin::End:
                part.from = part.to;
                break;
        }
        if (wish.until && until.answer[i])
            part.to = std::min(part.to, *until.answer[i]);
        part.over = part.from >= part.to && !wish.follow;
        parts.answer.push_back(std::move(part));
    }
    if (parts.answer.empty())
        parts.problem = {Kind::Answer, BrowseWords::tr("No partition of %1 has a leader.").arg(wish.place),
                         BrowseWords::tr("Look at the brokers of the cluster.")};
    return parts;
}

/// One reading of a topic, from its beginning to its end.
class Reading {
public:
    Reading(ReadingClient& client, const BrowseWish& wish, BrowseListener& listener, std::vector<Part> parts,
            std::size_t mostOfBody)
        : m_client(client),
          m_settings(client.settings()),
          m_wish(wish),
          m_listener(listener),
          m_topic(wish.place.toStdString()),
          m_mostOfBody(mostOfBody),
          m_parts(std::move(parts)) {
        for (const Part& part : m_parts)
            m_total += std::max<std::int64_t>(0, part.to - part.from);
    }
    ~Reading() { stop(); }
    Reading(const Reading&) = delete;
    Reading& operator=(const Reading&) = delete;

    BrowseResult run() {
        const int share = std::clamp(kBuffers / static_cast<int>(m_parts.size()), 512, 16'384);
        m_result.problem = m_library.make(
            m_settings, {{"enable.partition.eof", "true"},
                         {"auto.offset.reset", "earliest"},
                         {"fetch.wait.max.ms", "100"},
                         // A buffer that runs dry waits a second before it is filled again (librdkafka 2.0).
                         {"queued.min.messages", "100000"},
                         {"queued.max.messages.kbytes", std::to_string(share)},
                         // One record may be larger than all that is fetched at once otherwise.
                         {"receive.message.max.bytes", "134217728"},
                         {"fetch.message.max.bytes", "1048576"}});
        if (m_result.problem.kind != Kind::None)
            return m_result;
        m_handle.reset(rd_kafka_topic_new(m_library.handle.get(), m_topic.c_str(), nullptr));
        for (const Part& part : m_parts) {
            if (!part.over)
                rd_kafka_consume_start(m_handle.get(), part.partition, part.from);
        }
        m_lastRecord = Clock::now();
        while (!isOver()) {
            if (!goOn()) {
                m_result.cancelled = true;
                break;
            }
            const bool came = fill();
            const bool gave = give();
            if (!came && !gave)
                waitForMore();
        }
        m_listener.goOn(m_result.looked, m_total);
        return m_result;
    }

private:
    void stop() {
        for (const Part& part : m_parts) {
            if (m_handle)
                rd_kafka_consume_stop(m_handle.get(), part.partition);
        }
        m_parts.clear();
        // librdkafka 2.0 waits for ever when a client is destroyed whose topic was deleted: this one stays,
        // idle, until the program ends.
        if (m_topicGone) {
            (void)m_handle.release();
            (void)m_library.handle.release();
        }
    }

    [[nodiscard]] bool isOver() const {
        return m_enough || m_result.problem.kind != Kind::None ||
               (m_wish.most > 0 && m_result.looked >= m_wish.most) ||
               std::all_of(m_parts.begin(), m_parts.end(),
                           [](const Part& part) { return part.over && part.isEmpty(); });
    }

    bool goOn() {
        const Clock::time_point now = Clock::now();
        if (now - m_told < kTelling)
            return true;
        m_told = now;
        return m_listener.goOn(m_result.looked, m_total);
    }

    /// Takes what the library has fetched, of each partition of which nothing is here.
    bool fill() {
        bool came = false;
        for (Part& part : m_parts) {
            if (part.isEmpty() && !part.over)
                came = fetch(part, 0) || came;
        }
        return came;
    }

    bool fetch(Part& part, int timeoutMs) {
        part.fetched.clear();
        part.next = 0;
        std::array<rd_kafka_message_t*, kBatch> records{};
        const auto many =
            rd_kafka_consume_batch(m_handle.get(), part.partition, timeoutMs, records.data(), records.size());
        for (std::int64_t i = 0; i < many; ++i)
            take(part, Record(records[static_cast<std::size_t>(i)]));
        // That a partition ends here is no record, however often it is said.
        if (!part.isEmpty())
            m_lastRecord = Clock::now();
        return !part.isEmpty();
    }

    void take(Part& part, Record record) {
        if (record->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
            part.idle = true;
            part.over = part.over || !m_wish.follow;
            return;
        }
        if (record->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
            // The topic went while it was read, or the right to read it.
            if (record->err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
                record->err == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
                record->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
                endWithoutTopic();
            else
                m_result.problem = m_library.problem(record->err, m_settings);
            return;
        }
        if (part.over)
            return;
        part.idle = false;
        const std::int64_t offset = record->offset;
        if (m_wish.follow || offset < part.to)
            part.fetched.push_back(std::move(record));
        part.over = !m_wish.follow && offset + 1 >= part.to;
    }

    /// Gives on the oldest, as long as none of the partitions could have an older one.
    bool give() {
        bool gave = false;
        for (;;) {
            Part* oldest = nullptr;
            std::int64_t least = 0;
            for (Part& part : m_parts) {
                if (part.isEmpty()) {
                    if (!part.over && !part.idle)
                        return gave;
                    continue;
                }
                const std::int64_t at = rd_kafka_message_timestamp(part.fetched[part.next].get(), nullptr);
                if (!oldest || at < least) {
                    oldest = &part;
                    least = at;
                }
            }
            if (!oldest || isOver())
                return gave;
            const Record record = std::move(oldest->fetched[oldest->next++]);
            gave = true;
            if (m_wish.until && least > *m_wish.until)
                continue;
            ++m_result.looked;
            m_enough = !m_listener.take(messageOf(*record, m_topic, m_mostOfBody));
            // So that it is not late in hearing that it shall stop.
            if (oldest->isEmpty() && !oldest->over)
                return gave;
        }
    }

    void waitForMore() {
        const auto part = std::find_if(m_parts.begin(), m_parts.end(),
                                       [](const Part& one) { return one.isEmpty() && !one.over; });
        if (part != m_parts.end())
            fetch(*part, m_parts.size() == 1 ? 20 : 5);
        lookAfterTopic();
        if (m_library.isDown() && Clock::now() - m_lastRecord > kPatience)
            m_result.problem = m_library.problem(RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, m_settings);
    }

    /// The library goes on asking for a topic that is gone, and says nothing.
    void lookAfterTopic() {
        const Clock::time_point now = Clock::now();
        if (now - std::max(m_lastRecord, m_lookedAfter) < kDoubt)
            return;
        m_lookedAfter = now;
        const Asked<ClusterAnswer> cluster = m_client.cluster();
        if (cluster.ok() && std::none_of(cluster.answer.topics.begin(), cluster.answer.topics.end(),
                                         [this](const TopicAnswer& one) { return one.name == m_topic; }))
            endWithoutTopic();
    }

    void endWithoutTopic() {
        m_topicGone = true;
        m_result.problem = noTopic(m_wish.place);
    }

    ReadingClient& m_client;
    const ConnectionSettings& m_settings;
    const BrowseWish& m_wish;
    BrowseListener& m_listener;
    const std::string m_topic;
    const std::size_t m_mostOfBody;
    ClientLibrary m_library;
    Owned<rd_kafka_topic_t, rd_kafka_topic_destroy> m_handle;
    std::vector<Part> m_parts;
    BrowseResult m_result;
    std::int64_t m_total = 0;
    bool m_enough = false;
    bool m_topicGone = false;
    Clock::time_point m_told{};
    Clock::time_point m_lastRecord{};
    Clock::time_point m_lookedAfter{};
};

}  // namespace

BrowseForecast RecordBrowse::forecast(const BrowseWish& wish) {
    BrowseForecast forecast;
    forecast.kind = BrowseWords::tr("topic");
    ReadingClient client(m_settings);
    forecast.problem = client.open();
    if (forecast.problem.kind != Kind::None)
        return forecast;
    const Asked<std::vector<Part>> parts = partsOf(client, wish);
    if (!parts.ok()) {
        forecast.problem = parts.problem;
        return forecast;
    }
    forecast.messages = 0;
    for (const Part& part : parts.answer)
        forecast.messages += std::max<std::int64_t>(0, part.to - part.from);
    forecast.sentences = {
        BrowseWords::tr("Records are read without a group: nothing is committed, no group is "
                        "rebalanced, and they stay where they are.")};
    return forecast;
}

BrowseResult RecordBrowse::run(const BrowseWish& wish, BrowseListener& listener) {
    BrowseResult result;
    ReadingClient client(m_settings);
    result.problem = client.open();
    if (result.problem.kind != Kind::None)
        return result;
    return readRecords(client, wish, listener, {}, kMostBody);
}

BrowseResult readRecords(ReadingClient& client, const BrowseWish& wish, BrowseListener& listener,
                         const std::map<int, std::int64_t>& from, std::size_t most) {
    Asked<std::vector<Part>> parts = partsOf(client, wish);
    if (!parts.ok())
        return {.problem = parts.problem};
    for (Part& part : parts.answer) {
        if (const auto begin = from.find(part.partition); begin != from.end())
            part.from = std::max(part.from, begin->second);
        part.over = part.from >= part.to && !wish.follow;
    }
    return Reading(client, wish, listener, std::move(parts.answer), most).run();
}

}  // namespace sluice::kafka
