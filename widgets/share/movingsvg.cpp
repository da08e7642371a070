#include "widgets/share/movingsvg.h"

#include <QBuffer>
#include <QPainter>
#include <QSvgGenerator>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "core/share/excerpt.h"
#include "widgets/export/scene.h"
#include "widgets/paint/tokenpainter.h"
#include "widgets/share/movingtraffic.h"
#include "widgets/share/svgparts.h"
#include "widgets/share/words.h"

namespace sluice {
namespace {

constexpr std::size_t kMostTokens = 20'000;  ///< that a browser moves
constexpr double kTrail = 90;                ///< canvas units, as tokenpainter.cpp has it

/// What `paint` draws, as the inside of an SVG in canvas units.
template <class Paint>
QByteArray drawn(const Paint& paint) {
    QBuffer buffer;
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(96);
    QPainter painter(&generator);
    paint(painter);
    painter.end();
    const QByteArray svg = buffer.data();
    const qsizetype begin = svg.indexOf("</defs>") + 7;
    return svg.mid(begin, svg.lastIndexOf("</svg>") - begin).trimmed();
}

QByteArray decimal(double value) {
    QByteArray text = QByteArray::number(value, 'f', 4);
    while (text.endsWith('0'))
        text.chop(1);
    if (text.endsWith('.'))
        text.chop(1);
    return text;
}

/// Seconds of the animation as the times of SMIL, counted from the beginning of each round.
QByteArray after(double seconds) {
    return "round.begin+" + decimal(seconds) + 's';
}

QByteArray shownFor(double begin, double duration) {
    return "<set attributeName=\"visibility\" to=\"visible\" begin=\"" + after(begin) + "\" dur=\"" +
           decimal(std::max(duration, 0.0001)) + "s\"/>";
}

QByteArray svgPath(const QPainterPath& path) {
    QByteArray data;
    for (int i = 0; i < path.elementCount(); ++i) {
        const QPainterPath::Element element = path.elementAt(i);
        data += element.isMoveTo() ? 'M' : element.isLineTo() ? 'L' : element.isCurveTo() ? 'C' : ' ';
        data += decimal(element.x) + ' ' + decimal(element.y);
    }
    return data;
}

/// How an element looks, and when.
struct Look {
    SvgParts::Picture picture;
    std::vector<std::pair<double, double>> times;  ///< begin and duration, seconds
};

class MovingSvg {
public:
    MovingSvg(const Diagram& diagram, const TraceStore& store, const AnimationOptions& options)
        : m_diagram(diagram), m_store(store), m_options(options), m_index(diagram, store.table()) {
        m_exported.theme = options.theme;
        m_exported.state = &m_state;
        m_exported.table = &store.table();
        m_lookup = [this](MessageId id) {
            const auto info = m_store.message(id);
            return info ? m_index.lookOf(*info) : MessageLook{};
        };
    }

    Result<QByteArray> render(AnimationFrames& frames) {
        const ExportScene scene(m_diagram, m_exported);
        m_geometry = &scene.geometry();
        m_from = frames.timeOf(0);
        m_frame = 1 / m_options.framesPerSecond;
        m_duration = frames.count() * m_frame;
        m_state = m_store.stateAt(m_from);
        m_traffic = std::make_unique<MovingTraffic>(m_diagram, *m_geometry, m_store, m_index);
        const Result<void> looked = collectLooks(frames);
        if (!looked)
            return looked.error();
        const auto end = static_cast<std::int64_t>(std::llround(m_duration * m_options.speed * 1e9));
        m_traffic->finish(std::min(m_from + TraceTime(end), m_store.horizon() + TraceTime(1)), kMostTokens);
        if (m_options.progress && !m_options.progress(0.95))
            return cancelled();
        collectFlows();
        addTokens();
        return composed(scene, frames.size());
    }

private:
    static Error cancelled() {
        return {ErrorCode::Cancelled, Share::tr("The export was cancelled").toStdString(), {}};
    }
    [[nodiscard]] double secondsOf(TraceTime time) const {
        return double((time - m_from).count()) / 1e9 / m_options.speed;
    }

