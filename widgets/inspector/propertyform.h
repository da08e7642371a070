#pragma once

#include <QWidget>
#include <set>
#include <vector>

#include "widgets/inspector/propertyfield.h"

namespace sluice {

/// The fields of a catalogue under the headings of their sections. Lives on the window's thread; owned by its
/// panel.
class PropertyForm : public QWidget {
    Q_OBJECT

public:
    PropertyForm(std::vector<const PropertyInfo*> properties, const FieldContext& context,
                 bool headings = true, QWidget* parent = nullptr);

    void show(const std::vector<const Properties*>& values);
    /// Null when there is no such field.
    [[nodiscard]] PropertyField* field(std::string_view key) const;

signals:
    void edited(const std::string& key, const sluice::Json& value);
    /// What a value names should be shown: an element, a link or a message type.
    void nameActivated(const std::string& id);
    /// The keyboard has come to the field of that property.
    void fieldFocused(const sluice::PropertyInfo& property);

private:
    std::vector<PropertyField*> m_fields;
};

/// All of a catalogue but the sections left out.
std::vector<const PropertyInfo*> propertiesIn(std::span<const PropertyInfo> catalogue,
                                              const std::set<std::string_view>& without = {});

}  // namespace sluice
