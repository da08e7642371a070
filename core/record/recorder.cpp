#include "core/record/recorder.h"

namespace sluice {
namespace {

constexpr std::size_t kMemory = std::size_t{4} << 20U;

}  // namespace

Result<std::unique_ptr<Recorder>> Recorder::create(const std::string& path, const RecordingHeader& header) {
    auto writer = RecordingWriter::create(path, header);
    if (!writer)
        return writer.error();
    return std::unique_ptr<Recorder>(new Recorder(std::move(*writer), header.table));
}

Recorder::Recorder(std::shared_ptr<RecordingWriter> writer, std::shared_ptr<const EntityTable> table)
    : m_writer(std::move(writer)), m_store(std::move(table), kMemory) {
    m_store.setJournal(m_writer);
}

void Recorder::accept(std::span<const TraceEvent> events, TraceTime horizon) {
    if (status())
        m_store.accept(events, horizon);
}

void Recorder::finish(const Result<void>& outcome) {
    m_store.finish(outcome);
}

}  // namespace sluice
