#pragma once

#include "widgets/inspector/scenariotable.h"

namespace sluice {

/// Properties that have another value in one scenario than in the drawing.
class OverrideTable : public ScenarioTable {
    Q_OBJECT

public:
    OverrideTable();

protected:
    void fillRows() override;
    [[nodiscard]] Detail detailOf(int row) const override;
    void detailEdited(int row, const std::string& key, const Json& value) override;
    void add() override;
    void remove(int row) override;
    void written(int row, int column, const QString& text) override;

private:
    struct Row {
        std::string id;
        std::string key;
    };
    [[nodiscard]] Choices openProperties(const std::string& id) const;
    [[nodiscard]] Json valueNow(const std::string& id, const PropertyInfo& property) const;
    void set(const Row& row, const Json& value);

    QComboBox* m_subject;
    QComboBox* m_property;
    std::vector<Row> m_rows;
};

}  // namespace sluice
