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
#include "core/trace/closedrange.h"
#include "widgets/export/scene.h"
#include "widgets/paint/tokenpainter.h"
#include "widgets/share/words.h"

namespace sluice {
namespace {

constexpr std::size_t kMostTokens = 20'000;
constexpr double kTrail = 90;  ///< canvas units, as tokenpainter.cpp has it

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
    QByteArray picture;
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
        const Result<void> looked = collectLooks(frames);
        if (!looked)
            return looked.error();
        const Result<void> moved = collectTokens(frames.timeOf(frames.count() - 1));
        if (!moved)
            return moved.error();
        return composed(scene, frames.size());
    }

private:
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
                return Error{ErrorCode::Cancelled, Share::tr("The export was cancelled").toStdString(), {}};
            m_store.advance(m_state, frames.timeOf(frame));
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

    static void leave(Look& look, double now) { look.times.back().second = now - look.times.back().first; }

    [[nodiscard]] QByteArray pictureOf(std::size_t element) const {
        const std::unordered_set<std::string> only{m_diagram.elements[element].id};
        PaintOptions options{.theme = &theme(m_options.theme), .zoom = 1};
        options.live = true;
        options.only = &only;
        return drawn([&](QPainter& painter) {
            paintLive(painter, m_diagram, *m_geometry, m_state, m_index, m_lookup,
                      m_geometry->elements()[element].adjusted(-40, -40, 40, 40), options);
        });
    }

    /// Every way over a link that is seen in the range.
    Result<void> collectTokens(TraceTime to) {
        const SystemState begin = m_store.stateAt(m_from);
        std::vector<Transit> ways(begin.transits.begin(), begin.transits.end());
        m_store.visit(begin.next, firstAfter(m_store, to), [&](Sequence, const TraceEvent& event) {
            if (event.kind == EventKind::Moved && event.value > 0)
                ways.push_back({event.message, event.subject, event.at, event.at + Duration(event.value),
                                event.flags()});
            else if (event.kind == EventKind::Lost)
                end(ways, event);
            return ways.size() <= kMostTokens;
        });
        if (ways.size() > kMostTokens)
            return Error{
                ErrorCode::Unsupported,
                Share::tr("More than %1 messages would move, which is too much for an SVG; choose a shorter "
                          "range, or WebP or a video")
                    .arg(kMostTokens)
                    .toStdString(),
                {}};
        for (const Transit& way : ways)
            addToken(way);
        return {};
    }

    /// A message that is lost on its way is seen up to there.
    void end(std::vector<Transit>& ways, const TraceEvent& lost) {
        for (auto it = ways.rbegin(); it != ways.rend(); ++it) {
            if (it->message == lost.message && it->link == lost.subject && it->arrives > lost.at) {
                m_lost[static_cast<std::size_t>(ways.rend() - it) - 1] = lost.at;
                return;
            }
        }
    }

    void addToken(const Transit& way) {
        const std::size_t place = m_ways++;
        const int link = m_index.linkOf(way.link);
        if (link < 0 || m_geometry->links()[std::size_t(link)].isNull())
            return;
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
        const auto lost = m_lost.find(place);
        const TraceTime until = lost == m_lost.end() ? way.arrives : lost->second;
        // What was on its way already begins where it is then.
        const TraceTime since = std::max(way.departed, m_from);
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
        QByteArray live = "<defs>\n" + m_defs;
        for (const int link : m_used)
            live += "<path id=\"l" + QByteArray::number(link) + "\" fill=\"none\" d=\"" +
                    svgPath(m_geometry->links()[std::size_t(link)].path()) + "\"/>\n";
        // The clock of a round: all times count from its beginning.
        live +=
            "</defs>\n<rect width=\"0\" height=\"0\"><animate id=\"round\" attributeName=\"x\" from=\"0\" "
            "to=\"0\" begin=\"0s;round.end\" dur=\"" +
            decimal(m_duration) + "s\"/></rect>\n<g transform=\"translate(" + decimal(-area.left()) + ' ' +
            decimal(-area.top()) + ")\">\n";
        for (std::size_t i = 0; i < m_looks.size(); ++i) {
            const QByteArray id = QString::fromStdString(m_diagram.elements[i].id).toHtmlEscaped().toUtf8();
            for (const Look& look : m_looks[i]) {
                live += "<g visibility=\"hidden\" data-element=\"" + id + "\">";
                for (const auto& [begin, duration] : look.times)
                    live += shownFor(begin, duration);
                live += look.picture + "</g>\n";
            }
        }
        return svg.left(close) + live + m_moving + "</g>\n" + svg.mid(close);
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
    std::vector<std::vector<Look>> m_looks;
    std::map<std::tuple<MessageKind, std::uint16_t, int, int>, std::size_t> m_tokens;
    std::map<std::size_t, TraceTime> m_lost;  ///< by the way's place
    std::size_t m_ways = 0;
    std::set<int> m_used;  ///< links
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
