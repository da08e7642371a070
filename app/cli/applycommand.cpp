#include <fmt/format.h>

#include <array>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/interrupt.h"
#include "app/cli/plural.h"
#include "app/cli/texttable.h"
#include "core/live/brokerplan.h"

namespace sluice::cli {
namespace {

std::string settingsOf(const BrokerStep& step) {
    std::string text;
    if (step.thing == BrokerStep::Thing::Binding)
        return text;
    for (const auto& [key, value] : step.settings.all())
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key,
                            // An empty name means something: the exchange that a broker has by itself.
                            value.is_string() && value != "" ? value.get<std::string>() : value.dump());
    return text;
}

/// What became of a step.
struct StepEnd {
    bool taken = false;
    std::string problem;
    [[nodiscard]] std::string word(bool sends) const {
        return !sends ? "" : taken ? "done" : problem.empty() ? "not done" : "failed";
    }
};

Json jsonOf(const BrokerPlan& plan, const std::vector<StepEnd>& ends, bool sends) {
    Json steps = Json::array();
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const BrokerStep& step = plan.steps[i];
        Json one{{"act", actOf(step)}, {"name", nameOf(step)}, {"settings", step.settings.all()}};
        if (sends)
            one["result"] = ends[i].word(sends);
        if (!ends[i].problem.empty())
            one["problem"] = ends[i].problem;
        steps.push_back(std::move(one));
    }
    Json obstacles = Json::array();
    for (const PlanObstacle& one : plan.obstacles)
        obstacles.push_back({{"name", one.name}, {"sentence", one.sentence}});
    return {{"dryRun", !sends},      {"steps", steps},      {"obstacles", obstacles},
            {"notDrawn", plan.left}, {"notes", plan.notes}, {"same", plan.same}};
}

void print(const BrokerPlan& plan, const std::vector<StepEnd>& ends, bool sends) {
    TextTable table({{"", false}, {"what", false}, {"settings", false}, {"", false}});
    for (std::size_t i = 0; i < plan.steps.size(); ++i)
        table.add(
            {actOf(plan.steps[i]), nameOf(plan.steps[i]), settingsOf(plan.steps[i]), ends[i].word(sends)});
    if (!table.empty())
        fmt::print("{}", table.text());
    for (const PlanObstacle& one : plan.obstacles)
        fmt::print("  cannot  {}: {}\n", one.name, one.sentence);
    for (const std::string& note : plan.notes)
        fmt::print("  note    {}\n", note);
    for (const std::string& one : plan.left)
        fmt::print("  stays   {}, which is not drawn\n", one);
    const std::size_t count = plan.steps.size();
    if (count == 0)
        fmt::print("{}\n", plan.obstacles.empty() ? "The broker has what is drawn; there is nothing to do."
                                                  : "There is nothing that can be done.");
    else if (!sends)
        fmt::print("{}, {} as drawn. Nothing was changed; add --send to do it.\n", plural(count, "step"),
                   plan.same);
}

int apply(const Arguments& arguments) {
    const Result<Diagram> drawing = drawingIn(arguments.files[0]);
    if (!drawing)
        return complain(arguments.files[0], drawing.error());
    const std::string& address = arguments.files[1];
    const bool sends = arguments.has("--send");
    const Interrupt interrupt;
    BrokerSession session;
    if (const Result<void> opened = session.open({address}); !opened)
        return complain(opened.error());
    const auto changes = session.changes(address, sends);
    if (!changes)
        return complain(changes.error());
    const Result<Discovery> found = session.discover();
    if (!found)
        return complain(found.error());
    PlanWish wish{.kinds = (*changes)->kinds(), .deletes = arguments.has("--delete")};
    for (const std::string& name : arguments.values("--with-messages"))
        wish.withMessages.insert(name);
    const BrokerPlan plan = brokerPlan(*drawing, *found->drawing, wish);
    std::vector<StepEnd> ends(plan.steps.size());
    std::string problem;
    // Later steps build on earlier ones: the first that fails is the last that is tried.
    for (std::size_t i = 0; sends && i < plan.steps.size() && problem.empty() && !interrupt.happened(); ++i) {
        problem = (*changes)->apply(plan.steps[i]).text().toStdString();
        ends[i] = {problem.empty(), problem};
    }
    if (arguments.has("--json"))
        fmt::print("{}\n", jsonOf(plan, ends, sends).dump(2, ' ', false, Json::error_handler_t::replace));
    else
        print(plan, ends, sends);
    if (!problem.empty()) {
        complain(Error{ErrorCode::InputOutput, problem, {}});
        return kFailed;
    }
    if (interrupt.happened())
        return kInterrupted;
    return plan.obstacles.empty() ? kWell : kFailed;
}

constexpr std::array<Option, 4> kApplyOptions{{
    {"--send", "", "do it; without it only the plan is told"},
    {"--delete", "",
     "delete what is not drawn where the drawing's names cover it (they begin alike), but nothing that holds "
     "messages or is read"},
    {"--with-messages", "NAME", "with --delete: this queue or topic may go although it holds messages"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& applyCommand() {
    static const Command command{"apply",
                                 "FILE.sluice ADDRESS [--send] [--delete]",
                                 "Make a live broker have what is drawn",
                                 kApplyOptions,
                                 2,
                                 2,
                                 apply};
    return command;
}

}  // namespace sluice::cli
