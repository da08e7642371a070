#include "plugins/kafka/clusterdrawing.h"

#include <QCoreApplication>
#include <charconv>
#include <optional>
#include <set>

#include "core/base/duration.h"
#include "core/live/founddrawing.h"

namespace sluice::kafka {
namespace {

struct DrawingWords {
    Q_DECLARE_TR_FUNCTIONS(ClusterDrawing)
};

std::string settingOf(const std::map<std::string, std::string>& settings, const char* name) {
    const auto it = settings.find(name);
    return it == settings.end() ? std::string() : it->second;
}

std::optional<std::int64_t> numberOf(const std::map<std::string, std::string>& settings, const char* name) {
    const std::string text = settingOf(settings, name);
    std::int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && !text.empty() ? std::optional(number) : std::nullopt;
}

std::string assignorOf(const std::string& kafkas) {
    if (kafkas == "roundrobin")
        return "roundRobin";
    if (kafkas == "cooperative-sticky")
        return "cooperativeSticky";
    return kafkas == "sticky" ? kafkas : std::string();
}

class Drawer {
public:
    explicit Drawer(const std::string& name) : m_drawing(name) {}

    Discovery draw(const DrawingAnswers& answers) {
        for (const TopicAnswer& topic : answers.cluster.topics) {
            if (isInternal(topic.name) && !answers.internalTopics)
                continue;
            const auto settings = answers.settings.find(topic.name);
            drawTopic(topic, settings == answers.settings.end() ? std::map<std::string, std::string>()
                                                                : settings->second);
        }
        for (const GroupAnswer& group : answers.groups) {
            const auto committed = answers.committed.find(group.id);
            drawGroup(group, committed == answers.committed.end() ? Offsets() : committed->second);
        }
        Discovery discovery;
        if (m_forEver > 0)
            m_notes << (m_forEver == 1
                            ? DrawingWords::tr("1 topic keeps its records for ever, drawn as 90 years")
                            : DrawingWords::tr("%1 topics keep their records for ever, drawn as 90 years")
                                  .arg(m_forEver));
        if (m_idle > 0)
            m_notes << (m_idle == 1 ? DrawingWords::tr("1 group reads no topic that is drawn")
                                    : DrawingWords::tr("%1 groups read no topic that is drawn").arg(m_idle));
        m_notes << DrawingWords::tr("Kafka does not tell who publishes: draw that yourself");
        discovery.drawing = std::make_shared<const Diagram>(m_drawing.take());
        discovery.notes = m_notes;
        return discovery;
    }

private:
    void drawTopic(const TopicAnswer& topic, const std::map<std::string, std::string>& settings) {
        Properties& drawn = m_drawing.at(m_drawing.element(ElementKind::Topic, topic.name)).properties;
        drawn.set("partitions", topic.partitions.size());
        const int replicas = topic.partitions.empty() ? 1 : topic.partitions.front().replicas;
        if (replicas > 1)
            drawn.set("replication", replicas);
        const auto inSync = numberOf(settings, "min.insync.replicas");
        if (inSync.value_or(1) > 1)
            drawn.set("minIsr", *inSync);
        const std::string policy = settingOf(settings, "cleanup.policy");
        const bool deletes = policy.empty() || policy.find("delete") != std::string::npos;
        if (policy.find("compact") != std::string::npos)
            drawn.set("compacted", true);
        const auto retention = numberOf(settings, "retention.ms");
        if (deletes && retention && *retention != kUsualRetention) {
            const bool forEver = *retention < 0 || std::chrono::milliseconds(*retention) > kForEver;
            m_forEver += forEver ? 1 : 0;
            drawn.set("retention", formatDuration(forEver ? Duration(kForEver)
                                                          : Duration(std::chrono::milliseconds(*retention))));
        }
        const auto bytes = numberOf(settings, "retention.bytes");
        if (deletes && bytes && *bytes >= 0)
            drawn.set("retentionBytes", *bytes);
    }

    void drawGroup(const GroupAnswer& group, const Offsets& committed) {
        std::set<std::string> topics;
        for (const MemberAnswer& member : group.members) {
            for (const auto& [topic, partition] : member.assigned)
                topics.insert(topic);
        }
        for (const auto& [partition, offset] : committed)
            topics.insert(partition.first);
        Id reader;
        for (const std::string& topic : topics) {
            const Id from = m_drawing.find(ElementKind::Topic, topic);
            if (from.empty())
                continue;
            if (reader.empty()) {
                reader = m_drawing.element(ElementKind::Service, group.id);
                m_drawing.at(reader).properties.set("instances", group.members.size());
            }
            Properties properties;
            properties.set("group", group.id);
            const std::string assignor = assignorOf(group.assignor);
            if (!assignor.empty())
                properties.set("assignor", assignor);
            m_drawing.link(LinkKind::Consume, from, reader, properties);
        }
        m_idle += reader.empty() ? 1 : 0;
    }

    FoundDrawing m_drawing;
    QStringList m_notes;
    int m_forEver = 0;
    int m_idle = 0;
};

}  // namespace

bool isInternal(const std::string& topic) {
    return topic.starts_with("__");
}

Discovery drawCluster(const DrawingAnswers& answers, const std::string& name) {
    return Drawer(name).draw(answers);
}

}  // namespace sluice::kafka
