#include <fmt/format.h>

#include <QEventLoop>
#include <QTimer>
#include <array>

#include "app/cli/alertoptions.h"
#include "app/cli/alertreport.h"
#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/interrupt.h"
#include "app/cli/livereport.h"
#include "app/cli/optionvalues.h"
#include "core/alerts/alertrules.h"
#include "core/live/watchtable.h"
#include "core/record/recordingwriter.h"
#include "widgets/editing/foundlayout.h"

namespace sluice::cli {
namespace {

constexpr int kWatchTick = 100;  // ms

struct WatchSettings {
    std::optional<Duration> length;
    int everyMs = 5000;
    std::string record;
    bool json = false;
};

Result<WatchSettings> watchSettingsOf(const Arguments& arguments) {
    WatchSettings order;
    const auto length = durationOf(arguments, "--for");
    if (!length)
        return length.error();
    const auto every = durationOf(arguments, "--every");
    if (!every)
        return every.error();
    order.length = *length;
    if (*every)
        order.everyMs =
            static_cast<int>(std::clamp<std::int64_t>((*every)->count() / 1'000'000, 500, 3'600'000));
    order.record = arguments.value("--record");
    if (arguments.has("--record") && order.record.empty())
        return Error{ErrorCode::InvalidInput, "needs the name of a file", "--record"};
    order.json = arguments.has("--json");
    return order;
}

/// One watch, from its first question to its report.
class Watch {
public:
    /// `asked`: from which of the drawing's alert rules on they were asked for.
    Watch(BrokerSession& session, const WatchSettings& order, Diagram diagram, std::size_t asked)
        : m_session(session), m_order(order), m_diagram(std::move(diagram)), m_asked(asked) {}

    int run(const Interrupt& interrupt) {
        QEventLoop loop;
        LiveSource& source = m_session.source();
        QObject::connect(&source, &LiveSource::statusChanged, &loop,
                         [this](const WatchStatus& status) { tell(status); });
        m_store = source.watch(m_diagram, m_order.everyMs);
        if (!m_order.record.empty()) {
            auto writer = RecordingWriter::create(
                m_order.record,
                RecordingHeader{.diagram = m_diagram, .scenario = {}, .table = watchTable(m_diagram)});
            if (!writer)
                return complain(m_order.record, writer.error());
            m_writer = *writer;
            source.record(m_writer);
        }
        QTimer ticker;
        QObject::connect(&ticker, &QTimer::timeout, &loop, [&] {
            tellAlerts();
            const bool over = m_order.length && m_store->horizon() >= TraceTime(*m_order.length);
            if (over || interrupt.happened())
                loop.quit();
        });
        ticker.start(kWatchTick);
        loop.exec();
        tellAlerts();
        m_last = m_store->stateAt(m_store->horizon());
        source.stopWatching();
        QObject::connect(&ticker, &QTimer::timeout, &loop, [&] {
            if (m_store->finished())
                loop.quit();
        });
        loop.exec();
        return report();
    }

private:
    void tell(const WatchStatus& status) {
        if (status.state == m_state || status.state == WatchStatus::State::Idle)
            return;
        m_state = status.state;
        m_problem = status.problem.text();
        if (m_state == WatchStatus::State::Watching)
            fmt::print(stderr, "sluice-cli: watching {}, answered in {} ms\n", status.watched.toStdString(),
                       status.roundTripMs);
        else if (m_state == WatchStatus::State::Waiting)
            fmt::print(stderr, "sluice-cli: {}\n", m_problem.toStdString());
    }
    /// On standard error as they come: what stands at the end goes to standard output.
    void tellAlerts() {
        const std::size_t told = m_alerts.alerts().size();
        m_store->visit(m_seen, m_store->size(), [&](Sequence sequence, const TraceEvent& event) {
            m_alerts.apply(sequence, event);
            if (event.kind == EventKind::AlertCleared)
                fmt::print(stderr, "sluice-cli: {}  cleared   {}, {}\n", describeDuration(event.at),
                           event.peer < m_store->table().alerts.size()
                               ? m_store->table().alerts[event.peer].name
                               : std::string(),
                           event.subject < m_store->table().entities.size()
                               ? m_store->table().entities[event.subject].name
                               : std::string("broker"));
            m_seen = sequence + 1;
            return true;
        });
        for (std::size_t i = told; i < m_alerts.alerts().size(); ++i)
            fmt::print(stderr, "sluice-cli: {}  {}\n", describeDuration(m_alerts.alerts()[i].raised),
                       alertLine(m_alerts.alerts()[i], m_store->table()));
    }
    int report() {
        if (m_writer && !m_writer->status())
            return complain(m_order.record, m_writer->status().error());
        if (m_last.contact == Contact::None)
            return kUnusable;  // the reason was told
        TimeLagMeter lags(m_store->table());
        m_store->visit(0, m_store->size(), [&](Sequence, const TraceEvent& event) {
            lags.apply(event);
            return true;
        });
        const bool lost = m_last.contact == Contact::Lost;
        const double seconds = std::chrono::duration<double>(m_last.at).count();
        if (m_order.json)
            fmt::print("{}\n", Json{{"seconds", seconds},
                                    {"connected", !lost},
                                    {"alerts", alertsToJson(m_alerts.alerts(), m_store->table())},
                                    {"problem", lost ? Json(m_problem.toStdString()) : Json()},
                                    {"elements", liveToJson(m_last, m_store->table(), lags)}}
                                   .dump(2, ' ', false, Json::error_handler_t::replace));
        else
            fmt::print("{}{}", describeLive(m_last, m_store->table(), lags),
                       describeAlerts(m_alerts.alerts(), m_store->table()));
        return lost || isAlarming(m_alerts.alerts(), m_asked) ? kFailed : kWell;
    }

