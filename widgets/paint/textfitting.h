#pragma once

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QStringList>
#include <vector>

namespace sluice {

/// Text that was fitted into a rectangle: painted line by line, so that it stays text in an SVG.
struct FittedText {
    QStringList lines;
    QFont font;
    std::vector<double> widths;  ///< of each line
    double lineHeight = 0;
    double ascent = 0;
    double width = 0;     ///< of the longest line
    bool elided = false;  ///< something had to be left out
};

/// Sizes are pixels at zoom 1, that is canvas units.
struct TextStyle {
    int size = 13;
    int smallest = 9;  ///< it shrinks to this before anything is left out
    QFont::Weight weight = QFont::DemiBold;
    int lines = 2;
};

QFont canvasFont(int pixels, QFont::Weight weight = QFont::Normal);
/// The same with digits of equal width.
QFont canvasFigures(int pixels, QFont::Weight weight = QFont::Normal);

/// Wraps at spaces, hyphens and between the words of a camel-case name; makes it smaller when it does not
/// fit; leaves out the end, with an ellipsis, when even that does not help.
FittedText fitText(const QString& text, const QSizeF& room, const TextStyle& style);

/// Lines one below the other, together placed in the rectangle by the alignment.
void drawText(QPainter& painter, const FittedText& text, const QRectF& rect, Qt::Alignment alignment,
              const QColor& color);
/// One line, never elided; for figures and other text of known length.
void drawLine(QPainter& painter, const QString& text, const QFont& font, const QRectF& rect,
              Qt::Alignment alignment, const QColor& color);

/// "1,204", "12.3k", "4.1M": at most five characters from 10,000 on. By the system's locale.
QString shortCount(std::uint64_t count);

}  // namespace sluice
