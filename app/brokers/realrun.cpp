#include "app/brokers/realrun.h"

#include <fmt/format.h>

#include <QRegularExpression>
#include <algorithm>
#include <set>

#include "app/brokers/realbroker.h"
#include "core/live/watchtable.h"
#include "core/trace/tracestore.h"

namespace sluice {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// For groups to be given their partitions.
constexpr auto kPatience = 20s;
/// From one look at the brokers to the next while nothing comes.
constexpr auto kTurn = 1ms;

Error errorOf(const BrokerProblem& problem, const std::string& where) {
    return {ErrorCode::InputOutput, problem.text().toStdString(), where};
}

bool isSwitchedOn(const Element& element, const char* key) {
    const Json* value = element.properties.find(key);
    return value && value->is_boolean() && value->get<bool>();
}

/// Queues of one connection are made by whoever reads them.
bool isPassing(const Element& element) {
    return element.kind == ElementKind::Queue &&
           (isSwitchedOn(element, "exclusive") || isSwitchedOn(element, "temporary"));
}

/// Characters that both kinds of broker take.
QString lawful(const std::string& id) {
    return QString::fromStdString(id).replace(QRegularExpression("[^A-Za-z0-9._-]"), "-");
}

int copiesOf(const BrokerStep& step) {
    const Json* copies = step.settings.find("replication");
    return copies && copies->is_number_integer() ? copies->get<int>() : 1;
}

bool isBrokers(ActionKind kind) {
    return kind == ActionKind::BrokerDown || kind == ActionKind::Redrive || kind == ActionKind::Discard;
}

}  // namespace

RealRun::~RealRun() = default;

Result<std::unique_ptr<RealRun>> RealRun::create(Wish wish, const Wrap& wrap) {
    const Result<Simulation> possible = Simulation::create(*wish.drawing, wish.options);
    if (!possible)
        return possible.error();
    std::unique_ptr<RealRun> run(new RealRun);
    run->m_drawing = *wish.drawing;
    Diagram& drawing = run->m_drawing;
    for (const Place& place : wish.places) {
        auto clients = place.plugin->clients(place.settings);
        if (!clients)
            return Error{ErrorCode::Unsupported,
                         fmt::format("{} is played in the program only", place.name.toStdString()),
                         {}};
        run->m_sides.push_back(
            {place, wrap(place.plugin->changes(place.settings), place), std::move(clients), {}, 0});
    }
    run->m_names.resize(drawing.elements.size() + drawing.links.size());
    run->m_sideOf.resize(drawing.elements.size(), -1);
    std::set<std::string> outside;
    for (std::size_t i = 0; i < drawing.elements.size(); ++i) {
        const Element& element = drawing.elements[i];
        if (isPassing(element)) {
            run->m_notes.push_back(
                fmt::format("{} belongs to one connection: it is played in the program", element.name));
            continue;
        }
        for (std::size_t side = 0; side < run->m_sides.size() && run->m_sideOf[i] < 0; ++side) {
            const auto kinds = run->m_sides[side].changes->kinds();
            if (std::find(kinds.begin(), kinds.end(), element.kind) == kinds.end())
                continue;
            run->m_sideOf[i] = static_cast<int>(side);
            run->m_names[i] = wish.prefix + lawful(element.id);
            outside.insert(element.id);
        }
    }
    if (outside.empty())
        return Error{ErrorCode::InvalidInput,
                     "nothing that is drawn could stand on that broker: it has no queue, exchange or topic "
                     "of its kind",
                     {}};
    const std::vector<std::string> groups = brokerNames(drawing);
    for (std::size_t i = drawing.elements.size(); i < groups.size(); ++i) {
        if (!groups[i].empty())
            run->m_names[i] = wish.prefix + lawful(groups[i]);
    }
    for (std::size_t side = 0; side < run->m_sides.size(); ++side) {
        // Of the drawing what stands there, under the run's own names.
        Diagram part;
        std::set<std::string> ids;
        for (std::size_t i = 0; i < drawing.elements.size(); ++i) {
            if (run->m_sideOf[i] != static_cast<int>(side))
                continue;
            part.elements.push_back(drawing.elements[i]);
            part.elements.back().name = run->m_names[i].toStdString();
            ids.insert(drawing.elements[i].id);
        }
        for (const Link& link : drawing.links) {
            if (ids.contains(link.from) && ids.contains(link.to))
                part.links.push_back(link);
        }
        BrokerPlan plan = brokerPlan(part, Diagram(), {.kinds = run->m_sides[side].changes->kinds()});
        if (!plan.obstacles.empty())
            return Error{ErrorCode::Unsupported, plan.obstacles.front().sentence,
                         plan.obstacles.front().name};
        run->m_sides[side].steps = std::move(plan.steps);
    }
    // What cannot be done to a broker from here.
    const Scenario chosen = possible->scenario();
    for (Scenario& scenario : drawing.scenarios) {
        std::erase_if(scenario.actions, [&](const Action& action) {
            const bool leaves = isBrokers(action.kind) || outside.contains(action.target);
            if (leaves && scenario.id == chosen.id)
                run->m_notes.push_back(fmt::format("{} at {} is left out: it cannot be done to a real broker",
                                                   kindName(action.kind), describeDuration(action.at)));
            return leaves;
        });
    }
    run->m_wish = std::move(wish);
    return run;
}

std::vector<BrokerStep> RealRun::steps() const {
    std::vector<BrokerStep> all;
    for (const Side& side : m_sides)
        all.insert(all.end(), side.steps.begin(), side.steps.end());
    return all;
}

