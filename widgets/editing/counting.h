#pragma once

#include <QLocale>
#include <QString>

namespace sluice {

/// "1 event" or "2,186 events": `one` as it is, or `many` with the number, written by locale, for its %1.
/// Both are translated by the caller.
inline QString counted(qulonglong count, const QString& one, const QString& many) {
    return count == 1 ? one : many.arg(QLocale().toString(count));
}

}  // namespace sluice
