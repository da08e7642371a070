#pragma once

#include <QRectF>
#include <span>
#include <vector>

#include "widgets/paint/diagrampainter.h"
#include "widgets/paint/tokenatlas.h"

namespace sluice {

/// Where the messages in transit are at the state's instant, and the links that carry more than can be told
/// apart. Computed once a frame; its buffers are used again.
class TokenPlan {
public:
    /// A link that is painted as a flow instead of tokens.
    struct Flow {
        int link = -1;     ///< index in the diagram
        int inFlight = 0;  ///< messages on it now
        double rate = 0;   ///< departures a second of trace time, over those in flight
    };

    /// What a dead letter leaves behind it on its way: the part of the link it has just passed.
    struct Trail {
        int link = -1;
        double from = 0;  ///< fractions of the route
        double to = 0;
    };

    /// `visible` in canvas units; `radius` is a token's there. With `flows` false every message is a token.
    /// `only`: on these links; null: on all. `zoom`: what is folded at it (GroupFolds) has no tokens.
    void build(const Diagram& diagram, const DiagramGeometry& geometry, const SystemState& state,
               const StateIndex& index, const QRectF& visible, double radius, bool flows = true,
               const std::unordered_set<std::string>* only = nullptr, double zoom = 1);

    [[nodiscard]] const std::vector<TokenMark>& tokens() const { return m_tokens; }
    [[nodiscard]] const std::vector<Flow>& flows() const { return m_flows; }
    [[nodiscard]] const std::vector<Trail>& trails() const { return m_trails; }

    /// All whose centre is within `distance` of the point, the nearest first.
    [[nodiscard]] std::vector<MessageId> tokensAt(const QPointF& point, double distance) const;

private:
    struct Load {
        std::uint32_t count = 0;
        TraceTime first{};
        TraceTime last{};
    };
    std::vector<TokenMark> m_tokens;
    std::vector<Flow> m_flows;
    std::vector<Trail> m_trails;
    std::vector<Load> m_loads;
    std::vector<bool> m_isFlow;
};

/// Position of a message on its link at an instant: (at - departed) / (arrives - departed), from the end for
/// an answer.
double fractionOf(const Transit& transit, TraceTime at);

/// The flows, as wide as they are busy, with their rate; and the trails of dead letters. The painter is in
/// canvas units.
void paintFlows(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                std::span<const TokenPlan::Flow> flows, std::span<const TokenPlan::Trail> trails,
                const PaintOptions& options);
inline void paintFlows(QPainter& painter, const Diagram& diagram, const DiagramGeometry& geometry,
                       const TokenPlan& plan, const PaintOptions& options) {
    paintFlows(painter, diagram, geometry, plan.flows(), plan.trails(), options);
}

/// Tokens as vectors, for exports. The painter is in canvas units.
void paintTokens(QPainter& painter, const std::vector<TokenMark>& tokens, const MessageLookup& lookup,
                 double radius, const PaintOptions& options);

}  // namespace sluice
