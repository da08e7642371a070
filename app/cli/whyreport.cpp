#include "app/cli/whyreport.h"

#include <fmt/format.h>

#include "app/cli/command.h"
#include "app/cli/optionvalues.h"
#include "app/cli/texttable.h"
#include "core/incident/causalchain.h"
#include "core/trace/closedrange.h"

namespace sluice::cli {
namespace {

std::string jsonOf(const CausalChain& chain, const EntityTable& table) {
    nlohmann::ordered_json steps = nlohmann::ordered_json::array();
    for (const CausalStep& step : chain.steps) {
        nlohmann::ordered_json one{{"at", seconds(step.at)}, {"sequence", step.sequence}};
        if (step.place < table.entities.size())
            one["element"] = table.entities[step.place].id;
        if (step.message != 0)
            one["message"] = step.message;
        one["what"] = step.text;
        one["rule"] = textOf(step.rule).sentence;
        one["source"] = textOf(step.rule).source;
        steps.push_back(std::move(one));
    }
    const nlohmann::ordered_json all{
        {"message", chain.message}, {"complete", chain.complete}, {"steps", std::move(steps)}};
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

int printWhy(const Recording& recording, const std::string& message, std::optional<TraceTime> at, bool json) {
    const TraceStore& store = *recording.store;
    const auto id = messageNamed(message, "--why");
    if (!id)
        return complain(id.error());
    const Sequence end = firstAfter(store, at.value_or(TraceTime::max()));
    const CausalContext context{store, &recording.header.diagram, &recording.header.scenario};
    const CausalChain chain = causalChain(context, *id, kNoEntity, end);
    if (chain.steps.empty())
        return complain(Error{ErrorCode::NotFound,
                              fmt::format("the recording has no message m-{}{}", *id,
                                          at ? fmt::format(" by {}", formatDuration(*at)) : ""),
                              "--why"});
    if (json) {
        fmt::print("{}\n", jsonOf(chain, store.table()));
        return kWell;
    }
    for (const CausalStep& step : chain.steps) {
        const std::string who = step.message == 0 ? std::string() : fmt::format("m-{}", step.message);
        fmt::print("{}  {}  {}\n", padded(formatDuration(step.at), 16, true), padded(who, 8, false),
                   step.text);
        fmt::print("{:28}{} [{}]\n", "", textOf(step.rule).sentence, textOf(step.rule).source);
    }
    if (!chain.complete)
        fmt::print("{:28}Further back the recording does not lead to a client\n", "");
    return kWell;
}

}  // namespace sluice::cli
