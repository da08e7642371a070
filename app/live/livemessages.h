#pragma once

#include <QObject>

#include "app/brokers/messagewish.h"

class QSettings;
class QWidget;

namespace sluice {

class LiveBar;
class LiveController;

/// The conversation about showing single messages of what is watched: asks how, begins and ends it, and says
/// how it goes. On the window's thread; owned by the main window.
class LiveMessages : public QObject {
    Q_OBJECT

public:
    LiveMessages(LiveController& live, LiveBar& bar, QSettings& settings, QObject* parent);

    /// Asks how, or ends it.
    void toggle(QWidget* parent);
    void show(const MessageWish& wish);
    [[nodiscard]] bool areShown() const { return m_status.state != MessagesStatus::State::Off; }

signals:
    void changed();

private:
    void take(const MessagesStatus& status, int which);
    void forget();
    void tell();
    [[nodiscard]] MessageWish remembered() const;

    LiveController& m_live;
    LiveBar& m_bar;
    QSettings& m_settings;
    QList<MessagesStatus> m_each;  ///< of the brokers, in their order
    MessagesStatus m_status;       ///< of all
};

}  // namespace sluice
