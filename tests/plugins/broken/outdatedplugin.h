#pragma once

#include "tests/plugins/broken/noplugin.h"

/// Made for another version of the interface; none of its code must run.
class OutdatedPlugin : public QObject, public NoPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID "org.sluice.BrokerPlugin/1" FILE "outdatedplugin.json")
    Q_INTERFACES(sluice::BrokerPlugin)

public:
    OutdatedPlugin();
};