    BrokerSession& m_session;
    const WatchSettings& m_order;
    const Diagram m_diagram;
    const std::size_t m_asked;
    AlertList m_alerts;
    Sequence m_seen = 0;
    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<RecordingWriter> m_writer;
    SystemState m_last;
    WatchStatus::State m_state = WatchStatus::State::Idle;
    QString m_problem;
};

/// With the rules of --alert behind its own.
int watchDrawing(BrokerSession& session, const WatchSettings& order, Diagram diagram,
                 const Arguments& arguments, const Interrupt& interrupt) {
    const auto rules = alertRulesOf(arguments, diagram);
    if (!rules)
        return complain(rules.error());
    const std::size_t asked = diagram.alerts.size();
    addAlertRules(diagram, *rules);
    return Watch(session, order, std::move(diagram), asked).run(interrupt);
}

int watch(const Arguments& arguments) {
    const Result<WatchSettings> order = watchSettingsOf(arguments);
    if (!order)
        return complain(order.error());
    const Interrupt interrupt;
    BrokerSession session;
    if (const Result<void> opened = session.open(arguments.files.front()); !opened)
        return complain(opened.error());
    if (arguments.has("--drawing")) {
        const Result<Diagram> drawing = drawingIn(arguments.value("--drawing"));
        if (!drawing)
            return complain(arguments.value("--drawing"), drawing.error());
        return watchDrawing(session, *order, *drawing, arguments, interrupt);
    }
    const Result<Discovery> found = session.discover();
    if (!found)
        return complain(found.error());
    return watchDrawing(session, *order, laidOut(*found->drawing), arguments, interrupt);
}

constexpr std::array<Option, 6> kWatchOptions{{
    {"--for", "DURATION", "how long; without it until Ctrl-C"},
    {"--every", "DURATION", "from one question to the next, 5s as a rule"},
    {"--drawing", "FILE.sluice", "what to watch; without it everything that the broker has"},
    {"--record", "OUT.sluicerec", "record it; sluice-cli replay and the program open it"},
    {"--alert", "RULE",
     "tell when this is so, such as 'queue:orders depth > 1000 for 30s'; may be repeated; exit status 1 when "
     "it "
     "was"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& watchCommand() {
    static const Command command{"watch",
                                 "ADDRESS [--for DURATION] [--every DURATION] [--drawing FILE.sluice] "
                                 "[--record OUT.sluicerec] [--alert RULE]... [--json]",
                                 "Watch a live broker, and tell in the end how its queues, topics and "
                                 "groups stood",
                                 kWatchOptions,
                                 1,
                                 1,
                                 watch};
    return command;
}

}  // namespace sluice::cli
