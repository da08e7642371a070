// What is on the drawing one by one: what it is called and how it stands, for tool tips, Tab and assistive
// technology.
#include <QLocale>
#include <algorithm>

#include "core/trace/grouplag.h"
#include "widgets/canvas/canvasviewprivate.h"
#include "widgets/editing/counting.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

/// The consumer group's own name, else that of its consumer.
QString nameOfGroup(const Diagram& diagram, const std::string& linkId) {
    const Link* link = diagram.findLink(linkId);
    if (!link)
        return qtext(linkId);
    const Json* group = link->properties.find("group");
    return group && group->is_string() && !group->get_ref<const std::string&>().empty()
               ? qtext(group->get_ref<const std::string&>())
               : nameOf(diagram, link->to);
}

/// The lag of each group is told beside the colour of its markers on the topic's lanes.
struct GroupLine {
    QColor color;
    QString text;
};

std::vector<GroupLine> groupLines(const SystemState& state, const EntityState& topic,
                                  const EntityTable& table, const Diagram& diagram, const Theme& theme) {
    std::vector<GroupLine> lines;
    for (std::size_t i = 0; i < topic.groups.size(); ++i) {
        const GroupState& group = topic.groups[i];
        if (group.link >= table.entities.size())
            continue;
        const std::int64_t lag = recordsBehind(topic, group);
        const QString name = nameOfGroup(diagram, table.entities[group.link].id);
        QString text = CanvasView::tr("%1: %2 behind").arg(name, QLocale().toString(qlonglong(lag)));
        // Of a live broker: whether it catches up.
        const EntityId subject = table.entities[group.link].from;
        if (lag > 0 && subject < state.observed.size() && state.contact == Contact::Made) {
            const auto drain = timeToDrain(state, subject, group);
            if (drain)
                text += CanvasView::tr(", caught up in %1 at this pace")
                            .arg(QString::fromStdString(describeDuration(*drain)));
            else if (const auto pace = keepsPace(state, subject, group))
                text += *pace ? CanvasView::tr(", keeps pace") : CanvasView::tr(", not catching up");
        }
        lines.push_back({groupColor(i, theme), text});
    }
    return lines;
}

/// "2 of 3 instances running", "4 ready", "1 dead letter".
QStringList figuresOf(const EntityState& state) {
    QStringList lines;
    const auto figure = [&](const QString& text, std::uint64_t value) {
        if (value > 0)
            lines << text.arg(QLocale().toString(qulonglong(value)));
    };
    const auto countOf = [&](std::uint64_t value, const QString& one, const QString& many) {
        if (value > 0)
            lines << counted(value, one, many);
    };
    if (!state.instances.empty()) {
        const auto running = std::count_if(state.instances.begin(), state.instances.end(),
                                           [](const InstanceState& instance) { return instance.running; });
        lines << CanvasView::tr("%1 of %2 running")
                     .arg(running)
                     .arg(counted(state.instances.size(), CanvasView::tr("1 instance"),
                                  CanvasView::tr("%1 instances")));
    }
    figure(CanvasView::tr("%1 ready"), state.ready);
    figure(CanvasView::tr("%1 unacknowledged"), state.unacknowledged);
    countOf(state.rows, CanvasView::tr("1 row"), CanvasView::tr("%1 rows"));
    figure(CanvasView::tr("%1 in"), state.in);
    figure(CanvasView::tr("%1 out"), state.out);
    figure(CanvasView::tr("%1 failed"), state.failed);
    countOf(state.deadLettered, CanvasView::tr("1 dead letter"), CanvasView::tr("%1 dead letters"));
    figure(CanvasView::tr("%1 late"), state.late);
    figure(CanvasView::tr("%1 timed out"), state.timedOut);
    figure(CanvasView::tr("%1 lost"), state.lost);
    return lines;
}

}  // namespace

const EntityState* CanvasView::Private::stateOf(const Id& id) const {
    const EntityId entity = m_state && m_table ? m_table->find(id) : kNoEntity;
    return entity != kNoEntity && entity < m_state->entities.size() ? &m_state->entities[entity] : nullptr;
}

QString CanvasView::Private::kindOf(const Id& id) const {
    const Diagram& diagram = m_drawing.diagram();
    if (const Element* element = diagram.findElement(id))
        return labelOf(element->kind);
    if (const Link* link = diagram.findLink(id))
        return labelOf(link->kind);
    return CanvasView::tr("Group");
}

