#include "core/engine/queuebroker/queueeffect.h"

#include <array>

namespace sluice {

std::string_view kindName(QueueEffectKind kind) {
    constexpr std::array<std::string_view, 12> names{"confirmed",
                                                     "nacked",
                                                     "returned",
                                                     "enqueued",
                                                     "delivered",
                                                     "acknowledged",
                                                     "requeued",
                                                     "dead lettered",
                                                     "discarded",
                                                     "consumer cancelled",
                                                     "active consumer changed",
                                                     "queue deleted"};
    return names[static_cast<std::size_t>(kind)];
}

std::string_view reasonName(DiscardReason reason) {
    constexpr std::array<std::string_view, 10> names{"none",
                                                     "no dead-letter exchange",
                                                     "the dead-letter exchange does not exist",
                                                     "no queue is bound for it",
                                                     "dead-letter cycle",
                                                     "refused by a full queue",
                                                     "purged",
                                                     "queue deleted",
                                                     "a dead letter refused by a full queue",
                                                     "it was in the memory of a broker that stopped"};
    return names[static_cast<std::size_t>(reason)];
}

}  // namespace sluice
