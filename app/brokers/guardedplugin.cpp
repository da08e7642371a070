#include "app/brokers/guardedplugin.h"

#include <exception>

#include "plugins/api/pluginfailure.h"

namespace sluice {
namespace {

/// In the place of a connection that could not be made: throws again whatever is asked of it, where that is
/// caught.
class NoConnection : public BrokerConnection {
public:
    explicit NoConnection(std::exception_ptr thrown) : m_thrown(std::move(thrown)) {}

    void test() override { std::rethrow_exception(m_thrown); }
    void discover() override { std::rethrow_exception(m_thrown); }

protected:
    [[nodiscard]] BrokerWatcher* makeWatcher(const WatchOrder& /*order*/) override {
        std::rethrow_exception(m_thrown);
    }

private:
    const std::exception_ptr m_thrown;
};

/// What several of the guards below share: the plugin's own, or why there is none.
template <class Interface>
class Guard : public Interface {
public:
    Guard(std::unique_ptr<Interface> own, QString name, BrokerProblem problem)
        : m_own(std::move(own)), m_name(std::move(name)), m_problem(std::move(problem)) {}

protected:
    template <class Result, class Act>
    Result call(Act act) const {
        const auto failed = [](const BrokerProblem& problem) {
            Result result{};
            result.problem = problem;
            return result;
        };
        return m_own ? guarded(
                           m_name, [&]() -> Result { return act(*m_own); }, failed)
                     : failed(m_problem);
    }
    const std::unique_ptr<Interface> m_own;
    const QString m_name;
    const BrokerProblem m_problem;
};

class GuardedBrowse : public Guard<BrokerBrowse> {
public:
    using Guard::Guard;
    BrowseForecast forecast(const BrowseWish& wish) override {
        return call<BrowseForecast>([&](BrokerBrowse& own) { return own.forecast(wish); });
    }
    BrowseResult run(const BrowseWish& wish, BrowseListener& listener) override {
        return call<BrowseResult>([&](BrokerBrowse& own) { return own.run(wish, listener); });
    }
};

class GuardedRedrive : public Guard<BrokerRedrive> {
public:
    using Guard::Guard;
    RedriveResult run(const RedriveWish& wish, RedriveListener& listener) override {
        return call<RedriveResult>([&](BrokerRedrive& own) { return own.run(wish, listener); });
    }
};

class GuardedTap : public Guard<BrokerTap> {
public:
    using Guard::Guard;
    TapForecast forecast(const TapWish& wish) override {
        return call<TapForecast>([&](BrokerTap& own) { return own.forecast(wish); });
    }
    TapResult run(const TapWish& wish, TapListener& listener) override {
        return call<TapResult>([&](BrokerTap& own) { return own.run(wish, listener); });
    }
};

class GuardedChanges : public Guard<BrokerChanges> {
public:
    using Guard::Guard;
    [[nodiscard]] std::vector<ElementKind> kinds() const override {
        return m_own ? guarded(
                           m_name, [&] { return m_own->kinds(); },
                           [](const BrokerProblem&) { return std::vector<ElementKind>(); })
                     : std::vector<ElementKind>();
    }
    BrokerProblem apply(const BrokerStep& step) override {
        return m_own ? guarded(
                           m_name, [&] { return m_own->apply(step); },
                           [](const BrokerProblem& problem) { return problem; })
                     : m_problem;
    }
    PublishResult publish(const PublishWish& wish, PublishSource& source) override {
        return call<PublishResult>([&](BrokerChanges& own) { return own.publish(wish, source); });
    }
    PurgeResult purge(const QString& place, bool dryRun) override {
        return call<PurgeResult>([&](BrokerChanges& own) { return own.purge(place, dryRun); });
    }
    OffsetsResult moveOffsets(const OffsetsWish& wish) override {
        return call<OffsetsResult>([&](BrokerChanges& own) { return own.moveOffsets(wish); });
    }
};

/// What is thrown where nothing can be answered is told by the next take().
class GuardedClients : public Guard<BrokerClients> {
public:
    using Guard::Guard;
    [[nodiscard]] BrokerProblem open() override {
        return answer([&] { return m_own->open(); });
    }
    [[nodiscard]] int mostCopies() override {
        int copies = 0;
        act([&] { copies = m_own->mostCopies(); });
        return copies;
    }
    void send(const ClientSending& sending) override {
        act([&] { m_own->send(sending); });
    }
    void read(const ClientReader& reader) override {
        act([&] { m_own->read(reader); });
    }
    void leave(quint32 reader) override {
        act([&] { m_own->leave(reader); });
    }
    void settle(quint32 delivery, Settlement settlement) override {
        act([&] { m_own->settle(delivery, settlement); });
    }
    [[nodiscard]] bool isReady() override {
        bool ready = true;
        act([&] { ready = m_own->isReady(); });
        return ready;
    }
    [[nodiscard]] BrokerProblem take(std::chrono::microseconds wait, const Told& told) override {
        return answer([&] { return m_own->take(wait, told); });
    }

private:
    template <class Act>
    void act(const Act& what) {
        (void)answer([&]() -> BrokerProblem {
            what();
            return {};
        });
    }
    template <class Ask>
    BrokerProblem answer(const Ask& ask) {
        if (!m_own)
            return m_problem;
        if (m_failed.kind == BrokerProblem::Kind::None) {
            BrokerProblem said = guarded(m_name, ask, [&](const BrokerProblem& problem) {
                m_failed = problem;
                return problem;
            });
            return said;
        }
        return m_failed;
    }
    BrokerProblem m_failed;
};

/// The guard of what `make` makes; null where the plugin has none of it.
template <class Guarded, class Make>
auto guardOf(const QString& name, const Make& make) -> decltype(make()) {
    decltype(make()) own;
    BrokerProblem problem;
    try {
        own = make();
        if (!own)
            return {};
    } catch (...) {
        problem = pluginFailure(name);
    }
    return std::make_unique<Guarded>(std::move(own), name, std::move(problem));
}

}  // namespace

PluginDescription GuardedPlugin::description() const {
    return guarded(
        m_name, [&] { return m_plugin.description(); },
        [&](const BrokerProblem& problem) {
            PluginDescription description;
            description.id = m_id;
            description.name = m_name;
            description.summary = problem.text();
            return description;
        });
}

std::unique_ptr<BrokerConnection> GuardedPlugin::connection(const ConnectionSettings& settings) const {
    try {
        return m_plugin.connection(settings);
    } catch (...) {
        return std::make_unique<NoConnection>(std::current_exception());
    }
}

std::unique_ptr<BrokerBrowse> GuardedPlugin::browse(const ConnectionSettings& settings) const {
    return guardOf<GuardedBrowse>(m_name, [&] { return m_plugin.browse(settings); });
}

std::unique_ptr<BrokerRedrive> GuardedPlugin::redrive(const ConnectionSettings& settings) const {
    return guardOf<GuardedRedrive>(m_name, [&] { return m_plugin.redrive(settings); });
}

std::unique_ptr<BrokerChanges> GuardedPlugin::changes(const ConnectionSettings& settings) const {
    return guardOf<GuardedChanges>(m_name, [&] { return m_plugin.changes(settings); });
}

std::unique_ptr<BrokerTap> GuardedPlugin::tap(const ConnectionSettings& settings) const {
    return guardOf<GuardedTap>(m_name, [&] { return m_plugin.tap(settings); });
}

std::unique_ptr<BrokerClients> GuardedPlugin::clients(const ConnectionSettings& settings) const {
    return guardOf<GuardedClients>(m_name, [&] { return m_plugin.clients(settings); });
}

}  // namespace sluice
