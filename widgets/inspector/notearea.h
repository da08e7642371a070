#pragma once

#include <QPlainTextEdit>

namespace sluice {

/// Some lines of text that count when the keyboard leaves them; Tab leads on. On the window's thread.
class NoteArea : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit NoteArea(const QString& name, QWidget* parent = nullptr);

    /// Shows the text, unless it is shown already; what was being written is lost.
    void show(const QString& text);

signals:
    void written(const QString& text);

protected:
    void focusOutEvent(QFocusEvent* event) override;
};

}  // namespace sluice
