#pragma once

#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/result.h"
#include "core/diagram/catalogue.h"

/// What every diagram keeps to, whether it is edited or loaded. `where` of the errors is left to the caller.
namespace sluice::rules {

inline constexpr double kCanvasLimit = 1e7;  ///< coordinates and sizes, in canvas units
inline constexpr int kLatestSchema = 1'000'000;

/// Keys of an element's (link's, group's, ...) line in the file that are no properties of it.
std::span<const std::string_view> reservedElementKeys();
std::span<const std::string_view> reservedLinkKeys();
std::span<const std::string_view> reservedGroupKeys();
std::span<const std::string_view> reservedMessageKeys();
std::span<const std::string_view> reservedScenarioKeys();
std::span<const std::string_view> reservedAlertKeys();
/// Likewise of the file's top level.
std::span<const std::string_view> reservedDiagramKeys();

std::span<const std::string_view> stepKeys();
std::span<const std::string_view> actionKeys();

std::span<const std::string_view> groupKinds();   ///< context, team, zone, package
std::span<const std::string_view> comparisons();  ///< of an expectation: ==, !=, <, <=, >, >=

bool isReserved(std::span<const std::string_view> keys, std::string_view key);

/// An id is not empty, holds no control characters and at most 200 bytes.
Result<void> checkId(std::string_view id);

/// One item by itself: id, finite position, property values that the catalogue allows and names that are not
/// reserved. What a scenario overrides or sets is not looked at: it depends on another item.
Result<void> check(const Element& element);
Result<void> check(const Link& link);
Result<void> check(const Group& group);
Result<void> check(const MessageType& message);
Result<void> check(const Scenario& scenario);
/// What its condition says is not looked at.
Result<void> check(const AlertRule& alert);

/// The link's kind is one that its ends allow.
Result<void> checkEnds(const Link& link, const Element& from, const Element& to);

/// Error "group 'a' lies inside itself" when following the parents from `id` comes back to it.
/// `parents` maps group to parent.
Result<void> checkNesting(std::string_view id, const std::unordered_map<std::string, std::string>& parents);

}  // namespace sluice::rules
