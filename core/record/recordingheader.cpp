#include "core/record/recordingheader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
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

/// Puts an external system for each element of a kind that there is not. Takes down the kinds' names; returns
/// the elements' ids.
std::set<std::string> replaceStrangeKinds(Json& elements, const char* key, std::set<std::string>& strange) {
    std::set<std::string> ids;
    if (!elements.is_array())
        return ids;
    for (Json& one : elements) {
        const std::string kind = one.is_object() ? textIn(one, key) : std::string();
        if (kind.empty() || std::ranges::find(kElementKindNames, kind) != std::end(kElementKindNames))
            continue;
        strange.insert(kind);
        ids.insert(textIn(one, "id"));
        one[key] = std::string(kindName(ElementKind::External));
    }
    return ids;
}

/// The drawing and the names of a recording may be a newer version's, with kinds of element that this one
/// does not know. Everything else of it can be shown all the same; what such elements may be linked with
/// nobody knows here.
void takeStrangeKinds(Json& json, std::vector<Error>& warnings) {
    std::set<std::string> strange;
    replaceStrangeKinds(json["entities"], "element", strange);
    auto drawing = parseJson(textIn(json, "diagram"));
    if (drawing && drawing->is_object()) {
        const std::set<std::string> ids = replaceStrangeKinds((*drawing)["nodes"], "kind", strange);
        Json links = Json::array();
        for (const Json& link : (*drawing)["links"]) {
            if (!link.is_object() ||
                (!ids.contains(textIn(link, "from")) && !ids.contains(textIn(link, "to"))))
                links.push_back(link);
        }
        if (!ids.empty()) {
            (*drawing)["links"] = std::move(links);
            json["diagram"] = drawing->dump(-1, ' ', false, Json::error_handler_t::replace);
        }
    }
    if (!strange.empty())
        warnings.push_back(
            {ErrorCode::InvalidInput,
             fmt::format("this version does not know elements of the kind {}: they are shown as "
                         "external systems, without their links",
                         fmt::join(strange, ", ")),
             "the recorded drawing"});
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
    auto json = parseJson({reinterpret_cast<const char*>(raw->data()), raw->size()});
    if (!json || !json->is_object())
        return unreadable();
    takeStrangeKinds(*json, warnings);
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
