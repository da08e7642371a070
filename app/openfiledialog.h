#pragma once

#include <QString>
#include <functional>

class QWidget;

namespace sluice {

class RememberedFolder;

/// Asks for a file that is there, first in the folder where one of its kind was chosen last, and remembers
/// the folder of the one chosen. Returns at once; `chosen` is called unless `window` is gone by then.
void askToOpen(QWidget& window, RememberedFolder& folder, const QString& title, const QString& filter,
               std::function<void(const QString& path)> chosen);

}  // namespace sluice
