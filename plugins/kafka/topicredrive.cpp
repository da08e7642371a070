#include "plugins/kafka/topicredrive.h"

#include <QCoreApplication>
#include <QUuid>
#include <algorithm>
#include <chrono>
#include <deque>
#include <memory>
#include <thread>

#include "plugins/kafka/letterpast.h"
#include "plugins/kafka/letterprogress.h"
#include "plugins/kafka/readingclient.h"
#include "plugins/kafka/recordbrowse.h"
#include "plugins/kafka/writingclient.h"

namespace sluice::kafka {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using Kind = BrokerProblem::Kind;

struct RedriveWords {
    Q_DECLARE_TR_FUNCTIONS(TopicRedrive)
};

constexpr auto kCommitEvery = 200ms;

struct Held {
    int redriven = 0;    ///< times before
    int partition = -1;  ///< where it died
    std::optional<TraceTime> time;
    BrokerMessage message;
    LetterSorter::Letter letter;
};

/// A letter that was sent, and the word on it.
class Flying : public WritingClient::Receipt {
public:
    Flying(RedrivenLetter told, int partition, std::int64_t offset, std::vector<const Flying*>& over)
        : letter(std::move(told)), partition(partition), offset(offset), m_over(over) {}
    void settled(int of) override {
        error = of;
        m_over.push_back(this);
    }
    RedrivenLetter letter;
    int partition;
    std::int64_t offset;
    int error = 0;

private:
    std::vector<const Flying*>& m_over;
};

/// A redrive under way. It follows the reading of the letters, and holds them a batch at a time until it is
/// known what stands behind them.
class Work : public BrowseListener {
public:
    Work(const ConnectionSettings& settings, const RedriveWish& wish, RedriveListener& listener)
        : m_wish(wish), m_listener(listener), m_sorter(wish), m_reading(settings), m_writing(settings) {}

    RedriveResult run() {
        if ((m_wish.dryRun || ok(m_writing.open())) && ok(m_reading.open()) && ok(findPlaces()))
            follow();
        if (!m_wish.dryRun && m_dirty)
            commit();
        return m_result;
    }

    bool take(BrokerMessage message) override {
        LetterProgress& progress = m_progress[message.partition];
        if (!progress.isOpen(message.offset))
            return true;
        RecordPast past = pastOf(message, m_run);
        progress.take(message.offset);
        ++m_taken;
        m_heldBytes += static_cast<qint64>(message.body.size());
        Held held{past.past.redriven, past.partition, past.time, std::move(message), {}};
        // When it was so, not when it was given up.
        const auto ownTime = std::exchange(held.message.time, past.time ? past.time : held.message.time);
        held.letter = m_sorter.take(
            held.message, past.past,
            m_wish.reason.isEmpty() || past.past.reason.contains(m_wish.reason, Qt::CaseInsensitive));
        held.message.time = ownTime;
        m_held.push_back(std::move(held));
        if (static_cast<qint64>(m_held.size()) >= kMostLettersHeld || m_heldBytes >= kMostLetterBytesHeld)
            sendHeld();
        return flow() != RedriveFlow::Stop && m_result.problem.kind == Kind::None &&
               (m_wish.most <= 0 || m_taken < m_wish.most);
    }
    bool goOn(qint64, qint64) override { return flow() != RedriveFlow::Stop; }

private:
    bool ok(BrokerProblem problem) {
        if (problem.kind != Kind::None)
            m_result.problem = std::move(problem);
        return m_result.problem.kind == Kind::None;
    }

    RedriveFlow flow() {
        constexpr auto kAsking = 20ms;
        const Clock::time_point now = Clock::now();
        if (now - m_asked > kAsking && m_flow != RedriveFlow::Stop) {
            m_asked = now;
            m_flow = m_listener.goOn(m_result.waiting);
            m_result.cancelled = m_flow == RedriveFlow::Stop;
        }
        return m_flow;
    }

