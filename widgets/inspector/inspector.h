#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "widgets/editing/history.h"

namespace sluice {

struct Theme;

/// The properties of what is selected, built from the catalogue: one element, many at once, a link, a group,
/// or with nothing selected the diagram itself. Every change is an edit of the history. Below them stands
/// what there is to know of the property that has the keyboard, and why a change was refused. Lives on the
/// window's thread; owned by the window.
class Inspector : public QWidget {
    Q_OBJECT

public:
    explicit Inspector(const Theme& theme, QWidget* parent = nullptr);
    ~Inspector() override;

    /// Not owned; null empties it.
    void setHistory(History* history);
    void setTheme(const Theme& theme);
    void setSelection(const std::vector<Id>& ids);
    /// Shows without letting change.
    void setReadOnly(bool readOnly);
    /// Puts the keyboard into the first field.
    void focusFirstField();

signals:
    /// The user asks for the message catalogue, with that entry (empty: none in particular).
    void messageCatalogueRequested(const std::string& message);
    /// The user follows a reference to another element or link.
    void referenceActivated(const std::string& id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
