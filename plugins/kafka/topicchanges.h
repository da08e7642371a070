#pragma once

#include "plugins/api/brokerchanges.h"

namespace sluice::kafka {

/// Changes what a cluster has: topics, their records, and where groups read on. Read-only is kept by the
/// client that writes (WritingClient).
class TopicChanges : public BrokerChanges {
public:
    explicit TopicChanges(const ConnectionSettings& settings) : m_settings(settings) {}

    [[nodiscard]] std::vector<ElementKind> kinds() const override { return {ElementKind::Topic}; }
    BrokerProblem apply(const BrokerStep& step) override;
    PublishResult publish(const PublishWish& wish, PublishSource& source) override;
    PurgeResult purge(const QString& place, bool dryRun) override;
    OffsetsResult moveOffsets(const OffsetsWish& wish) override;

private:
    ConnectionSettings m_settings;
};

}  // namespace sluice::kafka
