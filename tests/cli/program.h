#pragma once

#include <QProcess>
#include <QStringList>

/// sluice-cli as a script would call it.
namespace sluice::test {

inline const QString kProgram = SLUICE_BIN_DIR "/sluice-cli";

/// What a call left behind.
struct Called {
    int status = -1;  ///< negative: it crashed, did not start or did not end
    QString out;
    QString err;
};

/// Waits for a program that runs.
inline Called finished(QProcess& process) {
    if (!process.waitForFinished(300'000))
        return {-3, {}, "did not finish"};
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

inline Called cli(const QStringList& arguments, const QByteArray& input = {}) {
    QProcess process;
    process.start(kProgram, arguments);
    if (!process.waitForStarted())
        return {-2, {}, process.errorString()};
    process.write(input);
    process.closeWriteChannel();
    return finished(process);
}

}  // namespace sluice::test
