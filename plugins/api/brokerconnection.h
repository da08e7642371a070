#pragma once

#include <QObject>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"
#include "core/trace/source.h"
#include "plugins/api/connectionform.h"

namespace sluice {

/// Something that does not work with a broker, and what to do about it.
struct BrokerProblem {
    enum class Kind : std::uint8_t {
        None,
        Name,           ///< the host's name has no address
        Port,           ///< nobody listens there
        Protocol,       ///< somebody listens who speaks another language
        Tls,            ///< no secure connection comes about
        Credentials,    ///< the user or password is wrong
        Permission,     ///< the user may not do that
        PluginMissing,  ///< the broker lacks a plugin of its own
        Slow,           ///< no answer in time
        Answer,         ///< the answer cannot be read
        Settings,       ///< the connection's own settings are wrong
    };
    Kind kind = Kind::None;
    QString sentence;  ///< what happened, to what
    QString advice;    ///< what to do
    /// Both. What a broker said stands in a sentence as it came, often without a full stop.
    [[nodiscard]] QString text() const {
        if (advice.isEmpty())
            return sentence;
        const bool ends = sentence.endsWith(u'.') || sentence.endsWith(u'?') || sentence.endsWith(u'!') ||
                          sentence.endsWith(u':');
        return sentence + (ends ? QStringLiteral(" ") : QStringLiteral(". ")) + advice;
    }
};

/// One step of a test of a connection, in the order in which they are taken.
struct TestStep {
    enum class Outcome : std::uint8_t { Passed, Failed, Warned, Skipped };
    QString name;  ///< "Credentials"
    Outcome outcome = Outcome::Passed;
    QString found;  ///< what was found out: "RabbitMQ 3.10.8"
    BrokerProblem problem;
};

/// What a broker has, as a drawing without places, and what could not be found out.
struct Discovery {
    std::shared_ptr<const Diagram> drawing;
    QStringList notes;        ///< "12 temporary queues are not drawn"
    qint64 milliseconds = 0;  ///< that the broker took to answer
};

struct WatchStatus {
    enum class State : std::uint8_t { Idle, Connecting, Watching, Waiting };
    State state = State::Idle;
    BrokerProblem problem;  ///< Waiting: why the connection is lost
    BrokerProblem besides;  ///< Watching: what does not come although the figures do
    int retryInMs = 0;      ///< Waiting: until it is tried again
    // Of the last report.
    double costOfCore = 0;   ///< share of one core of the broker that watching takes, as the broker tells; 0:
                             ///< it does not
    qint64 roundTripMs = 0;  ///< from the question to the whole answer
    double parseMs = 0;      ///< until the answer was in the trace
    std::chrono::steady_clock::time_point answered{};  ///< when the whole answer was there
    qint64 bytes = 0;                                  ///< of the answer
    int everyMs = 0;                                   ///< from one report to the next, now
    bool reduced = false;  ///< reports come more rarely than asked for, to keep to the budget
    QString source;        ///< where the figures come from: "Prometheus, detailed"
    int entities = 0;      ///< of the drawing that the broker knows
    QString watched;       ///< the same in words: "3 topics, 2 groups"
};

/// How often a broker is asked, and what that may cost it.
struct WatchPace {
    int everyMs = 5000;
    double mostOfCore = 0.02;  ///< budget: share of one core of the broker; 0: whatever it takes
    bool operator==(const WatchPace&) const = default;
};

/// What is to be watched, and how.
struct WatchOrder {
    std::shared_ptr<const EntityTable> table;  ///< names and kinds bind them to what the broker has
    std::vector<std::string> names;            ///< by EntityId, as the broker calls them: see brokerNames
    std::shared_ptr<TraceSink> sink;           ///< called on the connection's thread; time 0 is this order's
    WatchPace pace{};
};

class BrokerWatcher;

/// A conversation with one broker. It lives on a thread with an event loop that is not the window's; every
/// function is called there, and no function waits. Nothing is written to the broker unless the settings
/// allow it.
class BrokerConnection : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    ~BrokerConnection() override;

    /// Tries everything that discovering and watching need; tested() follows.
    virtual void test() = 0;
    /// discovered() or discoveryFailed() follows.
    virtual void discover() = 0;
    /// Reports into the order's sink until stopWatching(): connection made and lost, gauges and counts. A
    /// lost connection is tried again, ever more rarely. The sink is finished in the end.
    void watch(const sluice::WatchOrder& order);
    void stopWatching();
    /// The watch that goes on is at this pace from now on; nothing else begins anew.
    void setPace(const sluice::WatchPace& pace);
    /// What is under way has failed, in whichever way; the watch goes on trying.
    void fail(const sluice::BrokerProblem& problem);

signals:
    void tested(const QList<sluice::TestStep>& steps);
    void discovered(const sluice::Discovery& discovery);
    void discoveryFailed(const sluice::BrokerProblem& problem);
    void statusChanged(const sluice::WatchStatus& status);

protected:
    /// Its parent is this connection. It begins when it is told to.
    [[nodiscard]] virtual BrokerWatcher* makeWatcher(const WatchOrder& order) = 0;

private:
    BrokerWatcher* m_watcher = nullptr;
};

}  // namespace sluice
