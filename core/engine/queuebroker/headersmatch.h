#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sluice {

/// The arguments of a binding to a headers exchange, read once. Source: RabbitMQ 3.10, "Headers Exchange":
/// x-match all (the default), any, all-with-x, any-with-x; the first two pass over headers that begin with
/// x-.
class HeadersMatch {
public:
    HeadersMatch() = default;
    /// Anything but an object counts as no arguments.
    explicit HeadersMatch(const nlohmann::json& arguments);

    /// Values match when they are equal and of one kind (1 is not "1"); a null argument asks only that the
    /// header is there.
    [[nodiscard]] bool accepts(const nlohmann::json& headers) const;
    /// It asks for a header that begins with x-, as those that tell of deaths do.
    [[nodiscard]] bool asksForX() const;

private:
    struct Wanted {
        std::string name;
        nlohmann::json value;
    };
    std::vector<Wanted> m_wanted;
    bool m_any = false;
};

}  // namespace sluice
