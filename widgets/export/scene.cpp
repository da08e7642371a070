#include "widgets/export/scene.h"

#include <QCoreApplication>

#include "widgets/paint/tokenpainter.h"

namespace sluice {

ExportScene::ExportScene(const Diagram& diagram, const ExportOptions& options)
    : m_diagram(diagram), m_options(options), m_geometry(diagram), m_shown(options.selection) {
    if (!m_shown.empty()) {
        for (const Link& link : diagram.links) {
            if (options.selection.contains(link.from) && options.selection.contains(link.to))
                m_shown.insert(link.id);
        }
    }
    const QRectF bounds = m_shown.empty() ? m_geometry.bounds() : selectedBounds();
    if (!bounds.isEmpty())
        m_area =
            bounds.adjusted(-options.margin, -options.margin, options.margin, options.margin).toAlignedRect();
}

QRectF ExportScene::selectedBounds() const {
    QRectF bounds;
    for (std::size_t i = 0; i < m_diagram.elements.size(); ++i) {
        if (m_shown.contains(m_diagram.elements[i].id))
            bounds = bounds.united(paintedBoundsOf(m_diagram.elements[i]));
    }
    for (std::size_t i = 0; i < m_diagram.groups.size(); ++i) {
        if (m_shown.contains(m_diagram.groups[i].id))
            bounds = bounds.united(paintedBoundsOf(m_diagram.groups[i]));
    }
    for (std::size_t i = 0; i < m_diagram.links.size(); ++i) {
        if (m_shown.contains(m_diagram.links[i].id) && !m_geometry.links()[i].isNull())
            bounds = bounds.united(m_geometry.links()[i].bounds().adjusted(-8, -8, 8, 8));
    }
    return bounds;
}

QString ExportScene::title() const {
    return QString::fromStdString(m_diagram.name);
}

QString ExportScene::description() const {
    QStringList names;
    for (const Element& element : m_diagram.elements) {
        if ((m_shown.empty() || m_shown.contains(element.id)) && names.size() < 100)
            names.append(QString::fromStdString(element.name));
    }
    const QString list = QCoreApplication::translate("Export", "Architecture with %1").arg(names.join(u", "));
    return m_diagram.note.empty() ? list : QString::fromStdString(m_diagram.note) + u'\n' + list;
}

bool ExportScene::paint(QPainter& painter, double zoom, const QRectF& part,
                        const std::function<bool(double)>& progress) const {
    if (!paintStill(painter, zoom, part, progress))
        return false;
    if (m_options.liveParts)
        paintState(painter, zoom, part);
    return true;
}

PaintOptions ExportScene::paintOptions(double zoom) const {
    PaintOptions options{.theme = &theme(m_options.theme), .zoom = zoom, .canvas = !m_options.transparent};
    options.live = m_options.state && m_options.table;
    options.only = m_shown.empty() ? nullptr : &m_shown;
    return options;
}

bool ExportScene::paintStill(QPainter& painter, double zoom, const QRectF& part,
                             const std::function<bool(double)>& progress) const {
    PaintOptions options = paintOptions(zoom);
    bool stopped = false;
    if (progress) {
        options.progress = [&](double share) {
            stopped = stopped || !progress(share);
            return !stopped;
        };
    }
    paintBackground(painter, m_diagram, m_geometry, part.isEmpty() ? m_area : part, options);
    return !stopped;
}

void ExportScene::paintState(QPainter& painter, double zoom, const QRectF& part) const {
    const PaintOptions options = paintOptions(zoom);
    if (!options.live)
        return;
    const QRectF visible = part.isEmpty() ? m_area : part;
    const StateIndex index(m_diagram, *m_options.table);
    TokenPlan plan;
    plan.build(m_diagram, m_geometry, *m_options.state, index, visible, tokenRadius(zoom), true,
               options.only);
    paintFlows(painter, m_diagram, m_geometry, plan, options);
    paintLive(painter, m_diagram, m_geometry, *m_options.state, index, m_options.lookup, visible, options);
    paintTokens(painter, plan.tokens(), m_options.lookup, tokenRadius(zoom), options);
}

}  // namespace sluice