    /// The cluster's topics, and how far the letters are done with.
    BrokerProblem findPlaces() {
        const auto cluster = m_reading.cluster();
        if (!cluster.ok())
            return cluster.problem;
        std::vector<Partition> asked;
        for (const TopicAnswer& topic : cluster.answer.topics) {
            m_partitions[topic.name] = static_cast<int>(topic.partitions.size());
            if (topic.name == m_topic) {
                for (const PartitionAnswer& one : topic.partitions)
                    asked.emplace_back(m_topic, one.id);
            }
        }
        const std::vector<std::string> group{TopicRedrive::kRedriveGroup};
        BrokerProblem refused;
        OffsetNotes notes;
        const auto committed = m_reading.committed(group, &refused, &notes);
        if (!committed.ok() || refused.kind != Kind::None)
            return committed.ok() ? refused : committed.problem;
        const auto first = m_reading.offsets(asked, ReadingClient::kBegin);
        const auto end = m_reading.offsets(asked, ReadingClient::kEnd);
        if (!first.ok() || !end.ok())
            return first.ok() ? end.problem : first.problem;
        const auto own = committed.answer.find(group.front());
        for (std::size_t i = 0; i < asked.size(); ++i) {
            std::int64_t next = 0;
            if (own != committed.answer.end()) {
                if (const auto found = own->second.find(asked[i]); found != own->second.end())
                    next = found->second;
            }
            // A topic of that name that was made anew begins again.
            const bool known = end.answer[i] && next <= *end.answer[i];
            const LetterProgress& progress = m_progress[asked[i].second] =
                known ? LetterProgress(next, notes[asked[i]]) : LetterProgress();
            m_from[asked[i].second] = progress.first();
            if (first.answer[i] && end.answer[i])
                m_result.waiting += progress.waiting(*first.answer[i], *end.answer[i]);
        }
        return {};
    }

    void follow() {
        const BrowseResult read = readRecords(m_reading, {.place = m_wish.queue}, *this, m_from);
        if (ok(read.problem))
            sendHeld();
        if (m_renewed > 0)
            m_result.notes
                << RedriveWords::tr(
                       "%1 sent with the time of now: with their own they would soon be deleted for "
                       "their age.")
                       .arg(m_renewed);
        if (m_result.problem.kind == Kind::None && !m_result.cancelled)
            m_result.notes += m_sorter.notes();
    }

    /// A record keeps its time, unless its topic would soon throw it away for its age: then it gets that of
    /// now.
    [[nodiscard]] std::optional<TraceTime> timeFor(const Held& held, const std::string& target) {
        auto known = m_keeps.find(target);
        if (known == m_keeps.end()) {
            const std::vector<std::string> asked{target};
            const auto settings = m_reading.topicSettings(asked);
            std::optional<Duration> keeps;
            if (const auto found = settings.answer.find(target);
                settings.ok() && found != settings.answer.end()) {
                const auto& words = found->second;
                const auto retention = words.find("retention.ms");
                const auto policy = words.find("cleanup.policy");
                const auto ms =
                    retention == words.end() ? -1 : QByteArray::fromStdString(retention->second).toLongLong();
                constexpr qint64 kEver = 9'000'000'000'000;
                if (ms >= 0 && ms < kEver && (policy == words.end() || policy->second != "compact"))
                    keeps = std::chrono::milliseconds(ms);
            }
            known = m_keeps.emplace(target, keeps).first;
        }
        if (!held.time || !known->second)
            return held.time;
        const TraceTime now = std::chrono::system_clock::now().time_since_epoch();
        if (now - *held.time < *known->second / 2)
            return held.time;
        ++m_renewed;
        return std::nullopt;
    }

