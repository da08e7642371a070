#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <vector>

#include "app/brokers/messagedraft.h"

namespace sluice {

/// A broker that may be written to: how a person calls it, and the way to change what it has.
struct WritableBroker {
    QString name;
    bool mayWrite = false;  ///< the connection allows it without being asked each time
    /// Contacts nothing yet. Without `mayWrite` what it makes refuses where the bytes would leave.
    std::function<std::unique_ptr<BrokerChanges>(bool mayWrite)> changes;
    /// Says what became of a change whose asker went before it ended; on any thread. May be empty.
    std::function<void(const QString&)> toldLater{};
};

/// One change of a broker, on a thread of its own; what is written is logged. Lives on the window's thread;
/// owned by the dialog that asks for it. Destroying it stops the change and does not wait: what was done
/// stays done, and is told by the broker's toldLater().
class BrokerWriting : public QObject {
    Q_OBJECT

public:
    explicit BrokerWriting(const WritableBroker& broker, QObject* parent = nullptr);
    ~BrokerWriting() override;

    /// The steps one after the other: later ones build on earlier ones, so the first that fails is the last.
    /// stepEnded() follows for each that was tried, then applied().
    void apply(const std::vector<BrokerStep>& steps);
    /// purged() follows. A dry run does not write.
    void purge(const QString& place, bool dryRun);
    /// confirmed() follows now and then, then published().
    void publish(const MessageDraft& draft);
    /// offsetsMoved() follows. A dry run does not write.
    void moveOffsets(const OffsetsWish& wish);
    void stop();

signals:
    void stepEnded(int index, const sluice::BrokerProblem& problem);
    void applied();
    void purged(const sluice::PurgeResult& result, bool dryRun);
    void confirmed(qint64 messages);
    void published(const sluice::PublishResult& result);
    void offsetsMoved(const sluice::OffsetsResult& result, bool dryRun);

private:
    class Errand;

    /// Whose word counts from now on.
    std::shared_ptr<Errand> begin();
    [[nodiscard]] std::shared_ptr<BrokerChanges> changes(bool mayWrite) const;

    WritableBroker m_broker;
    std::shared_ptr<Errand> m_errand;
};

}  // namespace sluice
