#include "tests/plugins/broken/stillbornplugin.h"

#include <stdexcept>

StillbornPlugin::StillbornPlugin() {
    throw std::runtime_error("no library of that name");
}
