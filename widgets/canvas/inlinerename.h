#pragma once

#include <QLineEdit>
#include <functional>

namespace sluice {

/// A field over the drawing in which a name is written. Enter and leaving it accept, Escape does not. Lives
/// on the window's thread; a child of the canvas, hidden while nothing is renamed.
class InlineRename : public QLineEdit {
    Q_OBJECT

public:
    explicit InlineRename(QWidget* parent);

    /// Shows `text` for editing, centred in `rect` (parent's coordinates).
    void begin(const QRect& rect, const QString& text, std::function<void(const QString&)> accepted);
    /// Ends editing, if it goes on; the text is taken over or dropped.
    void end(bool accept);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    std::function<void(const QString&)> m_accepted;
};

}  // namespace sluice