Result<void> RealRun::setUp() {
    for (Side& side : m_sides) {
        if (const BrokerProblem problem = side.clients->open(); problem.kind != BrokerProblem::Kind::None)
            return errorOf(problem, side.place.name.toStdString());
        const int most = side.clients->mostCopies();
        for (BrokerStep& step : side.steps) {
            if (most > 0 && copiesOf(step) > most) {
                m_notes.push_back(
                    fmt::format("{} has {} instead of {}: the cluster has no more brokers", step.name,
                                most == 1 ? "one copy" : fmt::format("{} copies", most), copiesOf(step)));
                step.settings.set("replication", most);
                if (step.settings.has("minIsr"))
                    step.settings.set("minIsr", 1);
            }
            if (const BrokerProblem problem = side.changes->apply(step);
                problem.kind != BrokerProblem::Kind::None)
                return errorOf(problem, nameOf(step));
            ++side.made;
        }
    }
    std::vector<BrokerClients*> clientsOf;
    for (const int side : m_sideOf)
        clientsOf.push_back(side < 0 ? nullptr : m_sides[static_cast<std::size_t>(side)].clients.get());
    m_broker = std::make_shared<RealBroker>(m_drawing, m_names, std::move(clientsOf));
    auto simulation = Simulation::create(m_drawing, m_wish.options, m_broker);
    if (!simulation)
        return simulation.error();
    m_simulation = std::make_unique<Simulation>(std::move(*simulation));
    m_broker->setTable(m_simulation->table());
    m_broker->observe();
    return {};
}

void RealRun::play(TraceSink& sink, const std::function<void(const Progress&)>& goOn,
                   const std::stop_token& stop) {
    std::vector<OutsideNews> news;
    Progress progress;
    // As a run in the program begins with its groups in place, this one does.
    const Clock::time_point patience = Clock::now() + kPatience;
    while (!m_broker->isReady() && Clock::now() < patience && !stop.stop_requested()) {
        if (const BrokerProblem problem = m_broker->take(20ms, news);
            problem.kind != BrokerProblem::Kind::None) {
            sink.finish(errorOf(problem, {}));
            return;
        }
    }
    const Clock::time_point began = Clock::now();
    m_simulation->runUntil(TraceTime(0), sink, stop);
    for (const OutsideNews& one : news)
        m_simulation->tell(one);
    while (!progress.finished && !stop.stop_requested()) {
        news.clear();
        const BrokerProblem problem = m_broker->take(kTurn, news);
        progress =
            m_simulation->runUntil(std::chrono::duration_cast<TraceTime>(Clock::now() - began), sink, stop);
        if (problem.kind != BrokerProblem::Kind::None) {
            sink.finish(errorOf(problem, {}));
            return;
        }
        if (progress.finished)
            break;
        for (const OutsideNews& one : news)
            m_simulation->tell(one);
        goOn(progress);
    }
    if (!progress.finished)
        m_simulation->runUntil(progress.now, sink, stop);  // tells the sink that it was stopped
}

std::vector<RealRun::Held> RealRun::held(const TraceStore& trace) {
    const SystemState end = trace.stateAt(trace.horizon());
    const auto toldOf = [&](std::size_t element) {
        const EntityState& one = end.entities[element];
        auto count = static_cast<qint64>(one.ready + one.unacknowledged);
        for (const PartitionState& partition : one.partitions)
            count += partition.end;
        return count;
    };
    std::vector<Held> all;
    // Those who look hold what they see.
    m_simulation.reset();
    m_broker.reset();
    for (Side& side : m_sides)
        side.clients.reset();
    for (std::size_t i = 0; i < m_sideOf.size(); ++i) {
        const ElementKind kind = m_drawing.elements[i].kind;
        if (m_sideOf[i] < 0 || kind == ElementKind::Exchange)
            continue;
        // Asked like this it counts what is there now; what RabbitMQ's management tells is some seconds old.
        BrokerChanges& changes = *m_sides[static_cast<std::size_t>(m_sideOf[i])].changes;
        const PurgeResult counted = changes.purge(m_names[i], true);
        const bool known = counted.problem.kind == BrokerProblem::Kind::None;
        all.push_back({m_drawing.elements[i].id, toldOf(i), known ? counted.messages : -1});
    }
    return all;
}

Result<void> RealRun::tearDown() {
    m_simulation.reset();
    m_broker.reset();
    std::string why;
    int left = 0;
    for (Side& side : m_sides) {
        side.clients.reset();
        for (std::size_t i = m_wish.keeps ? 0 : side.made; i > 0; --i) {
            BrokerStep step = side.steps[i - 1];
            if (step.thing == BrokerStep::Thing::Binding || step.act != BrokerStep::Act::Create)
                continue;  // it goes with its ends
            step.act = BrokerStep::Act::Delete;
            step.withMessages = true;
            step.settings = {};
            const BrokerProblem problem = side.changes->apply(step);
            if (problem.kind == BrokerProblem::Kind::None)
                continue;
            ++left;
            if (why.empty())
                why = problem.text().toStdString();
        }
        side.made = 0;
    }
    if (left > 0)
        return Error{ErrorCode::InputOutput,
                     fmt::format("{} of what was made could not be taken away; its names begin with '{}'. {}",
                                 left, m_wish.prefix.toStdString(), why),
                     {}};
    return {};
}

}  // namespace sluice
