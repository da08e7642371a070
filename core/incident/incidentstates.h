#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/incident/incident.h"

namespace sluice {

/// An incident is known by where, why and when it opened.
bool areSame(const Incident& a, const Incident& b);

/// "open", "acknowledged", "redriven", "discarded".
std::string_view stateName(IncidentState state);
/// Nothing when it is none of those.
std::optional<IncidentState> findState(std::string_view name);

/// What somebody said of an incident, or did with it.
struct IncidentMark {
    IncidentState state = IncidentState::Acknowledged;
    TraceTime at{};    ///< where the run stood
    std::string by;    ///< who
    std::string when;  ///< ISO 8601, by the clock on the wall
    std::string why{};
    bool operator==(const IncidentMark&) const = default;
};

/// What people said of the incidents of a run. The trace decides first: what was redriven, or is gone, has
/// ended. What is open there may be acknowledged, or discarded by hand: that holds until another message
/// joins. A value.
class IncidentStates {
public:
    void mark(const Incident& incident, IncidentMark mark);
    [[nodiscard]] bool isEmpty() const { return m_marked.empty(); }
    /// Everything that was said, of one incident after the other.
    void forEach(const std::function<void(const Incident& of, const IncidentMark& mark)>& visit) const;
    /// Of that incident, the latest last.
    [[nodiscard]] std::vector<IncidentMark> marksOf(const Incident& incident) const;
    /// Gives each incident the state it has by trace and people.
    void apply(std::vector<Incident>& incidents) const;
    bool operator==(const IncidentStates&) const = default;

private:
    struct Marked {
        EntityId queue = kNoEntity;
        FailureKind cause = FailureKind::None;
        DeathReason reason = DeathReason::Rejected;
        TraceTime opened{};
        std::vector<IncidentMark> marks;
        [[nodiscard]] bool isOf(const Incident& incident) const {
            return queue == incident.queue && cause == incident.cause && reason == incident.reason &&
                   opened == incident.opened;
        }
        bool operator==(const Marked&) const = default;
    };
    [[nodiscard]] const Marked* find(const Incident& incident) const;

    std::vector<Marked> m_marked;
};

}  // namespace sluice
