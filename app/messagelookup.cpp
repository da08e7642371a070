#include "app/messagelookup.h"

namespace sluice {

MessageLookup lookupIn(std::shared_ptr<const TraceStore> store) {
    return [store = std::move(store)](MessageId id) {
        MessageLook look;
        if (const auto message = store->message(id)) {
            look.kind = store->table().types[message->type].kind;
            look.color = message->type;
            look.key = message->key;
            look.flags = message->flags;
        }
        return look;
    };
}

}  // namespace sluice
