#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "app/brokers/messagewish.h"
#include "core/live/messagesampler.h"
#include "plugins/api/brokerplugin.h"

namespace sluice {

/// Follows the single messages of a broker on a thread of its own: chooses as many as may be shown, masks
/// them there, and hands them on in bunches; nobody else sees what was not masked. What goes wrong is tried
/// again after a while. Destroying it does not wait; nothing is handed on any more.
class MessageTap {
public:
    struct Listener {
        QObject* on = nullptr;  ///< what follows is called on its thread; it outlives the tap
        std::function<void(const std::vector<MessageSighting>&, const std::vector<FlowSample>&)> took;
        std::function<void(const MessagesStatus&)> changed;
    };
    MessageTap(std::shared_ptr<BrokerTap> tap, TapWish where, const MessageWish& wish, Listener listener);
    ~MessageTap();
    MessageTap(const MessageTap&) = delete;
    MessageTap& operator=(const MessageTap&) = delete;

private:
    class Errand;
    std::shared_ptr<Errand> m_errand;
};

}  // namespace sluice
