#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/diagram/diagramindex.h"
#include "core/diagram/edit.h"

namespace sluice {

/// What an edit touched: observers update those and nothing else.
struct DocumentChange {
    std::vector<Id> elements;
    std::vector<Id> links;
    std::vector<Id> groups;
    std::vector<std::string> messages;
    std::vector<std::string> scenarios;
    std::vector<std::string> alerts;
    bool properties = false;
    bool everything = false;  ///< another diagram was loaded
};

/// The one owner of a diagram being edited. Lives on one thread (the window's); owned by whoever opened it.
/// Every change goes through apply(), which gives back the inverse; the history of undo is the caller's.
class Document {
public:
    using Observer = std::function<void(const DocumentChange&)>;

    /// Ends the observation when it goes. May outlive the document.
    class Subscription {
    public:
        Subscription() = default;
        explicit Subscription(std::shared_ptr<Observer> observer) : m_observer(std::move(observer)) {}

    private:
        std::shared_ptr<Observer> m_observer;
    };

    Document() = default;
    explicit Document(Diagram diagram);
    Document(const Document&) = delete;
    Document& operator=(const Document&) = delete;

    [[nodiscard]] const Diagram& diagram() const { return m_diagram; }
    /// A frozen copy for the engine and for long work on other threads; shared until the next edit.
    [[nodiscard]] std::shared_ptr<const Diagram> snapshot() const;

    /// Applies all of the edit or nothing. Removing an element also removes its links, removing a group frees
    /// what it held; the inverse puts back both. Errors: an id that is taken or does not exist, an impossible
    /// link, a group inside itself; the document is then unchanged.
    [[nodiscard]] Result<Edit> apply(const Edit& edit);

    /// Replaces everything (open, recover).
    void reset(Diagram diagram);

    [[nodiscard]] Subscription observe(Observer observer);

    [[nodiscard]] const Element* findElement(std::string_view id) const;
    [[nodiscard]] const Link* findLink(std::string_view id) const;
    [[nodiscard]] const Group* findGroup(std::string_view id) const;
    /// Links that begin or end at the element.
    [[nodiscard]] std::vector<const Link*> linksOf(std::string_view elementId) const;

    /// An id nothing has yet, from a name: "Order queue" becomes "order-queue", "order-queue-2", ...
    [[nodiscard]] Id freeId(std::string_view name) const;

    /// Counts every apply and reset; two equal revisions of one document are the same diagram.
    [[nodiscard]] std::uint64_t revision() const { return m_revision; }

private:
    void notify(const DocumentChange& change);

    Diagram m_diagram;
    mutable std::shared_ptr<const Diagram> m_snapshot;
    DiagramIndex m_index;
    std::vector<std::weak_ptr<Observer>> m_observers;
    std::uint64_t m_revision = 0;
};

}  // namespace sluice
