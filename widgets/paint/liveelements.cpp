#include "widgets/paint/liveelements.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <cmath>

#include "core/base/duration.h"
#include "core/trace/grouplag.h"
#include "widgets/paint/elementpainter.h"
#include "widgets/paint/queuescale.h"
#include "widgets/paint/textfitting.h"

namespace sluice {

namespace {

void paintMessage(const Live& live, const QPointF& centre, MessageId message, std::uint8_t flags) {
    if (live.standing) {
        live.standing->push_back({centre, message, flags});
        return;
    }
    MessageLook look = live.lookup ? live.lookup(message) : MessageLook{};
    look.flags |= flags;
    paintToken(live.painter, centre, kStandingRadius, look, live.theme);
}

void paintPip(QPainter& painter, const QPointF& centre, const InstanceState& instance, unsigned concurrency,
              const KindColors& colors, const Theme& theme) {
    const double r = kPipSize / 2 - 0.6;
    painter.setBrush(colors.fill);
    if (!instance.running) {
        painter.setPen(QPen(theme.danger, 1.5, Qt::SolidLine, Qt::RoundCap));
        painter.drawEllipse(centre, r, r);
        painter.drawLine(centre - QPointF(r, r) * 0.7, centre + QPointF(r, r) * 0.7);
        painter.drawLine(centre - QPointF(r, -r) * 0.7, centre + QPointF(r, -r) * 0.7);
        return;
    }
    painter.setPen(QPen(colors.line, 1.3));
    painter.drawEllipse(centre, r, r);
    if (instance.busy == 0)
        return;
    const double share = std::min(1.0, double(instance.busy) / concurrency);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colors.line);
    if (share >= 1)
        painter.drawEllipse(centre, r, r);
    else
        painter.drawPie(QRectF(centre.x() - r, centre.y() - r, 2 * r, 2 * r), 90 * 16,
                        -static_cast<int>(std::lround(share * 360 * 16)));
}

}  // namespace

void paintService(const Live& live, const Shown& shown) {
    const KindColors& colors = live.theme.of(shown.element.kind);
    const auto& instances = shown.state.instances;
    std::uint64_t busy = 0;
    std::uint64_t running = 0;
    for (const InstanceState& instance : instances) {
        busy += instance.busy;
        running += instance.running ? 1 : 0;
    }
    QPainter& painter = live.painter;
    const QRectF& r = shown.bounds;
    if (!instances.empty() && running == 0) {
        // Nobody is at home: seen from afar, too.
        QColor veil = live.theme.danger;
        veil.setAlphaF(0.14F);
        painter.setPen(QPen(live.theme.danger, std::max(2.0, 1.6 / live.options.zoom)));
        painter.setBrush(veil);
        painter.drawPath(outlineOf(shown.element.kind, r));
    }
    if (shown.element.kind != ElementKind::Service || r.height() < 56)
        return;
    const double share = running == 0 ? 0 : std::min(1.0, double(busy) / double(running * shown.concurrency));
    if (live.detail == Detail::Far) {
        if (busy > 0) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(colors.hue);
            painter.drawRect(QRectF(r.left() + 10, r.bottom() - 14, (r.width() - 20) * share, 8));
        }
        return;
    }
    QRectF bar = utilisationBar(r);
    bar.setWidth(bar.width() * share);
    if (bar.width() > 0.5) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.hue);
        painter.drawRoundedRect(bar, 1.5, 1.5);
    }
    QPointF pip = firstPip(r);
    const auto pips = std::min(instances.size(), std::size_t(kMostPips));
    for (std::size_t i = 0; i < pips; ++i, pip.rx() += kPipStep)
        paintPip(painter, pip, instances[i], shown.concurrency, colors, live.theme);
    if (instances.size() > pips || live.detail == Detail::Close) {
        QString text;
        if (instances.size() > pips)
            text = QStringLiteral("%1/%2").arg(shortCount(running), shortCount(instances.size()));
        else if (shown.state.out > 0)
            text = shortCount(shown.state.out);
        drawLine(painter, text, canvasFigures(10), QRectF(r.left() + 10, pip.y() - 8, r.width() - 22, 16),
                 Qt::AlignRight | Qt::AlignVCenter, colors.text);
    }
}

