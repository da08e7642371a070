// The meta-object of the interface lives in this library.
#include "plugins/api/brokerconnection.h"
