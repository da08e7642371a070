#include "app/brokers/messagedraft.h"

namespace sluice {

BrokerMessage MessageDraft::message(qint64 number, TraceTime now, RandomStream& random) const {
    BrokerMessage made;
    made.place = (wish.exchange.isEmpty() ? wish.place : wish.exchange).toStdString();
    made.partition = wish.partition;
    made.contentType = contentType;
    if (key)
        made.key = key->expand(number, now, random);
    for (const auto& [name, value] : headers)
        made.headers.push_back({name, value.expand(number, now, random)});
    made.body = body.expand(number, now, random);
    return made;
}

}  // namespace sluice
