#include "core/live/founddrawing.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/diagram/catalogue.h"
#include "core/diagram/slug.h"

namespace sluice {
namespace {

std::string keyOf(ElementKind kind, const std::string& name) {
    return fmt::format("{}\n{}", kindName(kind), name);
}

std::string keyOf(LinkKind kind, const Id& from, const Id& to, const Properties& properties) {
    std::string key = fmt::format("{}\n{}\n{}", kindName(kind), from, to);
    for (const auto& [name, value] : properties.all())
        key += fmt::format("\n{}={}", name, value.dump());
    return key;
}

}  // namespace

FoundDrawing::FoundDrawing(std::string name) {
    m_diagram.name = std::move(name);
}

Id FoundDrawing::freshId(std::string_view name) {
    const std::string slug = slugOf(name);
    std::string id = slug;
    std::size_t& number = m_suffix[slug];
    while (!m_ids.insert(id).second)
        id = fmt::format("{}-{}", slug, ++number + 1);
    return id;
}

Id FoundDrawing::element(ElementKind kind, const std::string& name) {
    const auto [it, fresh] = m_byName.try_emplace(keyOf(kind, name), m_diagram.elements.size());
    if (!fresh)
        return m_diagram.elements[it->second].id;
    Element element;
    element.id = freshId(name);
    element.kind = kind;
    element.name = name;
    m_byId.emplace(element.id, m_diagram.elements.size());
    m_diagram.elements.push_back(std::move(element));
    return m_diagram.elements.back().id;
}

Id FoundDrawing::find(ElementKind kind, const std::string& name) const {
    const auto it = m_byName.find(keyOf(kind, name));
    return it == m_byName.end() ? Id() : m_diagram.elements[it->second].id;
}

Element& FoundDrawing::at(const Id& id) {
    return m_diagram.elements[m_byId.at(id)];
}

Link* FoundDrawing::link(LinkKind kind, const Id& from, const Id& to, const Properties& properties) {
    const auto [it, fresh] = m_links.try_emplace(keyOf(kind, from, to, properties), m_diagram.links.size());
    if (!fresh)
        return &m_diagram.links[it->second];
    Link link;
    link.kind = kind;
    link.from = from;
    link.to = to;
    link.properties = properties;
    const std::vector<LinkKind> allowed = possibleLinks(at(from), at(to));
    if (std::find(allowed.begin(), allowed.end(), kind) == allowed.end()) {
        m_links.erase(it);
        return nullptr;
    }
    link.id = freshId(from + "-to-" + to);
    m_diagram.links.push_back(std::move(link));
    return &m_diagram.links.back();
}

Diagram FoundDrawing::take() {
    return std::move(m_diagram);
}

}  // namespace sluice
