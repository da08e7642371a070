#pragma once

#include <QCoreApplication>
#include <QString>

#include "core/base/result.h"

namespace sluice {

/// The sentences of what is shared are translated in one context.
struct Share {
    Q_DECLARE_TR_FUNCTIONS(Share)
public:
    /// Why a file was not written, and which.
    static Error failure(ErrorCode code, const QString& sentence, const QString& where = {}) {
        return {code, sentence.toStdString(), where.toStdString()};
    }
};

}  // namespace sluice
