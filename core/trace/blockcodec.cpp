#include "core/trace/blockcodec.h"

#include <zstd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

namespace sluice {
namespace {

enum Column : std::size_t { kShapes, kSubjects, kTimes, kMessages, kPeers, kValues, kEscapes, kColumnCount };

constexpr std::size_t kLongestNumber = 10;  // 64 bits in groups of 7
constexpr std::uint8_t kEscape = 255;       // a shape that had no room in the table stands in kEscapes
constexpr std::size_t kShapeBytes = 5;
constexpr std::uint8_t kHasPeer = 1;
constexpr std::uint8_t kHasValue = 2;

struct Shape {
    EventKind kind = EventKind::MessageCreated;
    std::uint8_t marks = 0;
    std::uint16_t detail = 0;
    std::uint8_t present = 0;

    [[nodiscard]] std::uint64_t key() const {
        return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(marks) << 8U |
               static_cast<std::uint64_t>(detail) << 16U | static_cast<std::uint64_t>(present) << 32U;
    }
};

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}

std::uint8_t* put(std::uint8_t* to, std::uint64_t value) {
    while (value >= 0x80) {
        *to++ = static_cast<std::uint8_t>(value | 0x80U);
        value >>= 7U;
    }
    *to++ = static_cast<std::uint8_t>(value);
    return to;
}

void putShape(std::uint8_t* to, const Shape& shape) {
    to[0] = static_cast<std::uint8_t>(shape.kind);
    to[1] = shape.marks;
    to[2] = static_cast<std::uint8_t>(shape.detail);
    to[3] = static_cast<std::uint8_t>(shape.detail >> 8U);
    to[4] = shape.present;
}

/// Reads numbers and runs of bytes and remembers whether there were enough of them.
class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes)
        : m_next(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    std::uint64_t number() {
        if (m_next != m_end && *m_next < 0x80)
            return *m_next++;
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 70; shift += 7) {
            if (m_next == m_end)
                break;
            const std::uint8_t byte = *m_next++;
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << std::min(shift, 63U);
            if (byte < 0x80)
                return value;
        }
        m_good = false;
        return 0;
    }
    std::uint8_t byte() {
        if (m_next == m_end) {
            m_good = false;
            return 0;
        }
        return *m_next++;
    }
    std::span<const std::uint8_t> bytes(std::uint64_t count) {
        if (count > static_cast<std::uint64_t>(m_end - m_next)) {
            m_good = false;
            return {};
        }
        const std::span<const std::uint8_t> result(m_next, static_cast<std::size_t>(count));
        m_next += count;
        return result;
    }
    Shape shape() {
        const auto raw = bytes(kShapeBytes);
        Shape shape;
        if (raw.empty())
            return shape;
        // A cause beyond the six kinds of failure, or a kind that this version does not know.
        m_good = m_good && raw[0] < kEventKindCount && raw[1] >> 5U < kFailureKindCount;
        if (!m_good)
            return shape;
        shape.kind = static_cast<EventKind>(raw[0]);
        shape.marks = raw[1];
        shape.detail = static_cast<std::uint16_t>(raw[2] | raw[3] << 8U);
        shape.present = raw[4];
        return shape;
    }
    [[nodiscard]] bool good() const { return m_good; }
    [[nodiscard]] bool atEnd() const { return m_next == m_end; }

private:
    const std::uint8_t* m_next;
    const std::uint8_t* m_end;
    bool m_good = true;
};

Error damaged() {
    return Error{ErrorCode::InvalidInput, "a block of events is damaged", {}};
}

struct Decompressor {
    Decompressor() : context(ZSTD_createDCtx()) {}
    ~Decompressor() { ZSTD_freeDCtx(context); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;
    ZSTD_DCtx* context;
};

}  // namespace

struct BlockEncoder::Private {
    static constexpr std::size_t kSlots = 1024;  // a power of two, four times the shapes

    Private() : compressor(ZSTD_createCCtx()) {
        for (std::vector<std::uint8_t>& column : columns)
            column.resize(kBlockEvents * kLongestNumber);
    }
    ~Private() { ZSTD_freeCCtx(compressor); }
    Private(const Private&) = delete;
    Private& operator=(const Private&) = delete;

