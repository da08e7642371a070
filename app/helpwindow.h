#pragma once

#include <QWidget>

namespace sluice {

struct Theme;

/// The manual in a window of its own. On the window's thread; deletes itself when closed.
class HelpWindow : public QWidget {
    Q_OBJECT

public:
    /// The one there is, or a new one over `parent`.
    static void open(const Theme& theme, QWidget* parent);

private:
    HelpWindow(const Theme& theme, QWidget* parent);
};

}  // namespace sluice
