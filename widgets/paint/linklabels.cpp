#include "widgets/paint/linklabels.h"

#include <QFontMetricsF>
#include <array>
#include <cmath>
#include <unordered_map>

#include "core/diagram/catalogue.h"
#include "widgets/paint/textfitting.h"

namespace sluice {
namespace {

/// Rectangles by the squares of a grid they touch, so that a place is tested against its neighbours only.
class Occupied {
public:
    void add(const QRectF& rect, bool solid) {
        const auto index = static_cast<int>(m_rects.size());
        m_rects.push_back({rect, solid});
        eachCell(rect, [&](std::int64_t cell) { m_cells[cell].push_back(index); });
    }

    /// Area covered; counts what is solid many times over.
    [[nodiscard]] double overlap(const QRectF& rect) const {
        double sum = 0;
        eachCell(rect, [&](std::int64_t cell) {
            const auto it = m_cells.find(cell);
            if (it == m_cells.end())
                return;
            for (const int index : it->second) {
                const QRectF common = m_rects[std::size_t(index)].rect & rect;
                sum += common.width() * common.height() * (m_rects[std::size_t(index)].solid ? 10 : 1);
            }
        });
        return sum;
    }

private:
    struct Entry {
        QRectF rect;
        bool solid;
    };
    template <class Visit>
    static void eachCell(const QRectF& rect, Visit visit) {
        constexpr double cell = 160;
        const auto left = static_cast<std::int64_t>(std::floor(rect.left() / cell));
        const auto right = static_cast<std::int64_t>(std::floor(rect.right() / cell));
        const auto top = static_cast<std::int64_t>(std::floor(rect.top() / cell));
        const auto bottom = static_cast<std::int64_t>(std::floor(rect.bottom() / cell));
        for (auto y = top; y <= bottom; ++y) {
            for (auto x = left; x <= right; ++x)
                visit(y * 1'000'003 + x);
        }
    }
    std::vector<Entry> m_rects;
    std::unordered_map<std::int64_t, std::vector<int>> m_cells;
};

QString propertyText(const Link& link, std::string_view key) {
    const Json* value = link.properties.find(key);
    return value && value->is_string() ? QString::fromStdString(value->get_ref<const std::string&>())
                                       : QString();
}

QString joined(const QString& one, const QString& other) {
    return one.isEmpty() || other.isEmpty() ? one + other : one + QStringLiteral(" · ") + other;
}

/// Shortens the text to the room along the link; returns the size of its pill.
QSizeF fitLabel(const QString& text, const LinkRoute& route, QString& fitted) {
    const QFont font = canvasFont(kLabelSize, QFont::Medium);
    const QFontMetricsF metrics(font);
    fitted = metrics.elidedText(text, Qt::ElideRight, std::max(72.0, route.length() * 0.9));
    return {metrics.horizontalAdvance(fitted) + 12, metrics.height() + 4};
}

}  // namespace

QString labelOf(const Link& link) {
    if (!link.name.empty())
        return QString::fromStdString(link.name).simplified();
    switch (link.kind) {
        case LinkKind::Publish:
            return joined(propertyText(link, "message"), propertyText(link, "routingKey"));
        case LinkKind::Consume:
            return propertyText(link, "group");
        case LinkKind::Materialize:
            return joined(propertyText(link, "group"), propertyText(link, "query"));
        case LinkKind::Bind:
        case LinkKind::DeadLetter:
            return propertyText(link, "routingKey");
        case LinkKind::Call: {
            const QString protocol = propertyText(link, "protocol");
            return protocol.isEmpty()
                       ? QString::fromStdString(textOf(propertiesOf(link.kind), link.properties, "protocol"))
                       : protocol;
        }
        case LinkKind::Reply:
        case LinkKind::Read:
        case LinkKind::Write:
            return {};
    }
    Q_UNREACHABLE();
}

std::optional<LinkLabel> labelInTheMiddle(const Diagram& diagram, std::size_t link, const LinkRoute& route) {
    const QString text = labelOf(diagram.links[link]);
    if (text.isEmpty() || route.isNull())
        return std::nullopt;
    LinkLabel label{static_cast<int>(link), {}, {}};
    const QSizeF size = fitLabel(text, route, label.text);
    label.rect = QRectF(route.labelPosition() - QPointF(size.width(), size.height()) / 2, size);
    return label;
}

struct LabelPlacement::Private {
    void occupy(const Diagram& diagram, const QRectF& element, std::size_t index);
    void place(const Link& link, std::size_t index, const LinkRoute& route);

