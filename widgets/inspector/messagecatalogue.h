#pragma once

#include <QWidget>
#include <memory>

#include "widgets/editing/history.h"

namespace sluice {

struct Theme;

/// The diagram's message types: a list, and the one that is chosen with its kind, key, operation, version and
/// fields. Lives on the window's thread; owned by the window.
class MessageCatalogue : public QWidget {
    Q_OBJECT

public:
    explicit MessageCatalogue(const Theme& theme, QWidget* parent = nullptr);
    ~MessageCatalogue() override;

    void setHistory(History* history);
    void setTheme(const Theme& theme);
    /// Shows that entry; an id nothing has is passed over.
    void choose(const std::string& id);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
