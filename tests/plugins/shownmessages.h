#pragma once

#include <QObject>

#include "app/brokers/livesource.h"
#include "tests/plugins/livebroker.h"

inline sluice::TraceEvent firstOf(const sluice::TraceStore& store, sluice::EventKind kind) {
    sluice::TraceEvent found;
    store.visit(0, store.size(), [&](sluice::Sequence, const sluice::TraceEvent& event) {
        if (event.kind == kind)
            found = event;
        return event.kind != kind;
    });
    return found;
}

inline int seenAt(const sluice::TraceStore& store, sluice::EventKind kind, sluice::EntityId subject) {
    int found = 0;
    store.visit(0, store.size(), [&](sluice::Sequence, const sluice::TraceEvent& event) {
        found += event.kind == kind && event.subject == subject ? 1 : 0;
        return true;
    });
    return found;
}

/// Follows what a source says of the messages that it shows.
class ShownMessages : public QObject {
public:
    explicit ShownMessages(sluice::LiveSource& source) {
        connect(&source, &sluice::LiveSource::messagesChanged, this,
                [this](const sluice::MessagesStatus& status) { m_status = status; });
    }
    /// From now on what is published comes into the trace.
    [[nodiscard]] bool areThere(const sluice::TraceStore& store) const {
        return m_status.state == sluice::MessagesStatus::State::Showing &&
               countOf(store, sluice::EventKind::ConnectionMade) > 0;
    }
    [[nodiscard]] const sluice::MessagesStatus& status() const { return m_status; }
    /// The greatest n of "1 of n is shown" that was said of an element; 0 when nothing was.
    [[nodiscard]] static std::int64_t leastShare(const sluice::TraceStore& store, const char* id) {
        std::int64_t most = 0;
        const sluice::EntityId subject = store.table().find(id);
        store.visit(0, store.size(), [&](sluice::Sequence, const sluice::TraceEvent& event) {
            if (event.kind == sluice::EventKind::Observed && event.subject == subject &&
                static_cast<sluice::Gauge>(event.detail) == sluice::Gauge::ShownOneOf)
                most = std::max(most, event.value);
            return true;
        });
        return most;
    }

private:
    sluice::MessagesStatus m_status;
};
