#include "app/freedmemory.h"

#include <QThreadPool>
#include <cstdlib>
#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace sluice {

void giveBackFreedMemory() {
#ifdef __GLIBC__
    QThreadPool::globalInstance()->start([] { malloc_trim(0); });
#endif
}

}  // namespace sluice
