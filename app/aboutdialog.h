#pragma once

#include <QDialog>

namespace sluice {

/// Name, version, license, what it is built with. On the window's thread; deletes itself when closed.
class AboutDialog : public QDialog {
    Q_OBJECT

public:
    explicit AboutDialog(QWidget* parent);
};

}  // namespace sluice
