#pragma once

#include <QObject>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

class QDBusConnection;

namespace sluice {

/// Shows notifications by the desktop's own service, org.freedesktop.Notifications on the session's bus. Asks
/// it once what it can do, and never waits for it. Lives on the window's thread; owned by the alert
/// controller.
class DesktopNotifier : public QObject {
    Q_OBJECT

public:
    /// As the desktop's service numbers them.
    enum class Urgency : std::uint8_t { Low = 0, Normal = 1, Critical = 2 };
    struct Notification {
        QString title;
        QString text;  ///< plain
        Urgency urgency = Urgency::Normal;
        std::function<void()> chosen{};      ///< somebody clicked on it
        std::function<void()> unanswered{};  ///< no service shows it; called later, or at once without a bus
    };
    explicit DesktopNotifier(const QDBusConnection& bus, QObject* parent = nullptr);
    ~DesktopNotifier() override;

    void show(Notification notification);
    /// Those that can still be clicked on, as far as is known.
    [[nodiscard]] std::size_t standing() const { return m_standing.size(); }

private slots:
    void actionInvoked(uint id, const QString& action);
    void activationToken(uint id, const QString& token);
    void closed(uint id, uint reason);

private:
    struct Standing {
        uint id = 0;
        std::function<void()> chosen;
    };
    void ask();
    void learned(const QStringList& capabilities);
    void send(Notification notification);
    void giveUp();

    static constexpr int kPatience = 2000;             // ms
    static constexpr std::size_t kMostStanding = 100;  ///< the oldest cannot be clicked on any more
    std::unique_ptr<QDBusConnection> m_bus;
    std::optional<bool> m_markup;  ///< the service reads the text as markup; not known before it answered
    bool m_asking = false;
    std::deque<Notification> m_waiting;
    std::deque<Standing> m_standing;
};

}  // namespace sluice
