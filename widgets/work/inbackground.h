#pragma once

#include <QFutureWatcher>
#include <QObject>
#include <QtConcurrentRun>
#include <memory>
#include <type_traits>
#include <utility>

namespace sluice {

/// Calls `done` on the window's thread with what `work` gives on another one, unless `context` is gone by
/// then. What `work` uses must live as long as it runs: let it own copies and snapshots.
template <class Work, class Done>
void inBackground(QObject* context, Work work, Done done) {
    using Value = std::invoke_result_t<Work>;
    // A future copies its result; not all that is made can be copied.
    auto* watcher = new QFutureWatcher<std::shared_ptr<Value>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                     [watcher, done = std::move(done)]() mutable {
                         watcher->deleteLater();
                         done(std::move(*watcher->result()));
                     });
    watcher->setFuture(
        QtConcurrent::run([work = std::move(work)] { return std::make_shared<Value>(work()); }));
}

}  // namespace sluice
