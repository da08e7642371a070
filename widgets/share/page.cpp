#include "widgets/share/page.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <map>

#include "core/share/excerptjson.h"
#include "widgets/export/scene.h"
#include "widgets/paint/messagelook.h"
#include "widgets/share/pagedrawing.h"
#include "widgets/share/playerparts.h"

namespace sluice {
namespace {

/// One script of the player's files. What they declare stays out of the page's global scope.
QByteArray script() {
    QByteArray all = "\"use strict\";\n(() => {\n";
    for (const char* name : {"trace.js", "drawing.js", "timeline.js", "log.js", "panels.js", "player.js"})
        all += playerPart(QString::fromLatin1(name)) + '\n';
    return all + "})();\n";
}

/// The still picture: all that does not move, with the places of what does left empty.
Result<QByteArray> stillPicture(const Diagram& diagram, const TraceStore& store, const SystemState& state,
                                ThemeName name) {
    ExportOptions options;
    options.theme = name;
    options.state = &state;
    options.table = &store.table();
    options.liveParts = false;
    Result<QByteArray> svg = renderDiagram(diagram, options);
    if (!svg)
        return svg;
    // Inside of HTML an SVG has neither a prologue nor a size of its own.
    return svg->mid(std::max<qsizetype>(0, svg->indexOf("<svg")));
}

/// Each {{name}} of the template once, from left to right: what is put in is not looked at again.
QByteArray filled(const QByteArray& page, const std::map<QByteArray, QByteArray>& values) {
    QByteArray result;
    qsizetype at = 0;
    for (;;) {
        const qsizetype begin = page.indexOf("{{", at);
        const qsizetype end = page.indexOf("}}", begin);
        if (begin < 0 || end < 0)
            return result + page.mid(at);
        result += page.mid(at, begin - at);
        const auto value = values.find(page.mid(begin + 2, end - begin - 2));
        Q_ASSERT(value != values.end());
        result += value->second;
        at = end + 2;
    }
}

}  // namespace

Result<QByteArray> renderPage(const Diagram& diagram, const Scenario* scenario, const TraceStore& store,
                              const ExcerptScope& scope) {
    const SystemState initial = SystemState::initial(store.table());
    ExportOptions plain;
    const QRectF area = ExportScene(diagram, plain).area();
    if (area.isEmpty())
        return Error{ErrorCode::NotFound,
                     QCoreApplication::translate("Share", "There is nothing to share: the drawing is empty")
                         .toStdString(),
                     {}};
    const Result<Excerpt> excerpt = excerptOf(store, scope);
    if (!excerpt)
        return excerpt.error();
    Json trace = excerptJson(*excerpt, store.table(), scope.masks);
    Json drawing = pageDrawing(diagram, store.table(), area);
    Json hues = Json::array();
    for (const auto& key : trace["keys"])
        hues.push_back(keyHue(key["number"].get<std::int64_t>()));
    drawing["hues"] = std::move(hues);
    if (scenario)
        drawing["scenarioNote"] = scenario->note;
    const Result<QByteArray> light = stillPicture(diagram, store, initial, ThemeName::Light);
    const Result<QByteArray> dark = stillPicture(diagram, store, initial, ThemeName::Dark);
    if (!light || !dark)
        return light ? dark.error() : light.error();
    const QByteArray program = script();
    const QString name = QString::fromStdString(diagram.name);
    const QString run = QString::fromStdString(store.table().scenario);
    const QString title = run.isEmpty() ? name : name + QStringLiteral(" – ") + run;
    if (scope.progress && !scope.progress(1))
        return Error{ErrorCode::Cancelled, "the export was cancelled", {}};
    return filled(playerPart(QStringLiteral("player.html")),
                  {{"title", title.toHtmlEscaped().toUtf8()},
                   {"heading", name.toHtmlEscaped().toUtf8()},
                   {"style", playerPart(QStringLiteral("player.css"))},
                   {"script", program},
                   {"script-hash",
                    "sha256-" + QCryptographicHash::hash(program, QCryptographicHash::Sha256).toBase64()},
                   {"drawing-light", *light},
                   {"drawing-dark", *dark},
                   {"trace", QByteArray::fromStdString(embeddedJson(trace))},
                   {"drawing", QByteArray::fromStdString(embeddedJson(drawing))}});
}

}  // namespace sluice
