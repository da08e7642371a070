#pragma once

#include "tests/plugins/broken/noplugin.h"

/// Throws when it is made.
class StillbornPlugin : public QObject, public NoPlugin {
    Q_OBJECT
    Q_PLUGIN_METADATA(IID SLUICE_BROKER_PLUGIN_ID FILE "stillbornplugin.json")
    Q_INTERFACES(sluice::BrokerPlugin)

public:
    StillbornPlugin();
};
