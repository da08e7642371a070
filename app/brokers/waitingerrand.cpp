#include "app/brokers/waitingerrand.h"

#include <QThreadPool>

namespace sluice {

void WaitingErrand::start(std::function<void()> work) {
    static QThreadPool threads;
    threads.setMaxThreadCount(16);
    threads.start(std::move(work));
}

}  // namespace sluice
