#include "widgets/editing/layout.h"

#include <fmt/format.h>
#include <graphviz/gvc.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#include "widgets/editing/extent.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

constexpr double kPointsPerInch = 72;
constexpr double kGrid = 20;
constexpr double kWordsBelow = 36;  // two rows

// Graphviz' context: loads its layout engines once, is not reentrant.
class Graphviz {
public:
    Graphviz() : m_context(gvContext()) {}
    ~Graphviz() { gvFreeContext(m_context); }
    Graphviz(const Graphviz&) = delete;
    Graphviz& operator=(const Graphviz&) = delete;

    GVC_t* context() { return m_context; }
    static std::mutex& mutex() {
        static std::mutex one;
        return one;
    }

private:
    GVC_t* m_context;
};

void set(void* object, const char* key, const std::string& value) {
    agsafeset(object, const_cast<char*>(key), const_cast<char*>(value.c_str()), const_cast<char*>(""));
}

// With a decimal point whatever the locale is: so Graphviz reads it.
std::string inches(double units) {
    return fmt::format("{:.6f}", units / kPointsPerInch);
}

double snapped(double value) {
    return std::round(value / kGrid) * kGrid;
}

// One drawing handed to dot and read back, in canvas units (points) with y downwards.
class DotGraph {
public:
    DotGraph(const Diagram& diagram, const std::unordered_set<Id>& chosen)
        : m_diagram(diagram), m_chosen(chosen), m_graph(agopen(const_cast<char*>("g"), Agdirected, nullptr)) {
        set(m_graph, "rankdir", "LR");
        set(m_graph, "nodesep", "0.1");
        set(m_graph, "ranksep", "1.3");
        addClusters(m_graph, {});
        addNodes();
        addEdges();
    }
    ~DotGraph() { agclose(m_graph); }
    DotGraph(const DotGraph&) = delete;
    DotGraph& operator=(const DotGraph&) = delete;

    bool layOut(GVC_t* context) {
        if (gvLayout(context, m_graph, "dot") != 0)
            return false;
        for (const auto& [id, node] : m_nodes)
            m_positions[id] = {ND_coord(node).x, -ND_coord(node).y};
        for (const auto& [id, cluster] : m_clusters) {
            const boxf box = GD_bb(cluster);
            m_areas[id] = {box.LL.x, -box.UR.y, box.UR.x, -box.LL.y};
        }
        gvFreeLayout(context, m_graph);
        return true;
    }

    [[nodiscard]] const std::unordered_map<Id, Point>& positions() const { return m_positions; }
    [[nodiscard]] const std::unordered_map<Id, Extent>& areas() const { return m_areas; }

private:
    void addClusters(Agraph_t* parent, const Id& parentId) {
        for (const Group& group : m_diagram.groups) {
            if (group.parent != parentId)
                continue;
            Agraph_t* cluster = agsubg(parent, const_cast<char*>(("cluster " + group.id).c_str()), 1);
            set(cluster, "margin", "20");
            // Room for the title on the border.
            set(cluster, "label", " ");
            m_clusters[group.id] = cluster;
            addClusters(cluster, group.id);
        }
    }

    void addNodes() {
        for (const Element& element : m_diagram.elements) {
            if (!m_chosen.contains(element.id))
                continue;
            const auto cluster = m_clusters.find(element.group);
            Agraph_t* home = cluster == m_clusters.end() ? m_graph : cluster->second;
            Agnode_t* node = agnode(home, const_cast<char*>(element.id.c_str()), 1);
            const Size size = sizeOf(element);
            set(node, "shape", "box");
            set(node, "fixedsize", "true");
            set(node, "label", "");
            set(node, "width", inches(size.width));
            // Below stand its name and what a live broker reports. Room on this side of the node, not between
            // nodes: dot puts less than that between a node and a group.
            set(node, "height", inches(size.height + 2 * kWordsBelow));
            m_nodes[element.id] = node;
        }
        for (auto cluster = m_clusters.begin(); cluster != m_clusters.end();) {
            if (agnnodes(cluster->second) > 0) {
                ++cluster;
                continue;
            }
            cluster = m_clusters.erase(cluster);
        }
    }

