#include "app/cli/interrupt.h"

#include <pthread.h>

#include <csignal>
#include <ctime>

namespace sluice::cli {
namespace {

sigset_t interrupts() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    return set;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t set = interrupts();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    m_watch = std::jthread([this, set](const std::stop_token& end) {
        sigset_t awaited = set;
        while (!end.stop_requested()) {
            const timespec shortly{0, 100'000'000};
            if (sigtimedwait(&awaited, nullptr, &shortly) < 0)
                continue;
            m_stop.request_stop();
            sigemptyset(&awaited);
            // In this thread alone: the next signal finds it, and ends the program.
            pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
        }
    });
}

Interrupt::~Interrupt() {
    m_watch.request_stop();
    m_watch.join();
    const sigset_t set = interrupts();
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace sluice::cli