    /// Its number in the block's table, or kEscape when the table is full.
    std::uint8_t numberOf(const Shape& shape) {
        const std::uint64_t key = shape.key();
        std::size_t slot = static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> 54U);
        while (slotBlock[slot] == block) {
            if (slotKey[slot] == key)
                return slotNumber[slot];
            slot = (slot + 1) % kSlots;
        }
        if (shapes.size() == kEscape)
            return kEscape;
        slotBlock[slot] = block;
        slotKey[slot] = key;
        slotNumber[slot] = static_cast<std::uint8_t>(shapes.size());
        shapes.push_back(shape);
        return slotNumber[slot];
    }

    void splitIntoColumns(std::span<const TraceEvent> events);
    std::vector<std::uint8_t> join(std::span<const TraceEvent> events, Packing packing);

    ZSTD_CCtx* compressor;
    std::array<std::vector<std::uint8_t>, kColumnCount> columns;
    std::array<std::size_t, kColumnCount> sizes{};
    std::vector<Shape> shapes;
    std::uint32_t block = 0;  ///< number of the block, so that the slots need no clearing
    std::array<std::uint32_t, kSlots> slotBlock{};
    std::array<std::uint64_t, kSlots> slotKey{};
    std::array<std::uint8_t, kSlots> slotNumber{};
};

void BlockEncoder::Private::splitIntoColumns(std::span<const TraceEvent> events) {
    ++block;
    shapes.clear();
    std::array<std::uint8_t*, kColumnCount> to{};
    for (std::size_t i = 0; i < kColumnCount; ++i)
        to[i] = columns[i].data();
    std::uint8_t* shapesTo = to[kShapes];
    std::uint8_t* subjects = to[kSubjects];
    std::uint8_t* times = to[kTimes];
    std::uint8_t* messages = to[kMessages];
    std::uint8_t* peers = to[kPeers];
    std::uint8_t* values = to[kValues];
    std::uint8_t* escapes = to[kEscapes];
    TraceTime time = events.front().at;
    MessageId message = 0;
    for (const TraceEvent& event : events) {
        const auto present =
            static_cast<std::uint8_t>((event.peer != 0 ? kHasPeer : 0) | (event.value != 0 ? kHasValue : 0));
        const Shape shape{event.kind, event.marks, event.detail, present};
        const std::uint8_t number = numberOf(shape);
        *shapesTo++ = number;
        if (number == kEscape) {
            putShape(escapes, shape);
            escapes += kShapeBytes;
        }
        // kNoEntity becomes 0.
        subjects = put(subjects, event.subject + 1U);
        times = put(times, static_cast<std::uint64_t>((event.at - time).count()));
        messages = put(messages, zigzag(static_cast<std::int32_t>(event.message - message)));
        if (event.peer != 0)
            peers = put(peers, event.peer + 1U);
        if (event.value != 0)
            values = put(values, zigzag(event.value));
        time = event.at;
        message = event.message;
    }
    const std::array<std::uint8_t*, kColumnCount> end{shapesTo, subjects, times,  messages,
                                                      peers,    values,   escapes};
    for (std::size_t i = 0; i < kColumnCount; ++i)
        sizes[i] = static_cast<std::size_t>(end[i] - columns[i].data());
}

std::vector<std::uint8_t> BlockEncoder::Private::join(std::span<const TraceEvent> events, Packing packing) {
    std::size_t most = 64 + shapes.size() * kShapeBytes;
    for (const std::size_t size : sizes)
        most += ZSTD_compressBound(size) + 2 * kLongestNumber;
    std::vector<std::uint8_t> bytes(most);
    std::uint8_t* to = put(bytes.data(), events.size());
    to = put(to, zigzag(events.front().at.count()));
    to = put(to, shapes.size());
    for (const Shape& shape : shapes) {
        putShape(to, shape);
        to += kShapeBytes;
    }
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        const std::size_t size = sizes[i];
        to = put(to, size);
        // The size's length is not known before the column is compressed: leave it room and close the gap.
        std::uint8_t* const body = to + kLongestNumber;
        std::size_t stored = 0;
        if (packing == Packing::Compressed && size > 64) {
            stored = ZSTD_compressCCtx(compressor, body, bytes.data() + bytes.size() - body,
                                       columns[i].data(), size, 1);
            if (ZSTD_isError(stored) || stored >= size)
                stored = 0;
        }
        to = put(to, stored);
        if (stored == 0) {
            std::copy_n(columns[i].data(), size, to);
            to += size;
        } else {
            std::memmove(to, body, stored);
            to += stored;
        }
    }
    bytes.resize(static_cast<std::size_t>(to - bytes.data()));
    bytes.shrink_to_fit();
    return bytes;
}

