#pragma once

#include <exception>
#include <utility>

#include "plugins/api/brokerconnection.h"

namespace sluice {

/// What is said of a plugin that throws; `name` is the broker's or the plugin's. For a catch (...) alone.
BrokerProblem pluginFailure(const QString& name);

/// What `act` gives; if it throws, what `otherwise` makes of that.
template <class Act, class Otherwise>
auto guarded(const QString& name, Act&& act, Otherwise&& otherwise) -> decltype(act()) {
    try {
        return std::forward<Act>(act)();
    } catch (...) {
        return std::forward<Otherwise>(otherwise)(pluginFailure(name));
    }
}

}  // namespace sluice
