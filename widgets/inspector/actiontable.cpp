#include "widgets/inspector/actiontable.h"

#include <QComboBox>
#include <QTableWidget>

#include "core/diagram/itemcatalogue.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/inspector/propertywords.h"

namespace sluice {

ActionTable::ActionTable() : ScenarioTable(tr("Actions"), {tr("At"), tr("Do"), tr("To")}, tr("action")) {
    setNarrow(0, 8);
}

/// What an action of that kind can do something to.
Choices ActionTable::targetsOf(ActionKind kind) const {
    const auto none = [](const auto&) { return false; };
    const auto ofKind = [](std::initializer_list<ElementKind> kinds) {
        return [list = std::vector<ElementKind>(kinds)](const Element& element) {
            return std::find(list.begin(), list.end(), element.kind) != list.end();
        };
    };
    switch (kind) {
        case ActionKind::Stop:
        case ActionKind::Start:
            return things(false, [](const Element& element) { return element.kind != ElementKind::Client; });
        case ActionKind::SlowDown:
        case ActionKind::Fail:
            return things(false, ofKind({ElementKind::Service, ElementKind::Processor, ElementKind::Gateway,
                                         ElementKind::LoadBalancer, ElementKind::Cache, ElementKind::Database,
                                         ElementKind::External, ElementKind::Table}));
        case ActionKind::Drop:
        case ActionKind::Duplicate:
        case ActionKind::Delay:
        case ActionKind::Reorder:
        case ActionKind::Cut:
            return things(true, none);
        case ActionKind::Poison:
            return things(false, ofKind({ElementKind::Client, ElementKind::Service, ElementKind::Processor,
                                         ElementKind::Gateway, ElementKind::External}));
        case ActionKind::Burst:
            return things(false, ofKind({ElementKind::Client}));
        case ActionKind::Redrive:
        case ActionKind::Discard:
            return things(false, ofKind({ElementKind::Queue}));
        case ActionKind::BrokerDown:
            return {};
        case ActionKind::Set:
            return things(true);
    }
    return {};
}

void ActionTable::fillRows() {
    const std::vector<Action>& actions = scenario().actions;
    table()->setRowCount(static_cast<int>(actions.size()));
    Choices kinds;
    for (const std::string_view one : kActionKindNames)
        kinds.emplace_back(readableChoice(one), std::string(one));
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const Action& action = actions[i];
        const int row = static_cast<int>(i);
        setText(row, 0, qtext(formatDuration(action.at)));
        setChoice(row, 1, tr("Do"), kinds, std::string(kindName(action.kind)),
                  [this](int at, const std::string& name) {
                      const auto found = std::find(kActionKindNames.begin(), kActionKindNames.end(), name);
                      const auto kind = static_cast<ActionKind>(found - kActionKindNames.begin());
                      emit changeWanted([at, kind](Scenario& s) {
                          Action& changed = s.actions[static_cast<std::size_t>(at)];
                          changed.kind = kind;
                          // The other action has no use for them.
                          const Properties before = std::exchange(changed.properties, {});
                          for (const auto& [key, value] : before.all()) {
                              if (findProperty(propertiesOf(kind), key))
                                  changed.properties.set(key, value);
                          }
                      });
                  });
        const bool broker = action.kind == ActionKind::BrokerDown;
        Choices targets = targetsOf(action.kind);
        if (broker || action.target.empty())
            targets.insert(targets.begin(), {broker ? tr("every broker") : tr("choose…"), std::string()});
        // Whatever was named is offered as long as it is drawn, though it may be of no use.
        const bool drawn = diagram().findElement(action.target) || diagram().findLink(action.target);
        const bool offered = std::any_of(targets.begin(), targets.end(),
                                         [&](const auto& one) { return one.second == action.target; });
        if (drawn && !offered)
            targets.emplace_back(nameOf(diagram(), action.target), action.target);
        QComboBox* box =
            setChoice(row, 2, tr("To"), targets, action.target, [this](int at, const std::string& id) {
                emit changeWanted(
                    [at, id](Scenario& s) { s.actions[static_cast<std::size_t>(at)].target = id; });
            });
        box->setEnabled(!broker || !action.target.empty());
    }
}

std::vector<const PropertyInfo*> ActionTable::propertiesOfSet(const Action& action) const {
    const auto general = propertiesOf(ActionKind::Set);
    const auto catalogue = catalogueOf(diagram(), action.target);
    if (catalogue.empty())
        return propertiesIn(general);
    SetKey& key = m_setKeys[catalogue.data()];
    if (key.keys.empty()) {
        for (const PropertyInfo& property : catalogue)
            key.keys.push_back(property.key);
        key.info = *findProperty(general, "key");
        key.info.type = PropertyType::Choice;
        key.info.choices = key.keys;
    }
    std::vector<const PropertyInfo*> properties{&key.info};
    const std::string chosen = textOf(general, action.properties, "key");
    if (const PropertyInfo* property = findProperty(catalogue, chosen)) {
        PropertyInfo& value = m_setValues.try_emplace(property, *property).first->second;
        value.key = "value";
        properties.push_back(&value);
    }
    properties.push_back(findProperty(general, "duration"));
    return properties;
}

ScenarioTable::Detail ActionTable::detailOf(int row) const {
    const Action& action = scenario().actions[static_cast<std::size_t>(row)];
    const std::string kind(kindName(action.kind));
    if (action.kind != ActionKind::Set)
        return {propertiesIn(propertiesOf(action.kind)), &action.properties, kind};
    return {
        propertiesOfSet(action), &action.properties,
        kind + ' ' + action.target + ' ' + textOf(propertiesOf(ActionKind::Set), action.properties, "key")};
}

void ActionTable::detailEdited(int row, const std::string& key, const Json& value) {
    emit changeWanted([row, key, value](Scenario& s) {
        Action& action = s.actions[static_cast<std::size_t>(row)];
        action.properties.set(key, value);
        // What the one property becomes is nothing for another.
        if (action.kind == ActionKind::Set && key == "key")
            action.properties.set("value", Json());
    });
}

void ActionTable::add() {
    emit changeWanted([](Scenario& s) { s.actions.emplace_back(); });
    setCurrentRow(rowCount() - 1);
}

void ActionTable::remove(int row) {
    emit changeWanted([row](Scenario& s) { s.actions.erase(s.actions.begin() + row); });
}

void ActionTable::written(int row, int column, const QString& text) {
    if (column != 0)
        return;
    if (const auto at = parseDuration(text.toStdString()); at)
        emit changeWanted(
            [row, time = *at](Scenario& s) { s.actions[static_cast<std::size_t>(row)].at = time; });
    else
        emit refused(qtext(at.error().sentence));
}

}  // namespace sluice
