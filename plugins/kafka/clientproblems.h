#pragma once

#include <span>

#include "plugins/api/brokerconnection.h"

namespace sluice::kafka {

/// What librdkafka says went wrong while it tried.
struct LibraryComplaint {
    int error = 0;  ///< rd_kafka_resp_err_t
    QString reason;
};

/// What the complaints of a client come to, in words. The later ones are the truer; of several the one that
/// says the most counts, so that a refused password is not hidden by the end of the connection that follows
/// it. `error` is that of the call that failed; `certificateError`, X509_V_ERR_…, what was wrong with the
/// last certificate that was not accepted.
BrokerProblem problemOf(int error, std::span<const LibraryComplaint> complaints,
                        const ConnectionSettings& settings, int certificateError = 0);

}  // namespace sluice::kafka
