#include "plugins/rabbitmq/reporter.h"

#include <array>
#include <cmath>

#include "plugins/api/brokerwatcher.h"

namespace sluice::rabbitmq {
namespace {

constexpr std::string_view kPrefix = "rabbitmq_detailed_";

}  // namespace

Reporter::Reporter(std::shared_ptr<const EntityTable> table, std::string vhost)
    : m_table(std::move(table)), m_vhost(std::move(vhost)) {
    m_places.resize(m_table->entities.size());
    for (std::size_t i = 0; i < m_table->entities.size(); ++i) {
        const Entity& entity = m_table->entities[i];
        m_places[i].entity = static_cast<EntityId>(i);
        if (!entity.isLink) {
            if (entity.elementKind == ElementKind::Queue)
                m_queues.emplace(entity.name, i);
            else if (entity.elementKind == ElementKind::Exchange)
                m_exchanges.emplace(entity.name, i);
            continue;
        }
        const Entity& from = m_table->entities[entity.from];
        const Entity& to = m_table->entities[entity.to];
        if (entity.linkKind == LinkKind::Bind && to.elementKind == ElementKind::Queue)
            m_binds[from.name + '\n' + to.name].push_back(i);
        else if (entity.linkKind == LinkKind::Consume && from.elementKind == ElementKind::Queue)
            m_consumes[from.name].push_back(i);
        else if (entity.linkKind == LinkKind::Publish)
            m_publishes[(to.elementKind == ElementKind::Queue ? "q" : "e") + to.name].push_back(i);
    }
}

Reporter::Place* Reporter::queue(std::string_view name) {
    const auto it = m_queues.find(name);
    return it == m_queues.end() ? nullptr : &m_places[it->second];
}

Reporter::Place* Reporter::exchange(std::string_view name) {
    const auto it = m_exchanges.find(name);
    return it == m_exchanges.end() ? nullptr : &m_places[it->second];
}

Reporter::Place* Reporter::onlyLink(const Names<std::vector<std::size_t>>& links, std::string_view key) {
    const auto it = links.find(key);
    return it == links.end() || it->second.size() != 1 ? nullptr : &m_places[it->second.front()];
}

void Reporter::gauge(Place* place, Gauge gauge, double value) {
    if (!place || std::isnan(value))
        return;
    place->seen = true;
    place->now[placeOf(gauge)] = std::max<std::int64_t>(std::llround(value), 0);
}

void Reporter::count(std::initializer_list<Place*> places, Flow flow, const PrometheusSample& sample) {
    m_key.assign(sample.name);
    for (const PrometheusSample::Label& label : sample.labels)
        m_key.append(1, '\n').append(label.value);
    const auto [it, fresh] = m_counters.try_emplace(m_key);
    const double before = fresh ? 0 : it->second.value;
    it->second = {sample.value, m_round};
    // Where it begins is where it stands; less than before is another one that took its name.
    const double more = m_fresh ? 0 : sample.value >= before ? sample.value - before : sample.value;
    for (Place* place : places) {
        if (place)
            place->counts[static_cast<std::size_t>(flow)].now += more;
    }
}

void Reporter::take(const PrometheusSample& sample) {
    if (sample.name == "telemetry_scrape_duration_seconds_sum" && sample.label("registry") == "detailed")
        m_answeringSeconds = sample.value;
    else if (sample.name == "telemetry_scrape_duration_seconds_count" &&
             sample.label("registry") == "detailed")
        m_answers = sample.value;
    if (!sample.name.starts_with(kPrefix))
        return;
    const std::string_view name = sample.name.substr(kPrefix.size());
    if (name == "queue_messages_published_total") {
        if (sample.label("queue_vhost") != m_vhost)
            return;
        const std::string_view from = sample.label("exchange");
        const std::string_view to = sample.label("queue");
        // The default exchange is drawn as a link straight to the queue.
        Place* link = nullptr;
        if (from.empty())
            link = onlyLink(m_publishes, "q" + std::string(to));
        else
            link = onlyLink(m_binds, std::string(from) + '\n' + std::string(to));
        return count({queue(to), link}, Flow::In, sample);
    }
    if (sample.label("vhost") != m_vhost)
        return;
    if (name == "queue_messages_ready")
        return gauge(queue(sample.label("queue")), Gauge::Ready, sample.value);
    if (name == "queue_messages_unacked")
        return gauge(queue(sample.label("queue")), Gauge::Unacknowledged, sample.value);
    if (name == "queue_consumers")
        return gauge(queue(sample.label("queue")), Gauge::Consumers, sample.value);
    if (name.starts_with("channel_"))
        takeChannels(sample);
}

void Reporter::takeChannels(const PrometheusSample& sample) {
    const std::string_view name = sample.name.substr(kPrefix.size());
    if (name == "channel_messages_published_total") {
        const std::string_view to = sample.label("exchange");
        return count({exchange(to), onlyLink(m_publishes, "e" + std::string(to))}, Flow::In, sample);
    }
    if (name == "channel_messages_unroutable_returned_total" ||
        name == "channel_messages_unroutable_dropped_total")
        return count({exchange(sample.label("exchange"))}, Flow::Returned, sample);
    const bool out = name == "channel_messages_acked_total" || name == "channel_messages_delivered_total" ||
                     name == "channel_get_total";
    if (!out && name != "channel_messages_redelivered_total")
        return;
    const std::string_view from = sample.label("queue");
    if (out)
        count({queue(from), onlyLink(m_consumes, from)}, Flow::Out, sample);
    else
        count({queue(from)}, Flow::Redelivered, sample);
}

void Reporter::takeQueue(std::string_view name, std::int64_t ready, std::int64_t unacknowledged,
                         std::optional<std::int64_t> consumers) {
    Place* place = queue(name);
    gauge(place, Gauge::Ready, static_cast<double>(ready));
    gauge(place, Gauge::Unacknowledged, static_cast<double>(unacknowledged));
    if (consumers)
        gauge(place, Gauge::Consumers, static_cast<double>(*consumers));
}

void Reporter::tellFlow(Place& place, Flow flow, TraceTime at, std::vector<TraceEvent>& events) {
    Count& count = place.counts[static_cast<std::size_t>(flow)];
    const auto many = static_cast<std::int64_t>(std::llround(count.now));
    count.now = 0;
    const Duration passed = at - count.since;
    if (many == 0 && count.flowing && passed <= kRenewed + kRenewed / 5)
        return;  // not renewed yet
    if (many == 0 && !count.flowing) {
        count.since = at;
        return;
    }
    // What begins to flow flowed since the figures were renewed, however shortly ago they were asked for.
    const Duration period = count.flowing ? passed : std::min<Duration>(std::max(passed, kRenewed), at);
    TraceEvent told = observation(EventKind::Counted, at, place.entity);
    told.detail = static_cast<std::uint16_t>(flow);
    told.value = many;
    told.peer = static_cast<std::uint32_t>(
        std::max<std::int64_t>(1, std::chrono::duration_cast<std::chrono::milliseconds>(period).count()));
    events.push_back(told);
    count.flowing = many > 0;
    count.since = at;
}

void Reporter::tellPlace(Place& place, TraceTime at, std::vector<TraceEvent>& events) {
    for (std::size_t i = 0; i < place.now.size(); ++i) {
        if (place.now[i] == kUnknown || place.now[i] == place.told[i])
            continue;
        TraceEvent told = observation(EventKind::Observed, at, place.entity);
        told.detail = static_cast<std::uint16_t>(kGauges[i]);
        told.value = place.now[i];
        events.push_back(told);
        place.told[i] = place.now[i];
    }
    for (int flow = 0; flow < kFlowCount; ++flow)
        tellFlow(place, static_cast<Flow>(flow), at, events);
}

std::vector<TraceEvent> Reporter::finish(TraceTime at) {
    std::vector<TraceEvent> events;
    m_known = 0;
    for (Place& place : m_places) {
        const Entity& entity = m_table->entities[place.entity];
        if (!entity.isLink && entity.elementKind == ElementKind::Queue) {
            m_known += place.seen ? 1 : 0;
            if (place.there && !place.seen) {
                TraceEvent gone = observation(EventKind::QueueDeleted, at, place.entity);
                gone.detail = static_cast<std::uint16_t>(QueueEnd::Gone);
                events.push_back(gone);
                place.now.fill(0);
            } else if (place.seen && !place.there && !m_fresh) {
                events.push_back(observation(EventKind::QueueDeclared, at, place.entity));
            }
            place.there = place.seen;
            place.seen = false;
        }
        tellPlace(place, at, events);
    }
    std::erase_if(m_counters, [this](const auto& counter) { return counter.second.round != m_round; });
    ++m_round;
    m_fresh = false;
    return events;
}

void Reporter::forget() {
    m_counters.clear();
    m_fresh = true;
    for (Place& place : m_places) {
        place.there = false;
        place.now.fill(kUnknown);
        place.told.fill(kUnknown);
        place.counts = {};
    }
}

}  // namespace sluice::rabbitmq
