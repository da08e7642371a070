#include "core/interchange/csvimport.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "core/base/lettercase.h"
#include "core/base/writtentime.h"
#include "core/interchange/csvtext.h"
#include "core/interchange/eventmarks.h"
#include "core/interchange/tracebuilder.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

struct Synonym {
    std::string_view theirs;
    std::string_view ours;
};
constexpr std::array<Synonym, 30> kSynonyms{{{"timestamp", "time"},
                                             {"at", "time"},
                                             {"ts", "time"},
                                             {"time_s", "time"},
                                             {"seconds", "time"},
                                             {"event", "kind"},
                                             {"event_type", "kind"},
                                             {"event_kind", "kind"},
                                             {"subject", "element"},
                                             {"place", "element"},
                                             {"component", "element"},
                                             {"queue", "queue_name"},
                                             {"topic", "topic_name"},
                                             {"service", "service_name"},
                                             {"client", "client_name"},
                                             {"message_id", "message"},
                                             {"msg_id", "message"},
                                             {"msg", "message"},
                                             {"id", "message"},
                                             {"message_type", "type"},
                                             {"routing_key", "key"},
                                             {"message_key", "key"},
                                             {"caused_by", "other"},
                                             {"parent", "other"},
                                             {"causation_id", "other"},
                                             {"dead_letter_queue", "target"},
                                             {"consumer_instance", "instance"},
                                             {"queue_depth", "depth"},
                                             {"retry", "attempt"},
                                             {"flags", "marks"}}};

/// "Message ID" and "message-id" are message_id.
std::string plainName(std::string_view name) {
    while (!name.empty() && name.front() == ' ')
        name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ')
        name.remove_suffix(1);
    std::string plain = lowered(name);
    std::replace(plain.begin(), plain.end(), ' ', '_');
    std::replace(plain.begin(), plain.end(), '-', '_');
    for (const Synonym& synonym : kSynonyms) {
        if (plain == synonym.theirs)
            return std::string(synonym.ours);
    }
    return plain;
}

/// "dead-lettered", "DeadLettered" and "dead lettered" are one.
std::string plainWord(std::string_view word) {
    std::string plain;
    for (const char c : lowered(word)) {
        if (c != ' ' && c != '-' && c != '_')
            plain += c;
    }
    return plain;
}

template <class Kind>
std::optional<Kind> kindNamed(std::string_view name, int count) {
    for (int i = 0; i < count; ++i) {
        if (plainWord(kindName(static_cast<Kind>(i))) == plainWord(name))
            return static_cast<Kind>(i);
    }
    return std::nullopt;
}

/// What stands where such things happen, when the file does not tell.
ElementKind usualPlace(EventKind kind) {
    switch (kind) {
        case EventKind::Appended:
        case EventKind::Fetched:
        case EventKind::Committed:
        case EventKind::LateArrival:
            return ElementKind::Topic;
        case EventKind::RowWritten:
        case EventKind::RowRead:
            return ElementKind::Table;
        case EventKind::UserInformed:
            return ElementKind::Client;
        case EventKind::MessageCreated:
        case EventKind::WorkStarted:
        case EventKind::WorkFinished:
        case EventKind::Failed:
        case EventKind::InstanceStopped:
        case EventKind::InstanceStarted:
            return ElementKind::Service;
        default:
            return ElementKind::Queue;
    }
}

/// It may happen to the broker or the system as a whole.
bool isOfEverything(EventKind kind) {
    return kind == EventKind::ActionBegan || kind == EventKind::ActionEnded || kind == EventKind::Observed ||
           kind == EventKind::ConnectionMade || kind == EventKind::ConnectionLost || isAlert(kind);
}

char separatorOf(std::string_view text) {
    const std::string_view head = text.substr(0, text.find('\n'));
    char best = ',';
    for (const char c : {',', ';', '\t'}) {
        if (std::count(head.begin(), head.end(), c) > std::count(head.begin(), head.end(), best))
            best = c;
    }
    return best;
}

class CsvImport {
public:
    CsvImport(std::string_view text, const std::string& name)
        : m_reader(text, separatorOf(text)), m_build(name) {}

    Result<ImportedTrace> read() {
        const auto head = m_reader.next();
        if (!head)
            return Error{ErrorCode::InvalidInput, "the file is empty", {}};
        for (std::size_t i = 0; i < head->size(); ++i)
            m_columns.try_emplace(plainName((*head)[i]), i);
        const bool timed = m_columns.contains("time") || m_columns.contains("time_ns") ||
                           m_columns.contains("time_us") || m_columns.contains("time_ms");
        if (!timed || !m_columns.contains("kind"))
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("the first row has to name the columns, with one for the time and one for "
                            "the kind of event; there is no column '{}'",
                            timed ? "kind" : "time"),
                "line 1"};
        while (auto row = m_reader.next()) {
            m_row = std::move(*row);
            const Result<void> used = useRow();
            if (!used)
                m_build.warn(m_reader.line(), used.error().sentence + "; the row is passed over");
        }
        return m_build.finish();
    }

