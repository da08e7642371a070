#pragma once

#include "widgets/inspector/scenariotable.h"

namespace sluice {

/// What a scenario expects of its outcome: metric, of what, comparison, value and why.
class ExpectationTable : public ScenarioTable {
    Q_OBJECT

public:
    ExpectationTable();

protected:
    void fillRows() override;
    [[nodiscard]] Detail detailOf(int row) const override;
    void detailEdited(int row, const std::string& key, const Json& value) override;
    void add() override;
    void remove(int row) override;
    void written(int row, int column, const QString& text) override;
};

}  // namespace sluice
