#pragma once

#include <string>
#include <vector>

#include "core/browse/bodyschema.h"
#include "core/browse/brokermessage.h"
#include "core/browse/messagebody.h"
#include "core/query/eventquery.h"

namespace sluice {

/// Masks messages, and tells which of them a query holds for. What is masked is so before anything else
/// looks: it cannot be found by asking for it either. Any thread, one at a time.
class MessageFilter {
public:
    MessageFilter() = default;
    /// `masked`: members of JSON bodies at any depth and headers whose values are replaced; "key" and "body"
    /// stand for the whole of these.
    /// `schema`: how bodies are read before that, null: as they are. One that it cannot read stays as it is,
    /// and `problem` says why; but where something is masked, nobody sees what it holds.
    MessageFilter(EventQuery query, std::vector<std::string> masked, SharedSchema schema = {});

    /// Masks the message where it stands, and says whether the query holds for it.
    [[nodiscard]] bool take(BrokerMessage& message) const;

private:
    [[nodiscard]] bool holds(const QueryNode& node, const BrokerMessage& message, MessageBody& body) const;

    void readBySchema(BrokerMessage& message) const;

    EventQuery m_query;
    SharedSchema m_schema;
    std::vector<std::string> m_masked;  ///< lower case
};

/// Replaces what the names say; see MessageFilter.
void mask(BrokerMessage& message, const std::vector<std::string>& masked);

}  // namespace sluice
