#pragma once

#include <QThread>

#include "plugins/api/pluginfailure.h"

namespace sluice {

/// The property of a connection's thread that is the connection, as a void*: a plugin's library has a
/// meta-object of its own for BrokerConnection, so that it could not be cast otherwise.
inline constexpr auto kConnectionOfThread = "connection";

/// A QCoreApplication, or one with windows, that outlives what a plugin throws while a connection's own
/// thread handles an event: an answer, a timer. The connection is told that it has failed. On the window's
/// thread nothing changes.
template <class Application>
class GuardedApplication : public Application {
public:
    using Application::Application;

    bool notify(QObject* receiver, QEvent* event) override {
        if (QThread::currentThread() == this->thread())
            return Application::notify(receiver, event);
        try {
            return Application::notify(receiver, event);
        } catch (...) {
            auto* connection = static_cast<BrokerConnection*>(
                QThread::currentThread()->property(kConnectionOfThread).value<void*>());
            if (!connection)
                throw;
            connection->fail(pluginFailure(BrokerConnection::tr("this broker")));
            return true;
        }
    }
};

}  // namespace sluice
