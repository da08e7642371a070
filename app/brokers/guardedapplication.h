#pragma once

#include <QThread>

#include "plugins/api/pluginfailure.h"

namespace sluice {

/// The property of the connections' thread that holds them, a QList<void*>: a plugin's library has a
/// meta-object of its own for BrokerConnection, so that they could not be cast otherwise.
inline constexpr auto kConnectionsOfThread = "connections";

/// Which connection of this thread an object works for, by its parents; the first where none of them is one.
/// Null on a thread without connections.
inline BrokerConnection* connectionOf(const QObject* worker) {
    const auto all = QThread::currentThread()->property(kConnectionsOfThread).value<QList<void*>>();
    for (const QObject* one = worker; one; one = one->parent()) {
        for (void* connection : all) {
            if (static_cast<BrokerConnection*>(connection) == one)
                return static_cast<BrokerConnection*>(connection);
        }
    }
    return all.isEmpty() ? nullptr : static_cast<BrokerConnection*>(all.front());
}

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
        // Before: the receiver may be gone afterwards.
        BrokerConnection* const connection = connectionOf(receiver);
        try {
            return Application::notify(receiver, event);
        } catch (...) {
            if (!connection)
                throw;
            connection->fail(pluginFailure(BrokerConnection::tr("this broker")));
            return true;
        }
    }
};

}  // namespace sluice
