#include "core/trace/alertlist.h"

namespace sluice {

void AlertList::apply(Sequence sequence, const TraceEvent& event) {
    if (!isAlert(event.kind) || event.detail >= kAlertSeverityNames.size())
        return;
    const std::pair key(event.peer, event.subject);
    if (event.kind == EventKind::AlertRaised) {
        m_open.insert_or_assign(key, m_alerts.size());
        m_alerts.push_back({.rule = event.peer,
                            .subject = event.subject,
                            .severity = static_cast<AlertSeverity>(event.detail),
                            .raised = event.at,
                            .event = sequence,
                            .level = static_cast<double>(event.value) / 1000});
        return;
    }
    if (const auto open = m_open.find(key); open != m_open.end()) {
        m_alerts[open->second].cleared = event.at;
        m_open.erase(open);
    }
}

}  // namespace sluice
