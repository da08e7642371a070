#pragma once

class QPagedPaintDevice;
class QTextDocument;

namespace sluice {

/// Begins a new page before each heading that would stand alone at a page's foot when the document is printed
/// on that device, whose page size and margins are set. The document has no page size of its own.
void keepHeadingsWithText(QTextDocument& document, const QPagedPaintDevice& device);

}  // namespace sluice
