#include "plugins/kafka/topicchanges.h"

#include <QCoreApplication>
#include <algorithm>

#include "plugins/kafka/readingclient.h"
#include "plugins/kafka/topicsettings.h"
#include "plugins/kafka/writingclient.h"

namespace sluice::kafka {
namespace {

using Kind = BrokerProblem::Kind;
using Act = BrokerStep::Act;

struct ChangeWords {
    Q_DECLARE_TR_FUNCTIONS(TopicChanges)
};

struct Extent {
    int partition = 0;
    std::int64_t first = 0;
    std::int64_t end = 0;
};

std::vector<Partition> partitionsOf(const std::string& topic, const std::vector<Extent>& extents) {
    std::vector<Partition> asked;
    for (const Extent& one : extents)
        asked.emplace_back(topic, one.partition);
    return asked;
}

/// First and next offset of a topic's partitions.
Asked<std::vector<Extent>> extentsOf(ReadingClient& client, const QString& name,
                                     const QList<int>& chosen = {}) {
    if (BrokerProblem problem = client.open(); problem.kind != Kind::None)
        return {.problem = problem};
    const Asked<ClusterAnswer> cluster = client.cluster();
    if (!cluster.ok())
        return {.problem = cluster.problem};
    const auto& topics = cluster.answer.topics;
    const auto topic = std::find_if(topics.begin(), topics.end(),
                                    [&](const TopicAnswer& one) { return one.name == name.toStdString(); });
    if (topic == topics.end())
        return {
            .problem = {Kind::Settings,
                        ChangeWords::tr("The cluster has no topic %1, or the user may not see it.").arg(name),
                        ChangeWords::tr("Check the name, and the user's right to describe it.")}};
    Asked<std::vector<Extent>> asked;
    for (const PartitionAnswer& one : topic->partitions) {
        if (chosen.isEmpty() || chosen.contains(one.id))
            asked.answer.push_back({.partition = one.id});
    }
    const bool all = std::all_of(chosen.begin(), chosen.end(), [&](int wanted) {
        return std::any_of(asked.answer.begin(), asked.answer.end(),
                           [&](const Extent& one) { return one.partition == wanted; });
    });
    if (asked.answer.empty() || !all)
        return {.problem = {Kind::Settings,
                            ChangeWords::tr("Topic %1 does not have all of these partitions.").arg(name),
                            ChangeWords::tr("It has those from 0 to %1.").arg(topic->partitions.size() - 1)}};
    const std::vector<Partition> partitions = partitionsOf(name.toStdString(), asked.answer);
    const auto first = client.offsets(partitions, ReadingClient::kBegin);
    const auto end = client.offsets(partitions, ReadingClient::kEnd);
    for (const auto* answer : {&first, &end}) {
        if (!answer->ok())
            return {.problem = answer->problem};
    }
    for (std::size_t i = 0; i < partitions.size(); ++i) {
        if (!first.answer[i] || !end.answer[i])
            return {
                .problem = {
                    Kind::Answer,
                    ChangeWords::tr("Partition %1 of %2 has no leader.").arg(partitions[i].second).arg(name),
                    ChangeWords::tr("Look at the brokers of the cluster.")}};
        asked.answer[i].first = *first.answer[i];
        asked.answer[i].end = *end.answer[i];
    }
    return asked;
}

int numberIn(const Properties& settings, const char* key, int otherwise) {
    const Json* value = settings.find(key);
    return value && value->is_number_integer() ? value->get<int>() : otherwise;
}

BrokerProblem refuseFullTopic(const ConnectionSettings& settings, const BrokerStep& step) {
    ReadingClient reading(settings);
    const auto extents = extentsOf(reading, QString::fromStdString(step.name));
    if (!extents.ok())
        return extents.problem;
    std::int64_t records = 0;
    for (const Extent& one : extents.answer)
        records += one.end - one.first;
    if (records == 0)
        return {};
    return {Kind::Settings,
            ChangeWords::tr("%1 holds %2 records.").arg(QString::fromStdString(step.name)).arg(records),
            ChangeWords::tr("Name it once more for that, if they are to go with it.")};
}

/// Where the group is to read on, in each partition.
BrokerProblem findMoves(ReadingClient& client, const OffsetsWish& wish, OffsetsResult& result) {
    const auto extents = extentsOf(client, wish.topic, wish.partitions);
    if (!extents.ok())
        return extents.problem;
    const std::vector<std::string> group{wish.group.toStdString()};
    BrokerProblem refused;
    const auto described = client.describe(group, &refused);
    const auto committed = client.committed(group, &refused);
    if (!described.ok())
        return described.problem;
    if (!committed.ok())
        return committed.problem;
    if (refused.kind != Kind::None)
        return refused;
    for (const GroupAnswer& one : described.answer)
        result.members += static_cast<int>(one.members.size());
    result.known = !described.answer.empty() && described.answer.front().state != "Dead";
    const std::string topic = wish.topic.toStdString();
    const auto times = wish.to == OffsetsWish::To::Time
                           ? client.offsets(partitionsOf(topic, extents.answer), wish.value)
                           : Asked<std::vector<std::optional<std::int64_t>>>();
    if (!times.ok())
        return times.problem;
    const auto held = committed.answer.find(group.front());
    for (std::size_t i = 0; i < extents.answer.size(); ++i) {
        const Extent& extent = extents.answer[i];
        OffsetsMove move{.partition = extent.partition, .first = extent.first, .end = extent.end};
        if (held != committed.answer.end()) {
            const auto now = held->second.find(Partition(topic, extent.partition));
            move.now = now == held->second.end() ? -1 : now->second;
        }
        qint64 wanted = extent.end;
        switch (wish.to) {
            case OffsetsWish::To::Beginning:
                wanted = extent.first;
                break;
            case OffsetsWish::To::End:
                break;
            case OffsetsWish::To::Offset:
                wanted = wish.value;
                break;
            case OffsetsWish::To::Time:
                wanted = times.answer[i].value_or(extent.end);
                break;
            case OffsetsWish::To::By:
                if (move.now < 0)
                    return {Kind::Settings,
                            ChangeWords::tr("%1 has committed nothing in partition %2 of %3.")
                                .arg(wish.group)
                                .arg(extent.partition)
                                .arg(wish.topic),
                            ChangeWords::tr("Say an offset, a time, the beginning or the end.")};
                wanted = move.now + wish.value;
                break;
        }
        move.then = std::clamp<qint64>(wanted, extent.first, extent.end);
        move.held = move.then != wanted;
        result.moves << move;
    }
    return {};
}

}  // namespace

BrokerProblem TopicChanges::apply(const BrokerStep& step) {
    if (step.thing != BrokerStep::Thing::Topic)
        return {Kind::Settings, ChangeWords::tr("Kafka has no exchanges, queues and bindings."), {}};
    WritingClient client(m_settings);
    if (BrokerProblem problem = client.open(); problem.kind != Kind::None)
        return problem;
    if (step.act == Act::Create)
        return client.createTopic(step.name, numberIn(step.settings, "partitions", 3),
                                  numberIn(step.settings, "replication", 1), topicWords(step.settings, true));
    if (step.act == Act::Delete) {
        if (!step.withMessages) {
            if (BrokerProblem problem = refuseFullTopic(m_settings, step); problem.kind != Kind::None)
                return problem;
        }
        return client.deleteTopic(step.name);
    }
    const int partitions = numberIn(step.settings, "partitions", 0);
    if (partitions > 0) {
        if (BrokerProblem problem = client.growTopic(step.name, partitions); problem.kind != Kind::None)
            return problem;
    }
    const auto words = topicWords(step.settings, false);
    return words.empty() ? BrokerProblem() : client.configureTopic(step.name, words);
}

PublishResult TopicChanges::publish(const PublishWish& wish, PublishSource& source) {
    PublishResult result;
    WritingClient client(m_settings);
    result.problem = client.open();
    if (result.problem.kind != Kind::None)
        return result;
    // A producer that names a topic that is not there makes it, where the cluster allows that.
    ReadingClient reading(m_settings);
    const auto extents =
        extentsOf(reading, wish.place, wish.partition < 0 ? QList<int>() : QList<int>{wish.partition});
    if (!extents.ok()) {
        result.problem = extents.problem;
        return result;
    }
    return client.publish(wish, source);
}

PurgeResult TopicChanges::purge(const QString& place, bool dryRun) {
    PurgeResult result;
    ReadingClient reading(m_settings);
    const auto extents = extentsOf(reading, place);
    result.problem = extents.problem;
    if (!extents.ok())
        return result;
    Offsets before;
    for (const Extent& one : extents.answer) {
        result.messages += one.end - one.first;
        if (one.end > one.first)
            before.emplace(Partition(place.toStdString(), one.partition), one.end);
    }
    if (dryRun)
        return result;
    WritingClient client(m_settings);
    result.problem = client.open();
    if (result.problem.kind == Kind::None && !before.empty())
        result.problem = client.deleteRecords(before);
    return result;
}

OffsetsResult TopicChanges::moveOffsets(const OffsetsWish& wish) {
    OffsetsResult result;
    ReadingClient reading(m_settings);
    result.problem = findMoves(reading, wish, result);
    if (result.problem.kind != Kind::None || wish.dryRun)
        return result;
    if (result.members > 0) {
        result.problem = {
            Kind::Settings,
            (result.members == 1
                 ? ChangeWords::tr("%1 has a member that reads now.").arg(wish.group)
                 : ChangeWords::tr("%1 has %2 members that read now.").arg(wish.group).arg(result.members)),
            ChangeWords::tr("Stop them first: they would go on where they are.")};
        return result;
    }
    WritingClient client(m_settings);
    result.problem = client.open();
    if (result.problem.kind != Kind::None)
        return result;
    Offsets offsets;
    for (const OffsetsMove& move : result.moves)
        offsets.emplace(Partition(wish.topic.toStdString(), move.partition), move.then);
    result.problem = client.commit(wish.group.toStdString(), offsets);
    return result;
}

}  // namespace sluice::kafka
