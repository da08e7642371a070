#include "widgets/editing/history.h"

#include <QUndoCommand>

namespace sluice {

namespace {

// Which thing a change speaks of; two edits over the same things in the same order can be told as one.
struct ChangeKey {
    std::size_t type;
    std::string id;
    bool keeps;  ///< a value stays: not a removal
    bool operator==(const ChangeKey&) const = default;
};

ChangeKey keyOf(const AnyChange& change) {
    return std::visit(
        [&](const auto& c) -> ChangeKey {
            if constexpr (std::is_same_v<std::decay_t<decltype(c)>, DiagramProperties>)
                return {change.index(), {}, true};
            else
                return {change.index(), c.id, c.value.has_value()};
        },
        change);
}

bool sameThings(const Edit& a, const Edit& b) {
    return std::equal(a.changes.begin(), a.changes.end(), b.changes.begin(), b.changes.end(),
                      [](const AnyChange& left, const AnyChange& right) {
                          const ChangeKey key = keyOf(left);
                          return key.keeps && key == keyOf(right);
                      });
}

void keepPosition(AnyChange& change, const AnyChange& earlier) {
    std::visit(
        [&](auto& c) {
            using C = std::decay_t<decltype(c)>;
            if constexpr (!std::is_same_v<C, DiagramProperties>) {
                if (!c.position)
                    c.position = std::get<C>(earlier).position;
            }
        },
        change);
}

// The only undo command of the program: an edit and its inverse. The edit is already applied when the command
// is made, so that a refusal reaches the caller and not the stack.
class EditCommand : public QUndoCommand {
public:
    EditCommand(Document& document, Edit edit, Edit inverse)
        : QUndoCommand(QString::fromStdString(edit.label)),
          m_document(document),
          m_edit(std::move(edit)),
          m_inverse(std::move(inverse)) {}

    void undo() override { applyKnown(m_inverse); }

    void redo() override {
        if (m_applied)
            applyKnown(m_edit);
        m_applied = true;
    }

    int id() const override { return m_edit.mergeKey.empty() ? -1 : 1; }

    bool mergeWith(const QUndoCommand* other) override {
        const auto& later = static_cast<const EditCommand&>(*other);
        if (later.m_edit.mergeKey != m_edit.mergeKey)
            return false;
        Edit merged = later.m_edit;
        if (sameThings(m_edit, later.m_edit)) {
            for (std::size_t i = 0; i < merged.changes.size(); ++i)
                keepPosition(merged.changes[i], m_edit.changes[i]);
        } else {
            merged.changes.insert(merged.changes.begin(), m_edit.changes.begin(), m_edit.changes.end());
            m_inverse.changes.insert(m_inverse.changes.begin(), later.m_inverse.changes.begin(),
                                     later.m_inverse.changes.end());
        }
        m_edit = std::move(merged);
        setText(QString::fromStdString(m_edit.label));
        return true;
    }

private:
    void applyKnown(const Edit& edit) {
        [[maybe_unused]] const auto result = m_document.apply(edit);
        Q_ASSERT_X(result.ok(), "EditCommand", result.ok() ? "" : result.error().text().c_str());
    }

    Document& m_document;
    Edit m_edit;
    Edit m_inverse;
    bool m_applied = false;
};

}  // namespace

History::History(Document& document, QObject* parent)
    : QObject(parent),
      m_document(document),
      m_subscription(document.observe([this](const DocumentChange& change) { emit changed(change); })) {
    connect(&m_stack, &QUndoStack::indexChanged, this, &History::undoChanged);
    connect(&m_stack, &QUndoStack::cleanChanged, this, &History::cleanChanged);
}

Result<void> History::apply(const Edit& edit) {
    if (edit.changes.empty())
        return {};
    Result<Edit> inverse = m_document.apply(edit);
    if (!inverse)
        return inverse.error();
    m_stack.push(new EditCommand(m_document, edit, std::move(inverse).value()));
    return {};
}

void History::reset(Diagram diagram) {
    m_stack.clear();
    m_document.reset(std::move(diagram));
}

QString History::undoText() const {
    return canUndo() ? tr("Undo %1").arg(m_stack.undoText()) : tr("Undo");
}

QString History::redoText() const {
    return canRedo() ? tr("Redo %1").arg(m_stack.redoText()) : tr("Redo");
}

QStringList History::labels() const {
    QStringList labels;
    for (int i = 0; i < m_stack.index(); ++i)
        labels << m_stack.text(i);
    return labels;
}

}  // namespace sluice
