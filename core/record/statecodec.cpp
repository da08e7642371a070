#include "core/record/statecodec.h"

#include <algorithm>

namespace sluice {
namespace {

/// In place of how many transits there are: they stand in pieces, as those of lines do; and the others are
/// packed too.
constexpr std::uint64_t kTransitsInPieces = ~std::uint64_t{0};
constexpr std::uint64_t kTransitsPacked = ~std::uint64_t{1};

/// From then to now; wraps around, as a trace may come from elsewhere.
std::int64_t passed(TraceTime then, TraceTime now) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(now.count()) -
                                     static_cast<std::uint64_t>(then.count()));
}

/// Where in `known`, from `from` on, the piece stands; known.size() when it does not stand near.
template <class Known>
std::size_t find(const std::vector<Known>& known, std::size_t from, std::size_t most,
                 const std::shared_ptr<const Piece>& piece) {
    const std::size_t end = std::min(known.size(), from + most);
    for (std::size_t i = from; i < end; ++i) {
        if (known[i].piece == piece)
            return i;
    }
    return known.size();
}

bool hasAlerts(const SystemState& state) {
    return state.alerts != RaisedAlerts{} ||
           std::any_of(state.entities.begin(), state.entities.end(),
                       [](const EntityState& entity) { return entity.alerts != RaisedAlerts{}; });
}

}  // namespace

void StateEncoder::line(const MessageLine& line, std::vector<Known>& known) {
    // Lines move: what was there before is there again, less some from the front, and new ones behind. A
    // piece that is not found where it should be is written once more.
    constexpr std::size_t kNear = 64;
    std::vector<Known> now;
    const auto pieces = line.pieces();
    now.reserve(pieces.size());
    std::size_t from = 0;
    for (const std::shared_ptr<const Piece>& piece : pieces) {
        const std::size_t found = find(known, from, now.empty() ? known.size() : kNear, piece);
        if (found < known.size()) {
            // Moved: counting one holder more, and one less later, would fetch each piece into the cache.
            now.push_back(std::move(known[found]));
            from = found + 1;
        } else {
            now.push_back(Known{piece, m_next++});
            putLinePiece(m_pieces, *piece);
        }
    }
    putMessages(m_state, line.head());
    m_state.number(now.size());
    for (std::size_t i = 0; i < now.size();) {
        std::size_t run = 1;
        while (i + run < now.size() && now[i + run].id == now[i].id + run)
            ++run;
        m_state.number(now[i].id);
        m_state.number(run);
        i += run;
    }
    putMessages(m_state, line.rest());
    known = std::move(now);
}

void StateEncoder::transits(const Transits& transits) {
    std::vector<Known> now;
    now.reserve(transits.parts().size());
    std::size_t from = 0;
    for (const Transits::Part& part : transits.parts()) {
        const std::size_t found = find(m_knownTransits, from, m_knownTransits.size(), part.piece);
        if (found < m_knownTransits.size()) {
            now.push_back(std::move(m_knownTransits[found]));
            from = found + 1;
        } else {
            now.push_back(Known{part.piece, m_next++});
            putTransitsPiece(m_pieces, *part.piece);
        }
    }
    m_state.number(kTransitsPacked);
    m_state.number(transits.added());
    m_state.number(now.size());
    for (std::size_t i = 0; i < now.size(); ++i) {
        m_state.number(now[i].id);
        m_state.number(transits.parts()[i].gone);
    }
    m_knownTransits = std::move(now);
    putTransits(m_state, transits.rest());
}

void StateEncoder::entity(const EntityState& entity, TraceTime at) {
    for (const std::uint64_t count : {entity.ready, entity.unacknowledged, entity.replyQueues, entity.rows,
                                      entity.in, entity.out, entity.failed, entity.deadLettered, entity.late,
                                      entity.timedOut, entity.lost, std::uint64_t{entity.actions}})
        m_state.number(count);
    m_state.number(entity.faulty ? 1 : 0);
    m_state.signedNumber(entity.freshness.count());
    m_state.signedNumber(passed(entity.lastActive, at));
    m_state.number(entity.partitions.size());
    for (const PartitionState& partition : entity.partitions)
        m_state.signedNumber(partition.end);
    m_state.number(entity.groups.size());
    for (const GroupState& group : entity.groups) {
        m_state.number(group.link);
        m_state.number(group.position.size());
        for (std::size_t i = 0; i < group.position.size(); ++i) {
            m_state.signedNumber(group.position[i]);
            m_state.signedNumber(group.committed[i]);
            m_state.number(group.assigned[i]);
        }
    }
    m_state.number(entity.instances.size());
    for (const InstanceState& instance : entity.instances)
        m_state.number(std::uint64_t{instance.busy} << 1U | (instance.running ? 1U : 0U));
}

