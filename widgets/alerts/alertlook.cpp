#include "widgets/alerts/alertlook.h"

#include <QCoreApplication>

#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice::alertlook {

QString word(AlertSeverity severity) {
    switch (severity) {
        case AlertSeverity::Info:
            return QCoreApplication::translate("Alerts", "Info");
        case AlertSeverity::Warning:
            return QCoreApplication::translate("Alerts", "Warning");
        case AlertSeverity::Critical:
            return QCoreApplication::translate("Alerts", "Critical");
    }
    return {};
}

QIcon sign(AlertSeverity severity, const Theme& theme) {
    switch (severity) {
        case AlertSeverity::Info:
            return icon("info", theme.infoText);
        case AlertSeverity::Warning:
            return icon("warning", theme.warningText);
        case AlertSeverity::Critical:
            return icon("error", theme.danger);
    }
    return {};
}

}  // namespace sluice::alertlook
