#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::rabbitmq {

/// One line of the Prometheus text format. Views into the text, but for labels with escapes in them.
struct PrometheusSample {
    struct Label {
        std::string_view name;
        std::string_view value;
    };
    std::string_view name;
    std::vector<Label> labels;
    double value = 0;

    /// Empty when there is no such label.
    [[nodiscard]] std::string_view label(std::string_view name) const;
};

/// Calls `visit` for every sample of a text in the Prometheus exposition format 0.0.4, in order, and passes
/// over comments. The sample is used again: copy what is to stay. False when a line is not of the format, as
/// when something else answered; what came before it was visited. With `wanted` lines with other names are
/// not looked into.
bool readPrometheus(std::string_view text, const std::function<void(const PrometheusSample&)>& visit,
                    bool (*wanted)(std::string_view) = nullptr);

}  // namespace sluice::rabbitmq
