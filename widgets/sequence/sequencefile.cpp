#include "widgets/sequence/sequencefile.h"

#include <QBuffer>
#include <QFileInfo>
#include <QSaveFile>
#include <QSvgGenerator>

#include "core/sequence/sequencetext.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

QByteArray svgOf(const SequencePicture& picture, const QFont& font) {
    const QRectF all(QPointF(), picture.layout.size());
    QByteArray svg;
    QBuffer buffer(&svg);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(all.size().toSize());
    generator.setViewBox(all);
    generator.setResolution(96);
    QPainter painter(&generator);
    painter.setFont(font);
    painter.fillRect(all, picture.theme.canvas);
    paintSequence(painter, picture, all);
    paintSequenceHeads(painter, picture, 0);
    painter.end();
    return svg;
}

}  // namespace

Result<void> writeSequence(SequencePicture picture, const QFont& font, const QString& path) {
    if (picture.diagram.lifelines.empty())
        return Error{ErrorCode::NotFound, "there is no sequence diagram to write", {}};
    picture.chosenRow = -1;
    picture.playhead.reset();
    const QString suffix = QFileInfo(path).suffix().toLower();
    QByteArray bytes;
    if (suffix == QLatin1String("svg"))
        bytes = svgOf(picture, font);
    else if (suffix == QLatin1String("mmd"))
        bytes = QByteArray::fromStdString(toMermaid(picture.diagram, picture.table));
    else if (suffix == QLatin1String("puml"))
        bytes = QByteArray::fromStdString(toPlantUml(picture.diagram, picture.table));
    else
        return Error{ErrorCode::InvalidInput,
                     "a sequence diagram is written as .svg, .mmd (Mermaid) or .puml (PlantUML)",
                     path.toStdString()};
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return Error{ErrorCode::InputOutput, "cannot be written: " + file.errorString().toStdString(),
                     path.toStdString()};
    return {};
}

}  // namespace sluice
