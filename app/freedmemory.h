#pragma once

namespace sluice {

/// Gives back to the system what the program has freed. The C library keeps it for the next time; after a
/// discovery or a search of messages that is tens of megabytes which nobody will want again. Waits for
/// nothing: it is done on another thread. Does nothing where the library cannot.
void giveBackFreedMemory();

}  // namespace sluice
