#pragma once

#include <map>

#include "widgets/inspector/scenariotable.h"

namespace sluice {

/// A scenario's timeline of actions: when, what, to what, and the action's own properties beside it.
class ActionTable : public ScenarioTable {
    Q_OBJECT

public:
    ActionTable();

protected:
    void fillRows() override;
    [[nodiscard]] Detail detailOf(int row) const override;
    void detailEdited(int row, const std::string& key, const Json& value) override;
    void add() override;
    void remove(int row) override;
    void written(int row, int column, const QString& text) override;

private:
    [[nodiscard]] Choices targetsOf(ActionKind kind) const;
    [[nodiscard]] std::vector<const PropertyInfo*> propertiesOfSet(const Action& action) const;

    /// Of a set action on a thing with that catalogue: its key as one of the catalogue's, and the value as
    /// the property takes it. Made once each, since forms refer to them.
    struct SetKey {
        std::vector<std::string_view> keys;
        PropertyInfo info;
    };
    mutable std::map<const PropertyInfo*, SetKey> m_setKeys;
    mutable std::map<const PropertyInfo*, PropertyInfo> m_setValues;
};

}  // namespace sluice
