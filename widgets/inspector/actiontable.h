#pragma once

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
};

}  // namespace sluice
