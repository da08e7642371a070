#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/record/compressed.h"
#include "core/record/recordedstates.h"
#include "core/record/recordingfile.h"
#include "core/record/recordingheader.h"
#include "core/story/runnotes.h"
#include "core/trace/blockcodec.h"
#include "core/trace/journal.h"
#include "core/trace/messagetexts.h"
#include "core/trace/tracestore.h"

namespace sluice {

/// Writes a .sluicerec file while a trace happens: give it to TraceStore::setJournal(), before the run or at
/// any moment of it or after it, as the store tells it what it has already. What has been written stays
/// readable whatever happens to the process. When the disk is full or gone, the file keeps all whole chunks
/// so far, the run goes on, and status() says so. Made on any thread; then told on the one that appends to
/// the store.
class RecordingWriter : public TraceJournal {
public:
    /// Makes the file, in place of one that is there (which keeps its contents for those who have it open).
    /// Errors: the file cannot be made or the header not be written, with the system's reason.
    static Result<std::shared_ptr<RecordingWriter>> create(const std::string& path,
                                                           const RecordingHeader& header);
    ~RecordingWriter() override;
    RecordingWriter(const RecordingWriter&) = delete;
    RecordingWriter& operator=(const RecordingWriter&) = delete;

    std::optional<std::int64_t> block(const BlockIndex& index, std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] std::shared_ptr<const BlockFile> file() const override;
    void state(const SystemState& state) override;
    void tail(Sequence first, std::span<const TraceEvent> events, TraceTime horizon) override;
    void finish(const Result<void>& outcome, TraceTime horizon) override;

    // Any thread.

    /// Keeps these notes in place of the last ones: at once, while the trace goes on or after its end.
    void notes(const RunNotes& notes);
    /// An error once something could not be written; its sentence says up to when the recording is whole.
    [[nodiscard]] Result<void> status() const;
    /// Bytes in the file.
    [[nodiscard]] std::uint64_t bytes() const { return m_end; }
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    RecordingWriter(std::string path, int descriptor);
    /// Where the chunk begins; nothing when it could not be written, and then nothing more will be.
    std::optional<std::uint64_t> append(recordingformat::Chunk kind, std::span<const std::uint8_t> first,
                                        std::span<const std::uint8_t> second = {},
                                        std::span<const std::uint8_t> third = {});
    std::optional<std::uint64_t> appendLocked(recordingformat::Chunk kind,
                                              std::span<const std::uint8_t> first,
                                              std::span<const std::uint8_t> second = {},
                                              std::span<const std::uint8_t> third = {});
    bool write(std::span<const std::uint8_t> bytes);
    void writeFooter();
    /// What messages carried, as far as it is new: before the events that name them.
    void writeTexts();

    const std::string m_path;
    const int m_descriptor;
    std::shared_ptr<const RecordingFile> m_file;  ///< for reading
    std::atomic<std::uint64_t> m_end{0};
    std::mutex m_writing;                    ///< one writes at a time; guards the next three
    std::vector<std::uint8_t> m_chunk;       ///< being written
    std::vector<std::uint8_t> m_notes;       ///< the last ones; empty: there are none
    std::optional<std::uint64_t> m_index{};  ///< where its chunk begins, once finished
    BlockEncoder m_encoder;
    StateEncoder m_states;
    StateEncoder::Encoded m_state;  ///< the last one
    Compressor m_compressor;
    std::vector<StoredBlock> m_blocks;
    std::vector<StatePlace> m_places;
    std::vector<std::uint64_t> m_tails;           ///< chunks since the last block
    std::shared_ptr<const MessageTexts> m_texts;  ///< null: its messages are made up
    MessageTexts::Place m_textsPlace;
    std::vector<std::uint64_t> m_textChunks;
    std::atomic<TraceTime> m_horizon{};
    mutable std::mutex m_mutex;  ///< guards what follows
    Result<void> m_status;
};

/// A recording of a finished trace, written at once; a file that is there is replaced only by a whole one.
/// Any thread; takes about a second for twenty million events. Errors: see RecordingWriter.
Result<void> saveRecording(const std::string& path, const RecordingHeader& header, TraceStore& store,
                           const RunNotes& notes = {});

}  // namespace sluice
