#include "plugins/kafka/discovery.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include "plugins/kafka/clusterdrawing.h"

namespace sluice::kafka {
namespace {

struct DiscoveryWords {
    Q_DECLARE_TR_FUNCTIONS(KafkaDiscovery)
};

}  // namespace

Asked<Discovery> discoverCluster(ReadingClient& client) {
    QElapsedTimer clock;
    clock.start();
    if (BrokerProblem problem = client.open(); problem.kind != BrokerProblem::Kind::None)
        return {.problem = std::move(problem)};
    Asked<ClusterAnswer> cluster = client.cluster();
    if (!cluster.ok())
        return {.problem = std::move(cluster.problem)};
    QStringList notes;
    const auto note = [&](const QString& missing, const BrokerProblem& problem) {
        if (problem.kind != BrokerProblem::Kind::None)
            notes << missing + QStringLiteral(": ") + problem.text();
    };
    DrawingAnswers answers;
    answers.internalTopics = client.settings().isOn("internalTopics");
    std::vector<std::string> names;
    for (const TopicAnswer& topic : cluster.answer.topics) {
        if (answers.internalTopics || !isInternal(topic.name))
            names.push_back(topic.name);
    }
    answers.cluster = std::move(cluster.answer);
    // The rest is what a user may lack the right to see; topics alone are worth a drawing.
    BrokerProblem refused;
    Asked<TopicSettings> settings = client.topicSettings(names, &refused);
    note(DiscoveryWords::tr("Settings of topics are not drawn"), settings.ok() ? refused : settings.problem);
    answers.settings = std::move(settings.answer);
    const Asked<std::vector<std::string>> groups = client.groups();
    note(DiscoveryWords::tr("Consumer groups are not drawn"), groups.problem);
    refused = {};
    Asked<std::vector<GroupAnswer>> described = client.describe(groups.answer, &refused);
    note(DiscoveryWords::tr("Not all groups are drawn"), described.ok() ? refused : described.problem);
    answers.groups = std::move(described.answer);
    refused = {};
    auto committed = client.committed(groups.answer, &refused);
    note(DiscoveryWords::tr("What groups have committed is not known of all"),
         committed.ok() ? refused : committed.problem);
    answers.committed = std::move(committed.answer);
    Discovery discovery = drawCluster(answers, client.settings().name.toStdString());
    discovery.notes = notes + discovery.notes;
    discovery.milliseconds = clock.elapsed();
    return {.answer = std::move(discovery)};
}

}  // namespace sluice::kafka
