#include "app/brokers/loggedchanges.h"

#include <pwd.h>
#include <unistd.h>

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStandardPaths>

namespace sluice {
namespace {

QString counted(qint64 count, const char* word) {
    return QStringLiteral("%1 %2").arg(count).arg(QLatin1String(word));
}

QString settingsOf(const BrokerStep& step) {
    return step.settings.empty()
               ? QString()
               : QStringLiteral(" ") + QString::fromStdString(Json(step.settings.all()).dump());
}

QString editsOf(const LetterEdits& edits) {
    return edits.isEmpty() ? QString()
                           : QStringLiteral(" with ") + counted(qint64(edits.all().size()), "edits");
}

/// Of the process: what the environment says can be anything, or nothing.
QString systemUser() {
    const passwd* entry = getpwuid(geteuid());
    return entry ? QString::fromLocal8Bit(entry->pw_name) : QString::number(geteuid());
}

}  // namespace

QString writingLogFile(const QString& connection) {
    // Readable, and different for names that differ in what a file's name cannot hold.
    QString name = connection;
    name.replace(QRegularExpression(QStringLiteral("[^A-Za-z0-9.-]+")), QStringLiteral("-"));
    const QByteArray hash =
        QCryptographicHash::hash(connection.toUtf8(), QCryptographicHash::Sha256).toHex().left(8);
    return QStringLiteral("%1/sluice/writing/%2-%3.jsonl")
        .arg(QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation), name.left(60),
             QString::fromLatin1(hash));
}

BrokerProblem LoggedChanges::apply(const BrokerStep& step) {
    BrokerProblem problem = m_changes->apply(step);
    m_log.write(QString::fromStdString(actOf(step) + ' ' + nameOf(step)) + settingsOf(step), "done", problem);
    return problem;
}

PublishResult LoggedChanges::publish(const PublishWish& wish, PublishSource& source) {
    PublishResult result = m_changes->publish(wish, source);
    m_log.write(QStringLiteral("publish %1 to %2")
                    .arg(counted(wish.count, "messages"),
                         wish.exchange.isEmpty() ? wish.place : QStringLiteral("exchange ") + wish.exchange),
                QStringList{counted(result.confirmed, "confirmed"), counted(result.unroutable, "unroutable"),
                            counted(result.refused, "refused")}
                    .join(QStringLiteral(", ")),
                result.problem);
    return result;
}

PurgeResult LoggedChanges::purge(const QString& place, bool dryRun) {
    PurgeResult result = m_changes->purge(place, dryRun);
    if (!dryRun)
        m_log.write(QStringLiteral("purge ") + place, counted(result.messages, "messages"), result.problem);
    return result;
}

OffsetsResult LoggedChanges::moveOffsets(const OffsetsWish& wish) {
    OffsetsResult result = m_changes->moveOffsets(wish);
    if (wish.dryRun)
        return result;
    QStringList moves;
    for (const OffsetsMove& move : result.moves)
        moves << QStringLiteral("%1: %2 to %3")
                     .arg(move.partition)
                     .arg(move.now < 0 ? QStringLiteral("none") : QString::number(move.now))
                     .arg(move.then);
    m_log.write(QStringLiteral("move offsets of %1 in %2").arg(wish.group, wish.topic),
                moves.join(QStringLiteral(", ")), result.problem);
    return result;
}

RedriveResult LoggedRedrive::run(const RedriveWish& wish, RedriveListener& listener) {
    RedriveResult result = m_redrive->run(wish, listener);
    if (!wish.dryRun)
        m_log.write(QStringLiteral("redrive %1").arg(wish.queue) +
                        (wish.to.isEmpty() ? QString() : QStringLiteral(" to ") + wish.to) +
                        editsOf(wish.edits),
                    QStringLiteral("%1 sent, %2 stayed").arg(result.sent).arg(result.stayed), result.problem);
    return result;
}

void WritingLog::write(const QString& act, const QString& result, const BrokerProblem& problem) {
    const QString name = writingLogFile(m_connection);
    const bool failed = problem.kind != BrokerProblem::Kind::None;
    const QJsonObject line{{"time", QDateTime::currentDateTimeUtc().toString(Qt::ISODateWithMs)},
                           {"user", systemUser()},
                           {"connection", m_connection},
                           {"act", act},
                           {"result", failed ? problem.text() : result}};
    const QByteArray text = QJsonDocument(line).toJson(QJsonDocument::Compact) + '\n';
    QFile file(name);
    // One write for one line, so that two programs do not mix theirs.
    const bool kept = QDir().mkpath(QFileInfo(name).path()) &&
                      file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered) &&
                      file.setPermissions(QFile::ReadOwner | QFile::WriteOwner) &&
                      file.write(text) == text.size();
    if (!kept && m_unlogged)
        std::exchange(m_unlogged, nullptr)(name);
}

}  // namespace sluice
