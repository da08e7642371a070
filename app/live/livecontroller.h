#pragma once

#include <QObject>
#include <QTimer>
#include <memory>
#include <optional>

#include "app/brokers/brokerwriting.h"
#include "app/brokers/livesource.h"
#include "app/brokers/pluginregistry.h"
#include "app/live/connectionstore.h"
#include "app/live/watchedbrokers.h"
#include "core/live/drift.h"

class QMenu;
class QSettings;
class QWidget;

namespace sluice {

class DocumentController;
class FileController;
class LiveBar;
class LivePage;
class MessageBar;
class RunSession;
struct Theme;

/// The conversation about live brokers: making a connection, testing it, drawing what is there, watching it
/// on the drawing, one broker or several together. Lives on the window's thread; owned by the main window.
class LiveController : public QObject {
    Q_OBJECT

public:
    struct Parts {
        DocumentController& documents;
        RunSession& session;
        FileController& files;
        MessageBar& messages;
        LivePage& page;
        LiveBar& bar;
        QSettings& settings;
    };
    LiveController(const Parts& parts, QObject* parent);
    ~LiveController() override;

    /// Lets the page show the plugins and connections there are; plugins are looked for the first time.
    void refreshPage();
    void test(const ConnectionSettings& connection);
    /// A new drawing of what the broker has, which is then watched; `together`: the ids of connections whose
    /// brokers are drawn and watched with it.
    void discover(const ConnectionSettings& connection, const QStringList& together = {});
    /// Watches the drawing that is open.
    void watch(const ConnectionSettings& connection, const QStringList& together = {});
    void disconnectBroker();
    /// How often the broker that is watched is asked; a new watch begins at the usual pace, since what it
    /// costs is the broker's.
    void setPace(const WatchPace& pace);
    /// Those that a person has made.
    [[nodiscard]] QList<ConnectionSettings> connections() { return m_store.list(); }
    /// Who speaks with its kind of broker; null when nobody does.
    [[nodiscard]] const BrokerPlugin* plugin(const ConnectionSettings& connection);
    /// Discovers once more and tells how the drawing and the broker differ.
    void compare();
    /// Looks at the messages of a queue or topic of what is watched; `element` is its id in the drawing, or
    /// empty: a person chooses.
    void browse(const Theme& theme, const std::string& element, QWidget* parent);
    /// Sends the dead letters of a queue back.
    void redrive(const Theme& theme, const std::string& element, QWidget* parent);
    /// What makes the broker have what is drawn in these differences, as steps to choose from; compare()
    /// comes first.
    void plan(const Theme& theme, const std::vector<Drift>& drifts, QWidget* parent);
    /// Publishes messages to a queue or topic.
    void publish(const Theme& theme, const std::string& element, QWidget* parent);
    /// Throws away what waits in a queue or topic.
    void purge(const Theme& theme, const std::string& element, QWidget* parent);
    void moveOffsets(const Theme& theme, const std::string& element, QWidget* parent);
    /// What can be done with an element of a drawing that is watched.
    void extendMenu(QMenu& menu, const std::string& element, const Theme& theme, QWidget* parent);
    /// The drawing's alert rules were edited: the watch goes on with these.
    void setAlerts();
    /// The id of the rule that the watch's alerts name by that number; empty when there is none.
    [[nodiscard]] std::string alertRuleAt(std::uint32_t place) const;
    /// What compare() found last, and how the drawing differs from it.
    [[nodiscard]] const std::shared_ptr<const Diagram>& found() const { return m_found; }
    [[nodiscard]] const std::vector<Drift>& drifts() const { return m_drifts; }
    [[nodiscard]] bool isWatching() const { return m_watching; }
    [[nodiscard]] const WatchedBrokers& brokers() const { return m_brokers; }
    /// What the window shows is a broker that is or was watched.
    [[nodiscard]] bool isShown() const;
    /// Null when nothing is watched; until watchingChanged().
    [[nodiscard]] LiveSource* watched() const { return m_watching ? m_watched.get() : nullptr; }
    /// Makes the drawing say what the broker has, for these differences; one step to undo.
    void takeOver(const std::vector<Drift>& drifts);

signals:
    /// Watching began, or it ended.
    void watchingChanged();
    void busyChanged(const QString& what);
    /// compare() has an answer, or the drawing has changed since. Null: it holds no longer.
    void compared(std::shared_ptr<const Diagram> found, const std::vector<Drift>& drifts);
    /// Somebody asked for it, and wants to see it.
    void answered();

private:
    /// Null with a word to the user where there is no plugin for it.
    [[nodiscard]] const BrokerPlugin* pluginOrWord(const ConnectionSettings& connection);
    /// False when one of them cannot be used.
    [[nodiscard]] bool choose(const ConnectionSettings& connection, const QStringList& together);
    [[nodiscard]] std::unique_ptr<JointDiscovery> ask();
    void layOut(const Discovery& discovery);
    void adopt(Diagram diagram, const QStringList& notes);
    void beginWatching();
    void compareWithFound();
    void showDrifts(std::vector<Drift> drifts);
    void tellComparison();
    /// Things of a broker's that were drawn since the watch began.
    [[nodiscard]] int unwatched() const;
    void endAsking();
    /// The broker that has an element of the drawing; null without one.
    [[nodiscard]] const WatchedBrokers::Broker* brokerOf(const std::string& element) const;
    [[nodiscard]] BrokerPlan planFor(const WatchedBrokers::Broker& broker,
                                     const std::vector<Drift>& drifts) const;
    [[nodiscard]] WritableBroker writable(const WatchedBrokers::Broker& broker);
    void browse(const Theme& theme, const WatchedBrokers::Broker& broker, const std::string& element,
                QWidget* parent);
    void tellWritten(const QString& line);

    Parts m_parts;
    ConnectionStore m_store;
    std::unique_ptr<PluginRegistry> m_registry;
    std::unique_ptr<LiveSource> m_testing;
    std::unique_ptr<JointDiscovery> m_asking;
    std::unique_ptr<LiveSource> m_watched;
    WatchedBrokers m_brokers;  ///< that are watched, or were last
    std::shared_ptr<const Diagram> m_found;
    std::shared_ptr<const Diagram> m_compares;  ///< an answer that is being compared; null: none
    std::vector<Drift> m_drifts;
    bool m_compared = false;  ///< m_drifts is shown, and follows the drawing
    QTimer m_followDrawing;
    bool m_watching = false;
    std::weak_ptr<TraceStore> m_watchedStore;  ///< of what was watched last
    bool m_adopting = false;
};

}  // namespace sluice
