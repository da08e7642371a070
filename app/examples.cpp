#include "app/examples.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <algorithm>

#include "core/diagram/file.h"

namespace sluice {

namespace {

constexpr auto kFlagship = "update-user-email";

}  // namespace

QList<Example> loadExamples() {
    QList<Example> examples;
    for (const QFileInfo& info : QDir(":/examples").entryInfoList({"*.sluice"}, QDir::Files, QDir::Name)) {
        QFile file(info.filePath());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        Result<LoadedDiagram> loaded = parseDiagram(file.readAll().toStdString());
        if (!loaded)
            continue;
        Example example;
        example.id = info.completeBaseName();
        example.title = QString::fromStdString(loaded->diagram.name);
        example.summary = QString::fromStdString(loaded->diagram.note).section('\n', 0, 0);
        example.diagram = std::move(loaded->diagram);
        examples << example;
    }
    std::stable_partition(examples.begin(), examples.end(),
                          [](const Example& example) { return example.id == kFlagship; });
    return examples;
}

Result<Example> findExample(const QString& name) {
    QStringList known;
    for (const Example& example : loadExamples()) {
        if (name.compare(example.id, Qt::CaseInsensitive) == 0 ||
            name.compare(example.title, Qt::CaseInsensitive) == 0)
            return example;
        known << example.id;
    }
    return Error{ErrorCode::NotFound, "there is no such example; there are " + known.join(", ").toStdString(),
                 name.toStdString()};
}

}  // namespace sluice
