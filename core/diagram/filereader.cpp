#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "core/diagram/file.h"
#include "core/diagram/itemreader.h"
#include "core/diagram/jsontext.h"
#include "core/diagram/rules.h"
#include "core/diagram/spelling.h"

namespace sluice {
namespace {

/// Reads the top level and holds what is true between items: unique ids, existing ends, groups not inside
/// themselves.
class FileReader {
public:
    explicit FileReader(const Json& root) : m_root(root) {}

    Result<LoadedDiagram> read() {
        if (!m_root.is_object())
            return Error{ErrorCode::InvalidInput, "not a Sluice file: it must be a JSON object", {}};
        if (const auto version = checkVersion(); !version)
            return version.error();
        Diagram& diagram = m_loaded.diagram;
        const JsonPlace top{m_root, {}};
        diagram.name = m_reader.text(top, "name", diagram.name);
        diagram.note = m_reader.text(top, "note");
        m_reader.list(top, "groups",
                      [&](const JsonPlace& place) { diagram.groups.push_back(m_reader.group(place)); });
        m_reader.list(top, "nodes",
                      [&](const JsonPlace& place) { diagram.elements.push_back(m_reader.element(place)); });
        m_reader.list(top, "links",
                      [&](const JsonPlace& place) { diagram.links.push_back(m_reader.link(place)); });
        m_reader.list(top, "messages",
                      [&](const JsonPlace& place) { diagram.messages.push_back(m_reader.message(place)); });
        checkIds();
        checkGroups();
        checkLinks();
        m_reader.list(top, "scenarios",
                      [&](const JsonPlace& place) { diagram.scenarios.push_back(m_reader.scenario(place)); });
        m_reader.list(top, "alerts",
                      [&](const JsonPlace& place) { diagram.alerts.push_back(m_reader.alert(place)); });
        checkOwnIds("messages", diagram.messages);
        checkOwnIds("scenarios", diagram.scenarios);
        checkOwnIds("alerts", diagram.alerts);
        keepUnknown();
        if (m_reader.failed())
            return m_reader.error();
        m_loaded.warnings = m_reader.takeWarnings();
        return std::move(m_loaded);
    }

private:
    Result<void> checkVersion() const {
        const auto version = m_root.find("sluice");
        if (version == m_root.end())
            return Error{ErrorCode::InvalidInput,
                         "not a Sluice file: the key \"sluice\" with the version of the format is missing",
                         {}};
        if (!version->is_number_integer() || version->get<double>() < 1)
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("must be the version of the format, a whole number from 1, is {}",
                            version->dump(-1, ' ', true, Json::error_handler_t::replace).substr(0, 40)),
                "sluice"};
        if (version->get<double>() > kFileVersion)
            return Error{ErrorCode::Unsupported,
                         fmt::format("was made by a newer Sluice (format {:.0f}); this one reads up to {}",
                                     version->get<double>(), kFileVersion),
                         "sluice"};
        return {};
    }

    void note(std::string_view list, std::size_t index, const std::string& id) {
        const std::string where = fmt::format("{}[{}]", list, index);
        const auto [it, isNew] = m_ids.emplace(id, where);
        if (!isNew)
            m_reader.fail(where + ".id", fmt::format("'{}' is already the id of {}", id, it->second));
    }

    template <class T>
    void noteAll(std::string_view list, const std::vector<T>& items) {
        for (std::size_t i = 0; i < items.size(); ++i)
            note(list, i, items[i].id);
    }

    void checkIds() {
        noteAll("groups", m_loaded.diagram.groups);
        noteAll("nodes", m_loaded.diagram.elements);
        noteAll("links", m_loaded.diagram.links);
    }

    /// Message types, scenarios and alert rules have names of their own: an element may be called as one of
    /// them.
    template <class T>
    void checkOwnIds(std::string_view list, const std::vector<T>& items) {
        m_ids.clear();
        noteAll(list, items);
    }

    void checkGroups() {
        const Diagram& diagram = m_loaded.diagram;
        std::unordered_map<std::string, std::string> parents;
        for (const Group& group : diagram.groups)
            parents.emplace(group.id, group.parent);
        const auto exists = [&](const std::string& id, const std::string& where) {
            if (!id.empty() && !parents.contains(id))
                m_reader.fail(where, fmt::format("there is no group '{}'", id));
        };
        std::unordered_set<std::string> outside;  // known to lie inside nothing that lies inside them
        for (std::size_t i = 0; i < diagram.groups.size(); ++i) {
            const std::string where = fmt::format("groups[{}].parent", i);
            exists(diagram.groups[i].parent, where);
            if (m_reader.failed())
                return;
            std::vector<std::string> way;
            std::string at = diagram.groups[i].id;
            while (!at.empty() && !outside.contains(at) && way.size() <= diagram.groups.size()) {
                way.push_back(at);
                const auto parent = parents.find(at);
                at = parent == parents.end() ? std::string() : parent->second;
            }
            if (way.size() > diagram.groups.size())
                m_reader.fail(where, fmt::format("group '{}' lies inside itself", diagram.groups[i].id));
            outside.insert(way.begin(), way.end());
        }
        for (std::size_t i = 0; i < diagram.elements.size(); ++i)
            exists(diagram.elements[i].group, fmt::format("nodes[{}].group", i));
    }

    void checkLinks() {
        const Diagram& diagram = m_loaded.diagram;
        std::unordered_map<std::string_view, const Element*> elements;
        for (const Element& element : diagram.elements)
            elements.emplace(element.id, &element);
        const auto find = [&](const std::string& id, std::size_t index,
                              std::string_view end) -> const Element* {
            const auto it = elements.find(id);
            if (it != elements.end())
                return it->second;
            std::vector<std::string_view> names;
            for (const Element& element : diagram.elements)
                names.push_back(element.id);
            m_reader.fail(fmt::format("links[{}].{}", index, end),
                          fmt::format("there is no element '{}'{}", id, suggestion(id, names)));
            return nullptr;
        };
        for (std::size_t i = 0; i < diagram.links.size() && !m_reader.failed(); ++i) {
            const Link& link = diagram.links[i];
            const Element* from = find(link.from, i, "from");
            const Element* to = from ? find(link.to, i, "to") : nullptr;
            if (!to)
                return;
            if (const auto ends = rules::checkEnds(link, *from, *to); !ends)
                m_reader.fail(fmt::format("links[{}]", i), ends.error().sentence);
        }
    }

    void keepUnknown() {
        m_reader.keepRest({m_root, {}}, rules::reservedDiagramKeys(), {}, m_loaded.diagram.properties);
    }

    const Json& m_root;
    ItemReader m_reader;
    LoadedDiagram m_loaded;
    std::unordered_map<std::string, std::string> m_ids;
};

}  // namespace

Result<LoadedDiagram> parseDiagram(std::string_view text) {
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return Error{ErrorCode::InvalidInput, "the file is empty", {}};
    const auto json = parseJson(text);
    if (!json)
        return json.error();
    return FileReader(*json).read();
}

}  // namespace sluice
