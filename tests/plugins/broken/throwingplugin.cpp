#include "tests/plugins/broken/throwingplugin.h"

#include <QTimer>
#include <stdexcept>

#include "plugins/api/brokerwatcher.h"

using namespace sluice;

namespace {

void throwIf(const ConnectionSettings& settings, const char* where) {
    if (settings.text("throws") == QLatin1String(where))
        throw std::runtime_error(std::string("out of order in ") + where);
    // Not everything that is thrown is an exception.
    if (settings.text("throws") == QLatin1String("a number") && QByteArray(where) == "discover")
        throw 17;
}

class Watcher : public BrokerWatcher {
public:
    Watcher(const WatchOrder& order, const ConnectionSettings& settings, QObject* parent)
        : BrokerWatcher(order, parent), m_settings(settings) {}

protected:
    void ask() override {
        throwIf(m_settings, "ask");
        // Later: the connection is there by then.
        QTimer::singleShot(0, this, [this] {
            const bool first = !isConnected();
            report({observation(EventKind::Observed, now())});
            again();
            if (first)
                return;
            throwIf(m_settings, "a timer");
            throwIf(m_settings, "disconnected");  // and again when it is seen as lost
        });
    }
    void disconnected() override { throwIf(m_settings, "disconnected"); }
    [[nodiscard]] int interval() const override { return kLeastInterval; }

private:
    const ConnectionSettings m_settings;
};

class Connection : public BrokerConnection {
public:
    explicit Connection(const ConnectionSettings& settings) : m_settings(settings) {}
    void test() override {
        throwIf(m_settings, "test");
        emit tested({});
    }
    void discover() override {
        throwIf(m_settings, "discover");
        emit discovered({});
    }

protected:
    [[nodiscard]] BrokerWatcher* makeWatcher(const WatchOrder& order) override {
        throwIf(m_settings, "makeWatcher");
        return new Watcher(order, m_settings, this);
    }

private:
    const ConnectionSettings m_settings;
};

class Browse : public BrokerBrowse {
public:
    BrowseForecast forecast(const BrowseWish& /*wish*/) override { throw std::runtime_error("forecast"); }
    BrowseResult run(const BrowseWish& /*wish*/, BrowseListener& /*listener*/) override {
        throw std::runtime_error("run");
    }
};

class Clients : public BrokerClients {
public:
    [[nodiscard]] BrokerProblem open() override { return {}; }
    [[nodiscard]] int mostCopies() override { return 0; }
    void send(const ClientSending& /*sending*/) override { throw std::runtime_error("send"); }
    void read(const ClientReader& /*reader*/) override {}
    void leave(quint32 /*reader*/) override {}
    void settle(quint32 /*delivery*/, Settlement /*settlement*/) override {}
    [[nodiscard]] bool isReady() override { return true; }
    [[nodiscard]] BrokerProblem take(std::chrono::microseconds /*wait*/, const Told& /*told*/) override {
        return {};
    }
};

}  // namespace

PluginDescription ThrowingPlugin::description() const {
    throw std::runtime_error("nothing to say");
}

std::unique_ptr<BrokerConnection> ThrowingPlugin::connection(const ConnectionSettings& settings) const {
    throwIf(settings, "connection");
    return std::make_unique<Connection>(settings);
}

std::unique_ptr<BrokerBrowse> ThrowingPlugin::browse(const ConnectionSettings& settings) const {
    throwIf(settings, "browse");
    return std::make_unique<Browse>();
}

std::unique_ptr<BrokerRedrive> ThrowingPlugin::redrive(const ConnectionSettings& settings) const {
    throwIf(settings, "redrive");
    return nullptr;
}

std::unique_ptr<BrokerChanges> ThrowingPlugin::changes(const ConnectionSettings& settings) const {
    throwIf(settings, "changes");
    return nullptr;
}

std::unique_ptr<BrokerTap> ThrowingPlugin::tap(const ConnectionSettings& settings) const {
    throwIf(settings, "tap");
    return nullptr;
}

std::unique_ptr<BrokerClients> ThrowingPlugin::clients(const ConnectionSettings& settings) const {
    throwIf(settings, "clients");
    return std::make_unique<Clients>();
}