void paintQueue(const Live& live, const Shown& shown) {
    const KindColors& colors = live.theme.of(shown.element.kind);
    QPainter& painter = live.painter;
    const QueueScale scale(shown.bounds, shown.runsLeft, shown.deadLetters);
    const std::uint64_t ready = shown.state.ready;
    if (ready > 0 && live.detail == Detail::Far) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(shown.deadLetters ? live.theme.danger : colors.hue);
        painter.drawRect(scale.band(0, ready).adjusted(0, -5, 0, 5));
        return;
    }
    // Of a live queue only the number is known: it is filled, and no message stands in it.
    if (shown.observed && ready > 0) {
        QColor tint = colors.line;
        tint.setAlphaF(live.theme.dark ? 0.55F : 0.45F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tint);
        painter.drawRoundedRect(scale.band(0, ready), 2, 2);
    } else if (ready > QueueScale::kSingle) {
        QColor tint = colors.line;
        tint.setAlphaF(live.theme.dark ? 0.55F : 0.45F);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tint);
        painter.drawRoundedRect(scale.band(QueueScale::kSingle, ready), 2, 2);
    }
    const auto standing = std::min<std::size_t>(shown.state.messages.size(), QueueScale::kSingle);
    for (std::size_t i = 0; i < standing; ++i)
        paintMessage(live, scale.slot(i), shown.state.messages[i], 0);
    if (live.detail == Detail::Close && ready > QueueScale::kSingle) {
        painter.setPen(QPen(mixed(colors.fill, colors.line, 0.5), 1));
        for (std::uint64_t power = 10; power <= 10'000; power *= 10) {
            const QPointF tick = scale.tick(power);
            painter.drawLine(tick, tick + QPointF(0, 4));
        }
    }
    QString aside;
    if (live.detail == Detail::Close && shown.state.unacknowledged > 0)
        aside = u'+' + shortCount(shown.state.unacknowledged);
    else if (live.detail == Detail::Close && shown.state.replyQueues > 0)
        aside = u'×' + shortCount(shown.state.replyQueues);
    drawLine(painter, shortCount(ready), canvasFigures(ready < 10'000 ? 13 : 11, QFont::DemiBold),
             scale.figure().translated(0, aside.isEmpty() ? 0 : -6), Qt::AlignHCenter | Qt::AlignVCenter,
             colors.text);
    if (!aside.isEmpty())
        drawLine(painter, aside, canvasFigures(10), scale.figure().translated(0, 8),
                 Qt::AlignHCenter | Qt::AlignVCenter, colors.text);
}

void paintTopic(const Live& live, const Shown& shown) {
    const auto& partitions = shown.state.partitions;
    if (partitions.empty() || live.detail == Detail::Far)
        return;
    const KindColors& colors = live.theme.of(shown.element.kind);
    QPainter& painter = live.painter;
    const Lanes lanes = lanesOf(shown.bounds, static_cast<int>(partitions.size()));
    const double unit = 5;
    const bool figures = live.detail == Detail::Close && lanes.height >= 9;
    const double room = figures ? 34 : 4;
    for (int i = 0; i < lanes.count; ++i) {
        const QRectF lane = lanes.lane(i);
        const double head = lane.right() - room;
        const auto first = static_cast<std::size_t>(i * lanes.partitionsALane);
        const auto last = std::min(partitions.size(), first + std::size_t(lanes.partitionsALane));
        std::int64_t end = 0;
        for (std::size_t p = first; p < last; ++p)
            end += partitions[p].end;
        const auto reach = [&](double count) {
            return std::min(compressedLength(count, unit), head - lane.left());
        };
        painter.setPen(Qt::NoPen);
        painter.setBrush(mixed(colors.fill, colors.line, live.theme.dark ? 0.55 : 0.5));
        if (end > 0) {
            const double length = reach(double(end));
            painter.drawRect(QRectF(head - length, lane.top(), length, lane.height()));
        }
        painter.setBrush(colors.line);
        painter.drawRect(QRectF(head - 1, lane.top() - 1, 2, lane.height() + 2));
        if (figures)
            drawLine(painter, shortCount(static_cast<std::uint64_t>(end)), canvasFigures(9, QFont::Medium),
                     QRectF(head + 2, lane.top(), room - 3, lane.height()), Qt::AlignRight | Qt::AlignVCenter,
                     colors.text);
        // Each group's place; the distance to the head is its lag.
        for (std::size_t g = 0; g < shown.state.groups.size(); ++g) {
            const auto& position = shown.state.groups[g].position;
            std::int64_t lag = 0;
            for (std::size_t p = first; p < last && p < position.size(); ++p)
                lag += recordsBehind(partitions[p].end, position[p]);
            const double x = head - reach(double(lag));
            const double half = std::max(3.0, std::min(lane.height() * 0.4, 4.5));
            // From above and from below in turn: of two at one place both can be seen.
            const bool above = g % 2 == 0;
            const double base = above ? lane.top() - half * 0.6 : lane.bottom() + half * 0.6;
            QPolygonF flag;
            flag << QPointF(x - half, base) << QPointF(x + half, base)
                 << QPointF(x, above ? lane.bottom() : lane.top());
            painter.setPen(QPen(colors.fill, 0.8));
            painter.setBrush(groupColor(g, live.theme));
            painter.drawPolygon(flag);
        }
    }
}