    Occupied occupied;
    std::size_t nextElement = 0;
    std::size_t nextLink = 0;
    std::vector<LinkLabel> labels;
};

LabelPlacement::LabelPlacement() : d(std::make_unique<Private>()) {}
LabelPlacement::~LabelPlacement() = default;
LabelPlacement::LabelPlacement(LabelPlacement&&) noexcept = default;
LabelPlacement& LabelPlacement::operator=(LabelPlacement&&) noexcept = default;

void LabelPlacement::Private::occupy(const Diagram& diagram, const QRectF& element, std::size_t index) {
    occupied.add(element.adjusted(-3, -3, 3, 3), true);
    const ElementKind kind = diagram.elements[index].kind;
    if (!nameIsBelow(kind))
        return;
    const FittedText name =
        fitText(QString::fromStdString(diagram.elements[index].name), nameRectOf(kind, element).size(), {});
    const QPointF top(element.center().x(), element.bottom());
    occupied.add({top.x() - name.width / 2, top.y(), name.width,
                  name.lineHeight * static_cast<double>(name.lines.size()) + 4},
                 true);
}

void LabelPlacement::Private::place(const Link& link, std::size_t index, const LinkRoute& route) {
    if (route.isNull())
        return;
    const QString whole = labelOf(link);
    if (whole.isEmpty())
        return;
    QString text;
    const QSizeF size = fitLabel(whole, route, text);
    QRectF best;
    double least = std::numeric_limits<double>::infinity();
    for (const double aside : {0.0, 1.0, -1.0}) {
        for (const double fraction : {0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74}) {
            const QPointF tangent = route.tangentAt(fraction);
            const QPointF normal(-tangent.y(), tangent.x());
            const double step = aside * (std::abs(normal.y()) * size.height() / 2 +
                                         std::abs(normal.x()) * size.width() / 2 + 3);
            const QPointF centre = route.pointAt(fraction) + normal * step;
            const QRectF rect(centre.x() - size.width() / 2, centre.y() - size.height() / 2, size.width(),
                              size.height());
            const double cost = occupied.overlap(rect) + std::abs(fraction - 0.5) * 0.01;
            if (cost < least) {
                least = cost;
                best = rect;
            }
            if (least < 1)
                break;
        }
        if (least < 1)
            break;
    }
    if (least > size.width() * size.height() * 2)
        return;
    occupied.add(best.adjusted(-2, -1, 2, 1), false);
    labels.push_back({static_cast<int>(index), text, best});
}

bool LabelPlacement::go(const Diagram& diagram, std::span<const QRectF> elements,
                        std::span<const LinkRoute> routes, std::chrono::milliseconds budget) {
    constexpr std::size_t kAtOnce = 16;  // between two looks at the clock
    const auto begun = std::chrono::steady_clock::now();
    std::size_t done = 0;
    const auto isOver = [&] {
        return ++done % kAtOnce == 0 && std::chrono::steady_clock::now() - begun >= budget;
    };
    if (d->nextElement == 0) {
        for (const Group& group : diagram.groups) {
            const QRectF rect = boundsOf(group);
            d->occupied.add({rect.left() + 12, rect.top() - 9, std::min(rect.width(), 140.0), 18}, true);
        }
    }
    for (; d->nextElement < elements.size(); ++d->nextElement) {
        if (isOver())
            return false;
        d->occupy(diagram, elements[d->nextElement], d->nextElement);
    }
    for (; d->nextLink < routes.size(); ++d->nextLink) {
        if (isOver())
            return false;
        d->place(diagram.links[d->nextLink], d->nextLink, routes[d->nextLink]);
    }
    return true;
}

std::vector<LinkLabel> LabelPlacement::take() {
    return std::move(d->labels);
}

std::vector<LinkLabel> placeLabels(const Diagram& diagram, std::span<const QRectF> elements,
                                   std::span<const LinkRoute> routes) {
    LabelPlacement placement;
    placement.go(diagram, elements, routes, std::chrono::hours(24));
    return placement.take();
}

}  // namespace sluice
