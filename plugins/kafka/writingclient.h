#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "plugins/api/brokerchanges.h"
#include "plugins/kafka/clusteranswers.h"

namespace sluice::kafka {

/// The one way to change a cluster. Read-only is kept here: without the right to write there is no client
/// that could send anything. Every call waits for its answer; call it on one thread, after open().
class WritingClient {
public:
    explicit WritingClient(const ConnectionSettings& settings);
    ~WritingClient();
    WritingClient(const WritingClient&) = delete;
    WritingClient& operator=(const WritingClient&) = delete;

    using Words = std::map<std::string, std::string>;  ///< "retention.ms" → "604800000"

    /// Refuses where the connection may only read. Nothing is contacted yet.
    BrokerProblem open();
    BrokerProblem createTopic(const std::string& name, int partitions, int copies, const Words& words);
    /// So many there are then.
    BrokerProblem growTopic(const std::string& name, int partitions);
    /// Sets these and leaves the others as they are. Kafka's older request, the only one that the library
    /// has, replaces them all: they are asked for first and sent again.
    BrokerProblem configureTopic(const std::string& name, const Words& words);
    BrokerProblem deleteTopic(const std::string& name);
    /// Records before these offsets are gone for good.
    BrokerProblem deleteRecords(const Offsets& before);
    /// Refused by the cluster while the group has members.
    BrokerProblem commit(const std::string& group, const Offsets& offsets, const OffsetNotes& notes = {});
    /// Waits until all copies in sync have them. The topic is there: else a cluster may make it.
    PublishResult publish(const PublishWish& wish, PublishSource& source);

    /// Whoever waits for the word on one record. It must live until then.
    class Receipt {
    public:
        virtual ~Receipt() = default;
        /// By listen(). `error` is the library's; 0: all copies in sync have it.
        virtual void settled(int error) = 0;
    };
    enum class Sending : std::uint8_t { Sent, Full, Refused };
    /// Full: listen first. Refused: `error` says why, and nothing more comes of it. Header values are text;
    /// null stays null. `time` is the record's, since 1970; nothing: now.
    Sending send(const std::string& topic, int partition, const BrokerMessage& message,
                 std::optional<TraceTime> time, Receipt& receipt, int& error);
    void listen(int ms);
    [[nodiscard]] BrokerProblem refusal(int error);

private:
    struct Library;

    ConnectionSettings m_settings;
    std::unique_ptr<Library> m_library;
};

}  // namespace sluice::kafka
