#pragma once

#include "core/diagram/document.h"

namespace sluice {

/// Changes a diagram step by step and remembers how to go back. Lives inside one Document::apply: what it was
/// asked to do is either taken as a whole (takeInverse) or undone (rollBack).
class Transaction {
public:
    /// The index follows each change.
    Transaction(Diagram& diagram, DiagramIndex& index) : m_diagram(diagram), m_index(index) {}

    /// After an error the diagram may have changed in part: rollBack() is then the only thing to call.
    Result<void> apply(const AnyChange& change);
    void rollBack();

    /// What undoes everything applied so far, in the order in which it has to be applied.
    [[nodiscard]] std::vector<AnyChange> takeInverse();
    [[nodiscard]] DocumentChange touched() const;
    /// Something now stands elsewhere in its list: the index' places are no longer exact.
    [[nodiscard]] bool placesChanged() const { return m_placesChanged; }

private:
    Result<void> change(const Change<Element>& change);
    Result<void> change(const Change<Link>& change);
    Result<void> change(const Change<Group>& change);
    Result<void> change(const Change<MessageType>& change);
    Result<void> change(const Change<Scenario>& change);
    Result<void> change(const Change<AlertRule>& change);
    Result<void> change(const DiagramProperties& properties);

    template <class T>
    Result<void> check(const Change<T>& change) const;
    Result<void> checkPlace(const Element& element) const;
    Result<void> checkPlace(const Link& link) const;
    Result<void> checkPlace(const Group& group) const;
    [[nodiscard]] bool isTaken(std::string_view id) const;
    [[nodiscard]] const Element* findElement(std::string_view id) const;
    template <class T>
    [[nodiscard]] std::optional<std::size_t> placeOf(const Change<T>& change) const;
    template <class T>
    IdIndex* indexOf();

    /// Carries a change out; the item's existence and validity are known.
    template <class T>
    void perform(std::vector<T>& items, const Change<T>& change);
    void performAny(const AnyChange& change);
    void removeLinksOf(const Id& element);
    void freeMembersOf(const Group& group);

    Diagram& m_diagram;
    DiagramIndex& m_index;
    std::vector<AnyChange> m_inverse;  ///< of each change, in the order in which they were made
    bool m_placesChanged = false;
};

}  // namespace sluice
