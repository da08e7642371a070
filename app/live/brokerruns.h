#pragma once

#include <QObject>
#include <QPointer>
#include <memory>
#include <optional>

#include "app/brokers/brokerplay.h"

namespace sluice {

class BrokerRunDialog;
class CompareController;
class DocumentController;
class LiveController;
class MessageBar;
class RunController;
class RunSession;
struct Theme;

/// The conversation about runs with real queues and topics: asks where, shows the run while it goes on, tells
/// how it ended, and compares it with the same run in the program. Lives on the window's thread; owned by the
/// main window.
class BrokerRuns : public QObject {
    Q_OBJECT

public:
    struct Parts {
        DocumentController& documents;
        RunSession& session;
        RunController& runs;
        LiveController& live;
        CompareController& comparisons;
        MessageBar& messages;
    };
    BrokerRuns(const Parts& parts, QObject* parent);
    ~BrokerRuns() override;

    void open(const Theme& theme, QWidget* parent);
    [[nodiscard]] bool isPlaying() const { return m_play != nullptr; }

signals:
    /// A run is seen from now on.
    void began();

private:
    [[nodiscard]] Result<std::unique_ptr<RealRun>> made(const QList<ConnectionSettings>& on, bool keep) const;
    [[nodiscard]] QList<ConnectionSettings> withSecrets(QList<ConnectionSettings> on) const;
    void start(const QList<ConnectionSettings>& chosen, bool keep);
    void chooseNames();
    void show();
    void end(const BrokerPlayEnd& end);
    void tell(const QString& sentence, bool well);

    Parts m_parts;
    std::unique_ptr<BrokerPlay> m_play;
    QPointer<BrokerRunDialog> m_dialog;
    std::shared_ptr<const Diagram> m_drawing;  ///< as it is played
    bool m_shown = false;
    QString m_where;
    QString m_prefix;  ///< of what the next run makes: what is shown beforehand is what is made
};

}  // namespace sluice
