#include <cstdlib>

#include "core/diagram/document.h"
#include "core/diagram/file.h"
#include "core/review/finding.h"

// The loader on arbitrary bytes: it never crashes, whatever it accepts is written and read back the same, and
// can be edited and reviewed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sluice;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto loaded = parseDiagram(text);
    if (!loaded)
        return loaded.error().sentence.empty() ? std::abort(), 0 : 0;
    const auto again = parseDiagram(writeDiagram(loaded->diagram));
    if (!again || !(again->diagram == loaded->diagram))
        std::abort();
    // What was read obeys the rules that edits obey: each element can be put back over itself.
    Document document(loaded->diagram);
    Edit edit;
    for (const Element& element : loaded->diagram.elements)
        edit.changes.emplace_back(Change<Element>{element.id, element, std::nullopt});
    for (const Link& link : loaded->diagram.links)
        edit.changes.emplace_back(Change<Link>{link.id, link, std::nullopt});
    if (!document.apply(edit) || !(document.diagram() == loaded->diagram))
        std::abort();
    for (const Finding& finding : review(loaded->diagram)) {
        // A mend that is offered can be applied.
        if (finding.sentence.empty() || (finding.fix && !document.apply(*finding.fix)))
            std::abort();
        document.reset(loaded->diagram);
    }
    return 0;
}