    /// What stands in the topics that the letters go to may be newer.
    void lookAhead() {
        std::map<std::string, TraceTime> oldest;
        for (const Held& held : m_held) {
            const LetterFacts& facts = held.letter.facts;
            if (held.letter.told.verdict != LetterVerdict::Sent || facts.key.empty() || !facts.time ||
                facts.target == m_topic || !m_partitions.contains(facts.target))
                continue;
            const auto [found, isNew] = oldest.emplace(facts.target, *facts.time);
            found->second = std::min(found->second, *facts.time);
        }
        struct Looker : BrowseListener {
            Looker(Work& by, const std::string& topic) : work(by), topic(topic) {}
            bool take(BrokerMessage message) override {
                work.m_sorter.see(message, topic,
                                  RedriveWords::tr("%1, partition %2, offset %3")
                                      .arg(QString::fromStdString(topic))
                                      .arg(message.partition)
                                      .arg(message.offset)
                                      .toStdString());
                return true;
            }
            bool goOn(qint64, qint64) override { return work.flow() != RedriveFlow::Stop; }
            Work& work;
            const std::string& topic;
        };
        for (const auto& [topic, time] : oldest) {
            if (flow() == RedriveFlow::Stop)
                return;
            Looker looker(*this, topic);
            const BrowseResult read =
                readRecords(m_reading,
                            {.place = QString::fromStdString(topic),
                             .begin = BrowseWish::Begin::Time,
                             .value = std::chrono::duration_cast<std::chrono::milliseconds>(time).count()},
                            looker);
            if (read.problem.kind != Kind::None)
                m_result.notes << RedriveWords::tr("Whether %1 has newer records is not known: %2")
                                      .arg(QString::fromStdString(topic), read.problem.text());
        }
    }

    void sendHeld() {
        m_heldBytes = 0;
        if (flow() != RedriveFlow::Stop)
            lookAhead();
        while (m_result.problem.kind == Kind::None && (!m_held.empty() || !m_flying.empty())) {
            const RedriveFlow wanted = flow();
            if (wanted == RedriveFlow::Stop)
                m_held.clear();
            const Clock::time_point now = Clock::now();
            const auto unsettled = m_flying.size() + static_cast<std::size_t>(m_uncommitted);
            const bool sends = wanted == RedriveFlow::GoOn && !m_held.empty() && now >= m_next &&
                               unsettled < static_cast<std::size_t>(std::max(m_wish.window, 1));
            bool full = false;
            if (sends && send(m_held.front(), full))
                m_held.pop_front();
            if (!m_wish.dryRun)
                m_writing.listen(sends && !full ? 0 : 5);
            else if (!sends)
                std::this_thread::sleep_for(5ms);  // a dry run that is paused
            settle();
        }
        if (!m_wish.dryRun && m_dirty && m_result.problem.kind == Kind::None)
            commit();
    }

    /// False: it has to wait.
    bool send(Held& held, bool& full) {
        RedrivenLetter& letter = held.letter.told;
        BrokerMessage message = held.message;
        m_sorter.decide(held.letter, message);
        const auto target = m_partitions.find(letter.target.toStdString());
        if (letter.verdict == LetterVerdict::Sent && target == m_partitions.end())
            letter.verdict = LetterVerdict::Unroutable;
        if (letter.verdict != LetterVerdict::Sent || m_wish.dryRun) {
            stay(held);
            return true;
        }
        makeReturn(message, held.redriven, m_run);
        // Where it was, so that the order within its partition is kept; another key belongs elsewhere.
        const bool same = letter.target == letter.origin && held.partition >= 0 &&
                          held.partition < target->second && message.key == held.message.key;
        auto flying = std::make_unique<Flying>(letter, held.message.partition, held.message.offset, m_over);
        int error = 0;
        const WritingClient::Sending sending = m_writing.send(
            target->first, same ? held.partition : -1, message, timeFor(held, target->first), *flying, error);
        if (sending == WritingClient::Sending::Full) {
            full = true;
            return false;
        }
        if (sending == WritingClient::Sending::Refused) {
            letter.verdict = LetterVerdict::Refused;
            letter.why = m_writing.refusal(error).text();
            stay(held);
            return true;
        }
        const Flying* address = flying.get();
        m_flying.emplace(address, std::move(flying));
        if (m_wish.perSecond > 0)
            m_next = std::max(m_next, Clock::now() - 10ms) +
                     std::chrono::duration_cast<Clock::duration>(
                         std::chrono::duration<double>(1 / m_wish.perSecond));
        return true;
    }

