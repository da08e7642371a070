#include <fmt/format.h>

#include <QEventLoop>
#include <QTimer>
#include <array>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/interrupt.h"
#include "app/cli/livereport.h"
#include "app/cli/optionvalues.h"
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
    Watch(BrokerSession& session, const WatchSettings& order, Diagram diagram)
        : m_session(session), m_order(order), m_diagram(std::move(diagram)) {}

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
            const bool over = m_order.length && m_store->horizon() >= TraceTime(*m_order.length);
            if (over || interrupt.happened())
                loop.quit();
        });
        ticker.start(kWatchTick);
        loop.exec();
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
                                    {"problem", lost ? Json(m_problem.toStdString()) : Json()},
                                    {"elements", liveToJson(m_last, m_store->table(), lags)}}
                                   .dump(2, ' ', false, Json::error_handler_t::replace));
        else
            fmt::print("{}", describeLive(m_last, m_store->table(), lags));
        return lost ? kFailed : kWell;
    }

    BrokerSession& m_session;
    const WatchSettings& m_order;
    const Diagram m_diagram;
    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<RecordingWriter> m_writer;
    SystemState m_last;
    WatchStatus::State m_state = WatchStatus::State::Idle;
    QString m_problem;
};

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
        return Watch(session, *order, *drawing).run(interrupt);
    }
    const Result<Discovery> found = session.discover();
    if (!found)
        return complain(found.error());
    return Watch(session, *order, laidOut(*found->drawing)).run(interrupt);
}

constexpr std::array<Option, 5> kWatchOptions{{
    {"--for", "DURATION", "how long; without it until Ctrl-C"},
    {"--every", "DURATION", "from one question to the next, 5s as a rule"},
    {"--drawing", "FILE.sluice", "what to watch; without it everything that the broker has"},
    {"--record", "OUT.sluicerec", "record it; sluice-cli replay and the program open it"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& watchCommand() {
    static const Command command{"watch",
                                 "ADDRESS [--for DURATION] [--every DURATION] [--drawing FILE.sluice] "
                                 "[--record OUT.sluicerec] [--json]",
                                 "Watch a live broker, and tell in the end how its queues, topics and "
                                 "groups stood",
                                 kWatchOptions,
                                 1,
                                 1,
                                 watch};
    return command;
}

}  // namespace sluice::cli
