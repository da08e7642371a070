#pragma once

#include <QStringList>
#include <QWidget>
#include <functional>
#include <string>
#include <vector>

#include "core/diagram/catalogue.h"
#include "core/diagram/document.h"
#include "widgets/inspector/choices.h"

class QComboBox;
class QHBoxLayout;
class QPushButton;
class QTableWidget;
class QVBoxLayout;

namespace sluice {

struct Theme;
class PropertyForm;

/// One list of a scenario (its actions, expectations or overrides) as a table with rows to add and remove,
/// and beside it a form for what belongs to the chosen row. Rows are changed in place, so that the keyboard
/// stays where it is. Lives on the window's thread; owned by the scenario editor.
class ScenarioTable : public QWidget {
    Q_OBJECT

public:
    using Change = std::function<void(Scenario&)>;

    /// Shows the list of that scenario; document and theme outlive the table.
    void show(const Scenario& scenario, const Document& document, const Theme& theme);
    /// Lets the form be made anew: the theme or the document is another.
    void forget();
    [[nodiscard]] int rowCount() const;
    void setCurrentRow(int row);

signals:
    /// The scenario has to become what `change` makes of it.
    void changeWanted(const sluice::ScenarioTable::Change& change);
    /// What was written cannot be: a sentence for a person.
    void refused(const QString& sentence);

protected:
    /// As wide as so many figures; the other columns share the rest.
    void setNarrow(int column, int figures);
    /// `noun` names a row on the buttons; `detailed` leaves room for forms.
    ScenarioTable(const QString& name, const QStringList& columns, const QString& noun, bool detailed = true);

    /// Fills the rows from scenario(); called with the table's signals off.
    virtual void fillRows() = 0;
    /// Properties and values of the form beside the row; no properties: no form.
    struct Detail {
        std::vector<const PropertyInfo*> properties;
        const Properties* values = nullptr;
        std::string identity;  ///< of the row: another one needs a new form
    };
    [[nodiscard]] virtual Detail detailOf(int row) const = 0;
    virtual void detailEdited(int row, const std::string& key, const Json& value) = 0;
    /// Asks for one more row and chooses it.
    virtual void add() = 0;
    virtual void remove(int row) = 0;
    /// A cell with text was written to by the user.
    virtual void written(int row, int column, const QString& text) = 0;

    [[nodiscard]] const Scenario& scenario() const { return m_scenario; }
    [[nodiscard]] const Diagram& diagram() const { return m_document->diagram(); }
    [[nodiscard]] QTableWidget* table() const { return m_table; }
    /// What is to be added is chosen above the buttons.
    [[nodiscard]] QHBoxLayout* choosers() const { return m_choosers; }

    void setText(int row, int column, const QString& text, bool editable = true, const QString& tip = {});
    /// The box of that cell, made when there is none, offering the choices with `current` chosen; one that is
    /// not among them is told as missing. `chosen(row, id)` is called when the user takes another.
    QComboBox* setChoice(int row, int column, const QString& name, const Choices& choices,
                         const std::string& current,
                         const std::function<void(int row, const std::string& id)>& chosen);
    /// Elements, and links with `links`, for which the predicates hold (null: all).
    [[nodiscard]] Choices things(bool links, const std::function<bool(const Element&)>& element = nullptr,
                                 const std::function<bool(const Link&)>& link = nullptr) const;

private:
    void showDetail();
    void orderTabs();

    QTableWidget* m_table;
    QHBoxLayout* m_choosers;
    QVBoxLayout* m_side;
    QPushButton* m_add;
    QPushButton* m_remove;
    PropertyForm* m_form = nullptr;
    std::string m_formOf;
    Scenario m_scenario;
    const Document* m_document = nullptr;
    const Theme* m_theme = nullptr;
};

}  // namespace sluice
