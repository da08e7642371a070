#pragma once

#include "plugins/api/lettersorter.h"

namespace sluice::kafka {

/// What the headers of a record in a dead-letter topic tell of its past.
struct RecordPast {
    LetterPast past;
    int partition = -1;               ///< of the topic where it died; -1: it does not say
    std::optional<TraceTime> time{};  ///< that it had there
};

/// Reads what Spring for Apache Kafka writes (kafka_dlt-original-topic and its like, numbers as bytes, most
/// significant first), Spring Cloud Stream (x-original-topic), Kafka Connect (__connect.errors.topic, as
/// text) and SmallRye (dead-letter-topic). Of several headers of one name the last counts. `run` is the
/// redrive that asks.
RecordPast pastOf(const BrokerMessage& record, const std::string& run);

/// The record as it goes back: without those headers, which whoever gives it up again writes anew, and with
/// ours. Header values are bytes then.
void makeReturn(BrokerMessage& record, int redriven, const std::string& run);

}  // namespace sluice::kafka
