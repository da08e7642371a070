#include "widgets/inspector/overridetable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/diagram/itemcatalogue.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/theme/elidedcombobox.h"

namespace sluice {

namespace {

/// What an override begins with where neither drawing nor catalogue have a value.
Json firstValue(const PropertyInfo& property) {
    switch (property.type) {
        case PropertyType::Boolean:
            return false;
        case PropertyType::Integer:
        case PropertyType::Bytes:
            return static_cast<std::int64_t>(std::max(property.minimum, 1.0));
        case PropertyType::Number:
        case PropertyType::Rate:
        case PropertyType::Fraction:
            return property.minimum;
        case PropertyType::Duration:
        case PropertyType::Distribution:
            return "1s";
        case PropertyType::Choice:
            return std::string(property.choices.front());
        case PropertyType::TextList:
            return Json::array();
        case PropertyType::Object:
            return Json::object();
        case PropertyType::Text:
        case PropertyType::Message:
        case PropertyType::Reference:
            return "";
    }
    return {};
}

}  // namespace

OverrideTable::OverrideTable()
    : ScenarioTable(tr("Overrides"), {tr("Element or link"), tr("Property"), tr("Value")}, tr("override")),
      m_subject(new ElidedComboBox),
      m_property(new ElidedComboBox) {
    m_subject->setAccessibleName(tr("Element or link to override a property of"));
    m_property->setAccessibleName(tr("Property to override"));
    for (QComboBox* box : {m_subject, m_property}) {
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(8);
        box->setToolTip(box->accessibleName());
        choosers()->addWidget(box, 1);
    }
    connect(m_subject, &QComboBox::currentIndexChanged, this,
            [this] { setChoices(*m_property, openProperties(chosenIn(*m_subject))); });
}

/// Those that the scenario does not override yet.
Choices OverrideTable::openProperties(const std::string& id) const {
    Choices choices;
    const auto overridden = scenario().overrides.find(id);
    for (const PropertyInfo& property : catalogueOf(diagram(), id)) {
        if (overridden == scenario().overrides.end() || !overridden->second.has(property.key))
            choices.emplace_back(propertywords::translated(property.label), std::string(property.key));
    }
    return choices;
}

void OverrideTable::fillRows() {
    m_rows.clear();
    for (const auto& [id, properties] : scenario().overrides) {
        for (const auto& [key, value] : properties.all())
            m_rows.push_back({id, key});
    }
    table()->setRowCount(static_cast<int>(m_rows.size()));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto& [id, key] = m_rows[i];
        const int row = static_cast<int>(i);
        const PropertyInfo* property = findProperty(catalogueOf(diagram(), id), key);
        const Json value = *scenario().overrides.at(id).find(key);
        setText(row, 0, nameOf(diagram(), id), false);
        setText(row, 1, property ? propertywords::translated(property->label) : qtext(key), false,
                property ? propertywords::translated(property->help) : QString());
        setText(row, 2, qtext(value.is_string() ? value.get<std::string>() : value.dump()));
    }
    const auto offer = [](QComboBox& box, const Choices& choices) {
        const std::string before = chosenIn(box);
        setChoices(box, choices);
        if (const int at = box.findData(qtext(before)); at >= 0)
            box.setCurrentIndex(at);
    };
    {
        const QSignalBlocker quiet(m_subject);
        offer(*m_subject, things(true));
    }
    offer(*m_property, openProperties(chosenIn(*m_subject)));
}

ScenarioTable::Detail OverrideTable::detailOf(int row) const {
    const auto& [id, key] = m_rows[static_cast<std::size_t>(row)];
    const PropertyInfo* property = findProperty(catalogueOf(diagram(), id), key);
    if (!property)
        return {};
    return {{property}, &scenario().overrides.at(id), id + ' ' + key};
}

void OverrideTable::detailEdited(int row, const std::string&, const Json& value) {
    set(m_rows[static_cast<std::size_t>(row)], value);
}

Json OverrideTable::valueNow(const std::string& id, const PropertyInfo& property) const {
    const Element* element = diagram().findElement(id);
    const Link* link = diagram().findLink(id);
    const Properties* properties = element ? &element->properties : link ? &link->properties : nullptr;
    const Json* own = properties ? properties->find(property.key) : nullptr;
    const Json value = own ? *own : Json::parse(property.defaultValue, nullptr, false);
    return value.is_null() || value.is_discarded() ? firstValue(property) : value;
}

void OverrideTable::add() {
    const std::string id = chosenIn(*m_subject);
    const std::string key = chosenIn(*m_property);
    const PropertyInfo* property = findProperty(catalogueOf(diagram(), id), key);
    if (!property)
        return;
    set({id, key}, valueNow(id, *property));
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].id == id && m_rows[i].key == key)
            setCurrentRow(static_cast<int>(i));
    }
}

void OverrideTable::set(const Row& row, const Json& value) {
    emit changeWanted([row, value](Scenario& s) {
        s.overrides[row.id].set(row.key, value);
        if (s.overrides[row.id].empty())
            s.overrides.erase(row.id);
    });
}

void OverrideTable::remove(int row) {
    set(Row(m_rows[static_cast<std::size_t>(row)]), Json());
}

void OverrideTable::written(int row, int column, const QString& text) {
    if (column != 2)
        return;
    const Row at = m_rows[static_cast<std::size_t>(row)];
    const PropertyInfo* property = findProperty(catalogueOf(diagram(), at.id), at.key);
    Json value = Json::parse(text.toStdString(), nullptr, false);
    const bool isText =
        property && (property->type == PropertyType::Text || property->type == PropertyType::Duration ||
                     property->type == PropertyType::Distribution);
    if (value.is_discarded() || (isText && !value.is_string()))
        value = text.toStdString();
    if (text.isEmpty() && !(property && property->type == PropertyType::Text))
        value = Json();
    if (property && !value.is_null()) {
        if (const auto checked = checkValue(*property, value); !checked) {
            emit refused(
                tr("%1 %2").arg(propertywords::translated(property->label), qtext(checked.error().sentence)));
            return;
        }
    }
    set(at, value);
}

}  // namespace sluice
