#include "core/trace/blockcodec.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>

#include "core/trace/eventpredictor.h"

namespace sluice {
namespace {

static_assert(std::endian::native == std::endian::little, "fields are written as they lie in memory");

constexpr std::uint8_t kEscape = 255;  // a shape that had no room in the table stands among the fields
constexpr std::size_t kShapeBytes = 5;
constexpr std::size_t kLongestFields = kShapeBytes + 4 + 8 + 4 + 2 + 4 + 8;
constexpr std::size_t kSlack = 8;  // a field is moved with eight bytes whatever its length
constexpr std::size_t kLongestNumber = 10;

constexpr std::array<std::uint64_t, 9> kMasks{
    0, 0xff, 0xffff, 0xffffff, 0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff, ~std::uint64_t{0}};

/// What recurs: kind, marks, and how many bytes each field takes beyond what was foreseen. Packed into 34
/// bits.
struct Shape {
    std::uint64_t key = 0;

    [[nodiscard]] EventKind kind() const { return static_cast<EventKind>(key & 0xffU); }
    [[nodiscard]] std::uint8_t marks() const { return static_cast<std::uint8_t>(key >> 8U); }
    [[nodiscard]] unsigned subject() const { return key >> 16U & 7U; }
    [[nodiscard]] unsigned peer() const { return key >> 19U & 7U; }
    [[nodiscard]] unsigned detail() const { return key >> 22U & 3U; }
    [[nodiscard]] unsigned message() const { return key >> 24U & 7U; }
    [[nodiscard]] unsigned time() const { return key >> 27U & 15U; }
    [[nodiscard]] unsigned value() const { return key >> 31U & 15U; }
    [[nodiscard]] std::size_t bytes() const {
        return subject() + time() + peer() + detail() + message() + value();
    }
    /// False for a kind that this version does not know, a cause beyond the six, a field of too many bytes.
    [[nodiscard]] bool known() const {
        return key >> 35U == 0 && (key & 0xffU) < kEventKindCount && marks() >> 5U < kFailureKindCount &&
               subject() <= 4 && peer() <= 4 && detail() <= 2 && message() <= 4 && time() <= 8 &&
               value() <= 8;
    }
};

std::uint64_t zigzag(std::int64_t value) {
    return (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63);
}
std::int64_t unzigzag(std::uint64_t value) {
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
}
/// The distance from what was foreseen; both wrap around.
std::uint64_t distance(std::uint32_t is, std::uint32_t foreseen) {
    return zigzag(static_cast<std::int32_t>(is - foreseen));
}
std::uint32_t moved(std::uint32_t foreseen, std::uint64_t distance) {
    return foreseen + static_cast<std::uint32_t>(unzigzag(distance));
}

/// 0 for 0, else how many bytes it takes.
std::uint64_t bytesOf(std::uint64_t value) {
    return (static_cast<std::uint64_t>(std::bit_width(value | 1U)) + 7U) / 8U - (value == 0 ? 1U : 0U);
}

std::uint8_t* put(std::uint8_t* to, std::uint64_t value) {
    while (value >= 0x80) {
        *to++ = static_cast<std::uint8_t>(value | 0x80U);
        value >>= 7U;
    }
    *to++ = static_cast<std::uint8_t>(value);
    return to;
}

void putField(std::uint8_t*& to, std::uint64_t value, std::uint64_t bytes) {
    std::memcpy(to, &value, sizeof(value));
    to += bytes;
}

std::uint64_t takeField(const std::uint8_t*& from, unsigned bytes) {
    std::uint64_t value = 0;
    std::memcpy(&value, from, sizeof(value));
    from += bytes;
    return value & kMasks[bytes];
}

/// Reads numbers and runs of bytes and remembers whether there were enough of them.
class Reader {
public:
    explicit Reader(std::span<const std::uint8_t> bytes)
        : m_next(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    std::uint64_t number() {
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
        Shape shape;
        const auto raw = bytes(kShapeBytes);
        if (!raw.empty())
            std::memcpy(&shape.key, raw.data(), kShapeBytes);
        m_good = m_good && shape.known();
        return m_good ? shape : Shape{};
    }
    [[nodiscard]] std::span<const std::uint8_t> rest() const { return {m_next, m_end}; }
    [[nodiscard]] bool good() const { return m_good; }

private:
    const std::uint8_t* m_next;
    const std::uint8_t* m_end;
    bool m_good = true;
};

Error damaged() {
    return Error{ErrorCode::InvalidInput, "a block of events is damaged", {}};
}

}  // namespace

struct BlockEncoder::Private {
    static constexpr std::size_t kSlots = 1024;  // a power of two, four times the shapes

