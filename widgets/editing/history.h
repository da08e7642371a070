#pragma once

#include <QObject>
#include <QUndoStack>

#include "core/base/result.h"
#include "core/diagram/document.h"

namespace sluice {

/// The one way by which widgets change a document: applies edits, keeps their inverses for undo and redo, and
/// tells what changed. Lives on the window's thread; owned by the window, and does not outlive the document.
class History : public QObject {
    Q_OBJECT

public:
    explicit History(Document& document, QObject* parent = nullptr);

    [[nodiscard]] const Document& document() const { return m_document; }
    [[nodiscard]] const Diagram& diagram() const { return m_document.diagram(); }

    /// Applies the edit and remembers it. An edit that follows one with the same non-empty mergeKey becomes
    /// part of it. An edit without changes is accepted and leaves no trace. Errors: those of Document::apply.
    Result<void> apply(const Edit& edit);

    /// Another diagram takes the place of this one (open, new, recover): nothing can be undone any more.
    void reset(Diagram diagram);

    void undo() { m_stack.undo(); }
    void redo() { m_stack.redo(); }
    [[nodiscard]] bool canUndo() const { return m_stack.canUndo(); }
    [[nodiscard]] bool canRedo() const { return m_stack.canRedo(); }
    /// "Undo Move 3 elements", or "Undo" alone when there is nothing to undo.
    [[nodiscard]] QString undoText() const;
    [[nodiscard]] QString redoText() const;
    /// The labels of what was done, the oldest first.
    [[nodiscard]] QStringList labels() const;

    /// Clean: as it was when last saved.
    [[nodiscard]] bool isClean() const { return m_stack.isClean(); }
    void setClean() { m_stack.setClean(); }
    /// What was recovered or imported differs from any file until it is saved.
    void setNeverClean() { m_stack.resetClean(); }

    /// For QUndoView and for actions made by the stack.
    [[nodiscard]] QUndoStack* stack() { return &m_stack; }

signals:
    /// The document changed, by whatever way.
    void changed(const sluice::DocumentChange& change);
    /// What can be undone or redone, or its text, changed.
    void undoChanged();
    void cleanChanged(bool clean);

private:
    Document& m_document;
    QUndoStack m_stack;
    Document::Subscription m_subscription;
};

}  // namespace sluice
