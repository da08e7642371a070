#include "app/brokers/brokerwriting.h"

#include <spdlog/spdlog.h>

#include <QElapsedTimer>
#include <chrono>
#include <random>

#include "app/brokers/loggedchanges.h"
#include "app/brokers/waitingerrand.h"

namespace sluice {

namespace {

constexpr int kConfirmedEvery = 100;  // ms

}  // namespace

class BrokerWriting::Errand : public WaitingErrand {
public:
    explicit Errand(BrokerWriting& to) : WaitingErrand(&to), m_to(to) {}

    /// `word` is said on the window's thread, unless another errand was begun meanwhile.
    template <class Word>
    void say(Word word) {
        tell([this, &to = m_to, word = std::move(word)] {
            if (to.m_errand.get() == this)
                word(to);
        });
    }

private:
    BrokerWriting& m_to;
};

BrokerWriting::BrokerWriting(const WritableBroker& broker, QObject* parent)
    : QObject(parent), m_broker(broker) {}

BrokerWriting::~BrokerWriting() {
    if (m_errand)
        m_errand->drop();
}

std::shared_ptr<BrokerWriting::Errand> BrokerWriting::begin() {
    if (m_errand)
        m_errand->drop();
    return m_errand = std::make_shared<Errand>(*this);
}

std::shared_ptr<BrokerChanges> BrokerWriting::changes(bool mayWrite) const {
    return std::make_shared<LoggedChanges>(
        m_broker.changes(mayWrite), WritingLog(m_broker.name, [](const QString& file) {
            spdlog::warn("what was written could not be noted in {}", file.toStdString());
        }));
}

void BrokerWriting::apply(const std::vector<BrokerStep>& steps) {
    WaitingErrand::start([errand = begin(), to = changes(true), steps, name = m_broker.name,
                          later = m_broker.toldLater] {
        bool failed = false;
        int done = 0;
        QString why;
        for (int i = 0; i < static_cast<int>(steps.size()) && !failed && !errand->isStopped(); ++i) {
            const BrokerProblem problem = to->apply(steps[static_cast<std::size_t>(i)]);
            failed = problem.kind != BrokerProblem::Kind::None;
            done += failed ? 0 : 1;
            why = failed ? problem.text() : QString();
            errand->say([i, problem](BrokerWriting& writing) { emit writing.stepEnded(i, problem); });
        }
        errand->say([](BrokerWriting& writing) { emit writing.applied(); });
        if (later && errand->isDropped())
            later(why.isEmpty() ? tr("%1: %2 of %3 steps were taken when their window was closed")
                                      .arg(name)
                                      .arg(done)
                                      .arg(steps.size())
                                : tr("%1: %2 of %3 steps were taken after their window was closed, then one "
                                     "failed: %4")
                                      .arg(name)
                                      .arg(done)
                                      .arg(steps.size())
                                      .arg(why));
    });
}

void BrokerWriting::purge(const QString& place, bool dryRun) {
    WaitingErrand::start([errand = begin(), to = changes(!dryRun), place, dryRun,
                          later = m_broker.toldLater] {
        const PurgeResult result = to->purge(place, dryRun);
        if (later && !dryRun && errand->isDropped())
            later(result.problem.kind == BrokerProblem::Kind::None
                      ? tr("%1: %2 messages were thrown away after the window was closed")
                            .arg(place)
                            .arg(result.messages)
                      : tr("%1: its messages were not thrown away: %2").arg(place, result.problem.text()));
        errand->say([result, dryRun](BrokerWriting& writing) { emit writing.purged(result, dryRun); });
    });
}

void BrokerWriting::publish(const MessageDraft& draft) {
    struct Source : PublishSource {
        Source(const MessageDraft& from, Errand& by) : draft(from), errand(by) { last.start(); }
        BrokerMessage message(qint64 number) override {
            return draft.message(number, std::chrono::system_clock::now().time_since_epoch(), random);
        }
        bool goOn(qint64 messages) override {
            if (last.elapsed() >= kConfirmedEvery) {
                last.restart();
                errand.say([messages](BrokerWriting& writing) { emit writing.confirmed(messages); });
            }
            return !errand.isStopped();
        }
        const MessageDraft& draft;
        Errand& errand;
        QElapsedTimer last;
        RandomStream random{std::random_device{}(), std::random_device{}()};
    };
    WaitingErrand::start(
        [errand = begin(), to = changes(true), draft, name = m_broker.name, later = m_broker.toldLater] {
            Source source(draft, *errand);
            const PublishResult result = to->publish(draft.wish, source);
            if (later && errand->isDropped())
                later(tr("%1: publishing ended as its window was closed; %2 messages were confirmed%3")
                          .arg(name)
                          .arg(result.confirmed)
                          .arg(result.problem.kind == BrokerProblem::Kind::None
                                   ? QString()
                                   : QStringLiteral(": ") + result.problem.text()));
            errand->say([result](BrokerWriting& writing) { emit writing.published(result); });
        });
}

void BrokerWriting::moveOffsets(const OffsetsWish& wish) {
    WaitingErrand::start([errand = begin(), to = changes(!wish.dryRun), wish] {
        const OffsetsResult result = to->moveOffsets(wish);
        errand->say(
            [result, wish](BrokerWriting& writing) { emit writing.offsetsMoved(result, wish.dryRun); });
    });
}

void BrokerWriting::stop() {
    if (m_errand)
        m_errand->stop();
}

}  // namespace sluice