QString CanvasView::Private::toolTipAt(const QPointF& scene) const {
    const Diagram& diagram = m_drawing.diagram();
    const Hit hit = m_drawing.hitAt(scene, m_viewport.zoom, {}, {});
    if (hit.kind == Hit::Kind::Nothing)
        return ghostWords(m_ghosts, ghostAt(m_ghosts, scene, m_viewport.zoom, boundsOfDrawn()))
            .toHtmlEscaped();
    QStringList lines;
    const Element* element = diagram.findElement(hit.id);
    if (element && !element->note.empty())
        lines << qtext(element->note).left(200).toHtmlEscaped();
    if (const EntityState* state = stateOf(hit.id)) {
        lines << figuresOf(*state);
        for (const GroupLine& line : groupLines(*m_state, *state, *m_table, diagram, *m_theme))
            lines << QStringLiteral("<span style=\"color:%1\">▼</span> %2")
                         .arg(line.color.name(), line.text.toHtmlEscaped());
    }
    for (const SharedFindings& some : m_findings) {
        for (const Finding& finding : *some) {
            if (finding.subject == hit.id && lines.size() < 12)
                lines << QStringLiteral("• %1").arg(qtext(finding.sentence).toHtmlEscaped());
        }
    }
    QString text =
        QStringLiteral("<b>%1</b> · %2").arg(nameOf(diagram, hit.id).toHtmlEscaped(), kindOf(hit.id));
    for (const QString& one : lines)
        text += "<br>" + one;
    return text;
}

int CanvasView::itemCount() const {
    const Diagram& diagram = d->m_drawing.diagram();
    return static_cast<int>(diagram.elements.size() + diagram.groups.size() + diagram.links.size());
}

Id CanvasView::itemAt(int index) const {
    const Diagram& diagram = d->m_drawing.diagram();
    auto rest = static_cast<std::size_t>(index);
    Q_ASSERT(index >= 0 && index < itemCount());
    if (rest < diagram.elements.size())
        return diagram.elements[rest].id;
    rest -= diagram.elements.size();
    return rest < diagram.groups.size() ? diagram.groups[rest].id
                                        : diagram.links[rest - diagram.groups.size()].id;
}

int CanvasView::indexOf(const Id& id) const {
    const Diagram& diagram = d->m_drawing.diagram();
    const int elements = static_cast<int>(diagram.elements.size());
    if (const int element = d->m_drawing.geometry().elementIndex(id); element >= 0)
        return element;
    if (const int link = d->m_drawing.geometry().linkIndex(id); link >= 0)
        return elements + static_cast<int>(diagram.groups.size()) + link;
    for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
        if (diagram.groups[i].id == id)
            return elements + static_cast<int>(i);
    }
    return -1;
}

QString CanvasView::nameAt(int index) const {
    return nameOf(d->m_drawing.diagram(), itemAt(index));
}

Id CanvasView::itemUnder(const QPoint& point) const {
    return d->m_drawing.hitAt(d->m_viewport.toScene(QPointF(point)), zoom(), {}, {}).id;
}

QRect CanvasView::placeOf(const Id& id) const {
    return d->m_viewport.toView(d->m_drawing.boundsOf(id)).toAlignedRect();
}

QString CanvasView::describe(const Id& id) const {
    const Diagram& diagram = d->m_drawing.diagram();
    QStringList parts{d->kindOf(id)};
    if (const EntityState* state = d->stateOf(id)) {
        parts << figuresOf(*state);
        for (const GroupLine& line : groupLines(*d->m_state, *state, *d->m_table, diagram, *d->m_theme))
            parts << line.text;
    }
    for (const SharedFindings& some : d->m_findings) {
        for (const Finding& finding : *some) {
            if (finding.subject == id)
                parts << qtext(finding.sentence);
        }
    }
    return parts.join(QStringLiteral(", "));
}

MessageId CanvasView::Private::messageAt(const QPointF& scene) const {
    if (!m_state || !m_table || !m_stateIndex.matches(m_drawing.diagram()))
        return 0;
    const auto messages = m_composer.messagesAt(scene);
    return messages.empty()
               ? standingMessageAt(m_drawing.diagram(), m_drawing.geometry(), *m_state, m_stateIndex, scene)
               : messages.front();
}

}  // namespace sluice
