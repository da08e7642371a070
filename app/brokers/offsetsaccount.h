#pragma once

#include <algorithm>

#include "plugins/api/brokerchanges.h"

namespace sluice {

/// What moving a group means for it, over all partitions in which it has committed: records that it reads
/// again, and records that it never reads.
struct OffsetsAccount {
    qint64 again = 0;
    qint64 skipped = 0;
    explicit OffsetsAccount(const QList<OffsetsMove>& moves) {
        for (const OffsetsMove& move : moves) {
            if (move.now < 0)
                continue;
            // What the broker has thrown away already is neither.
            const qint64 now = std::clamp(move.now, move.first, move.end);
            again += std::max<qint64>(now - move.then, 0);
            skipped += std::max<qint64>(move.then - now, 0);
        }
    }
};

}  // namespace sluice
