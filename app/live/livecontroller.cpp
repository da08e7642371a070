#include "app/live/livecontroller.h"

#include <QLocale>
#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "app/documentcontroller.h"
#include "app/filecontroller.h"
#include "app/freedmemory.h"
#include "app/live/livebar.h"
#include "app/live/livepage.h"
#include "app/messagebar.h"
#include "app/runsession.h"
#include "core/live/drift.h"
#include "widgets/editing/counting.h"
#include "widgets/editing/foundlayout.h"
#include "widgets/work/inbackground.h"

namespace sluice {

namespace {

constexpr int kSettlingMs = 3000;  // until a new drawing is painted and watched

}  // namespace

LiveController::LiveController(const Parts& parts, QObject* parent)
    : QObject(parent), m_parts(parts), m_store(parts.settings) {
    connect(&parts.page, &LivePage::testWanted, this, &LiveController::test);
    connect(&parts.page, &LivePage::discoverWanted, this, &LiveController::discover);
    connect(&parts.page, &LivePage::watchWanted, this, &LiveController::watch);
    connect(&parts.page, &LivePage::removeWanted, this, [this](const QString& id) {
        m_store.remove(id);
        refreshPage();
    });
    connect(&m_store, &ConnectionStore::secretsCame, this, [this] {
        m_parts.page.setSecretsKept(m_store.keepsSecrets());
        m_parts.page.addSecrets(m_store.list());
    });
    connect(&parts.bar, &LiveBar::disconnectWanted, this, &LiveController::disconnectBroker);
    connect(&parts.bar, &LiveBar::driftWanted, this, &LiveController::compare);
    connect(&parts.bar, &LiveBar::paceWanted, this, &LiveController::setPace);
    connect(&parts.bar, &LiveBar::followWanted, &parts.session, &RunSession::follow);
    // Another run, another drawing: what was watched is no longer shown.
    connect(&parts.session, &RunSession::began, this, [this] {
        if (m_watching && !m_parts.session.isLive())
            disconnectBroker();
    });
    connect(&parts.session, &RunSession::stateChanged, this,
            [this] { m_parts.bar.setFollowing(!m_parts.session.isLive() || m_parts.session.isFollowing()); });
    connect(&parts.documents, &DocumentController::opened, this, [this] {
        if (!m_adopting) {
            disconnectBroker();
            m_found = m_compares = nullptr;
        }
        m_parts.messages.withdraw("live");
        m_compared = false;
        emit compared(nullptr, {});
    });
    // What is undone is a difference again.
    m_followDrawing.setSingleShot(true);
    m_followDrawing.setInterval(0);
    connect(&m_followDrawing, &QTimer::timeout, this, [this] {
        if (m_compared && m_found)
            compareWithFound();
    });
    connect(&parts.documents.history(), &History::changed, this, [this] {
        if (m_compared)
            m_followDrawing.start();
    });
}

LiveController::~LiveController() = default;

void LiveController::refreshPage() {
    if (!m_registry)
        m_registry = std::make_unique<PluginRegistry>();
    QList<PluginDescription> plugins;
    for (const PluginRegistry::Entry& entry : m_registry->entries()) {
        if (const BrokerPlugin* plugin = m_registry->plugin(entry.id))
            plugins << plugin->description();
    }
    m_parts.page.setPlugins(plugins, m_registry->problems());
    m_parts.page.setConnections(m_store.list(),
                                m_brokers.isEmpty() ? QString() : m_brokers.all().front().connection.id,
                                [this](const QString& id) { return m_store.together(id); });
    m_parts.page.setSecretsKept(m_store.keepsSecrets());
    m_parts.page.setWatchable(!m_parts.documents.document().diagram().elements.empty());
}

const BrokerPlugin* LiveController::plugin(const ConnectionSettings& connection) {
    if (!m_registry)
        m_registry = std::make_unique<PluginRegistry>();
    return m_registry->plugin(connection.plugin);
}

const BrokerPlugin* LiveController::pluginOrWord(const ConnectionSettings& connection) {
    const BrokerPlugin* found = plugin(connection);
    if (!found)
        m_parts.page.showProblem(tr("There is no plugin for %1.").arg(connection.plugin));
    return found;
}

void LiveController::endAsking() {
    m_parts.page.setBusy({});
    emit busyChanged({});
    if (m_testing)
        m_testing.release()->deleteLater();
    if (m_asking)
        m_asking.release()->deleteLater();
}

void LiveController::test(const ConnectionSettings& connection) {
    const BrokerPlugin* plugin = pluginOrWord(connection);
    if (!plugin)
        return;
    m_testing = std::make_unique<LiveSource>(*plugin, connection);
    m_parts.page.setBusy(tr("Testing %1").arg(connection.name));
    connect(m_testing.get(), &LiveSource::tested, this, [this](const QList<TestStep>& steps) {
        endAsking();
        m_parts.page.showTest(steps);
    });
    m_testing->test();
}

bool LiveController::choose(const ConnectionSettings& connection, const QStringList& together) {
    const BrokerPlugin* first = pluginOrWord(connection);
    if (!first)
        return false;
    WatchedBrokers brokers;
    const ConnectionSettings saved = m_store.save(connection);
    brokers.add(*first, saved);
    for (const ConnectionSettings& other : m_store.list()) {
        if (!together.contains(other.id) || other.id == saved.id)
            continue;
        const BrokerPlugin* plugin = pluginOrWord(other);
        if (!plugin)
            return false;
        brokers.add(*plugin, other);
    }
    m_store.setTogether(saved.id, together);
    m_brokers = std::move(brokers);
    return true;
}

std::unique_ptr<JointDiscovery> LiveController::ask() {
    emit busyChanged(tr("Asking %1 what it has").arg(m_brokers.name()));
    return std::make_unique<JointDiscovery>(m_brokers.asked());
}

void LiveController::discover(const ConnectionSettings& connection, const QStringList& together) {
    m_parts.files.confirmLoss([this, connection, together] {
        if (!choose(connection, together))
            return;
        m_parts.page.setBusy(tr("Asking %1 what it has").arg(m_brokers.name()));
        m_asking = ask();
        connect(m_asking.get(), &JointDiscovery::discovered, this, &LiveController::layOut);
        connect(m_asking.get(), &JointDiscovery::failed, this, [this](const BrokerProblem& problem) {
            endAsking();
            m_parts.page.showProblem(problem.text());
        });
        m_asking->start();
    });
}

void LiveController::layOut(const Discovery& discovery) {
    m_brokers.setFound(m_asking->each());
    endAsking();
    if (discovery.drawing->elements.empty()) {
        m_parts.page.showProblem(
            tr("The broker has nothing of its own to draw, or the user may see none of it."));
        return;
    }
    m_parts.page.setBusy(
        tr("Laying %n elements out", nullptr, static_cast<int>(discovery.drawing->elements.size())));
    inBackground(
        this, [drawing = discovery.drawing] { return laidOut(*drawing); },
        [this, notes = discovery.notes](Diagram diagram) {
            m_parts.page.setBusy({});
            adopt(std::move(diagram), notes);
        });
}

void LiveController::adopt(Diagram diagram, const QStringList& notes) {
    m_adopting = true;
    m_parts.documents.adopt(std::move(diagram), true);
    m_adopting = false;
    m_found = m_parts.documents.document().snapshot();
    // A large drawing is seen before it is watched.
    QTimer::singleShot(0, this, [this, drawn = m_found, notes] {
        if (m_parts.documents.document().snapshot() != drawn)
            return;
        beginWatching();
        // What the broker answered, and all that laying it out took.
        QTimer::singleShot(kSettlingMs, this, &giveBackFreedMemory);
        if (!notes.isEmpty())
            m_parts.messages.tell({"live", MessageBar::Tone::Info, notes.join(QStringLiteral(". ")) + u'.'});
    });
}

void LiveController::watch(const ConnectionSettings& connection, const QStringList& together) {
    if (choose(connection, together))
        beginWatching();
}

void LiveController::beginWatching() {
    disconnectBroker();
    const std::vector<WatchedBrokers::Broker>& brokers = m_brokers.all();
    m_watched = std::make_unique<LiveSource>(*brokers.front().plugin, brokers.front().connection);
    for (std::size_t i = 1; i < brokers.size(); ++i)
        m_watched->add(*brokers[i].plugin, brokers[i].connection);
    m_parts.bar.setConnections(m_brokers.names());
    connect(m_watched.get(), &LiveSource::statusChanged, &m_parts.bar, &LiveBar::setStatus);
    const std::shared_ptr<const Diagram> diagram = m_parts.documents.document().snapshot();
    const auto store = m_watched->watch(diagram, WatchPace().everyMs);
    m_watchedStore = store;
    m_parts.bar.setPace({});
    m_parts.session.watch(diagram, store, m_brokers.name().toStdString(),
                          [source = m_watched.get()](const std::shared_ptr<TraceJournal>& journal) {
                              return source->record(journal);
                          });
    // Only now: the run that was shown before has ended in between.
    m_watching = true;
    emit watchingChanged();
}

void LiveController::disconnectBroker() {
    if (!std::exchange(m_watching, false))
        return;
    m_watched->disconnect(&m_parts.bar);
    m_parts.session.endWatching();
    m_watched.reset();
    m_parts.bar.setConnections(m_brokers.names());
    emit watchingChanged();
}

bool LiveController::isShown() const {
    return m_parts.session.isLive() && m_parts.session.store() &&
           m_parts.session.store() == m_watchedStore.lock();
}

void LiveController::setPace(const WatchPace& pace) {
    if (!m_watching)
        return;
    m_watched->setPace(pace);
    m_parts.bar.setPace(pace);
}

void LiveController::setAlerts() {
    if (m_watching)
        m_watched->setAlerts(m_parts.documents.document().diagram());
}

std::string LiveController::alertRuleAt(std::uint32_t place) const {
    return m_watched ? m_watched->alertRuleAt(place) : std::string();
}

void LiveController::compare() {
    if (m_asking || m_brokers.isEmpty())
        return;
    m_asking = ask();
    connect(m_asking.get(), &JointDiscovery::failed, this, [this](const BrokerProblem& problem) {
        endAsking();
        m_parts.messages.tell({"live", MessageBar::Tone::Danger, problem.text()});
    });
    connect(m_asking.get(), &JointDiscovery::discovered, this, [this](const Discovery& discovery) {
        m_brokers.setFound(m_asking->each());
        endAsking();
        // Of thousands of things it takes a while. Until then the differences shown are those of what was
        // found before.
        m_compares = discovery.drawing;
        const auto drawn = m_parts.documents.document().snapshot();
        inBackground(
            this, [drawn, found = m_compares] { return driftOf(*drawn, *found); },
            [this, drawn, found = m_compares](std::vector<Drift> drifts) {
                if (m_compares != found)
                    return;
                m_found = std::exchange(m_compares, nullptr);
                if (m_parts.documents.document().snapshot() == drawn)
                    showDrifts(std::move(drifts));
                else
                    compareWithFound();
                tellComparison();
                emit answered();
                QTimer::singleShot(kSettlingMs, this, &giveBackFreedMemory);
            });
    });
    m_asking->start();
}

void LiveController::compareWithFound() {
    showDrifts(driftOf(m_parts.documents.document().diagram(), *m_found));
}

void LiveController::showDrifts(std::vector<Drift> drifts) {
    m_drifts = std::move(drifts);
    m_compared = true;
    emit compared(m_found, m_drifts);
}

int LiveController::unwatched() const {
    const auto store = m_watchedStore.lock();
    if (!m_watching || !store)
        return 0;
    std::unordered_set<std::string_view> watched;
    for (const Entity& entity : store->table().entities)
        watched.insert(entity.id);
    const auto& elements = m_parts.documents.document().diagram().elements;
    return static_cast<int>(std::count_if(elements.begin(), elements.end(), [&](const Element& element) {
        const bool isBrokers = element.kind == ElementKind::Queue || element.kind == ElementKind::Topic ||
                               element.kind == ElementKind::Exchange;
        return isBrokers && !watched.contains(element.id);
    }));
}

void LiveController::tellComparison() {
    const std::vector<Drift>& drifts = m_drifts;
    const auto count = [&](Drift::Kind kind) {
        return QLocale().toString(static_cast<qlonglong>(std::count_if(
            drifts.begin(), drifts.end(), [kind](const Drift& drift) { return drift.kind == kind; })));
    };
    MessageBar::Notice notice{
        "live", drifts.empty() ? MessageBar::Tone::Info : MessageBar::Tone::Warning,
        drifts.empty() ? tr("The drawing is what the broker has.")
                       : tr("The drawing and the broker differ: %1 not on the broker, %2 not drawn, %3 set "
                            "differently.")
                             .arg(count(Drift::Kind::Missing), count(Drift::Kind::Extra),
                                  count(Drift::Kind::Different))};
    if (const int fresh = unwatched(); fresh > 0) {
        notice.sentence +=
            u' ' + counted(static_cast<qulonglong>(fresh),
                           tr("1 element was drawn since the watch began and is not watched."),
                           tr("%1 elements were drawn since the watch began and are not watched."));
        notice.choices << MessageBar::Choice{tr("Watch anew"), [this] { beginWatching(); }};
    }
    m_parts.messages.tell(notice);
}

void LiveController::takeOver(const std::vector<Drift>& drifts) {
    if (!m_found)
        return;
    Edit edit = sluice::takeOver(m_parts.documents.document().diagram(), *m_found, drifts);
    edit.label = tr("Take over from the broker").toStdString();
    const auto applied = m_parts.documents.history().apply(edit);
    if (!applied) {
        m_parts.messages.tell({"live", MessageBar::Tone::Danger,
                               tr("Not taken over. %1").arg(QString::fromStdString(applied.error().text()))});
        return;
    }
    compareWithFound();
    tellComparison();
}

}  // namespace sluice
