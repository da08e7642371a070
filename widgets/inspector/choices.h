#pragma once

#include <QString>
#include <string>
#include <utility>
#include <vector>

class QComboBox;

namespace sluice {

/// What a box offers: a text that is shown and the id that it stands for.
using Choices = std::vector<std::pair<QString, std::string>>;

/// Lets the box offer these and nothing else, in silence; its items stay if they are the same already.
void setChoices(QComboBox& box, const Choices& choices);

/// Chooses the id, in silence; one that is not offered is added and told as missing.
void choose(QComboBox& box, const std::string& id);

/// The id of what is chosen; empty for none.
std::string chosenIn(const QComboBox& box);

}  // namespace sluice
