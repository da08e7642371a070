#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/kinds.h"
#include "core/diagram/properties.h"

namespace sluice {

/// Unkeyed and keyed events, and entity events that carry the whole entity (domain: messages).
enum class Keying : std::uint8_t { Unkeyed, Keyed, Entity };
inline constexpr std::array<std::string_view, 3> kKeyingNames{"unkeyed", "keyed", "entity"};

struct Field {
    std::string name;
    std::string type = "text";  ///< text, integer, number, boolean, time, email, money, id
    std::string example;
    Properties properties{};  ///< keys a newer version added
    bool operator==(const Field&) const = default;
};

/// An entry of the diagram's message catalogue.
struct MessageType {
    std::string id;  ///< "UpdateUserEmail"; also its name
    MessageKind kind = MessageKind::Event;
    Keying keying = Keying::Keyed;
    std::string key = "id";  ///< the field that is its key
    std::string operation;   ///< business operation for late-arrival checks; empty: the id
    int version = 1;         ///< of its schema, from 1
    std::vector<Field> fields;
    Properties properties{};  ///< `size` in bytes, and keys a newer version added
    bool operator==(const MessageType&) const = default;

    [[nodiscard]] const std::string& operationOrId() const { return operation.empty() ? id : operation; }
};

}  // namespace sluice
