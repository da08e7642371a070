#include "app/cli/watchedmessages.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/trace/payload.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kMostOfBody = 200;  // characters on the line

std::string nameOf(EntityId id, const EntityTable& table) {
    return id < table.entities.size() ? table.entities[id].name : std::string("broker");
}

std::string oneLine(const nlohmann::ordered_json& body) {
    std::string text = body.is_string()
                           ? body.get<std::string>()
                           : body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    for (char& c : text) {
        if (static_cast<unsigned char>(c) < ' ')
            c = ' ';
    }
    if (text.size() > kMostOfBody) {
        std::size_t end = kMostOfBody;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end;
        text.resize(end);
        text += "…";
    }
    return text;
}

}  // namespace

void WatchedMessages::take(const TraceEvent& event, const TraceStore& store) {
    const EntityTable& table = store.table();
    const auto line = [&](const std::string& what) {
        fmt::print(stderr, "sluice-cli: {}  m-{}  {}\n", describeDuration(event.at), event.message, what);
    };
    switch (event.kind) {
        case EventKind::Appended:
        case EventKind::Enqueued: {
            ++m_shown;
            const auto info = store.message(event.message);
            if (!info)
                return;
            const std::string place =
                event.kind == EventKind::Appended
                    ? fmt::format("{} {}:{}", nameOf(event.subject, table), event.peer, event.value)
                    : nameOf(event.subject, table);
            const std::string key = table.keyText(info->type, info->key);
            return line(fmt::format("{}  {}{}{}", place, table.types[info->type].id,
                                    key.empty() ? "" : "  " + key,
                                    "  " + oneLine(payloadOf(*info, table).body)));
        }
        case EventKind::LateArrival:
            return line(fmt::format("{}  late: {} older than m-{}", nameOf(event.subject, table),
                                    describeDuration(TraceTime(event.value)), event.peer));
        case EventKind::DeadLettered:
            return line(fmt::format("{}  dead lettered: {}", nameOf(event.subject, table),
                                    reasonName(static_cast<DeathReason>(event.detail))));
        case EventKind::Observed:
            if (static_cast<Gauge>(event.detail) == Gauge::ShownOneOf)
                fmt::print(stderr, "sluice-cli: {}  {}: {}\n", describeDuration(event.at),
                           nameOf(event.subject, table),
                           event.value == 0   ? std::string("too many messages, none is shown")
                           : event.value == 1 ? std::string("every message is shown")
                                              : fmt::format("1 of {} messages is shown", event.value));
            return;
        default:
            return;
    }
}

void WatchedMessages::tell(const MessagesStatus& status, std::size_t which, const std::string& name) {
    using State = MessagesStatus::State;
    m_brokers.resize(std::max(m_brokers.size(), which + 1));
    MessagesStatus& known = m_brokers[which].status;
    m_brokers[which].name = name;
    const std::string before = name.empty() ? "" : name + ": ";
    if (known.unseen == 0 && status.unseen > 0)
        fmt::print(stderr,
                   "sluice-cli: {}some messages are not seen: their copies were dropped, or they were sent "
                   "to a queue by its name\n",
                   before);
    const bool isNew = status.state != known.state;
    const qint64 unseen = std::max(known.unseen, status.unseen);
    known = status;
    known.unseen = unseen;
    if (!isNew)
        return;
    if (status.state == State::Showing) {
        fmt::print(stderr, "sluice-cli: {}showing messages through {}\n", before, status.way.toStdString());
        for (const QString& sentence : status.sentences)
            fmt::print(stderr, "sluice-cli: {}{}\n", before, sentence.toStdString());
    } else if (status.state == State::Waiting || status.state == State::Refused) {
        fmt::print(stderr, "sluice-cli: {}messages are not shown. {}\n", before,
                   status.problem.text().toStdString());
    }
}

bool WatchedMessages::areShowing() const {
    return std::any_of(m_brokers.begin(), m_brokers.end(),
                       [](const Broker& one) { return one.status.state == MessagesStatus::State::Showing; });
}

std::int64_t WatchedMessages::unseen() const {
    std::int64_t all = 0;
    for (const Broker& one : m_brokers)
        all += one.status.unseen;
    return all;
}

std::string WatchedMessages::way() const {
    std::string all;
    for (const Broker& one : m_brokers) {
        if (one.status.way.isEmpty())
            continue;
        all += (all.empty() ? "" : ", ") + (one.name.empty() ? "" : one.name + ": ") +
               one.status.way.toStdString();
    }
    return all;
}

std::string WatchedMessages::problem() const {
    for (const Broker& one : m_brokers) {
        if (one.status.problem.kind != BrokerProblem::Kind::None)
            return (one.name.empty() ? "" : one.name + ": ") + one.status.problem.text().toStdString();
    }
    return {};
}

}  // namespace sluice::cli
