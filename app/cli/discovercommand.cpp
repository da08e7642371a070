#include <fmt/format.h>

#include <array>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/drawingfile.h"
#include "app/cli/texttable.h"
#include "core/diagram/catalogue.h"
#include "core/live/drift.h"
#include "widgets/editing/foundlayout.h"

namespace sluice::cli {
namespace {

void printJson(const Json& json) {
    fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

Json brokerNotes(const Discovery& discovery) {
    Json notes = Json::array();
    for (const QString& note : discovery.notes)
        notes.push_back(note.toStdString());
    return notes;
}

int discover(const Arguments& arguments) {
    const std::string& address = arguments.files.front();
    const std::string out = arguments.value("-o");
    if (out.empty())
        return complain(
            Error{ErrorCode::InvalidInput, "-o FILE.sluice is missing: say which file to write", {}});
    BrokerSession session;
    if (const Result<void> opened = session.open({address}); !opened)
        return complain(opened.error());
    const Result<Discovery> found = session.discover();
    if (!found)
        return complain(found.error());
    if (found->drawing->elements.empty())
        return complain(Error{ErrorCode::NotFound,
                              "the broker has nothing of its own to draw, or the user may see none of it",
                              {}});
    const Diagram diagram = laidOut(*found->drawing);
    if (const Result<void> saved = saveDiagram(diagram, out); !saved)
        return complain(out, saved.error());
    std::map<std::string, std::size_t> counts;
    for (const Element& element : diagram.elements)
        ++counts[std::string(kindName(element.kind))];
    if (arguments.has("--json")) {
        printJson({{"file", out},
                   {"elements", counts},
                   {"links", diagram.links.size()},
                   {"milliseconds", found->milliseconds},
                   {"notes", brokerNotes(*found)}});
        return kWell;
    }
    std::string kinds;
    for (const auto& [kind, count] : counts)
        kinds += fmt::format("{} {}{}, ", count, kind, count == 1 ? "" : kind.ends_with('y') ? "" : "s");
    fmt::print("{}{} link{}, answered in {} ms\n", kinds, diagram.links.size(),
               diagram.links.size() == 1 ? "" : "s", found->milliseconds);
    for (const QString& note : found->notes)
        fmt::print("  note  {}\n", note.toStdString());
    return kWell;
}

std::string_view wordOf(Drift::Kind kind) {
    switch (kind) {
        case Drift::Kind::Missing:
            return "missing";
        case Drift::Kind::Extra:
            return "extra";
        case Drift::Kind::Different:
            break;
    }
    return "different";
}

int drift(const Arguments& arguments) {
    const Result<Diagram> drawing = drawingIn(arguments.files[0]);
    if (!drawing)
        return complain(arguments.files[0], drawing.error());
    BrokerSession session;
    if (const Result<void> opened = session.open({arguments.files[1]}); !opened)
        return complain(opened.error());
    const Result<Discovery> found = session.discover();
    if (!found)
        return complain(found.error());
    const std::vector<Drift> drifts = driftOf(*drawing, *found->drawing);
    if (arguments.has("--json")) {
        Json list = Json::array();
        for (const Drift& one : drifts) {
            Json item{{"kind", wordOf(one.kind)}, {"name", one.name}, {"link", one.isLink}};
            if (one.kind == Drift::Kind::Different) {
                item["property"] = one.property;
                item["drawn"] = one.wanted;
                item["found"] = one.actual;
            }
            list.push_back(std::move(item));
        }
        printJson({{"drift", list}, {"notes", brokerNotes(*found)}});
        return drifts.empty() ? kWell : kFailed;
    }
    TextTable table({{"", false}, {"what", false}, {"setting", false}, {"drawn", false}, {"broker", false}});
    for (const Drift& one : drifts) {
        const bool both = one.kind == Drift::Kind::Different;
        table.add({std::string(wordOf(one.kind)), one.name, one.property, both ? one.wanted.dump() : "",
                   both ? one.actual.dump() : ""});
    }
    if (drifts.empty())
        fmt::print("The drawing is what the broker has.\n");
    else
        fmt::print("{}{} difference{}\n", table.text(), drifts.size(), drifts.size() == 1 ? "" : "s");
    return drifts.empty() ? kWell : kFailed;
}

constexpr std::array<Option, 2> kDiscoverOptions{{
    {"-o", "FILE.sluice", "the drawing to write"},
    {"--json", "", "print JSON instead of text"},
}};
constexpr std::array<Option, 1> kDriftOptions{{
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& discoverCommand() {
    static const Command command{"discover",
                                 "ADDRESS -o FILE.sluice [--json]",
                                 "Draw what a live broker has: kafka://HOST, http://HOST (RabbitMQ)",
                                 kDiscoverOptions,
                                 1,
                                 1,
                                 discover};
    return command;
}

const Command& driftCommand() {
    static const Command command{"drift",
                                 "FILE.sluice ADDRESS [--json]",
                                 "Tell how a drawing and a live broker differ",
                                 kDriftOptions,
                                 2,
                                 2,
                                 drift};
    return command;
}

}  // namespace sluice::cli
