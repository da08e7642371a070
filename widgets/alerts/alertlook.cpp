#include "widgets/alerts/alertlook.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

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

QString reading(const std::string& level) {
    const auto digits = std::min(level.find_first_not_of("0123456789"), level.size());
    const QString text = QString::fromStdString(level);
    if (digits < 4 || (digits < level.size() && level[digits] == '.'))
        return text;
    const auto whole = static_cast<qsizetype>(digits);
    return QLocale().toString(text.left(whole).toLongLong()) + text.mid(whole);
}

}  // namespace sluice::alertlook