BlockEncoder::BlockEncoder() : d(std::make_unique<Private>()) {}
BlockEncoder::~BlockEncoder() = default;

std::vector<std::uint8_t> BlockEncoder::encode(std::span<const TraceEvent> events, Packing packing) {
    assert(!events.empty() && events.size() <= kBlockEvents);
    d->splitIntoColumns(events);
    return d->join(events, packing);
}

Result<std::vector<TraceEvent>> decodeBlock(std::span<const std::uint8_t> bytes) {
    Reader head(bytes);
    const std::uint64_t count = head.number();
    std::int64_t time = unzigzag(head.number());
    const std::uint64_t shapeCount = head.number();
    if (!head.good() || count == 0 || count > kBlockEvents || shapeCount > kEscape)
        return damaged();
    std::vector<Shape> shapes(static_cast<std::size_t>(shapeCount));
    for (Shape& shape : shapes)
        shape = head.shape();

    std::array<std::vector<std::uint8_t>, kColumnCount> unpacked;
    std::array<std::span<const std::uint8_t>, kColumnCount> columns;
    const Decompressor decompressor;
    for (std::size_t i = 0; i < kColumnCount; ++i) {
        const std::uint64_t size = head.number();
        const std::uint64_t stored = head.number();
        columns[i] = head.bytes(stored == 0 ? size : stored);
        if (!head.good() || size > count * kLongestNumber)
            return damaged();
        if (stored == 0)
            continue;
        unpacked[i].resize(static_cast<std::size_t>(size));
        const std::size_t done =
            ZSTD_decompressDCtx(decompressor.context, unpacked[i].data(), unpacked[i].size(),
                                columns[i].data(), columns[i].size());
        if (ZSTD_isError(done) || done != size)
            return damaged();
        columns[i] = unpacked[i];
    }

    Reader numbers(columns[kShapes]);
    Reader subjects(columns[kSubjects]);
    Reader times(columns[kTimes]);
    Reader messages(columns[kMessages]);
    Reader peers(columns[kPeers]);
    Reader values(columns[kValues]);
    Reader escapes(columns[kEscapes]);
    std::vector<TraceEvent> events(static_cast<std::size_t>(count));
    MessageId message = 0;
    for (TraceEvent& event : events) {
        const std::uint8_t number = numbers.byte();
        if (number != kEscape && number >= shapes.size())
            return damaged();
        const Shape shape = number == kEscape ? escapes.shape() : shapes[number];
        event.kind = shape.kind;
        event.marks = shape.marks;
        event.detail = shape.detail;
        event.subject = static_cast<EntityId>(subjects.number()) - 1U;
        const std::uint64_t passed = times.number();
        if (passed > static_cast<std::uint64_t>(INT64_MAX) -
                         static_cast<std::uint64_t>(std::max<std::int64_t>(time, 0)))
            return damaged();
        time += static_cast<std::int64_t>(passed);
        event.at = TraceTime(time);
        message += static_cast<MessageId>(unzigzag(messages.number()));
        event.message = message;
        event.peer = (shape.present & kHasPeer) != 0 ? static_cast<std::uint32_t>(peers.number()) - 1U : 0;
        event.value = (shape.present & kHasValue) != 0 ? unzigzag(values.number()) : 0;
    }
    for (const Reader* reader : {&numbers, &subjects, &times, &messages, &peers, &values, &escapes}) {
        if (!reader->good() || !reader->atEnd())
            return damaged();
    }
    return events;
}

}  // namespace sluice
