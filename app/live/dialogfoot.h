#pragma once

#include <QHBoxLayout>

class QCheckBox;
class QDialog;
class QLabel;
class QPushButton;

namespace sluice {

struct Theme;

/// What stands at the end of every dialog that writes to a live broker: that it may, how it goes, the button
/// that does it, and Close. Owned by the dialog, whose layout takes its parts.
class DialogFoot {
public:
    /// `name` begins the names of its parts: "planDialog" has "planDialog.state" and "planDialog.go".
    /// `permission` is what a person ticks before anything is written, which can be ticked only where the
    /// connection's own switch allows it: `mayWrite`.
    DialogFoot(QDialog& dialog, const Theme& theme, const QString& name, const QString& permission,
               bool mayWrite);

    /// It is about another broker from now on; nothing is allowed there yet.
    void ask(const QString& permission, bool mayWrite);
    /// Between the state and the button.
    void add(QWidget* widget);
    void show(const QString& state, bool failed);
    /// The button says `what`. Where it cannot be pressed because nothing is allowed, or because of
    /// `missing`, it says so.
    void offer(const QString& what, bool possible, const QString& missing = {});
    /// Something is under way that the button stops.
    void offerStop();
    /// While something is under way, and once it is over, nothing is allowed anew.
    void freeze(bool frozen);
    [[nodiscard]] bool isAllowed() const;
    /// The act is over: the next one is allowed anew.
    void askAgain();

    [[nodiscard]] QCheckBox* permission() const { return m_permission; }
    [[nodiscard]] QPushButton* go() const { return m_go; }
    [[nodiscard]] QLayout* row() const { return m_row; }

private:
    const Theme& m_theme;
    bool m_mayWrite;
    QCheckBox* m_permission;
    QLabel* m_state;
    QPushButton* m_go;
    QHBoxLayout* m_row;
};

}  // namespace sluice
