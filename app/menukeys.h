#pragma once

#include <QHash>
#include <QObject>

class QAction;
class QMenu;

namespace sluice {

/// Gives every entry of a menu that opens a letter of its own, so that Alt and two letters reach whatever a
/// menu has. The letters are there only while the menu is: the same actions also stand on buttons and in
/// lists. To be installed on the application; lives on the window's thread.
class MenuKeys : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void mark(const QMenu& menu);
    void unmark(const QMenu& menu);

    struct Texts {
        QString plain, marked;
    };
    QHash<QAction*, Texts> m_marked;
};

}  // namespace sluice
