#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/diagram/catalogue.h"
#include "core/diagram/diagram.h"

namespace sluice {

/// A value of the file and its path: "nodes[3]".
struct JsonPlace {
    const Json& json;
    std::string where;
    [[nodiscard]] std::string at(std::string_view key) const {
        return where.empty() ? std::string(key) : where + "." + std::string(key);
    }
};

/// Reads the items of a .sluice file one by one: each key's type, range and choices. Keeps the first error
/// and goes on with defaults, so that no call has to be asked whether it worked.
class ItemReader {
public:
    Group group(const JsonPlace& place);
    Element element(const JsonPlace& place);
    Link link(const JsonPlace& place);
    MessageType message(const JsonPlace& place);
    Scenario scenario(const JsonPlace& place);
    AlertRule alert(const JsonPlace& place);

    std::string text(const JsonPlace& place, std::string_view key, std::string otherwise = {});
    /// Calls `each` for every item of the list under `key`, which must be objects.
    void list(const JsonPlace& place, std::string_view key,
              const std::function<void(const JsonPlace&)>& each);
    /// Every key that is not among `known` becomes a property: checked when the catalogue has it, kept as it
    /// came otherwise.
    void keepRest(const JsonPlace& place, std::span<const std::string_view> known,
                  std::span<const PropertyInfo> catalogue, Properties& properties);

    void fail(std::string where, std::string sentence);
    [[nodiscard]] bool failed() const { return m_error.has_value(); }
    [[nodiscard]] const Error& error() const { return *m_error; }
    [[nodiscard]] std::vector<Error> takeWarnings() { return std::move(m_warnings); }

private:
    double number(const JsonPlace& place, std::string_view key, double otherwise);
    std::uint64_t natural(const JsonPlace& place, std::string_view key, std::uint64_t otherwise,
                          std::uint64_t limit);
    Duration duration(const JsonPlace& place, std::string_view key, Duration otherwise);
    bool flag(const JsonPlace& place, std::string_view key, bool otherwise);
    std::vector<std::string> texts(const JsonPlace& place, std::string_view key);
    Point position(const JsonPlace& place);
    Size size(const JsonPlace& place, Size otherwise);
    std::vector<Point> bends(const JsonPlace& place);
    std::string id(const JsonPlace& place);
    template <class Kind, std::size_t N>
    Kind kind(const JsonPlace& place, std::string_view key, const std::array<std::string_view, N>& names,
              std::optional<Kind> otherwise = std::nullopt);
    void check(const JsonPlace& place, const Result<void>& checked);

    Handler handler(const JsonPlace& place);
    Step step(const JsonPlace& place);
    Field field(const JsonPlace& place);
    Action action(const JsonPlace& place);
    Expectation expectation(const JsonPlace& place);
    void overrides(const JsonPlace& place, Scenario& scenario);

    std::optional<Error> m_error;
    std::vector<Error> m_warnings;
};

}  // namespace sluice
