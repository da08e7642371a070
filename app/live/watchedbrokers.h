#pragma once

#include <QStringList>
#include <vector>

#include "app/brokers/jointdiscovery.h"

namespace sluice {

/// The brokers that are watched together on one drawing, and which of them has what. A value; on the window's
/// thread.
class WatchedBrokers {
public:
    struct Broker : JointDiscovery::Broker {
        std::vector<ElementKind> kinds{};  ///< that it can have
        /// What it had when it was asked last.
        std::vector<std::pair<ElementKind, std::string>> found{};
        /// All of that, as long as another one can have the same kinds of things; else null.
        std::shared_ptr<const Diagram> drawing{};
        [[nodiscard]] bool canHave(ElementKind kind) const;
        [[nodiscard]] bool has(const Element& element) const;
    };

    /// Another one; nothing is watched yet.
    void add(const BrokerPlugin& plugin, const ConnectionSettings& connection);
    /// Keeps what is to be asked for of these drawings, which may be large.
    void setFound(const std::vector<std::shared_ptr<const Diagram>>& each);

    [[nodiscard]] bool isEmpty() const { return m_brokers.empty(); }
    [[nodiscard]] const std::vector<Broker>& all() const { return m_brokers; }
    [[nodiscard]] std::vector<JointDiscovery::Broker> asked() const;
    /// "Shop and Cluster".
    [[nodiscard]] QString name() const;
    [[nodiscard]] QStringList names() const;
    /// Each of them that has queues may be written to.
    [[nodiscard]] bool mayMakeQueues() const;
    /// That has the element, or else the first that can have one like it, or else the first. Null when there
    /// is none. Valid until the next change of this.
    [[nodiscard]] const Broker* of(const Element& element) const;
    /// Those that can have the same kinds of things, so that a plan cannot know to which of them they belong:
    /// it and others. Valid until the next change of this.
    [[nodiscard]] std::vector<const Broker*> likes(const Broker& broker) const;

private:
    std::vector<Broker> m_brokers;
};

}  // namespace sluice
