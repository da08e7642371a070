#pragma once

#include <QFile>
#include <QTemporaryDir>

/// Drawings to call sluice-cli with.
namespace sluice::test {

inline QString example(const QString& id) {
    return SLUICE_SOURCE_DIR "/resources/examples/" + id + ".sluice";
}

inline QString written(const QTemporaryDir& folder, const QString& name, const QByteArray& content) {
    const QString path = folder.filePath(name);
    QFile file(path);
    if (file.open(QIODevice::WriteOnly))
        file.write(content);
    return path;
}

/// One client, one service; the expectation can be met or not.
inline QByteArray small(const QByteArray& expectation) {
    return R"({"sluice":1,"name":"Small","nodes":[{"id":"c","kind":"client","workload":"constant","rate":1},)"
           R"({"id":"s","kind":"service","instances":2}],"links":[{"id":"c-s","kind":"call","from":"c","to":"s","timeout":"1s"}],)"
           R"("scenarios":[{"id":"z","until":"10s","expectations":[)" +
           expectation + "]}]}";
}

inline constexpr const char* kMet = R"({"metric":"lost","is":"==","value":0})";
inline constexpr const char* kNotMet =
    R"({"metric":"created","of":"c","is":"==","value":0,"note":"nobody comes"})";

}  // namespace sluice::test
