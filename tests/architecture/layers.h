#pragma once

#include <QMap>
#include <QRegularExpression>
#include <QString>
#include <QStringList>

// The layering of the sources as data: which folder may include which, and what of outside it may not see.
namespace layers {

// A folder and the project folders that its files may include besides their own.
struct Layer {
    QString folder;
    QStringList mayInclude;
    bool qt = true;
};

// Most specific first: a file belongs to the first layer whose folder it lies in.
inline const QList<Layer>& all() {
    static const QStringList core = {"core/"};
    static const QList<Layer> layers = {
        {"core/base/", {}, false},
        {"core/diagram/", {"core/base/"}, false},
        {"core/trace/", {"core/base/"}, false},
        {"core/story/", {"core/base/", "core/diagram/", "core/trace/"}, false},
        {"core/query/", {"core/base/", "core/trace/"}, false},
        {"core/sequence/", {"core/base/", "core/trace/"}, false},
        {"core/metrics/", {"core/base/", "core/diagram/", "core/trace/"}, false},
        {"core/alerts/",
         {"core/base/", "core/diagram/", "core/trace/", "core/query/", "core/metrics/"},
         false},
        {"core/engine/", {"core/base/", "core/diagram/", "core/trace/", "core/alerts/"}, false},
        {"core/incident/", {"core/base/", "core/diagram/", "core/trace/"}, false},
        {"core/record/", {"core/base/", "core/diagram/", "core/story/", "core/trace/"}, false},
        {"core/share/",
         {"core/base/", "core/diagram/", "core/trace/", "core/story/", "core/query/", "core/incident/"},
         false},
        {"core/report/",
         {"core/base/", "core/diagram/", "core/trace/", "core/story/", "core/incident/", "core/metrics/",
          "core/share/"},
         false},
        {"core/interchange/", {"core/base/", "core/diagram/", "core/trace/", "core/query/"}, false},
        {"core/browse/",
         {"core/base/", "core/diagram/", "core/trace/", "core/query/", "core/share/", "core/interchange/"},
         false},
        {"core/exchange/", {"core/base/", "core/diagram/"}, false},
        {"core/review/", {"core/base/", "core/diagram/", "core/trace/", "core/alerts/"}, false},
        {"core/sweep/",
         {"core/base/", "core/diagram/", "core/trace/", "core/engine/", "core/metrics/"},
         false},
        {"core/compare/", {"core/base/", "core/diagram/", "core/trace/", "core/metrics/"}, false},
        {"core/live/", {"core/base/", "core/diagram/", "core/trace/", "core/alerts/", "core/browse/"}, false},
        {"plugins/api/", core},
        {"plugins/", {"core/", "plugins/api/"}},
        {"widgets/", core},
        {"app/brokers/", {"core/", "plugins/api/"}},
        {"app/cli/", {"core/", "widgets/", "plugins/api/", "app/brokers/"}},
        {"app/", {"core/", "widgets/", "plugins/api/"}},
    };
    return layers;
}

// The layer of a file by its path from the project root; null for tests and everything else that is free.
inline const Layer* find(const QString& path) {
    for (const Layer& layer : all()) {
        if (path.startsWith(layer.folder))
            return &layer;
    }
    return nullptr;
}

// The folder of a plugin (plugins/kafka/): plugins do not see each other.
inline QString ownFolder(const Layer& layer, const QString& path) {
    if (layer.folder != "plugins/")
        return layer.folder;
    return path.section('/', 0, 1) + '/';
}

// What a file's #include lines break, one sentence each.
inline QStringList violations(const QString& path, const QString& text) {
    const Layer* layer = find(path);
    if (!layer) {
        const bool lostInCore = path.startsWith("core/");
        return lostInCore ? QStringList{path + " lies in a folder of core that has no layer"} : QStringList{};
    }
    static const QRegularExpression include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])",
                                            QRegularExpression::MultilineOption);
    static const QRegularExpression qtHeader(R"(^Q[A-Z]|^Qt[A-Z0-9]|^q[a-z]+\.h$)");
    static const QRegularExpression ours("^(core|widgets|app|plugins|tests|resources)/");
    const QString own = ownFolder(*layer, path);
    QStringList found;
    auto lines = include.globalMatch(text);
    while (lines.hasNext()) {
        const auto line = lines.next();
        const QString target = line.captured(2);
        if (!layer->qt && qtHeader.match(target).hasMatch()) {
            found << path + " includes Qt: " + target;
        } else if (ours.match(target).hasMatch()) {
            bool allowed = target.startsWith(own);
            for (const QString& folder : layer->mayInclude)
                allowed = allowed || target.startsWith(folder);
            if (!allowed)
                found << path + " may not include " + target;
        } else if (line.captured(1) == "\"" && !target.endsWith(".moc") && !target.startsWith("ui_")) {
            found << path + " includes " + target + ", which does not begin at the project root";
        }
    }
    return found;
}

}  // namespace layers