    /// Frame by frame: whose figures changed gets a new picture, or one that it had before.
    Result<void> collectLooks(AnimationFrames& frames) {
        const EntityTable& table = m_store.table();
        m_looks.resize(m_diagram.elements.size());
        std::vector<QByteArray> last(m_diagram.elements.size());
        std::vector<std::optional<std::size_t>> current(m_diagram.elements.size());
        std::vector<std::map<QByteArray, std::size_t>> known(m_diagram.elements.size());
        for (int frame = 0; frame < frames.count(); ++frame) {
            if (m_options.progress && !m_options.progress(0.9 * frame / frames.count()))
                return cancelled();
            m_store.advance(m_state, frames.timeOf(frame));
            m_traffic->addFrame(m_state);
            const double now = frame * m_frame;
            for (std::size_t i = 0; i < m_diagram.elements.size(); ++i) {
                const EntityId entity = m_index.ofElement(i);
                if (entity == kNoEntity || entity >= m_state.entities.size())
                    continue;
                QByteArray figures;
                const EntityState& state = m_state.entities[entity];
                visitFigures(table.entities[entity], state,
                             [&figures](Figure figure, std::uint32_t index, std::int64_t value) {
                                 figures += QByteArray::number(static_cast<int>(figure)) + '.' +
                                            QByteArray::number(index) + '=' +
                                            QByteArray::number(qint64(value)) + ' ';
                             });
                for (std::size_t place = 0; place < std::min<std::size_t>(state.messages.size(), 5); ++place)
                    figures += QByteArray::number(state.messages[place]) + ',';
                if (figures == last[i] && frame > 0)
                    continue;
                last[i] = figures;
                if (current[i])
                    leave(m_looks[i][*current[i]], now);
                const auto [it, isNew] = known[i].try_emplace(figures, m_looks[i].size());
                if (isNew)
                    m_looks[i].push_back({pictureOf(i), {}});
                current[i] = it->second;
                m_looks[i][it->second].times.emplace_back(now, 0);
            }
        }
        for (std::size_t i = 0; i < current.size(); ++i) {
            if (current[i])
                leave(m_looks[i][*current[i]], m_duration);
        }
        return {};
    }

    [[nodiscard]] QByteArray shown(const Look& look, const QByteArray& attribute) const {
        QByteArray svg = "<g visibility=\"hidden\" " + attribute + '>';
        for (const auto& [begin, duration] : look.times)
            svg += shownFor(begin, duration);
        return svg + m_parts.svg(look.picture) + "</g>\n";
    }

    static void leave(Look& look, double now) { look.times.back().second = now - look.times.back().first; }

    SvgParts::Picture pictureOf(std::size_t element) {
        const std::unordered_set<std::string> only{m_diagram.elements[element].id};
        PaintOptions options{.theme = &theme(m_options.theme), .zoom = 1};
        options.live = true;
        options.only = &only;
        return m_parts.add(drawn([&](QPainter& painter) {
            paintLive(painter, m_diagram, *m_geometry, m_state, m_index, m_lookup,
                      m_geometry->elements()[element].adjusted(-40, -40, 40, 40), options);
        }));
    }

    /// A link that is a flow looks as on the canvas; figures that come again have their picture already.
    void collectFlows() {
        m_flows.resize(m_diagram.links.size());
        for (std::size_t link = 0; link < m_diagram.links.size(); ++link) {
            std::map<double, std::size_t> known;  // by rate
            for (const MovingTraffic::Flow& flow : m_traffic->flowsOf(static_cast<int>(link))) {
                if (flow.rate <= 0)
                    continue;
                const auto [it, isNew] = known.try_emplace(flow.rate, m_flows[link].size());
                if (isNew)
                    m_flows[link].push_back({pictureOf({static_cast<int>(link), 0, flow.rate}), {}});
                const double begin = secondsOf(flow.from);
                m_flows[link][it->second].times.emplace_back(begin, secondsOf(flow.to) - begin);
            }
        }
    }

    SvgParts::Picture pictureOf(const TokenPlan::Flow& flow) {
        PaintOptions options{.theme = &theme(m_options.theme), .zoom = 1};
        options.live = true;
        return m_parts.add(drawn([&](QPainter& painter) {
            paintFlows(painter, m_diagram, *m_geometry, {&flow, 1}, {}, options);
        }));
    }

    void addTokens() {
        m_traffic->visitTokens(
            [this](const Transit& way, TraceTime since, TraceTime until) { addToken(way, since, until); });
    }

    void addToken(const Transit& way, TraceTime since, TraceTime until) {
        const int link = m_index.linkOf(way.link);
        MessageLook look = m_lookup(way.message);
        look.flags |= way.flags;
        const auto key =
            std::tuple(look.kind, look.color, look.key >= 0 ? keyHue(look.key) : -1,
                       look.flags & (eventflag::Redelivered | eventflag::Late | eventflag::Poisoned));
        const auto [it, isNew] = m_tokens.try_emplace(key, m_tokens.size());
        if (isNew)
            m_defs += "<g id=\"t" + QByteArray::number(qulonglong(it->second)) + "\">" +
                      drawn([&](QPainter& painter) {
                          painter.setRenderHint(QPainter::Antialiasing);
                          paintToken(painter, {0, 0}, tokenRadius(1), look, theme(m_options.theme));
                      }) +
                      "</g>\n";
        const double from = fractionOf(way, since);
        const double to = fractionOf(way, until);
        const double begin = secondsOf(since);
        const double lasts = std::max(0.0001, secondsOf(until) - begin);
        m_used.insert(link);
        const QByteArray line = "l" + QByteArray::number(link);
        if (m_diagram.links[std::size_t(link)].kind == LinkKind::DeadLetter)
            addTrail(link, from, to, begin, lasts);
        m_moving += "<g visibility=\"hidden\"><use href=\"#t" + QByteArray::number(qulonglong(it->second)) +
                    "\"/>" + shownFor(begin, lasts) + "<animateMotion begin=\"" + after(begin) + "\" dur=\"" +
                    decimal(lasts) + "s\" calcMode=\"linear\" keyTimes=\"0;1\" keyPoints=\"" + decimal(from) +
                    ';' + decimal(to) + "\"><mpath href=\"#" + line + "\"/></animateMotion></g>\n";
    }

