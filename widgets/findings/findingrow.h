#pragma once

#include <QFrame>
#include <functional>

#include "core/review/finding.h"

namespace sluice {

struct Theme;

/// One finding in the FindingsPanel, a card that a click or Enter activates. On the window's thread; owned by
/// the panel.
class FindingRow : public QFrame {
    Q_OBJECT

public:
    /// `subject` is the name of what the finding speaks of.
    FindingRow(const Finding& finding, const QString& subject, const Theme& theme);

    /// After a mend that was refused.
    void tell(const QString& why);

signals:
    void activated();
    /// The finding's own mend is wanted.
    void fixWanted();

protected:
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QWidget* m_fix = nullptr;
};

}  // namespace sluice