    void stay(const Held& held) {
        m_progress[held.message.partition].settle(held.message.offset, false);
        m_dirty = true;
        tell(held.letter.told);
    }

    /// The cluster's word on what was sent.
    void settle() {
        for (const Flying* one : std::exchange(m_over, {})) {
            const auto found = m_flying.find(one);
            RedrivenLetter& letter = found->second->letter;
            if (one->error != 0) {
                letter.verdict = LetterVerdict::Refused;
                letter.why = m_writing.refusal(one->error).text();
            }
            m_progress[one->partition].settle(one->offset, one->error == 0);
            m_dirty = true;
            m_uncommitted += one->error == 0 ? 1 : 0;
            tell(letter);
            m_flying.erase(found);
        }
        const Clock::time_point now = Clock::now();
        if (m_uncommitted > 0 && (2 * m_uncommitted >= m_wish.window || now - m_committed > kCommitEvery))
            commit();
    }

    void commit() {
        Offsets offsets;
        OffsetNotes notes;
        for (const auto& [partition, progress] : m_progress) {
            const Partition which(m_topic, partition);
            offsets[which] = progress.next();
            notes[which] = progress.left();
            if (notes[which].size() > kMostProgressBytes) {
                m_result.problem = {
                    Kind::Settings,
                    RedriveWords::tr("Too many letters stay between those that were sent of partition %1 of "
                                     "%2: the cluster cannot remember them all.")
                        .arg(partition)
                        .arg(m_wish.queue),
                    RedriveWords::tr("Send those that stay too, or to another topic.")};
                return;
            }
        }
        const BrokerProblem problem = m_writing.commit(TopicRedrive::kRedriveGroup, offsets, notes);
        m_committed = Clock::now();
        if (problem.kind != Kind::None) {
            ok(problem);
            return;
        }
        m_uncommitted = 0;
        m_dirty = false;
    }

    void tell(const RedrivenLetter& letter) {
        ++(letter.verdict == LetterVerdict::Sent ? m_result.sent : m_result.stayed);
        m_listener.told(letter);
    }

    const RedriveWish& m_wish;
    RedriveListener& m_listener;
    const std::string m_topic = m_wish.queue.toStdString();
    const std::string m_run = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    LetterSorter m_sorter;
    ReadingClient m_reading;
    std::map<std::string, int> m_partitions;                 ///< how many, by topic
    std::map<std::string, std::optional<Duration>> m_keeps;  ///< a topic its records; nothing: for ever
    qint64 m_renewed = 0;                                    ///< records sent with the time of now
    std::map<int, LetterProgress> m_progress;
    std::map<int, std::int64_t> m_from;
    std::deque<Held> m_held;
    qint64 m_heldBytes = 0;
    qint64 m_taken = 0;
    RedriveResult m_result;
    std::vector<const Flying*> m_over;
    std::map<const Flying*, std::unique_ptr<Flying>> m_flying;
    WritingClient m_writing;   ///< last, so that nothing comes to what is gone
    qint64 m_uncommitted = 0;  ///< sent and confirmed since the last commit
    bool m_dirty = false;      ///< something is not committed
    Clock::time_point m_next{};
    Clock::time_point m_asked{};
    Clock::time_point m_committed{};
    RedriveFlow m_flow = RedriveFlow::GoOn;
};

}  // namespace

RedriveResult TopicRedrive::run(const RedriveWish& wish, RedriveListener& listener) {
    return Work(m_settings, wish, listener).run();
}

}  // namespace sluice::kafka
