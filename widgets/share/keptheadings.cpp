#include "widgets/share/keptheadings.h"

#include <QAbstractTextDocumentLayout>
#include <QImage>
#include <QPagedPaintDevice>
#include <QTextBlock>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextFrame>
#include <cmath>
#include <memory>

namespace sluice {
namespace {

constexpr double kMargin = 2 / 2.54;  ///< inches: what QTextDocument::print() leaves on each side

/// Margins are in dots of the screen, and the layout makes them the device's.
int screenDots(double inches) {
    return static_cast<int>(inches * QImage(1, 1, QImage::Format_RGB32).logicalDpiY());
}

bool isHeading(const QTextBlock& block) {
    return block.isValid() && block.blockFormat().headingLevel() > 0;
}

void breakBefore(QTextDocument& document, int position) {
    QTextBlockFormat format;
    format.setPageBreakPolicy(QTextFormat::PageBreak_AlwaysBefore);
    QTextCursor cursor(&document);
    cursor.setPosition(position);
    cursor.mergeBlockFormat(format);
}

}  // namespace

void keepHeadingsWithText(QTextDocument& document, const QPagedPaintDevice& device) {
    // Laid out as QTextDocument::print() does it.
    const std::unique_ptr<QTextDocument> laidOut(document.clone());
    QAbstractTextDocumentLayout* layout = laidOut->documentLayout();
    layout->setPaintDevice(const_cast<QPagedPaintDevice*>(&device));
    QTextFrameFormat frame = laidOut->rootFrame()->frameFormat();
    frame.setMargin(screenDots(kMargin));
    laidOut->rootFrame()->setFrameFormat(frame);
    laidOut->setPageSize(QSizeF(device.width(), device.height()));
    const auto pageOf = [&](double y) { return static_cast<int>(std::floor(y / device.height())); };

    // Headings that follow each other move together. Each page break changes what comes after it only.
    for (QTextBlock block = laidOut->begin(); block.isValid(); block = block.next()) {
        if (!isHeading(block))
            continue;
        QTextBlock text = block.next();
        while (isHeading(text))
            text = text.next();
        if (!text.isValid())
            return;
        if (pageOf(layout->blockBoundingRect(block).top() + 1) !=
            pageOf(layout->blockBoundingRect(text).top() + 1)) {
            breakBefore(*laidOut, block.position());
            breakBefore(document, block.position());
        }
        block = text;
    }
}

}  // namespace sluice
