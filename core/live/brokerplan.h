#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/diagram/diagram.h"

namespace sluice {

/// One thing to do to a broker, so that it has what is drawn.
struct BrokerStep {
    enum class Act : std::uint8_t { Create, Change, Delete };
    enum class Thing : std::uint8_t { Exchange, Queue, Topic, Binding };
    Act act = Act::Create;
    Thing thing = Thing::Queue;
    std::string name{};       ///< as the broker calls it; of a binding: the exchange that it begins at
    std::string to{};         ///< a binding: where it leads
    bool toExchange = false;  ///< a binding: that is an exchange
    /// In the words of the catalogue, only what is not its default; of a Change, what is to be set. Besides:
    /// "exchangeType" and "queueType" may be ones that a broker's own plugins know, "alternateExchange" is a
    /// name, and "deadLetterExchange" with "deadLetterRoutingKey" stand for the dead-letter link.
    Properties settings{};
    bool withMessages = false;  ///< a Delete: also when it holds some
};

/// Something that is not as drawn and that no step mends.
struct PlanObstacle {
    std::string name;      ///< "orders.new"
    std::string sentence;  ///< what is so, and what to do
};

struct BrokerPlan {
    std::vector<BrokerStep> steps;  ///< in the order in which they are to be taken
    std::vector<PlanObstacle> obstacles;
    std::vector<std::string> notes;  ///< what is drawn and is not the broker's to have
    std::vector<std::string> left;  ///< what deletion would be for: covered by the drawing's names, not drawn
    std::size_t same = 0;           ///< elements and links that are as drawn
};

struct PlanWish {
    std::vector<ElementKind> kinds;        ///< that the broker can have: exchanges and queues, or topics
    bool deletes = false;                  ///< what the drawing's names cover and what is not drawn goes
    std::set<std::string> mayGo{};         ///< names that may go although no name of the drawing covers them
    std::set<std::string> withMessages{};  ///< queues and topics that may go although they hold messages
};

/// What makes a broker have what is drawn; `found` is what it has. What is there and the same is left alone;
/// what differs and cannot be changed in place is an obstacle: nothing is ever deleted to be made anew. The
/// drawing's names cover what begins like one of them, up to the first of . : / - _, but never what is the
/// broker's own.
BrokerPlan brokerPlan(const Diagram& drawing, const Diagram& found, const PlanWish& wish);

/// "create queue", "delete binding".
std::string actOf(const BrokerStep& step);
/// "orders → orders.new (order.*)", "orders.new".
std::string nameOf(const BrokerStep& step);

}  // namespace sluice
