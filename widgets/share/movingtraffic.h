#pragma once

#include <functional>
#include <vector>

#include "core/trace/tracestore.h"
#include "widgets/paint/tokenpainter.h"

namespace sluice {

/// What goes over the links in a part of a run that is shown as frames: which messages are tokens, and when a
/// link is a flow instead, as on the canvas because its tokens cannot be told apart, or because there are
/// more than can be shown. A value's lifetime is one export; refers to what it was made of.
class MovingTraffic {
public:
    MovingTraffic(const Diagram& diagram, const DiagramGeometry& geometry, const TraceStore& store,
                  const StateIndex& index)
        : m_diagram(diagram),
          m_geometry(geometry),
          m_store(store),
          m_index(index),
          m_links(geometry.links().size()) {}

    /// The frames in order.
    void addFrame(const SystemState& state);
    /// After the last frame, which is shown until `end`: with more than `mostTokens` tokens the links with
    /// most of them become flows for all of the time.
    void finish(TraceTime end, std::size_t mostTokens);

    /// A stretch of [from, to) in which a link is a flow.
    struct Flow {
        TraceTime from{};
        TraceTime to{};
        double rate = 0;  ///< messages a second of trace time, to two digits; 0: it is empty
    };
    [[nodiscard]] const std::vector<Flow>& flowsOf(int link) const {
        return m_links[std::size_t(link)].flows;
    }
    /// Links that are flows only because there would be too many tokens.
    [[nodiscard]] int forced() const { return m_forced; }

    /// A message on its way over a link, and a stretch of that in which it is a token.
    using Visit = std::function<void(const Transit& way, TraceTime since, TraceTime until)>;
    /// All that are seen, in the order of what ends first.
    void visitTokens(const Visit& visit) const;

private:
    struct LinkTraffic {
        std::vector<Flow> flows;  ///< apart, in order
    };
    [[nodiscard]] int linkOf(const Transit& way) const;
    /// Every way that has a part in the shown time, with its end, which may be a loss.
    void visitWays(const std::function<void(const Transit& way, TraceTime until)>& visit) const;
    void force(const std::vector<bool>& links);

    const Diagram& m_diagram;
    const DiagramGeometry& m_geometry;
    const TraceStore& m_store;
    const StateIndex& m_index;
    std::vector<LinkTraffic> m_links;
    std::vector<TraceTime> m_frames;
    TraceTime m_end{};
    TokenPlan m_plan;
    int m_forced = 0;
};

}  // namespace sluice
