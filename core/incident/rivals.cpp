#include "core/incident/rivals.h"

#include <vector>

namespace sluice {

std::unordered_map<MessageId, Rival> rivalsAmong(const TraceStore& store, Sequence from, Sequence end,
                                                 const std::function<bool(const OperationAndKey&)>& wanted) {
    const EntityTable& table = store.table();
    std::vector<std::pair<MessageId, OperationAndKey>> created;
    store.visit(from, end, [&](Sequence, const TraceEvent& event) {
        if (event.kind != EventKind::MessageCreated || event.value < 0 || event.detail >= table.types.size())
            return true;
        OperationAndKey what{table.types[event.detail].operationOrId(), event.value};
        if (wanted(what))
            created.emplace_back(event.message, std::move(what));
        return true;
    });
    std::unordered_map<MessageId, Rival> rivals;
    for (auto& [message, what] : created) {
        if (const auto info = store.message(message))
            rivals.emplace(message, Rival{std::move(what), info->eventTime});
    }
    return rivals;
}

}  // namespace sluice
