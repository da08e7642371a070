#pragma once

#include <string_view>

namespace sluice {

/// Whether a topic exchange's binding key takes a routing key: words are parted by dots, `*` is exactly one
/// word, `#` any number, also none. An empty key has no words. Source: AMQP 0-9-1, 3.1.3.3.
bool matchesTopic(std::string_view pattern, std::string_view routingKey);

}  // namespace sluice
