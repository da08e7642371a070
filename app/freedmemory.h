#pragma once

namespace sluice {

/// Lets the C library keep little of what is freed, from now on: by itself it has a heap for each of the
/// program's threads, and keeps what was large once, so that rounds of megabytes leave holes all over them.
/// First of all, before there are other threads.
void keepLittleFreedMemory();

/// Gives back to the system what the program has freed. The C library keeps it for the next time; after a
/// discovery or a search of messages that is tens of megabytes which nobody will want again. Waits for
/// nothing: it is done on another thread. Does nothing where the library cannot.
void giveBackFreedMemory();

}  // namespace sluice