void StateEncoder::reports(const SystemState& state) {
    m_state.number(static_cast<std::uint64_t>(state.contact));
    m_state.signedNumber(passed(state.contactSince, state.at));
    m_state.number(state.alarm ? 1 : 0);
    m_state.number(state.watchCost);
    m_state.number(state.observed.empty() ? 0 : 1);
    for (const ObservedState& observed : state.observed) {
        m_state.number(observed.known ? 1 : 0);
        if (!observed.known)
            continue;
        for (const std::uint64_t figure :
             {observed.inRate, observed.outRate, observed.consumers, observed.memory})
            m_state.number(figure);
    }
}

void StateEncoder::alerts(const SystemState& state) {
    for (const std::uint16_t count : state.alerts)
        m_state.number(count);
    for (const EntityState& entity : state.entities) {
        for (const std::uint16_t count : entity.alerts)
            m_state.number(count);
    }
}

StateEncoder::Encoded StateEncoder::encode(const SystemState& state) {
    Encoded result;
    encode(state, result);
    return result;
}

void StateEncoder::encode(const SystemState& state, Encoded& result) {
    m_pieces.clear();
    m_state.clear();
    m_known.resize(state.entities.size());
    result.firstPiece = m_next;
    m_state.signedNumber(state.at.count());
    m_state.number(state.next);
    m_state.number(state.entities.size());
    for (std::size_t id = 0; id < state.entities.size(); ++id) {
        entity(state.entities[id], state.at);
        line(state.entities[id].messages, m_known[id]);
    }
    transits(state.transits);
    putMessages(m_state, state.dying);
    // Only of live brokers: what there is in other recordings stays as it was before these existed.
    const bool raised = hasAlerts(state);
    if (state.contact != Contact::None || !state.observed.empty() || raised)
        reports(state);
    if (raised)
        alerts(state);
    result.pieceCount = m_next - result.firstPiece;
    m_pieces.moveTo(result.pieces);
    m_state.moveTo(result.state);
}

namespace {

class StateDecoder {
public:
    StateDecoder(std::span<const std::uint8_t> bytes, const EntityTable& table,
                 const std::function<ReadPiece(PieceId)>& piece)
        : m_in(bytes), m_state(SystemState::initial(table)), m_piece(piece) {}

    std::optional<SystemState> decode() {
        m_state.at = TraceTime(m_in.signedNumber());
        m_state.next = m_in.number();
        if (m_in.number() != m_state.entities.size())
            return std::nullopt;
        for (EntityState& entity : m_state.entities) {
            readEntity(entity);
            readLine(entity.messages);
            if (!m_in.good())
                return std::nullopt;
        }
        readTransits();
        m_state.dying = takeMessages(m_in);
        if (m_in.good() && m_in.left() > 0)
            readReports();
        if (m_in.good() && m_in.left() > 0)
            readAlerts();
        return m_in.good() && m_in.left() == 0 ? std::optional(std::move(m_state)) : std::nullopt;
    }

private:
    /// `by` before the state's time; wraps around, as bytes from elsewhere may be anything.
    [[nodiscard]] TraceTime before(std::int64_t by) const {
        return TraceTime(static_cast<std::int64_t>(static_cast<std::uint64_t>(m_state.at.count()) -
                                                   static_cast<std::uint64_t>(by)));
    }

    void readTransits() {
        const std::uint64_t count = m_in.number();
        const bool packed = count == kTransitsPacked;
        // Up to version 2 they stood one by one.
        if (!packed && count != kTransitsInPieces) {
            m_state.transits = Transits::fromParts({}, readTransitsOneByOne(count), 0);
            return;
        }
        const std::uint64_t added = m_in.number();
        const std::uint64_t pieces = m_in.number();
        if (pieces > m_in.left() / 2)
            return m_in.fail();
        std::vector<Transits::Part> parts;
        for (std::uint64_t i = 0; i < pieces; ++i) {
            ReadPiece piece = m_piece(m_in.number());
            const std::uint64_t gone = m_in.number();
            if (!piece.isOfTransits() || gone >= piece.numbers->size() / Transits::kColumns)
                return m_in.fail();
            m_onTheirWay += piece.numbers->size() / Transits::kColumns - gone;
            if (m_onTheirWay > m_state.next)
                return m_in.fail();
            parts.push_back({std::move(piece.numbers), static_cast<std::size_t>(gone)});
        }
        std::vector<Transit> rest =
            packed ? takeTransits(m_in, m_state.next - m_onTheirWay) : readTransitsOneByOne(m_in.number());
        m_state.transits = Transits::fromParts(std::move(parts), std::move(rest), added);
    }

