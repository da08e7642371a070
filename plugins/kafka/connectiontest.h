#pragma once

#include "plugins/kafka/readingclient.h"

namespace sluice::kafka {

/// Takes the steps to a cluster one after the other and says of each what came of it. Waits for the answers.
QList<TestStep> testConnection(ReadingClient& client);

}  // namespace sluice::kafka
