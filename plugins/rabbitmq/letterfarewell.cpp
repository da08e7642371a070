#include "plugins/rabbitmq/letterfarewell.h"

#include <algorithm>
#include <utility>

namespace sluice::rabbitmq {

void LetterFarewell::add(std::uint64_t tag, RedrivenLetter letter) {
    m_waiting.push_back({tag, std::move(letter)});
}

BrokerProblem LetterFarewell::go() {
    std::sort(m_waiting.begin(), m_waiting.end(),
              [](const Letter& a, const Letter& b) { return a.tag < b.tag; });
    // One acknowledgement for all that are in a row: a quorum queue's channel keeps back what comes after 32
    // that its queue has not carried out yet (rabbit_fifo_client, SOFT_LIMIT), and forgets it when it ends.
    std::uint64_t last = 0;
    auto alone = m_waiting.begin();
    for (; alone != m_waiting.end() && alone->tag == m_through + 1; ++alone) {
        last = alone->tag;
        ++m_through;
        while (m_beyond.erase(m_through + 1) > 0)
            ++m_through;
    }
    if (last > 0) {
        if (BrokerProblem problem = m_session.acknowledge(last, true);
            problem.kind != BrokerProblem::Kind::None)
            return problem;
    }
    for (; alone != m_waiting.end(); ++alone) {
        if (BrokerProblem problem = m_session.acknowledge(alone->tag);
            problem.kind != BrokerProblem::Kind::None)
            return problem;
        if (alone->tag < m_firstStaying)
            m_beyond.insert(alone->tag);
    }
    for (Letter& one : m_waiting)
        m_asked.push_back(std::move(one.told));
    m_waiting.clear();
    return m_session.askFor(m_queue);
}

}  // namespace sluice::rabbitmq
