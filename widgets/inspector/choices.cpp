#include "widgets/inspector/choices.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QSignalBlocker>

#include "widgets/editing/wording.h"

namespace sluice {

void setChoices(QComboBox& box, const Choices& choices) {
    const QSignalBlocker quiet(&box);
    const auto count = static_cast<int>(choices.size());
    bool same = box.count() >= count;
    for (int i = 0; same && i < count; ++i) {
        const auto& [text, id] = choices[static_cast<std::size_t>(i)];
        same = box.itemText(i) == text && box.itemData(i).toString() == qtext(id);
    }
    if (!same) {
        box.clear();
        for (const auto& [text, id] : choices)
            box.addItem(text, qtext(id));
    }
    // What was missing is not offered once it has been replaced.
    while (box.count() > count)
        box.removeItem(box.count() - 1);
}

void choose(QComboBox& box, const std::string& id) {
    const QSignalBlocker quiet(&box);
    if (box.findData(qtext(id)) < 0) {
        box.addItem(id.empty() ? QCoreApplication::translate("PropertyField", "choose…")
                               : QCoreApplication::translate("PropertyField", "%1 (missing)").arg(qtext(id)),
                    qtext(id));
    }
    box.setCurrentIndex(box.findData(qtext(id)));
}

std::string chosenIn(const QComboBox& box) {
    return box.currentData().toString().toStdString();
}

}  // namespace sluice
