#include "core/interchange/firehoseimport.h"

#include <fmt/format.h>

#include <deque>
#include <map>
#include <optional>

#include "core/base/writtentime.h"
#include "core/interchange/tracebuilder.h"

namespace sluice {
namespace {

/// One record of the log, of either format.
struct Record {
    std::size_t line = 0;
    std::string time;
    bool published = false;
    std::string user;
    std::string exchange;
    std::string queue;                ///< of a delivery
    std::vector<std::string> queues;  ///< that it was routed to
    std::string keys;                 ///< as they are written
    std::string messageId;
    std::string type;
    std::string payload;
};

/// What Erlang prints as [<<"a">>,<<"b">>].
std::vector<std::string> binariesIn(std::string_view text) {
    std::vector<std::string> found;
    for (std::size_t at = 0; (at = text.find("<<\"", at)) != std::string_view::npos;) {
        std::string one;
        for (at += 3; at < text.size() && text[at] != '"'; ++at) {
            if (text[at] == '\\' && at + 1 < text.size())
                ++at;
            one += text[at];
        }
        found.push_back(std::move(one));
    }
    return found;
}

/// {<<"message_id">>,longstr,<<"42">>} in what Erlang prints of the properties.
std::string propertyIn(std::string_view properties, std::string_view name) {
    const std::size_t at = properties.find(fmt::format("{{<<\"{}\">>", name));
    if (at == std::string_view::npos)
        return {};
    const auto binaries = binariesIn(properties.substr(at, properties.find('}', at) - at));
    return binaries.size() > 1 ? binaries[1] : std::string();
}

/// A line of the text, without its end.
struct Line {
    std::string_view text;
    std::size_t number = 0;
};

std::vector<Line> linesOf(std::string_view text) {
    std::vector<Line> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        lines.push_back({line, lines.size() + 1});
        begin = end + 1;
    }
    return lines;
}

bool isRule(std::string_view line) {
    return line.size() >= 40 && line.find_first_not_of('=') == std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

class FirehoseImport {
public:
    explicit FirehoseImport(const std::string& name) : m_build(name) {}

    Result<ImportedTrace> read(std::string_view text) {
        const std::vector<Line> lines = linesOf(text);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            const std::string_view line = trimmed(lines[i].text);
            if (line.empty())
                continue;
            if (isRule(line))
                i = readText(lines, i + 1) - 1;
            else
                readJson(lines[i]);
        }
        if (m_delivered)
            m_build.warn(
                0, "the firehose does not tell of acknowledgements: what was delivered stays unacknowledged");
        return m_build.finish();
    }

private:
    /// A record from its first line to the next rule; gives back where that is.
    std::size_t readText(const std::vector<Line>& lines, std::size_t at) {
        std::size_t end = at;
        while (end < lines.size() && !isRule(trimmed(lines[end].text)))
            ++end;
        if (at >= end)
            return end;
        Record record;
        record.line = lines[at].number;
        const std::string_view head = lines[at].text;
        const std::size_t message = head.find(": Message ");
        if (message == std::string_view::npos) {
            m_build.warn(record.line,
                         "a record begins with its time and 'Message published' or 'Message received'; "
                         "it is passed over");
            return end;
        }
        record.time = std::string(head.substr(0, message));
        record.published = head.substr(message + 10) == "published";
        std::string properties;
        std::string* open = nullptr;  // lists of Erlang go over several lines
        for (std::size_t i = at + 1; i < end; ++i) {
            const std::string_view line = lines[i].text;
            const std::size_t colon = line.find(':');
            const std::string_view name =
                colon == std::string_view::npos ? std::string_view() : line.substr(0, colon);
            const std::string value(colon == std::string_view::npos ? line : trimmed(line.substr(colon + 1)));
            if (name == "Payload") {
                for (std::size_t k = i + 1; k < end; ++k)
                    record.payload += std::string(lines[k].text) + '\n';
                break;
            }
            if (name == "User") {
                record.user = value;
            } else if (name == "Exchange") {
                record.exchange = value;
            } else if (name == "Queue") {
                record.queue = value;
            } else if (name == "Routing keys") {
                record.keys = value;
                open = &record.keys;
            } else if (name == "Routed queues") {
                m_routed = value;
                open = &m_routed;
            } else if (name == "Properties") {
                properties = value;
                open = &properties;
            } else if (open && line.starts_with(' ')) {
                *open += std::string(trimmed(line));
            }
        }
        record.queues = binariesIn(m_routed);
        m_routed.clear();
        const auto keys = binariesIn(record.keys);
        record.keys = keys.empty() ? std::string() : keys.front();
        record.messageId = propertyIn(properties, "message_id");
        record.type = propertyIn(properties, "type");
        use(record);
        return end;
    }

    void readJson(const Line& line) {
        const Json json = Json::parse(line.text, nullptr, false);
        if (!json.is_object()) {
            m_build.warn(line.number, "this is neither a record of the firehose nor JSON; it is passed over");
            return;
        }
        const auto text = [](const Json& object, const char* key) {
            const auto it = object.find(key);
            return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
        };
        const auto list = [&json](const char* key) {
            std::vector<std::string> items;
            const auto it = json.find(key);
            if (it != json.end() && it->is_array()) {
                for (const Json& one : *it) {
                    if (one.is_string())
                        items.push_back(one.get<std::string>());
                }
            }
            return items;
        };
        Record record;
        record.line = line.number;
        record.time = text(json, "timestamp");
        record.published = text(json, "type") == "published";
        record.user = text(json, "user");
        record.exchange = text(json, "exchange");
        record.queue = text(json, "queue");
        record.queues = list("routed_queues");
        const auto keys = list("routing_keys");
        record.keys = keys.empty() ? std::string() : keys.front();
        record.payload = text(json, "payload");
        if (const auto properties = json.find("properties");
            properties != json.end() && properties->is_object()) {
            record.messageId = text(*properties, "message_id");
            record.type = text(*properties, "type");
        }
        use(record);
    }

    void use(const Record& record) {
        const auto at = calendarTime(record.time);
        if (!at) {
            m_build.warn(record.line, fmt::format("'{}' is no time; the record is passed over", record.time));
            return;
        }
        if (record.published)
            published(record, *at);
        else if (!record.queue.empty() && record.queue != "none")
            delivered(record, *at);
        else
            m_build.warn(record.line, "a delivery names no queue; the record is passed over");
    }

    [[nodiscard]] static std::string contentOf(const Record& record) {
        return record.exchange + '\x1f' + record.keys + '\x1f' + record.payload;
    }

    void published(const Record& record, TraceTime at) {
        const EntityId client =
            m_build.element("publisher-" + record.user, ElementKind::Service,
                            record.user.empty() ? "Publisher" : record.user + " publishes");
        // The default exchange is not drawn: it sends to the queue that it is told.
        const EntityId exchange =
            record.exchange.empty()
                ? kNoEntity
                : m_build.element("exchange-" + record.exchange, ElementKind::Exchange, record.exchange);
        const std::string name =
            record.messageId.empty() ? fmt::format("publication {}", ++m_publications) : record.messageId;
        TraceEvent event;
        event.at = at;
        event.kind = EventKind::MessageCreated;
        event.message = m_build.message(name);
        event.subject = client;
        event.detail = m_build.type(!record.type.empty()   ? record.type
                                    : !record.keys.empty() ? record.keys
                                                           : std::string("message"));
        event.value = -1;
        m_build.add(event, record.line);
        event.detail = 0;
        event.value = 0;
        event.kind = EventKind::Moved;
        if (exchange != kNoEntity) {
            event.subject = m_build.link(LinkKind::Publish, client, exchange);
            m_build.add(event, record.line);
        }
        for (const std::string& queueName : record.queues) {
            const EntityId queue = queueNamed(queueName);
            event.kind = EventKind::Moved;
            event.value = 0;
            event.subject = exchange == kNoEntity ? m_build.link(LinkKind::Publish, client, queue)
                                                  : m_build.link(LinkKind::Bind, exchange, queue);
            m_build.add(event, record.line);
            event.kind = EventKind::Enqueued;
            event.subject = queue;
            event.value = -1;
            m_build.add(event, record.line);
            m_waiting[{queue, contentOf(record)}].push_back(event.message);
        }
        if (record.queues.empty()) {
            event.kind = EventKind::Discarded;
            event.subject = exchange == kNoEntity ? client : exchange;
            event.detail = static_cast<std::uint16_t>(DeathReason::Unroutable);
            event.marks = marksOf(eventflag::Outside);
            m_build.add(event, record.line);
        }
    }

    void delivered(const Record& record, TraceTime at) {
        m_delivered = true;
        const EntityId queue = queueNamed(record.queue);
        const EntityId consumer = m_build.element(
            "consumer-" + record.user + "-" + record.queue, ElementKind::Service,
            (record.user.empty() ? "Consumer" : record.user + " consumes") + " " + record.queue);
        TraceEvent event;
        event.at = at;
        event.kind = EventKind::Delivered;
        event.value = -1;
        event.subject = queue;
        event.peer = m_build.link(LinkKind::Consume, queue, consumer);
        std::deque<MessageId>& waiting = m_waiting[{queue, contentOf(record)}];
        if (!record.messageId.empty()) {
            event.message = m_build.message(record.messageId);
            std::erase(waiting, event.message);
        } else if (!waiting.empty()) {
            event.message = waiting.front();
            waiting.pop_front();
        } else {
            event.message = m_build.message(fmt::format("delivery {}", ++m_deliveries));
        }
        m_build.add(event, record.line);
    }

    EntityId queueNamed(const std::string& name) {
        return m_build.element("queue-" + name, ElementKind::Queue, name);
    }

    TraceBuilder m_build;
    std::string m_routed;
    std::map<std::pair<EntityId, std::string>, std::deque<MessageId>> m_waiting;
    std::size_t m_publications = 0;
    std::size_t m_deliveries = 0;
    bool m_delivered = false;
};

}  // namespace

Result<ImportedTrace> importFirehose(std::string_view text, const std::string& name) {
    return FirehoseImport(name).read(text);
}

}  // namespace sluice
