#include "core/report/redrivelog.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/incident/discardorder.h"
#include "core/incident/redriveorder.h"
#include "core/report/reportnames.h"
#include "core/share/masking.h"
#include "core/trace/eventfields.h"

namespace sluice {
namespace {

constexpr std::size_t kMostEdits = 20;

/// The order by which somebody redrove that message, the last one given before it; null: the scenario did.
const RedriveOrder* orderOf(const std::vector<RedriveOrder>& orders, const TraceEvent& event,
                            const EntityTable& table) {
    const RedriveOrder* found = nullptr;
    for (const RedriveOrder& order : orders) {
        const bool chosen =
            std::find(order.messages.begin(), order.messages.end(), event.message) != order.messages.end();
        const bool later = !found || order.at >= found->at;
        if (chosen && later && order.at <= event.at && event.subject < table.entities.size() &&
            table.entities[event.subject].id == order.queue)
            found = &order;
    }
    return found;
}

/// Likewise of a letter that was discarded.
std::optional<DiscardOrder> discardOf(const Scenario* scenario, const TraceEvent& event,
                                      const EntityTable& table) {
    std::optional<DiscardOrder> found;
    for (const Action& action : scenario ? scenario->actions : std::vector<Action>()) {
        auto order = discardOrderOf(action);
        if (order && order->at <= event.at && event.subject < table.entities.size() &&
            table.entities[event.subject].id == order->queue &&
            std::find(order->messages.begin(), order->messages.end(), event.message) != order->messages.end())
            found = std::move(order);
    }
    return found;
}

const PayloadEdit* editOf(const RedriveOrder& order, MessageId message) {
    const auto found = std::find_if(order.edits.begin(), order.edits.end(),
                                    [message](const PayloadEdit& edit) { return edit.message == message; });
    return found == order.edits.end() ? nullptr : &*found;
}

template <class Order>
std::string whoGave(const Order* order) {
    if (!order)
        return "the scenario";
    const std::string who = order->by.empty() ? std::string("somebody") : order->by;
    return order->when.empty() ? who : fmt::format("{}, {}", who, order->when);
}

}  // namespace

void tellRedrives(ReportDocument& report, std::span<const TraceEvent> redriven, const TraceStore& store,
                  const Scenario* scenario, const std::vector<std::string>& masks) {
    if (redriven.empty())
        return;
    std::vector<RedriveOrder> orders;
    if (scenario) {
        for (const Action& action : scenario->actions) {
            if (auto order = redriveOrderOf(action))
                orders.push_back(std::move(*order));
        }
    }
    const EntityTable& table = store.table();
    const ReportNames names{table, masks};
    report.blocks.emplace_back(ReportHeading{2, "Redrive log"});
    ReportTable rows{{"Time", "Message", "From", "To", "Verdict", "By", "Payload"}, {}};
    std::vector<ReportCode> edits;
    for (const TraceEvent& event : redriven) {
        if (event.kind == EventKind::Discarded) {
            const auto order = discardOf(scenario, event, table);
            if (rows.rows.size() < kMostReportRows)
                rows.rows.push_back({moment(event.at),
                                     fmt::format("m-{}", event.message),
                                     names.of(event.subject),
                                     "discarded",
                                     order ? order->why : std::string(),
                                     whoGave(order ? &*order : nullptr),
                                     {}});
            continue;
        }
        const RedriveOrder* const order = orderOf(orders, event, table);
        // What stays where it is goes nowhere as somebody has it.
        const PayloadEdit* const edit =
            order && event.peer != kNoEntity ? editOf(*order, event.message) : nullptr;
        if (edit && edits.size() < kMostEdits) {
            nlohmann::ordered_json body = edit->body;
            mask(body, masks);
            edits.push_back(
                {fmt::format("m-{}, changed by {}\n{}", event.message, whoGave(order),
                             body.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace))});
        }
        if (rows.rows.size() < kMostReportRows)
            rows.rows.push_back(
                {moment(event.at), fmt::format("m-{}", event.message), names.of(event.subject),
                 event.peer == kNoEntity ? "stays" : names.of(event.peer), std::string(reasonOf(event)),
                 whoGave(order), edit ? "changed" : "as it was"});
    }
    report.blocks.emplace_back(std::move(rows));
    if (redriven.size() > kMostReportRows)
        report.blocks.emplace_back(
            ReportParagraph{fmt::format("and {} more", redriven.size() - kMostReportRows)});
    if (edits.empty())
        return;
    report.blocks.emplace_back(ReportHeading{3, "Payloads that were changed before"});
    for (ReportCode& edit : edits)
        report.blocks.emplace_back(std::move(edit));
}

}  // namespace sluice
