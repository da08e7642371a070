#include "widgets/paint/textfitting.h"

#include <QFontMetricsF>
#include <QLocale>
#include <array>
#include <unordered_map>

#include "widgets/theme/theme.h"

namespace sluice {
namespace {

/// Pieces that must not be torn apart; a space at a piece's end belongs to it.
QStringList piecesOf(const QString& text) {
    QStringList pieces;
    QString piece;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool hump = i > 0 && c.isUpper() && text[i - 1].isLower();
        if (hump && !piece.isEmpty()) {
            pieces.append(piece);
            piece.clear();
        }
        piece += c.isSpace() ? QLatin1Char(' ') : c;
        if (c.isSpace() || c == u'-' || c == u'_' || c == u'.' || c == u'/') {
            pieces.append(piece);
            piece.clear();
        }
    }
    if (!piece.isEmpty())
        pieces.append(piece);
    return pieces;
}

/// Making a font and asking for its metrics costs more than painting a name with it.
struct Cut {
    QFont font;
    QFontMetricsF metrics;
};

const Cut& cutOf(int pixels, QFont::Weight weight, bool figures) {
    thread_local std::unordered_map<int, Cut> cuts;
    const int size = std::clamp(pixels, 1, 4'000);
    const int key = (size * 1'024 + static_cast<int>(weight)) * 2 + (figures ? 1 : 0);
    auto it = cuts.find(key);
    if (it == cuts.end()) {
        QFont font = figures ? figureFont() : textFont();
        font.setPixelSize(size);
        font.setWeight(weight);
        it = cuts.emplace(key, Cut{font, QFontMetricsF(font)}).first;
    }
    return it->second;
}

double widthOf(const QFontMetricsF& metrics, QStringView text) {
    return metrics.horizontalAdvance(text.trimmed().toString());
}

/// Greedy; a piece that is wider than the room stands alone and is too wide.
QStringList wrap(const QStringList& pieces, const QFontMetricsF& metrics, double width) {
    QStringList lines;
    QString line;
    for (const QString& piece : pieces) {
        if (!line.isEmpty() && widthOf(metrics, line + piece) > width) {
            lines.append(line.trimmed());
            line.clear();
        }
        line += piece;
    }
    if (!line.trimmed().isEmpty())
        lines.append(line.trimmed());
    return lines;
}

FittedText measured(QStringList lines, const QFont& font, const QFontMetricsF& metrics) {
    FittedText fitted;
    fitted.lines = std::move(lines);
    fitted.font = font;
    fitted.lineHeight = metrics.height();
    fitted.ascent = metrics.ascent();
    for (const QString& line : fitted.lines) {
        fitted.widths.push_back(metrics.horizontalAdvance(line));
        fitted.width = std::max(fitted.width, fitted.widths.back());
    }
    return fitted;
}

}  // namespace

QFont canvasFont(int pixels, QFont::Weight weight) {
    return cutOf(pixels, weight, false).font;
}

QFont canvasFigures(int pixels, QFont::Weight weight) {
    return cutOf(pixels, weight, true).font;
}

FittedText fitText(const QString& text, const QSizeF& room, const TextStyle& style) {
    const QString simple = text.simplified();
    const auto& [largest, largestMetrics] = cutOf(style.size, style.weight, false);
    if (largestMetrics.horizontalAdvance(simple) <= room.width())
        return measured(simple.isEmpty() ? QStringList() : QStringList{simple}, largest, largestMetrics);

    const QStringList pieces = piecesOf(simple);
    for (int size = style.size; size >= style.smallest; --size) {
        const auto& [font, metrics] = cutOf(size, style.weight, false);
        const auto most = std::clamp(static_cast<int>(room.height() / metrics.height() + 0.15), 1,
                                     std::max(1, style.lines));
        const QStringList lines = wrap(pieces, metrics, room.width());
        if (lines.size() <= most) {
            FittedText fitted = measured(lines, font, metrics);
            if (fitted.width <= room.width())
                return fitted;
        }
        if (size > style.smallest)
            continue;
        QStringList kept = lines.mid(0, most);
        if (lines.size() > most)
            kept.last() = lines.mid(most - 1).join(u' ');
        for (QString& line : kept)
            line = metrics.elidedText(line, Qt::ElideRight, room.width());
        FittedText fitted = measured(kept, font, metrics);
        fitted.elided = true;
        return fitted;
    }
    return {};
}

void drawText(QPainter& painter, const FittedText& text, const QRectF& rect, Qt::Alignment alignment,
              const QColor& color) {
    if (text.lines.isEmpty())
        return;
    painter.setFont(text.font);
    painter.setPen(color);
    const double height = text.lineHeight * static_cast<double>(text.lines.size());
    double y = rect.top();
    if (alignment & Qt::AlignVCenter)
        y = rect.center().y() - height / 2;
    else if (alignment & Qt::AlignBottom)
        y = rect.bottom() - height;
    for (qsizetype i = 0; i < text.lines.size(); ++i) {
        const double width = text.widths[static_cast<std::size_t>(i)];
        double x = rect.left();
        if (alignment & Qt::AlignHCenter)
            x = rect.center().x() - width / 2;
        else if (alignment & Qt::AlignRight)
            x = rect.right() - width;
        painter.drawText(QPointF(x, y + text.ascent), text.lines[i]);
        y += text.lineHeight;
    }
}

void drawLine(QPainter& painter, const QString& text, const QFont& font, const QRectF& rect,
              Qt::Alignment alignment, const QColor& color) {
    const QFontMetricsF metrics(font);
    drawText(painter, measured({text}, font, metrics), rect, alignment, color);
}

QString shortCount(std::uint64_t count) {
    const QLocale locale;
    if (count < 10'000)
        return locale.toString(static_cast<qulonglong>(count));
    constexpr std::array<const char*, 5> suffixes{"k", "M", "G", "T", "P"};
    double value = static_cast<double>(count);
    std::size_t unit = 0;
    value /= 1000;
    while (value >= 999.5 && unit + 1 < suffixes.size()) {
        value /= 1000;
        ++unit;
    }
    return locale.toString(value, 'f', value < 99.95 ? 1 : 0) + QLatin1String(suffixes[unit]);
}

}  // namespace sluice
