#pragma once

#include <QDialog>

namespace sluice {

/// All keys of a window, by menu, and those of the canvas. On the window's thread; deletes itself when
/// closed.
class ShortcutsDialog : public QDialog {
    Q_OBJECT

public:
    explicit ShortcutsDialog(QWidget& window);
};

}  // namespace sluice
