#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/kinds.h"
#include "core/trace/event.h"

namespace sluice {

class MessageTexts;

/// What an EntityId stands for: an element or a link of the diagram the trace was made from.
struct Entity {
    std::string id;    ///< in the diagram
    std::string name;  ///< as the diagram had it when the trace began
    bool isLink = false;
    ElementKind elementKind = ElementKind::Service;
    LinkKind linkKind = LinkKind::Publish;
    EntityId from = kNoEntity;         ///< links only
    EntityId to = kNoEntity;           ///< links only
    std::uint16_t instances = 1;       ///< services at the start
    std::uint16_t partitions = 0;      ///< topics
    bool deadLetters = false;          ///< a dead-letter queue (DeadLetterQueues)
    bool temporary = false;            ///< a reply queue
    std::uint32_t users = 0;           ///< clients: how many people send
    std::vector<std::string> roles{};  ///< clients: of those people
    bool operator==(const Entity&) const = default;
};

/// A field of a message type: its values are made up from the key and the message's number.
struct TracedField {
    std::string name;
    std::string type;  ///< text, integer, number, boolean, time, email, money, id
    std::string example;
    bool operator==(const TracedField&) const = default;
};

struct TracedType {
    std::string id;
    MessageKind kind = MessageKind::Event;
    std::string operation;
    std::string keyField;
    int version = 1;
    std::vector<TracedField> fields;
    std::uint32_t size = 0;  ///< bytes
    /// What a later message must be about to supersede an earlier one: types without an operation stand for
    /// themselves.
    [[nodiscard]] const std::string& operationOrId() const { return operation.empty() ? id : operation; }
    bool operator==(const TracedType&) const = default;
};

/// A rule as it was when the trace began. Its alerts name it by its place in the table.
struct TracedAlert {
    std::string id;
    std::string name;  ///< for people; its condition where it was given none
    std::string when;
    bool operator==(const TracedAlert&) const = default;
};

/// The names a trace's numbers stand for. Made before the first event and frozen: shared by every view.
struct EntityTable {
    std::vector<Entity> entities;
    std::vector<TracedType> types;
    std::vector<TracedAlert> alerts{};
    std::uint64_t seed = 0;
    std::string diagram;
    std::string scenario;
    /// Of a live broker's trace: what its messages carried, and their keys. Null: what a message carries
    /// follows from its number. It grows with the trace, and any thread may read it.
    std::shared_ptr<MessageTexts> texts{};
    bool operator==(const EntityTable&) const = default;

    /// Without a name of its own a link is called by its ends, which are in the table already.
    void addLink(const std::string& id, const std::string& name, LinkKind kind, EntityId from, EntityId to);
    /// kNoEntity when the id is not in the table.
    [[nodiscard]] EntityId find(std::string_view id) const;
    /// The key's text, e.g. "user-17": the type's key field and the number; of a live message as it was.
    [[nodiscard]] std::string keyText(std::uint16_t type, std::int64_t key) const;
};

}  // namespace sluice