    /// The part of the link that a dead letter has just passed.
    void addTrail(int link, double from, double to, double begin, double lasts) {
        const double length = m_geometry->links()[std::size_t(link)].length();
        m_moving += "<use visibility=\"hidden\" href=\"#l" + QByteArray::number(link) + "\" stroke=\"" +
                    theme(m_options.theme).danger.name().toLatin1() +
                    "\" stroke-width=\"4\" stroke-opacity=\"0.5\" stroke-dasharray=\"" + decimal(kTrail) +
                    ' ' + decimal(length + kTrail) + "\">" + shownFor(begin, lasts) +
                    "<animate attributeName=\"stroke-dashoffset\" begin=\"" + after(begin) + "\" dur=\"" +
                    decimal(lasts) + "s\" from=\"" + decimal(kTrail - from * length) + "\" to=\"" +
                    decimal(kTrail - to * length) + "\"/></use>\n";
    }

    [[nodiscard]] Result<QByteArray> composed(const ExportScene& scene, const QSize& size) const {
        ExportOptions still = m_exported;
        still.liveParts = false;
        const Result<QByteArray> background = renderDiagram(m_diagram, still);
        if (!background)
            return background;
        const QRectF area = scene.area();
        QByteArray svg = *background;
        // As large as a frame would be; the drawing in its middle.
        const qsizetype tag = svg.indexOf("<svg");
        const qsizetype tagEnd = svg.indexOf('>', tag);
        const QByteArray begun =
            "<svg width=\"" + QByteArray::number(size.width()) + "\" height=\"" +
            QByteArray::number(size.height()) + "\" viewBox=\"0 0 " + decimal(area.width()) + ' ' +
            decimal(area.height()) +
            "\" xmlns=\"http://www.w3.org/2000/svg\" "
            "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" style=\"background:" +
            theme(m_options.theme).canvas.name().toLatin1() + "\">";
        svg.replace(tag, tagEnd + 1 - tag, begun);
        const qsizetype close = svg.lastIndexOf("</svg>");
        QByteArray live = "<defs>\n" + m_defs + m_parts.definitions();
        for (const int link : m_used)
            live += "<path id=\"l" + QByteArray::number(link) + "\" fill=\"none\" d=\"" +
                    svgPath(m_geometry->links()[std::size_t(link)].path()) + "\"/>\n";
        // The clock of a round: all times count from its beginning.
        live +=
            "</defs>\n<rect width=\"0\" height=\"0\"><animate id=\"round\" attributeName=\"x\" from=\"0\" "
            "to=\"0\" begin=\"0s;round.end\" dur=\"" +
            decimal(m_duration) + "s\"/></rect>\n<g transform=\"translate(" + decimal(-area.left()) + ' ' +
            decimal(-area.top()) + ")\">\n<g " + SvgParts::surroundings() + ">\n";
        for (std::size_t i = 0; i < m_flows.size(); ++i) {
            const QByteArray id = QString::fromStdString(m_diagram.links[i].id).toHtmlEscaped().toUtf8();
            for (const Look& look : m_flows[i])
                live += shown(look, "data-flow=\"" + id + '"');
        }
        for (std::size_t i = 0; i < m_looks.size(); ++i) {
            const QByteArray id = QString::fromStdString(m_diagram.elements[i].id).toHtmlEscaped().toUtf8();
            for (const Look& look : m_looks[i])
                live += shown(look, "data-element=\"" + id + '"');
        }
        return svg.left(close) + live + "</g>\n" + m_moving + "</g>\n" + svg.mid(close);
    }

    const Diagram& m_diagram;
    const TraceStore& m_store;
    const AnimationOptions& m_options;
    StateIndex m_index;
    SystemState m_state;
    ExportOptions m_exported;
    MessageLookup m_lookup;
    const DiagramGeometry* m_geometry = nullptr;
    TraceTime m_from{};
    double m_frame = 0;     ///< seconds
    double m_duration = 0;  ///< seconds
    std::unique_ptr<MovingTraffic> m_traffic;
    std::vector<std::vector<Look>> m_looks;  ///< by element
    std::vector<std::vector<Look>> m_flows;  ///< by link
    std::map<std::tuple<MessageKind, std::uint16_t, int, int>, std::size_t> m_tokens;
    std::set<int> m_used;  ///< links
    SvgParts m_parts;
    QByteArray m_defs;
    QByteArray m_moving;
};

}  // namespace

Result<QByteArray> renderMovingSvg(const Diagram& diagram, const TraceStore& store,
                                   const AnimationOptions& options) {
    const auto frames = AnimationFrames::create(diagram, store, options);
    if (!frames)
        return frames.error();
    return MovingSvg(diagram, store, options).render(**frames);
}

}  // namespace sluice
