#pragma once

#include <functional>
#include <memory>

#include "plugins/api/brokerchanges.h"
#include "plugins/api/brokerredrive.h"

namespace sluice {

/// The log of what was written over a connection: a file of JSON Lines in the settings folder, {"time",
/// "user", "connection", "act", "result"} each, read by its owner only. `connection` is its name or address.
QString writingLogFile(const QString& connection);

/// Writes lines into it. `unlogged` is told once of a log that cannot be written; what is done is done all
/// the same.
class WritingLog {
public:
    using Unlogged = std::function<void(const QString& file)>;

    WritingLog(const QString& connection, Unlogged unlogged)
        : m_connection(connection), m_unlogged(std::move(unlogged)) {}
    void write(const QString& act, const QString& result, const BrokerProblem& problem);

private:
    QString m_connection;
    Unlogged m_unlogged;
};

/// Changes what a broker has, and writes down each attempt with what came of it, so that no caller can forget
/// to. Reading and dry runs are not written down. Called on the thread of the changes.
class LoggedChanges : public BrokerChanges {
public:
    LoggedChanges(std::unique_ptr<BrokerChanges> changes, WritingLog log)
        : m_changes(std::move(changes)), m_log(std::move(log)) {}

    [[nodiscard]] std::vector<ElementKind> kinds() const override { return m_changes->kinds(); }
    BrokerProblem apply(const BrokerStep& step) override;
    PublishResult publish(const PublishWish& wish, PublishSource& source) override;
    PurgeResult purge(const QString& place, bool dryRun) override;
    OffsetsResult moveOffsets(const OffsetsWish& wish) override;

private:
    std::unique_ptr<BrokerChanges> m_changes;
    WritingLog m_log;
};

/// The same for sending dead letters back.
class LoggedRedrive : public BrokerRedrive {
public:
    LoggedRedrive(std::unique_ptr<BrokerRedrive> redrive, WritingLog log)
        : m_redrive(std::move(redrive)), m_log(std::move(log)) {}

    RedriveResult run(const RedriveWish& wish, RedriveListener& listener) override;

private:
    std::unique_ptr<BrokerRedrive> m_redrive;
    WritingLog m_log;
};

}  // namespace sluice
