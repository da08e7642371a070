#pragma once

#include <QImage>
#include <QMimeData>
#include <QString>
#include <functional>
#include <memory>
#include <unordered_set>

#include "core/base/result.h"
#include "widgets/paint/diagrampainter.h"

class QPrinter;

namespace sluice {

enum class PictureFormat : std::uint8_t { Svg, Png, Pdf };
enum class PictureSize : std::uint8_t { Fit, A4, A3, Letter };
enum class PictureOrientation : std::uint8_t { Automatic, Portrait, Landscape };

/// What a picture shows and how. A value; what it points to must outlive the call.
struct ExportOptions {
    PictureFormat format = PictureFormat::Svg;
    ThemeName theme = ThemeName::Light;
    bool transparent = false;             ///< SVG and PNG: no background
    double scale = 2;                     ///< PNG: pixels a canvas unit, 0.05 to 16
    double margin = 24;                   ///< canvas units around the drawing
    PictureSize size = PictureSize::Fit;  ///< PDF and print; Fit is a page as large as the drawing
    PictureOrientation orientation = PictureOrientation::Automatic;
    /// Ids of elements, links and groups; empty: everything. Links between two of its elements come along.
    std::unordered_set<std::string> selection{};

    const SystemState* state = nullptr;  ///< null: without state
    const EntityTable* table = nullptr;  ///< with a state
    bool liveParts = true;               ///< with a state; false: somebody else paints it over the picture
    MessageLookup lookup{};

    /// Called now and then with the share that is done, 0 to 1; false cancels.
    std::function<bool(double)> progress{};
};

/// The format that a file name asks for by its suffix (svg, png, pdf); an error names those three.
Result<PictureFormat> pictureFormatOf(const QString& path);

/// Writes beside the file and renames, so that a failure leaves no half picture and an older one untouched.
/// Needs a QGuiApplication; on any thread. Errors: nothing to show, a PNG too large for memory, a folder that
/// cannot be written, a full disk (each with the system's reason), Cancelled.
Result<void> exportDiagram(const Diagram& diagram, const ExportOptions& options, const QString& path);

/// The same for what somebody else has made.
Result<void> saveExport(const QByteArray& bytes, const QString& path);

/// The same as bytes.
Result<QByteArray> renderDiagram(const Diagram& diagram, const ExportOptions& options);

/// For the clipboard: the picture as pixels, as PNG and as SVG; the scale is smaller where the picture would
/// be larger than other programs take.
Result<std::unique_ptr<QMimeData>> clipboardPicture(const Diagram& diagram, const ExportOptions& options);

/// On one page, as large as the page allows. The printer has its page and orientation set; on any thread.
Result<void> printDiagram(const Diagram& diagram, const ExportOptions& options, QPrinter& printer);

}  // namespace sluice