    std::vector<Transit> readTransitsOneByOne(std::uint64_t count) {
        if (count > std::min<std::uint64_t>(m_in.left() / 5, m_state.next - m_onTheirWay)) {
            m_in.fail();
            return {};
        }
        std::vector<Transit> transits(static_cast<std::size_t>(count));
        for (Transit& transit : transits) {
            transit.message = static_cast<MessageId>(m_in.number());
            transit.link = static_cast<EntityId>(m_in.number());
            transit.departed = before(m_in.signedNumber());
            transit.arrives = before(m_in.signedNumber());
            transit.flags = static_cast<std::uint8_t>(m_in.number());
        }
        return transits;
    }

    void readEntity(EntityState& entity) {
        for (std::uint64_t* const count :
             {&entity.ready, &entity.unacknowledged, &entity.replyQueues, &entity.rows, &entity.in,
              &entity.out, &entity.failed, &entity.deadLettered, &entity.late, &entity.timedOut,
              &entity.lost})
            *count = m_in.number();
        entity.actions = static_cast<std::uint16_t>(m_in.number());
        entity.faulty = m_in.number() != 0;
        entity.freshness = Duration(m_in.signedNumber());
        entity.lastActive = before(m_in.signedNumber());
        if (m_in.number() != entity.partitions.size())
            return m_in.fail();
        for (PartitionState& partition : entity.partitions)
            partition.end = m_in.signedNumber();
        if (m_in.number() != entity.groups.size())
            return m_in.fail();
        for (GroupState& group : entity.groups) {
            if (m_in.number() != group.link || m_in.number() != group.position.size())
                return m_in.fail();
            for (std::size_t i = 0; i < group.position.size(); ++i) {
                group.position[i] = m_in.signedNumber();
                group.committed[i] = m_in.signedNumber();
                group.assigned[i] = static_cast<std::uint16_t>(m_in.number());
            }
        }
        const std::uint64_t instances = m_in.number();
        if (instances > m_in.left())
            return m_in.fail();
        entity.instances.resize(static_cast<std::size_t>(instances));
        for (InstanceState& instance : entity.instances) {
            const std::uint64_t both = m_in.number();
            instance.running = (both & 1U) != 0;
            instance.busy = static_cast<std::uint32_t>(both >> 1U);
        }
    }

    void readReports() {
        const std::uint64_t contact = m_in.number();
        if (contact > static_cast<std::uint64_t>(Contact::Lost))
            return m_in.fail();
        m_state.contact = static_cast<Contact>(contact);
        m_state.contactSince = before(m_in.signedNumber());
        m_state.alarm = m_in.number() != 0;
        m_state.watchCost = m_in.number();
        if (m_in.number() == 0)
            return;
        m_state.observed.resize(m_state.entities.size());
        for (ObservedState& observed : m_state.observed) {
            observed.known = m_in.number() != 0;
            if (!observed.known)
                continue;
            for (std::uint64_t* const figure :
                 {&observed.inRate, &observed.outRate, &observed.consumers, &observed.memory})
                *figure = m_in.number();
        }
    }

    void readAlerts() {
        const auto read = [this](RaisedAlerts& alerts) {
            for (std::uint16_t& count : alerts)
                count = static_cast<std::uint16_t>(m_in.number());
        };
        read(m_state.alerts);
        for (EntityState& entity : m_state.entities)
            read(entity.alerts);
    }

    void readLine(MessageLine& line) {
        const Piece head = takeMessages(m_in);
        const std::uint64_t count = m_in.number();
        std::vector<std::shared_ptr<const Piece>> pieces;
        m_messages += head.size();
        while (pieces.size() < count && m_in.good()) {
            const PieceId first = m_in.number();
            const std::uint64_t run = m_in.number();
            if (run == 0 || run > count - pieces.size())
                return m_in.fail();
            for (std::uint64_t i = 0; i < run; ++i) {
                ReadPiece piece = m_piece(first + i);
                if (!piece.isOfLine())
                    return m_in.fail();
                m_messages += piece.numbers->size();
                if (m_messages > m_state.next)
                    return m_in.fail();
                pieces.push_back(std::move(piece.numbers));
            }
        }
        Piece rest = takeMessages(m_in);
        m_messages += rest.size();
        if (m_messages > m_state.next)
            return m_in.fail();
        line = MessageLine::fromParts(head, std::move(pieces), std::move(rest));
    }

    ByteReader m_in;
    SystemState m_state;
    const std::function<ReadPiece(PieceId)>& m_piece;
    std::uint64_t m_messages = 0;    ///< that stand somewhere
    std::uint64_t m_onTheirWay = 0;  ///< in pieces
};

}  // namespace

std::optional<SystemState> decodeState(std::span<const std::uint8_t> bytes, const EntityTable& table,
                                       const std::function<ReadPiece(PieceId)>& piece) {
    return StateDecoder(bytes, table, piece).decode();
}

}  // namespace sluice
