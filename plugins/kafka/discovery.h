#pragma once

#include "plugins/kafka/readingclient.h"

namespace sluice::kafka {

/// Asks for all that makes the drawing of a cluster, and draws it. Waits for the answers.
Asked<Discovery> discoverCluster(ReadingClient& client);

}  // namespace sluice::kafka
