#pragma once

#include <memory>
#include <string>

#include "core/record/recordingwriter.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Records what a source yields when nobody keeps a store of it: a TraceSink. Memory is bounded by some
/// megabytes, however long the run. (What is kept in a store is recorded by that store: see RecordingWriter.)
class Recorder : public TraceSink {
public:
    /// Errors: see RecordingWriter::create().
    static Result<std::unique_ptr<Recorder>> create(const std::string& path, const RecordingHeader& header);

    /// After a failure to write nothing more is taken.
    void accept(std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome) override;
    /// Writes what is not yet written: about once a second, on the thread that calls accept().
    void flush() { m_store.flushJournal(); }
    /// See RecordingWriter::status(). Any thread.
    [[nodiscard]] Result<void> status() const { return m_writer->status(); }
    [[nodiscard]] std::uint64_t bytes() const { return m_writer->bytes(); }

private:
    Recorder(std::shared_ptr<RecordingWriter> writer, std::shared_ptr<const EntityTable> table);

    std::shared_ptr<RecordingWriter> m_writer;
    TraceStore m_store;
};

}  // namespace sluice
