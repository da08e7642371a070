#include "plugins/kafka/topicsettings.h"

#include "core/base/duration.h"
#include "plugins/kafka/clusterdrawing.h"

namespace sluice::kafka {

std::map<std::string, std::string> topicWords(const Properties& settings, bool isNew) {
    std::map<std::string, std::string> words;
    const auto whole = [&](const char* key, const char* word) {
        const Json* value = settings.find(key);
        if (value && value->is_number_integer())
            words[word] = value->dump();
    };
    whole("minIsr", "min.insync.replicas");
    whole("retentionBytes", "retention.bytes");
    const Json* compacted = settings.find("compacted");
    const bool compacts = compacted && compacted->is_boolean() && compacted->get<bool>();
    const bool deletes = settings.has("retention") || settings.has("retentionBytes");
    if (compacted)
        words["cleanup.policy"] = !compacts ? "delete" : deletes ? "compact,delete" : "compact";
    const Json* retention = settings.find("retention");
    if (retention && !retention->is_null()) {
        const auto time = retention->is_string() ? parseDuration(retention->get<std::string>())
                          : retention->is_number()
                              ? Result<Duration>(fromSeconds(retention->get<double>() / 1000))
                              : Result<Duration>(Error{});
        if (time)
            words["retention.ms"] =
                *time >= kForEver
                    ? "-1"
                    : std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(*time).count());
    } else if (isNew && !compacts) {
        words["retention.ms"] = std::to_string(kUsualRetention);
    }
    return words;
}

}  // namespace sluice::kafka
