#pragma once

#include <QObject>

namespace sluice {

/// Makes the dialogs for files wide enough for what they say: names, sizes and dates are not cut. Only where
/// the desktop has no dialog of its own. To be installed on the application; lives on the window's thread.
class FileDialogRoom : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace sluice
