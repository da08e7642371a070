#include "widgets/editing/catalogueedits.h"

#include <algorithm>

#include "core/diagram/removal.h"
#include "widgets/editing/rewriting.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Edits", text);
}

template <class Taken>
std::string freeId(const std::string& wanted, const Taken& taken) {
    std::string id = wanted;
    for (int number = 2; taken(id); ++number)
        id = wanted + std::to_string(number);
    return id;
}

const IdMap kSame = [](const std::string& id) { return id; };

// Everything that refers to a message type, after `rewrite` was offered each.
void followMessage(Edit& edit, const Diagram& diagram, const IdMap& rename) {
    for (Element element : diagram.elements) {
        if (rewriteReferences(element, kSame, rename))
            edit.changes.push_back(Change<Element>{element.id, element});
    }
    for (Link link : diagram.links) {
        if (rewriteReferences(link, kSame, rename))
            edit.changes.push_back(Change<Link>{link.id, link});
    }
    for (Scenario scenario : diagram.scenarios) {
        if (rewriteReferences(scenario, kSame, rename, diagram))
            edit.changes.push_back(Change<Scenario>{scenario.id, scenario});
    }
}

}  // namespace

Result<Edit> putMessage(const Document& document, const std::string& old, const MessageType& message) {
    const Diagram& diagram = document.diagram();
    if (message.id.empty())
        return Error{ErrorCode::InvalidInput, tr("A message type needs a name").toStdString(), {}};
    if (message.id != old && diagram.findMessage(message.id)) {
        return Error{ErrorCode::Conflict,
                     tr("There is already a message type %1").arg(qtext(message.id)).toStdString(),
                     message.id};
    }
    if (old.empty() || !diagram.findMessage(old)) {
        return Edit{tr("Add message %1").arg(qtext(message.id)).toStdString(),
                    {Change<MessageType>{message.id, message}}};
    }
    if (old == message.id) {
        Edit edit{tr("Change message %1").arg(qtext(old)).toStdString(), {}, "message " + old};
        if (!(*diagram.findMessage(old) == message))
            edit.changes.push_back(Change<MessageType>{old, message});
        return edit;
    }
    const auto at = std::find_if(diagram.messages.begin(), diagram.messages.end(),
                                 [&](const MessageType& type) { return type.id == old; });
    const auto position = static_cast<std::size_t>(at - diagram.messages.begin());
    Edit edit{tr("Rename message %1 to %2").arg(qtext(old), qtext(message.id)).toStdString(), {}};
    edit.changes.push_back(Change<MessageType>{old, std::nullopt});
    edit.changes.push_back(Change<MessageType>{message.id, message, position});
    followMessage(edit, diagram, [&](const std::string& id) { return id == old ? message.id : id; });
    return edit;
}

Edit removeMessage(const Document& document, const std::string& id) {
    return {tr("Remove message %1").arg(qtext(id)).toStdString(), removalOfMessage(document.diagram(), id)};
}

Edit putScenario(const Document& document, const Scenario& scenario, const std::string& mergeKey) {
    const auto& scenarios = document.diagram().scenarios;
    const auto existing = std::find_if(scenarios.begin(), scenarios.end(),
                                       [&](const Scenario& other) { return other.id == scenario.id; });
    const QString name = qtext(scenario.name.empty() ? scenario.id : scenario.name);
    if (existing == scenarios.end())
        return {tr("Add scenario %1").arg(name).toStdString(), {Change<Scenario>{scenario.id, scenario}}};
    Edit edit{tr("Change scenario %1").arg(name).toStdString(), {}, mergeKey};
    if (!(*existing == scenario))
        edit.changes.push_back(Change<Scenario>{scenario.id, scenario});
    return edit;
}

Edit removeScenario(const Document& document, const std::string& id) {
    const Scenario* scenario = document.diagram().findScenario(id);
    const QString name = qtext(scenario && !scenario->name.empty() ? scenario->name : id);
    return {tr("Remove scenario %1").arg(name).toStdString(), {Change<Scenario>{id, std::nullopt}}};
}

std::string freeMessageId(const Diagram& diagram, const std::string& wanted) {
    return freeId(wanted, [&](const std::string& id) { return diagram.findMessage(id) != nullptr; });
}

std::string freeScenarioId(const Diagram& diagram, const std::string& wanted) {
    return freeId(wanted, [&](const std::string& id) { return diagram.findScenario(id) != nullptr; });
}

}  // namespace sluice
