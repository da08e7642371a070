#include "app/rangeoutcome.h"

#include <QLocale>
#include <QtConcurrentRun>

#include "app/runsession.h"
#include "app/timeselection.h"
#include "widgets/timeline/timeruler.h"

namespace sluice {

namespace {

constexpr int kReadAgain = 1000;  // ms, while the part still happens

}  // namespace

RangeOutcome::RangeOutcome(RunSession& session, const TimeSelection& selection, QObject* parent)
    : QObject(parent), m_session(session), m_selection(selection) {
    m_again.setSingleShot(true);
    m_again.setInterval(kReadAgain);
    connect(&m_again, &QTimer::timeout, this, &RangeOutcome::read);
    connect(&m_reading, &QFutureWatcherBase::finished, this, &RangeOutcome::tell);
    connect(&selection, &TimeSelection::changed, this, &RangeOutcome::begin);
    connect(&session, &RunSession::began, this, &RangeOutcome::begin);
    connect(&session, &RunSession::moved, this, [this] {
        if (m_selection.range() && !m_whole && !m_again.isActive() && !m_reading.isRunning())
            m_again.start();
    });
}

RangeOutcome::~RangeOutcome() {
    if (m_wanted)
        m_wanted->store(false);
}

void RangeOutcome::begin() {
    m_judgements.reset();
    m_summary.clear();
    m_whole = false;
    m_again.stop();
    emit changed();
    read();
}

void RangeOutcome::read() {
    if (m_wanted)
        m_wanted->store(false);
    m_reading.setFuture({});
    const auto& range = m_selection.range();
    const std::shared_ptr<const TraceStore> store = m_session.store();
    if (!range || !store)
        return;
    m_wanted = std::make_shared<std::atomic_bool>(true);
    m_whole = store->finished() || store->horizon() >= range->to;
    m_reading.setFuture(QtConcurrent::run([store, part = *range, wanted = m_wanted] {
        return std::make_shared<Result<Outcome>>(
            outcomeOf(*store, part, [&wanted] { return wanted->load(); }));
    }));
}

void RangeOutcome::tell() {
    if (m_reading.future().resultCount() == 0 || !m_selection.range())
        return;
    const Result<Outcome>& outcome = *m_reading.result();
    if (!outcome)
        return;
    m_judgements = judge(*outcome, m_session.scenario().expectations);
    const auto all = static_cast<int>(m_judgements->size());
    const auto met = static_cast<int>(std::count_if(m_judgements->begin(), m_judgements->end(),
                                                    [](const Judgement& one) { return one.met; }));
    const QString events = QLocale().toString(static_cast<qulonglong>(outcome->events));
    const QString part = rangeText(*m_selection.range());
    m_summary = all == 0 ? tr("%1: %2 events; the scenario expects nothing.").arg(part, events)
                         : tr("%1 alone: %2 of %3 expectations are met, %4 events%5.")
                               .arg(part)
                               .arg(met)
                               .arg(all)
                               .arg(events, m_whole ? QString() : tr(" so far"));
    emit changed();
}

}  // namespace sluice
