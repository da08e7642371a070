#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "plugins/api/brokerconnection.h"
#include "plugins/kafka/clusteranswers.h"

namespace sluice::kafka {

/// What came of a question: an answer, or why there is none.
template <class T>
struct Asked {
    T answer{};
    BrokerProblem problem{};
    [[nodiscard]] bool ok() const { return problem.kind == BrokerProblem::Kind::None; }
};

/// The one way to a cluster. Read-only is kept here: the class has no call that changes anything, and the
/// library's handle does not leave it. Every call waits for its answer; it lives on the thread of a
/// ClientThread, and only cancel() may be called from elsewhere.
class ReadingClient {
public:
    /// Nothing is contacted yet: that needs open().
    explicit ReadingClient(const ConnectionSettings& settings);
    ~ReadingClient();
    ReadingClient(const ReadingClient&) = delete;
    ReadingClient& operator=(const ReadingClient&) = delete;

    /// Why no client can be made of the settings. Called first; once is enough.
    BrokerProblem open();
    [[nodiscard]] const ConnectionSettings& settings() const { return m_settings; }

    /// Brokers, topics and their partitions.
    Asked<ClusterAnswer> cluster();
    /// Settings of topics; one that may not be read is left out, and told as `refused`.
    Asked<TopicSettings> topicSettings(std::span<const std::string> topics, BrokerProblem* refused = nullptr);
    /// The ids of all groups that the user may see.
    Asked<std::vector<std::string>> groups();
    Asked<std::vector<GroupAnswer>> describe(std::span<const std::string> groups,
                                             BrokerProblem* refused = nullptr);
    /// What groups have committed, asked for all at once. A group that may not be read is left out.
    Asked<std::map<std::string, Offsets>> committed(std::span<const std::string> groups,
                                                    BrokerProblem* refused = nullptr,
                                                    OffsetNotes* notes = nullptr);
    /// For each partition, in their order, the offset of the next record (kEnd), of the first (kBegin), or of
    /// the first that is not older than `time`, in ms since the epoch; nothing when there is none or its
    /// leader did not answer. One request goes to each leader, for each two thousand partitions.
    static constexpr std::int64_t kEnd = -1;
    static constexpr std::int64_t kBegin = -2;
    Asked<std::vector<std::optional<std::int64_t>>> offsets(std::span<const Partition> partitions,
                                                            std::int64_t time);

    /// Makes the call that is waiting come back soon, and every later one fail.
    void cancel() noexcept { m_cancelled = true; }

private:
    struct Library;
    Asked<std::map<std::string, Offsets>> askCommitted(std::span<const std::string> groups,
                                                       BrokerProblem* refused, OffsetNotes* notes,
                                                       int& worst);
    [[nodiscard]] BrokerProblem problemOf(int error);

    ConnectionSettings m_settings;
    int m_patience;  ///< ms without an answer
    std::unique_ptr<Library> m_library;
    std::atomic<bool> m_cancelled = false;
};

}  // namespace sluice::kafka