    Private() : numbers(kBlockEvents), fields(kBlockEvents * kLongestFields + kSlack) {}

    /// Its number in the block's table, or kEscape when the table is full.
    std::uint8_t numberOf(const Shape& shape) {
        const std::uint64_t key = shape.key | static_cast<std::uint64_t>(block) << 36U;
        std::size_t slot = static_cast<std::size_t>((shape.key * 0x9e3779b97f4a7c15ULL) >> 54U);
        while (slotKey[slot] >> 36U == block) {
            if (slotKey[slot] == key)
                return slotNumber[slot];
            slot = (slot + 1) % kSlots;
        }
        if (shapes.size() == kEscape)
            return kEscape;
        slotKey[slot] = key;
        slotNumber[slot] = static_cast<std::uint8_t>(shapes.size());
        shapes.push_back(shape);
        return slotNumber[slot];
    }

    void split(std::span<const TraceEvent> events);
    [[nodiscard]] std::vector<std::uint8_t> join(std::span<const TraceEvent> events) const;

    EventPredictor::Memory memory;
    std::vector<std::uint8_t> numbers;  ///< of the events' shapes
    std::vector<std::uint8_t> fields;
    std::size_t fieldBytes = 0;
    std::vector<Shape> shapes;
    std::uint32_t block = 0;  ///< number of the block, so that the slots need no clearing
    std::array<std::uint64_t, kSlots> slotKey{};
    std::array<std::uint8_t, kSlots> slotNumber{};
};

void BlockEncoder::Private::split(std::span<const TraceEvent> events) {
    ++block;
    shapes.clear();
    std::uint8_t* number = numbers.data();
    std::uint8_t* to = fields.data();
    TraceTime time = events.front().at;
    EventPredictor p(memory);
    for (const TraceEvent& event : events) {
        p.begin(event.kind);
        const std::uint64_t subject = event.subject ^ p.likelySubject();
        p.place(event.subject, event.at);
        const auto passed = static_cast<std::uint64_t>((event.at - time).count());
        const std::uint64_t peer = event.peer ^ p.likelyPeer();
        const std::uint64_t detail = static_cast<std::uint16_t>(event.detail ^ p.likelyDetail());
        p.peer(event.peer, event.detail);
        const std::uint64_t message = distance(event.message, p.likelyMessage());
        p.message(event.message);
        const std::uint64_t value =
            zigzag(static_cast<std::int64_t>(static_cast<std::uint64_t>(event.value) - p.likelyValue()));
        p.end(event.value);
        time = event.at;
        const std::uint64_t subjectBytes = bytesOf(subject);
        const std::uint64_t peerBytes = bytesOf(peer);
        const std::uint64_t detailBytes = bytesOf(detail);
        const std::uint64_t messageBytes = bytesOf(message);
        const std::uint64_t passedBytes = bytesOf(passed);
        const std::uint64_t valueBytes = bytesOf(value);
        const Shape shape{static_cast<std::uint64_t>(event.kind) |
                          static_cast<std::uint64_t>(event.marks) << 8U | subjectBytes << 16U |
                          peerBytes << 19U | detailBytes << 22U | messageBytes << 24U | passedBytes << 27U |
                          valueBytes << 31U};
        *number = numberOf(shape);
        if (*number++ == kEscape)
            putField(to, shape.key, kShapeBytes);
        putField(to, subject, subjectBytes);
        putField(to, passed, passedBytes);
        putField(to, peer, peerBytes);
        putField(to, detail, detailBytes);
        putField(to, message, messageBytes);
        putField(to, value, valueBytes);
    }
    fieldBytes = static_cast<std::size_t>(to - fields.data());
}

std::vector<std::uint8_t> BlockEncoder::Private::join(std::span<const TraceEvent> events) const {
    const std::size_t count = events.size();
    std::vector<std::uint8_t> bytes(3 * kLongestNumber + shapes.size() * kShapeBytes + count + fieldBytes);
    std::uint8_t* to = put(bytes.data(), count);
    to = put(to, zigzag(events.front().at.count()));
    to = put(to, shapes.size());
    for (const Shape& shape : shapes) {
        std::memcpy(to, &shape.key, kShapeBytes);
        to += kShapeBytes;
    }
    to = std::copy_n(numbers.data(), count, to);
    to = std::copy_n(fields.data(), fieldBytes, to);
    bytes.resize(static_cast<std::size_t>(to - bytes.data()));
    return bytes;
}

BlockEncoder::BlockEncoder() : d(std::make_unique<Private>()) {}
BlockEncoder::~BlockEncoder() = default;

std::vector<std::uint8_t> BlockEncoder::encode(std::span<const TraceEvent> events) {
    assert(!events.empty() && events.size() <= kBlockEvents);
    d->split(events);
    return d->join(events);
}

namespace {

/// What decoding needs for a while, kept by each thread that decodes.
struct Workplace {
    EventPredictor::Memory memory;
    std::vector<std::uint8_t> fields;
};

Workplace& workplace() {
    thread_local const auto own = std::make_unique<Workplace>();
    return *own;
}

}  // namespace

Result<std::vector<TraceEvent>> decodeBlock(std::span<const std::uint8_t> bytes) {
    Reader head(bytes);
    const std::uint64_t count = head.number();
    std::int64_t time = unzigzag(head.number());
    const std::uint64_t shapeCount = head.number();
    // Traces begin at zero.
    if (!head.good() || count == 0 || count > kBlockEvents || shapeCount > kEscape || time < 0)
        return damaged();
    std::array<Shape, kEscape + 1> shapes{};
    for (std::uint64_t i = 0; i < shapeCount; ++i)
        shapes[static_cast<std::size_t>(i)] = head.shape();
    const std::span<const std::uint8_t> numbers = head.bytes(count);
    const std::span<const std::uint8_t> fields = head.rest();
    if (!head.good() || fields.size() > count * kLongestFields)
        return damaged();
    Workplace& own = workplace();
    own.fields.assign(fields.begin(), fields.end());
    own.fields.resize(fields.size() + kSlack);
    const std::uint8_t* from = own.fields.data();
    const std::uint8_t* const end = from + fields.size();

    EventPredictor p(own.memory);
    std::vector<TraceEvent> events(static_cast<std::size_t>(count));
    const std::uint8_t* number = numbers.data();
    for (TraceEvent& event : events) {
        Shape shape = shapes[*number];
        if (*number >= shapeCount) {
            if (*number != kEscape || static_cast<std::size_t>(end - from) < kShapeBytes)
                return damaged();
            shape.key = takeField(from, kShapeBytes);
            if (!shape.known())
                return damaged();
        }
        ++number;
        if (static_cast<std::size_t>(end - from) < shape.bytes())
            return damaged();
        event.kind = shape.kind();
        event.marks = shape.marks();
        p.begin(event.kind);
        event.subject = p.likelySubject() ^ static_cast<EntityId>(takeField(from, shape.subject()));
        const std::uint64_t passed = takeField(from, shape.time());
        if (passed > static_cast<std::uint64_t>(INT64_MAX) - static_cast<std::uint64_t>(time))
            return damaged();
        time += static_cast<std::int64_t>(passed);
        event.at = TraceTime(time);
        p.place(event.subject, event.at);
        event.peer = p.likelyPeer() ^ static_cast<std::uint32_t>(takeField(from, shape.peer()));
        event.detail = static_cast<std::uint16_t>(p.likelyDetail() ^ takeField(from, shape.detail()));
        p.peer(event.peer, event.detail);
        event.message = moved(p.likelyMessage(), takeField(from, shape.message()));
        p.message(event.message);
        event.value = static_cast<std::int64_t>(
            p.likelyValue() + static_cast<std::uint64_t>(unzigzag(takeField(from, shape.value()))));
        p.end(event.value);
    }
    if (from != end)
        return damaged();
    return events;
}

}  // namespace sluice
