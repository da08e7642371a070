#include "core/record/recordingheader.h"

#include <string_view>

#include "core/diagram/file.h"
#include "core/diagram/jsontext.h"
#include "core/record/compressed.h"
#include "core/record/entitytablejson.h"

namespace sluice {
namespace {

Error unreadable() {
    return {
        ErrorCode::InvalidInput, "the recording does not say what it is a recording of: it is damaged", {}};
}

std::string textIn(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

std::vector<std::uint8_t> writeRecordingHeader(const RecordingHeader& header) {
    // A scenario may have been made up for the run: it stands for itself, in a drawing of nothing else.
    Diagram stage;
    stage.scenarios.push_back(header.scenario);
    if (stage.scenarios.front().id.empty())
        stage.scenarios.front().id = "scenario";
    Json json = entityTableToJson(*header.table);
    json["diagram"] = writeDiagram(header.diagram);
    json["scenario"] = writeDiagram(stage);
    json["seed"] = header.seed;
    const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return compressed({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

Result<RecordingHeader> readRecordingHeader(std::span<const std::uint8_t> bytes,
                                            std::vector<Error>& warnings) {
    const auto raw = uncompressed(bytes, kLargestText);
    if (!raw)
        return unreadable();
    const auto json = parseJson({reinterpret_cast<const char*>(raw->data()), raw->size()});
    if (!json || !json->is_object())
        return unreadable();
    auto table = entityTableFromJson(*json);
    if (!table)
        return table.error();
    auto loaded = parseDiagram(textIn(*json, "diagram"));
    if (!loaded)
        return Error{
            loaded.error().code, "the recorded drawing cannot be read: " + loaded.error().text(), {}};
    auto stage = parseDiagram(textIn(*json, "scenario"));
    if (!stage || stage->diagram.scenarios.size() != 1)
        return unreadable();
    const auto seed = json->find("seed");
    if (seed == json->end() || !seed->is_number_unsigned())
        return unreadable();
    warnings.insert(warnings.end(), loaded->warnings.begin(), loaded->warnings.end());
    RecordingHeader header;
    header.diagram = std::move(loaded->diagram);
    header.scenario = std::move(stage->diagram.scenarios.front());
    header.seed = seed->get<std::uint64_t>();
    header.table = std::make_shared<const EntityTable>(std::move(*table));
    return header;
}

}  // namespace sluice
