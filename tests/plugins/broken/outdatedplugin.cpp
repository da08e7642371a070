#include "tests/plugins/broken/outdatedplugin.h"

#include <cstdlib>

namespace {

/// Whoever loads the library runs this.
const bool loaded = (std::abort(), true);

}  // namespace

OutdatedPlugin::OutdatedPlugin() {
    (void)loaded;
}
