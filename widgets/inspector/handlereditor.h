#pragma once

#include <QWidget>

#include "widgets/editing/history.h"
#include "widgets/inspector/propertyform.h"

class QComboBox;
class QVBoxLayout;

namespace sluice {

/// What a service does with what arrives: its handlers, each a list of steps that can be added, removed, put
/// in another order and edited. Fields are changed in place while the steps are the same, so that the
/// keyboard stays where it is. Lives on the window's thread; owned by the inspector.
class HandlerEditor : public QWidget {
    Q_OBJECT

public:
    HandlerEditor(History& history, const FieldContext& context, QWidget* parent = nullptr);

    /// Shows what the document has.
    void refresh();

signals:
    /// What a value names should be shown: a link or a message type.
    void nameActivated(const std::string& id);
    /// The keyboard has come to the field of that property.
    void fieldFocused(const sluice::PropertyInfo& property);

private:
    struct HandlerFields {
        QComboBox* link = nullptr;
        QComboBox* message = nullptr;
        std::vector<PropertyForm*> steps;
    };

    void rebuild();
    void fill();
    QWidget* handlerWidget(std::size_t index);
    QWidget* stepWidget(std::size_t handler, std::size_t step);
    void commit(std::vector<Handler> handlers);
    [[nodiscard]] bool hasShape(const std::vector<Handler>& handlers) const;

    History& m_history;
    FieldContext m_context;
    std::vector<Handler> m_shown;
    std::vector<HandlerFields> m_fields;
    QWidget* m_content = nullptr;
    QVBoxLayout* m_layout;
};

}  // namespace sluice
