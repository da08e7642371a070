#include <fmt/format.h>

#include <QEventLoop>
#include <QTimer>
#include <array>

#include "app/cli/alertoptions.h"
#include "app/cli/alertposts.h"
#include "app/cli/alertreport.h"
#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/interrupt.h"
#include "app/cli/livereport.h"
#include "app/cli/optionvalues.h"
#include "app/cli/watchedmessages.h"
#include "core/alerts/alertrules.h"
#include "core/live/watchtable.h"
#include "core/record/recordingwriter.h"
#include "core/share/masking.h"
#include "widgets/editing/foundlayout.h"

namespace sluice::cli {
namespace {

constexpr int kWatchTick = 100;  // ms
constexpr int kMostOften = 500;  // ms from one question to the next
constexpr int kLeastOften = 3'600'000;

struct WatchSettings {
    std::optional<Duration> length;
    int everyMs = 5000;
    std::string record;
    std::optional<MessageWish> messages;
    QUrl webhook{};
    bool json = false;
};

/// Errors: options that are about messages without --messages, and an unusable number.
Result<std::optional<MessageWish>> messageWishOf(const Arguments& arguments) {
    for (const char* option : {"--mask", "--at-most", "--make-queues"}) {
        if (arguments.has(option) && !arguments.has("--messages"))
            return Error{ErrorCode::InvalidInput, "is about single messages: needs --messages", option};
    }
    if (!arguments.has("--messages"))
        return std::optional<MessageWish>();
    const auto most = numberOf<int>(arguments, "--at-most", 1, 10'000);
    if (!most)
        return most.error();
    MessageWish wish;
    wish.mostASecond = most->value_or(wish.mostASecond);
    wish.masked = maskNames(arguments.value("--mask"));
    wish.mayMakeQueues = arguments.has("--make-queues");
    return std::optional(std::move(wish));
}

Result<WatchSettings> watchSettingsOf(const Arguments& arguments) {
    WatchSettings order;
    const auto length = durationOf(arguments, "--for");
    if (!length)
        return length.error();
    const auto every = durationOf(arguments, "--every");
    if (!every)
        return every.error();
    order.length = *length;
    if (*every) {
        const std::int64_t milliseconds = (*every)->count() / 1'000'000;
        if (milliseconds < kMostOften || milliseconds > kLeastOften)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("must be from 500ms to 1h, is '{}'", arguments.value("--every")),
                         "--every"};
        order.everyMs = static_cast<int>(milliseconds);
    }
    order.record = arguments.value("--record");
    if (arguments.has("--record") && order.record.empty())
        return Error{ErrorCode::InvalidInput, "needs the name of a file", "--record"};
    order.json = arguments.has("--json");
    auto messages = messageWishOf(arguments);
    if (!messages)
        return messages.error();
    order.messages = std::move(*messages);
    const Result<QUrl> webhook = webhookOf(arguments);
    if (!webhook)
        return webhook.error();
    order.webhook = *webhook;
    return order;
}

/// One watch, from its first question to its report.
class Watch {
public:
    /// `asked`: from which of the drawing's alert rules on they were asked for.
    Watch(const BrokerSession& session, const WatchSettings& order, Diagram diagram, std::size_t asked)
        : m_source(session.source()),
          m_order(order),
          m_diagram(std::move(diagram)),
          m_asked(asked),
          m_posts(order.webhook, m_diagram.alerts) {
        for (const std::string& name : session.names())
            m_brokers.push_back({name});
    }

