#include "widgets/inspector/propertyform.h"

#include <QCoreApplication>
#include <QLabel>
#include <QVBoxLayout>

#include "widgets/theme/boldtext.h"

namespace sluice {

std::vector<const PropertyInfo*> propertiesIn(std::span<const PropertyInfo> catalogue,
                                              const std::set<std::string_view>& without) {
    std::vector<const PropertyInfo*> properties;
    for (const PropertyInfo& property : catalogue) {
        if (!without.contains(property.section))
            properties.push_back(&property);
    }
    return properties;
}

PropertyForm::PropertyForm(std::vector<const PropertyInfo*> properties, const FieldContext& context,
                           bool headings, QWidget* parent)
    : QWidget(parent) {
    // The order of first appearance, each section in one piece.
    std::vector<std::string_view> sections;
    for (const PropertyInfo* property : properties) {
        if (std::find(sections.begin(), sections.end(), property->section) == sections.end())
            sections.push_back(property->section);
    }
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    for (const std::string_view section : sections) {
        if (headings && !section.empty()) {
            auto* heading =
                new QLabel(QCoreApplication::translate("Catalogue", std::string(section).c_str()), this);
            makeBold(*heading);
            heading->setContentsMargins(0, m_fields.empty() ? 0 : 8, 0, 0);
            layout->addWidget(heading);
        }
        for (const PropertyInfo* property : properties) {
            if (property->section != section)
                continue;
            auto* field = new PropertyField(*property, context, this);
            connect(field, &PropertyField::edited, this,
                    [this, property](const Json& value) { emit edited(std::string(property->key), value); });
            connect(field, &PropertyField::nameActivated, this, &PropertyForm::nameActivated);
            connect(field, &PropertyField::focused, this, [this, property] { emit fieldFocused(*property); });
            layout->addWidget(field);
            m_fields.push_back(field);
        }
    }
}

void PropertyForm::show(const std::vector<const Properties*>& values) {
    for (PropertyField* field : m_fields)
        field->show(values);
}

PropertyField* PropertyForm::field(std::string_view key) const {
    for (PropertyField* field : m_fields) {
        if (field->property().key == key)
            return field;
    }
    return nullptr;
}

}  // namespace sluice
