#pragma once

#include <QUrl>
#include <memory>

#include "app/brokers/webhook.h"
#include "app/cli/arguments.h"
#include "core/diagram/diagram.h"
#include "core/trace/alertlist.h"
#include "core/trace/entitytable.h"

namespace sluice::cli {

/// The address that alerts are posted to: that of --webhook, or else of the environment's SLUICE_WEBHOOK,
/// which nobody else sees; empty: none. Errors: an address that cannot be posted to, and one on the command
/// line that looks as if it held a secret.
Result<QUrl> webhookOf(const Arguments& arguments);

/// Posts alerts while Qt's event loop runs. What could not be posted is told on standard error.
class AlertPosts {
public:
    /// `rules`: of the table, by place.
    AlertPosts(const QUrl& url, const std::vector<AlertRule>& rules);

    [[nodiscard]] bool isOn() const { return m_on; }
    /// Not in the rule's quiet times.
    void post(const Alert& alert, const EntityTable& table);
    /// Lets what waits be posted, for ten seconds at most.
    void finish();
    [[nodiscard]] int posted() const { return m_posted; }
    [[nodiscard]] int failed() const { return m_failed; }

private:
    Webhook m_webhook;
    const std::vector<AlertRule>& m_rules;
    bool m_on = false;
    int m_posted = 0;
    int m_failed = 0;
};

}  // namespace sluice::cli
