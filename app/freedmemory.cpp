#include "app/freedmemory.h"

#include <QThreadPool>
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sluice {

void keepLittleFreedMemory() {
#ifdef __GLIBC__
    constexpr int kHeaps = 2;  // the window's, and one for all others
    constexpr int kLarge = 1 << 20;
    constexpr int kSlack = 4 << 20;  // bytes free at the end of a heap
    mallopt(M_ARENA_MAX, kHeaps);
    mallopt(M_MMAP_THRESHOLD, kLarge);
    mallopt(M_TRIM_THRESHOLD, kSlack);
#endif
}

void giveBackFreedMemory() {
#ifdef __GLIBC__
    QThreadPool::globalInstance()->start([] { malloc_trim(0); });
#endif
}

}  // namespace sluice
