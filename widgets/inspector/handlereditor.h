#pragma once

#include <QWidget>

#include "widgets/editing/history.h"
#include "widgets/inspector/propertyform.h"

class QVBoxLayout;

namespace sluice {

/// What a service does with what arrives: its handlers, each a list of steps that can be added, removed, put
/// in another order and edited. Lives on the window's thread; owned by the inspector.
class HandlerEditor : public QWidget {
    Q_OBJECT

public:
    HandlerEditor(History& history, const FieldContext& context, QWidget* parent = nullptr);

    /// Shows what the document has, unless that is what is shown already.
    void refresh();

private:
    void rebuild();
    QWidget* handlerWidget(std::size_t index);
    QWidget* stepWidget(std::size_t handler, std::size_t step);
    void commit(std::vector<Handler> handlers);

    History& m_history;
    FieldContext m_context;
    std::vector<Handler> m_shown;
    QWidget* m_content = nullptr;
    QVBoxLayout* m_layout;
};

}  // namespace sluice
