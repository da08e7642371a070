#pragma once

#include "plugins/api/connectionform.h"

namespace sluice {

/// What every form asks, under the heading `section`: how long an answer may take, by the key patience.
FormField patienceField(const QString& section);

/// Ms without an answer after which a broker is said to be too slow: ten seconds if nobody said otherwise.
int patienceOf(const ConnectionSettings& settings);

}  // namespace sluice
