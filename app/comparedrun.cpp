#include "app/comparedrun.h"

#include <limits>

namespace sluice {

ComparedRun::ComparedRun(std::shared_ptr<const Diagram> diagram, const RunOptions& options, QObject* parent)
    : QObject(parent), m_diagram(std::move(diagram)) {
    m_engine = std::make_unique<EngineThread>(
        m_diagram, options, [this](const Result<EngineThread::Prepared>& result) {
            QMetaObject::invokeMethod(
                this, [this, result] { prepared(result); }, Qt::QueuedConnection);
        });
    EngineThread::Allowance all;
    all.until = TraceTime::max();
    all.mostEvents = std::numeric_limits<std::uint64_t>::max();
    m_engine->allow(all);
}

ComparedRun::ComparedRun(const Recording& recording, QObject* parent)
    : QObject(parent),
      m_diagram(std::make_shared<const Diagram>(recording.header.diagram)),
      m_store(recording.store),
      m_scenario(recording.header.scenario),
      m_system(SystemState::initial(m_store->table())) {}

ComparedRun::~ComparedRun() = default;

void ComparedRun::prepared(const Result<EngineThread::Prepared>& result) {
    if (!result) {
        emit failed(QString::fromStdString(result.error().text()));
        return;
    }
    m_store = result->store;
    m_scenario = result->scenario;
    m_system = SystemState::initial(m_store->table());
    emit ready();
}

void ComparedRun::showAt(TraceTime time) {
    if (m_store)
        m_store->advance(m_system, std::min(time, m_store->horizon()));
}

}  // namespace sluice