void paintTable(const Live& live, const Shown& shown) {
    const KindColors& colors = live.theme.of(shown.element.kind);
    QPainter& painter = live.painter;
    const QRectF& r = shown.bounds;
    const QRectF content = contentRectOf(ElementKind::Table, r);
    const double row = tableRowHeight(r);
    if (live.detail == Detail::Far)
        return;
    // Full rows on a scale that compresses: one row each for 1, 10, 100, 1k, 10k.
    const double filled =
        shown.state.rows == 0 ? 0 : std::min(double(kTableRows), 1 + std::log10(double(shown.state.rows)));
    QColor tint = colors.line;
    tint.setAlphaF(live.theme.dark ? 0.42F : 0.34F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(tint);
    for (int i = 0; i < kTableRows && filled > i; ++i) {
        const double share = std::min(1.0, filled - i);
        painter.drawRect(QRectF(r.left() + 3, content.top() + row * i + 2.5, (r.width() - 6) * share,
                                std::max(1.0, row - 4.5)));
    }
    const QRectF footer(r.left() + 7, r.bottom() - 18, r.width() - 14, 18);
    const QFont font = canvasFigures(10);
    const QString rows = shortCount(shown.state.rows);
    drawLine(painter, rows, canvasFigures(10, QFont::DemiBold), footer, Qt::AlignRight | Qt::AlignVCenter,
             colors.text);
    if (shown.state.rows > 0 && live.detail == Detail::Close) {
        const QString fresh = QCoreApplication::translate("Canvas", "%1 behind")
                                  .arg(QString::fromStdString(describeDuration(shown.state.freshness)));
        const double room = footer.width() - QFontMetricsF(font).horizontalAdvance(rows) - 8;
        drawText(painter,
                 fitText(fresh, {room, 18}, {.size = 10, .smallest = 8, .weight = QFont::Normal, .lines = 1}),
                 footer, Qt::AlignLeft | Qt::AlignVCenter, colors.text);
    }
}

void paintFigure(const Live& live, const Shown& shown) {
    if (live.detail == Detail::Far)
        return;
    std::uint64_t count = 0;
    QRectF rect = shown.bounds;
    switch (shown.element.kind) {
        case ElementKind::Client:
            count = shown.state.out;
            rect.setTop(rect.bottom() - rect.height() * 0.34);
            break;
        case ElementKind::Database:
            count = shown.state.rows;
            rect.setTop(rect.top() + rect.height() * 0.3);
            break;
        case ElementKind::Cache:
            count = shown.state.in;
            rect.setTop(rect.top() + rect.height() * 0.22);
            break;
        default:
            return;
    }
    if (count > 0)
        drawLine(live.painter, shortCount(count), canvasFigures(12, QFont::DemiBold), rect,
                 Qt::AlignHCenter | Qt::AlignVCenter, live.theme.of(shown.element.kind).text);
}

}  // namespace sluice
