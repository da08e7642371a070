#pragma once

#include <QList>
#include <QObject>
#include <memory>

#include "plugins/api/brokerplugin.h"

namespace sluice {

/// One redrive of a live queue's dead letters, or the dry run before it, on a thread of its own. Lives on the
/// window's thread; owned by the dialog that asks for it. Destroying it stops the redrive and does not wait:
/// what was sent and confirmed has left its queue, everything else is still there.
class LetterRedrive : public QObject {
    Q_OBJECT

public:
    LetterRedrive(const BrokerPlugin& plugin, const ConnectionSettings& settings, QObject* parent = nullptr);
    ~LetterRedrive() override;

    /// told() follows, in bunches, then finished().
    void start(const RedriveWish& wish, bool mayWrite);
    /// Nothing more is sent until it is resumed; what is under way is still confirmed.
    void pause(bool paused);
    /// What was sent stays sent; a new start goes on with the rest.
    void stop();

signals:
    void told(const QList<sluice::RedrivenLetter>& letters, qint64 waiting);
    void finished(const sluice::RedriveResult& result);

private:
    class Errand;

    const BrokerPlugin& m_plugin;
    ConnectionSettings m_settings;
    std::shared_ptr<Errand> m_errand;
};

}  // namespace sluice