private:
    [[nodiscard]] std::string_view cell(std::string_view column) const {
        const auto it = m_columns.find(column);
        return it == m_columns.end() || it->second >= m_row.size() ? std::string_view() : m_row[it->second];
    }

    static Error bad(std::string sentence) { return {ErrorCode::InvalidInput, std::move(sentence), {}}; }

    [[nodiscard]] Result<TraceTime> time() const {
        using namespace std::chrono;
        const std::array<std::pair<std::string_view, Duration>, 4> units{{{"time", std::chrono::seconds(1)},
                                                                          {"time_ms", milliseconds(1)},
                                                                          {"time_us", microseconds(1)},
                                                                          {"time_ns", nanoseconds(1)}}};
        for (const auto& [column, unit] : units) {
            const std::string_view text = cell(column);
            if (text.empty())
                continue;
            if (const auto decimal = decimalTime(text, unit))
                return *decimal;
            if (const auto calendar = calendarTime(text))
                return *calendar;
            return bad(fmt::format("'{}' is no time", text));
        }
        return bad("there is no time");
    }

    Result<void> useRow() {
        if (m_reader.isOpen())
            return bad("a quote is never closed");
        const Result<TraceTime> at = time();
        if (!at)
            return at.error();
        const auto kind = kindNamed<EventKind>(cell("kind"), kEventKindCount);
        if (!kind)
            return bad(fmt::format("'{}' is no kind of event", cell("kind")));
        TraceEvent event;
        event.at = *at;
        event.kind = *kind;
        const Result<EntityId> subject = subjectOf(*kind);
        if (!subject)
            return subject.error();
        event.subject = *subject;
        event.message = m_build.message(cell("message"));
        const EventFields fields = fieldsOf(*kind);
        const Result<std::int64_t> peer = field(fields.peer, *kind);
        const Result<std::int64_t> detail = field(fields.detail, *kind);
        if (!peer || !detail)
            return peer ? detail.error() : peer.error();
        event.peer = static_cast<std::uint32_t>(*peer);
        event.detail = static_cast<std::uint16_t>(*detail);
        const Result<std::int64_t> value = fields.value == EventField::Key
                                               ? Result<std::int64_t>(m_build.key(event.detail, cell("key")))
                                               : field(fields.value, *kind);
        if (!value)
            return value.error();
        event.value = *value;
        FailureKind cause = FailureKind::None;
        if (!cell("cause").empty()) {
            const auto named = kindNamed<FailureKind>(cell("cause"), kFailureKindCount);
            if (!named)
                return bad(fmt::format("'{}' is no cause", cell("cause")));
            cause = *named;
        }
        event.marks = marksOf(flagsOf(cell("marks"), *kind), cause);
        learn(event);
        m_build.add(event, m_reader.line());
        return {};
    }

    /// The element or link that the row names.
    Result<EntityId> subjectOf(EventKind kind) {
        std::string_view id = cell("element");
        std::optional<ElementKind> own;
        for (const auto& [column, of] :
             {std::pair<std::string_view, ElementKind>{"queue_name", ElementKind::Queue},
              {"topic_name", ElementKind::Topic},
              {"service_name", ElementKind::Service},
              {"client_name", ElementKind::Client}}) {
            if (id.empty() && !cell(column).empty()) {
                id = cell(column);
                own = of;
            }
        }
        if (id.empty()) {
            if (isOfEverything(kind))
                return kNoEntity;
            return bad("there is no element");
        }
        const std::string_view named = cell("element_kind");
        const auto isElement = kindNamed<ElementKind>(named, kElementKindCount);
        if (!isElement && kind != EventKind::Delivered && !cell("from").empty() && !cell("to").empty())
            return linkBetween(kindNamed<LinkKind>(named, kLinkKindCount).value_or(LinkKind::Publish), id);
        if (isElement)
            own = isElement;
        const bool known = own.has_value();
        const std::size_t before = m_build.table().entities.size();
        const EntityId entity = m_build.element(id, own.value_or(usualPlace(kind)));
        // A link's ends were services for want of better; now it is told what they are.
        if (known && entity < before && !m_build.entity(entity).isLink)
            m_build.entity(entity).elementKind = *own;
        return entity;
    }

    /// With the ends that the row names.
    EntityId linkBetween(LinkKind kind, std::string_view id) {
        const EntityId from = endNamed(cell("from"), cell("from_kind"),
                                       kind == LinkKind::Consume ? ElementKind::Queue : ElementKind::Service);
        const EntityId to = endNamed(cell("to"), cell("to_kind"),
                                     kind == LinkKind::Publish ? ElementKind::Queue : ElementKind::Service);
        return m_build.link(kind, from, to, id);
    }

    EntityId endNamed(std::string_view id, std::string_view kind, ElementKind otherwise) {
        const auto told = kindNamed<ElementKind>(kind, kElementKindCount);
        const EntityId end = m_build.element(id, told.value_or(otherwise));
        if (told)
            m_build.entity(end).elementKind = *told;
        return end;
    }

    Result<std::int64_t> field(EventField field, EventKind kind) {
        const std::string_view text = cell(fieldName(field));
        switch (field) {
            case EventField::None:
                return std::int64_t(0);
            case EventField::Message:
                return std::int64_t(m_build.message(text));
            case EventField::Target:
                if (kind == EventKind::Delivered && !text.empty() && !cell("from").empty() &&
                    !cell("to").empty())
                    return std::int64_t(linkBetween(LinkKind::Consume, text));
                return text.empty() ? std::int64_t(kNoEntity)
                                    : std::int64_t(m_build.element(text, ElementKind::Queue));
            case EventField::Type:
                return std::int64_t(m_build.type(text.empty() ? "message" : text));
            case EventField::DeathReason:
            case EventField::RequeueReason:
            case EventField::QueueEnd:
            case EventField::LatePolicy:
            case EventField::RedriveVerdict:
            case EventField::UserOutcome:
            case EventField::Gauge:
            case EventField::Flow:
            case EventField::ConnectionLoss:
            case EventField::Severity:
                return reason(text, kind);
            case EventField::Alert:
                return std::int64_t(m_build.alert(text.empty() ? "alert" : text));
            case EventField::Level: {
                const auto thousandths = decimalTime(text.empty() ? "0" : text, std::chrono::microseconds(1));
                return thousandths ? Result<std::int64_t>(thousandths->count())
                                   : bad(fmt::format("'{}' is no level", text));
            }
            case EventField::Duration: {
                if (text.empty())
                    return std::int64_t(kind == EventKind::Delivered ? -1 : 0);
                if (const auto decimal = decimalTime(text, std::chrono::seconds(1)))
                    return decimal->count();
                if (const auto worded = parseDuration(text); worded && *worded <= kImportedTimeLimit)
                    return worded->count();
                return bad(fmt::format("'{}' is no duration", text));
            }
            default:
                break;
        }
        if (text.empty()) {
            if (field == EventField::Instance)
                return fieldsOf(kind).detail == field ? std::int64_t(0xffff) : std::int64_t(0);
            return field == EventField::Depth ? std::int64_t(-1) : std::int64_t(0);
        }
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size())
            return bad(fmt::format("'{}' is no {}", text, fieldName(field)));
        if (field == EventField::Instance)
            --number;
        const bool narrow = fieldsOf(kind).detail == field;
        const bool wide = fieldsOf(kind).value == field;
        constexpr std::int64_t kWidest = std::int64_t(1) << 62U;
        const std::int64_t most = wide ? kWidest : narrow ? 0xffff : 0x7fffffff;
        if (number > most || number < (wide ? -kWidest : 0))
            return bad(fmt::format("{} {} is out of range", fieldName(field), text));
        return number;
    }

    static Result<std::int64_t> reason(std::string_view text, EventKind kind) {
        if (text.empty())
            return std::int64_t(0);
        TraceEvent event;
        event.kind = kind;
        for (event.detail = 0; event.detail < 16; ++event.detail) {
            if (plainWord(reasonOf(event)) == plainWord(text))
                return std::int64_t(event.detail);
        }
        return bad(fmt::format("'{}' is no reason why something is {}", text, kindName(kind)));
    }

    /// What an event tells of the element it happens at.
    void learn(const TraceEvent& event) {
        const EventFields fields = fieldsOf(event.kind);
        if (event.subject != kNoEntity) {
            Entity& subject = m_build.entity(event.subject);
            constexpr std::int64_t kMostInstances = 4096;
            const auto instance = fieldOf(event, EventField::Instance);
            if (instance && *instance < kMostInstances && subject.elementKind == ElementKind::Service &&
                !subject.isLink)
                subject.instances =
                    std::max(subject.instances,
                             static_cast<std::uint16_t>(std::min<std::int64_t>(*instance + 1, 4096)));
            // Of a topic, or of the link by which it is read.
            const auto partition = fieldOf(event, EventField::Partition);
            const EntityId topic = subject.isLink ? subject.from : event.subject;
            constexpr std::int64_t kMostPartitions = 4096;
            if (partition && *partition < kMostPartitions && topic != kNoEntity)
                m_build.entity(topic).partitions =
                    std::max(m_build.entity(topic).partitions, static_cast<std::uint16_t>(*partition + 1));
            if (event.kind == EventKind::QueueDeclared)
                subject.temporary = true;
        }
        if (event.kind == EventKind::DeadLettered && fields.peer == EventField::Target &&
            event.peer != kNoEntity && m_build.entity(event.peer).elementKind == ElementKind::Queue)
            m_build.entity(event.peer).deadLetters = true;
    }

    CsvReader m_reader;
    TraceBuilder m_build;
    std::map<std::string, std::size_t, std::less<>> m_columns;
    std::vector<std::string> m_row;
};

}  // namespace

Result<ImportedTrace> importCsv(std::string_view text, const std::string& name) {
    return CsvImport(text, name).read();
}

}  // namespace sluice