    void addEdges() {
        for (const Link& link : m_diagram.links) {
            const auto from = m_nodes.find(link.from);
            const auto to = m_nodes.find(link.to);
            if (from == m_nodes.end() || to == m_nodes.end())
                continue;
            // Messages flow from a queue to its consumer whichever way the link was drawn; an answer and a
            // read go against the stream and must not turn the drawing round.
            const bool against = link.kind == LinkKind::Reply || link.kind == LinkKind::Read;
            Agedge_t* edge = agedge(m_graph, from->second, to->second, nullptr, 1);
            if (against)
                set(edge, "constraint", "false");
        }
    }

    const Diagram& m_diagram;
    const std::unordered_set<Id>& m_chosen;
    Agraph_t* m_graph;
    std::unordered_map<Id, Agnode_t*> m_nodes;
    std::unordered_map<Id, Agraph_t*> m_clusters;
    std::unordered_map<Id, Point> m_positions;
    std::unordered_map<Id, Extent> m_areas;
};

/// The edit that puts what was laid out where it stood before: the middle stays.
std::vector<AnyChange> changesTo(const Diagram& diagram, const std::unordered_set<Id>& chosen,
                                 const DotGraph& graph, Point middle, bool everything) {
    std::optional<Extent> result;
    for (const Element& element : diagram.elements) {
        if (!chosen.contains(element.id))
            continue;
        const Extent extent = extentOf(graph.positions().at(element.id), sizeOf(element));
        result = result ? result->united(extent) : extent;
    }
    const Point by{snapped(middle.x - result->centre().x), snapped(middle.y - result->centre().y)};

    std::vector<AnyChange> changes;
    for (const Group& group : diagram.groups) {
        const auto area = graph.areas().find(group.id);
        if (!everything || area == graph.areas().end())
            continue;
        Group copy = group;
        copy.position = {area->second.centre().x + by.x, area->second.centre().y + by.y};
        copy.size = {area->second.width(), area->second.height()};
        changes.push_back(Change<Group>{copy.id, copy});
    }
    for (const Element& element : diagram.elements) {
        if (!chosen.contains(element.id))
            continue;
        const Point position = graph.positions().at(element.id);
        Element copy = element;
        copy.position = {snapped(position.x + by.x), snapped(position.y + by.y)};
        if (!(copy == element))
            changes.push_back(Change<Element>{copy.id, copy});
    }
    for (const Link& link : diagram.links) {
        if (link.bends.empty() || !chosen.contains(link.from) || !chosen.contains(link.to))
            continue;
        Link copy = link;
        copy.bends.clear();
        changes.push_back(Change<Link>{copy.id, copy});
    }
    return changes;
}

}  // namespace

Result<Edit> arrangeDiagram(const Diagram& diagram, std::span<const Id> ids) {
    const bool everything = ids.size() < 2;
    std::unordered_set<Id> chosen;
    std::vector<Id> named;
    for (const Element& element : diagram.elements) {
        if (everything || std::find(ids.begin(), ids.end(), element.id) != ids.end()) {
            chosen.insert(element.id);
            named.push_back(element.id);
        }
    }
    Edit edit{QCoreApplication::translate("Edits", "Arrange %1").arg(subjectOf(diagram, named)).toStdString(),
              {}};
    if (chosen.empty())
        return edit;

    const std::scoped_lock lock(Graphviz::mutex());
    static Graphviz graphviz;
    DotGraph graph(diagram, chosen);
    if (!graph.layOut(graphviz.context())) {
        return Error{ErrorCode::Unsupported,
                     QCoreApplication::translate("Edits",
                                                 "Graphviz could not lay the drawing out; is its dot "
                                                 "plugin installed?")
                         .toStdString(),
                     {}};
    }
    edit.changes = changesTo(diagram, chosen, graph, extentOf(diagram, named)->centre(), everything);
    return edit;
}

}  // namespace sluice