    int run(const Interrupt& interrupt) {
        QEventLoop loop;
        LiveSource& source = *m_source;
        QObject::connect(&source, &LiveSource::statusChanged, &loop,
                         [this](const WatchStatus& status, int which) { tell(status, which); });
        m_store = source.watch(m_diagram, m_order.everyMs);
        if (!m_order.record.empty()) {
            auto writer = RecordingWriter::create(
                m_order.record,
                RecordingHeader{.diagram = m_diagram, .scenario = {}, .table = m_store->sharedTable()});
            if (!writer)
                return complain(m_order.record, writer.error());
            m_writer = *writer;
            source.record(m_writer);
        }
        if (m_order.messages) {
            QObject::connect(&source, &LiveSource::messagesChanged, &loop,
                             [this](const MessagesStatus& status, int which) {
                                 const auto place = static_cast<std::size_t>(which);
                                 m_messages.tell(status, place,
                                                 m_brokers.size() > 1 ? m_brokers[place].name : "");
                             });
            source.showMessages(*m_order.messages);
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
        m_posts.finish();
        return report();
    }

private:
    void tell(const WatchStatus& status, int which) {
        Broker& broker = m_brokers[static_cast<std::size_t>(which)];
        const std::string name = m_brokers.size() > 1 ? broker.name + ": " : "";
        const auto say = [&](const QString& sentence) {
            fmt::print(stderr, "sluice-cli: {}{}\n", name, sentence.toStdString());
        };
        if (const QString besides = status.besides.text(); besides != broker.besides) {
            broker.besides = besides;
            if (!besides.isEmpty())
                say(besides);
        }
        if (status.state == broker.state || status.state == WatchStatus::State::Idle)
            return;
        broker.state = status.state;
        broker.problem = status.problem.text();
        if (broker.state == WatchStatus::State::Watching)
            fmt::print(stderr, "sluice-cli: watching {}{}, answered in {} ms\n", name,
                       status.watched.toStdString(), status.roundTripMs);
        else if (broker.state == WatchStatus::State::Waiting)
            say(broker.problem);
    }
    /// Of the first broker that is waited for.
    [[nodiscard]] std::string problem() const {
        for (const Broker& one : m_brokers) {
            if (one.state == WatchStatus::State::Waiting)
                return (m_brokers.size() > 1 ? one.name + ": " : "") + one.problem.toStdString();
        }
        return {};
    }
    /// On standard error as they come: what stands at the end goes to standard output.
    void tellAlerts() {
        const std::size_t told = m_alerts.alerts().size();
        m_store->visit(m_seen, m_store->size(), [&](Sequence sequence, const TraceEvent& event) {
            m_alerts.apply(sequence, event);
            if (m_order.messages)
                m_messages.take(event, *m_store);
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
        for (std::size_t i = told; i < m_alerts.alerts().size(); ++i) {
            fmt::print(stderr, "sluice-cli: {}  {}\n", describeDuration(m_alerts.alerts()[i].raised),
                       alertLine(m_alerts.alerts()[i], m_store->table()));
            m_posts.post(m_alerts.alerts()[i], m_store->table());
        }
    }
    int report() {
        if (m_writer && !m_writer->status())
            return complain(m_order.record, m_writer->status().error());
        if (m_last.contact == Contact::None)
            return kUnusable;  // the reason was told
        const LiveAccount account = liveAccountOf(*m_store, m_last);
        const bool lost = m_last.contact == Contact::Lost;
        const double seconds = std::chrono::duration<double>(m_last.at).count();
        if (m_order.json)
            fmt::print("{}\n", Json{{"seconds", seconds},
                                    {"connected", !lost},
                                    {"alerts", alertsToJson(m_alerts.alerts(), m_store->table())},
                                    {"webhook", webhookToJson()},
                                    {"messages", messagesToJson()},
                                    {"problem", lost ? Json(problem()) : Json()},
                                    {"elements", liveToJson(account, m_store->table())}}
                                   .dump(2, ' ', false, Json::error_handler_t::replace));
        else
            fmt::print("{}{}", describeLive(account, m_store->table()),
                       describeAlerts(m_alerts.alerts(), m_store->table()));
        const bool noMessages = m_order.messages && !m_messages.areShowing() && m_messages.shown() == 0;
        return lost || noMessages || m_posts.failed() > 0 || isAlarming(m_alerts.alerts(), m_asked) ? kFailed
                                                                                                    : kWell;
    }

    /// Null without one.
    [[nodiscard]] Json webhookToJson() const {
        return m_posts.isOn() ? Json{{"posted", m_posts.posted()}, {"failed", m_posts.failed()}} : Json();
    }
    /// Null when they were not asked for.
    [[nodiscard]] Json messagesToJson() const {
        if (!m_order.messages)
            return nullptr;
        const std::string problem = m_messages.problem();
        return {{"shown", m_messages.shown()},
                {"unseen", m_messages.unseen()},
                {"way", m_messages.way()},
                {"problem", problem.empty() ? Json() : Json(problem)}};
    }

    /// One of those that are watched.
    struct Broker {
        std::string name;
        WatchStatus::State state = WatchStatus::State::Idle;
        QString problem{};
        QString besides{};  ///< told last
    };
    const std::unique_ptr<LiveSource> m_source;
    std::vector<Broker> m_brokers;
    const WatchSettings& m_order;
    const Diagram m_diagram;
    const std::size_t m_asked;
    AlertList m_alerts;
    AlertPosts m_posts;
    WatchedMessages m_messages;
    Sequence m_seen = 0;
    std::shared_ptr<TraceStore> m_store;
    std::shared_ptr<RecordingWriter> m_writer;
    SystemState m_last;
};

/// With the rules of --alert behind its own.
int watchDrawing(const BrokerSession& session, const WatchSettings& order, Diagram diagram,
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
    std::vector<std::string> addresses{arguments.files.front()};
    const std::vector<std::string> others = arguments.values("--and");
    addresses.insert(addresses.end(), others.begin(), others.end());
    if (const Result<void> opened = session.open(addresses, arguments.has("--make-queues")); !opened)
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

constexpr std::array<Option, 12> kWatchOptions{{
    {"--and", "ADDRESS",
     "another broker, watched with the first; a message that goes on from one to the other by its "
     "correlation "
     "id is one journey; may be repeated"},
    {"--for", "DURATION", "how long; without it until Ctrl-C"},
    {"--every", "DURATION", "from one question to the next, 5s as a rule"},
    {"--drawing", "FILE.sluice", "what to watch; without it everything that the broker has"},
    {"--record", "OUT.sluicerec", "record it; sluice-cli replay and the program open it"},
    {"--alert", "RULE",
     "tell when this is so, such as 'queue:orders depth > 1000 for 30s'; may be repeated; exit status 1 when "
     "it was"},
    {"--webhook", "ADDRESS",
     "post each alert there as JSON; an address that holds a secret goes into the environment variable "
     "SLUICE_WEBHOOK instead"},
    {"--messages", "", "print single messages as they come, and record them; takes none away"},
    {"--mask", "NAMES",
     "fields and headers whose values nobody sees, with commas between them; key, body, type, id and "
     "correlation stand for the whole of these"},
    {"--at-most", "N", "messages shown in a second, 100 as a rule; the others are counted only"},
    {"--make-queues", "",
     "allow exclusive queues on a RabbitMQ whose firehose is off; they get copies, and go in the end"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& watchCommand() {
    static const Command command{
        "watch",
        "ADDRESS [--and ADDRESS]... [--for DURATION] [--every DURATION] [--drawing FILE.sluice] "
        "[--record OUT.sluicerec] [--alert RULE]... [--webhook ADDRESS] [--messages "
        "[--mask NAMES] [--at-most N] "
        "[--make-queues]] [--json]",
        "Watch a live broker, and tell in the end how its queues, topics and "
        "groups stood",
        kWatchOptions,
        1,
        1,
        watch};
    return command;
}

}  // namespace sluice::cli
