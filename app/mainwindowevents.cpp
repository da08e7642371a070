#include <QAbstractButton>
#include <QAbstractItemView>
#include <QComboBox>
#include <QDragEnterEvent>
#include <QKeyEvent>
#include <QMimeData>
#include <QScreen>
#include <QStackedWidget>
#include <QWindow>

#include "app/filecontroller.h"
#include "app/mainwindow.h"
#include "app/paneldocks.h"
#include "app/windowplacement.h"
#include "widgets/canvas/canvasview.h"

// What the window system tells the window: keys and the focus, where it stands, and what is dropped on it.
namespace sluice {

void MainWindow::stayOnScreen() {
    const QMargins frame = windowHandle()->frameMargins();
    const QRect available = screen()->availableGeometry();
    // Only the frame may be too much: who asked for another size, or for more than the screen, gets it.
    if (frame.isNull() || size() != m_firstSize || size() != size().boundedTo(available.size()) ||
        windowState() & (Qt::WindowMaximized | Qt::WindowFullScreen))
        return;
    setGeometry(placedInside(geometry(), available, frame));
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event) {
    // Only now the window has its frame: what was remembered, or is wanted at first, may have been the
    // screen.
    if (watched == this && event->type() == QEvent::WindowActivate && !std::exchange(m_placed, true))
        stayOnScreen();
    // Keys that play and step also press buttons and move in lists: where the focus is on one, it comes
    // first.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = key->modifiers() == Qt::NoModifier;
        // Who has chosen a scenario plays it next; the arrow keys and F4 are left to choose another.
        const bool choice =
            qobject_cast<QComboBox*>(watched) && watched->objectName() != QLatin1String("transport.scenario");
        const bool button = qobject_cast<QAbstractButton*>(watched) || choice;
        const bool list = qobject_cast<QAbstractItemView*>(watched) && watched != m_canvas;
        if (plain && ((button && key->key() == Qt::Key_Space) ||
                      (list && (key->key() == Qt::Key_Space || key->key() == Qt::Key_Home ||
                                key->key() == Qt::Key_End)))) {
            event->accept();
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::focusPanel(bool next) {
    QList<QWidget*> places{m_pages->currentWidget()};
    places << m_panels->visiblePanels();
    qsizetype at = 0;
    for (qsizetype i = 0; i < places.size(); ++i) {
        if (places[i] == focusWidget() || places[i]->isAncestorOf(focusWidget()))
            at = i;
    }
    // One without anything to do in it is passed over.
    for (qsizetype tries = 0; tries < places.size(); ++tries) {
        at = (at + (next ? 1 : places.size() - 1)) % places.size();
        QWidget* place = places[at];
        if (place->focusProxy() || (place->focusPolicy() & Qt::TabFocus))
            return place->setFocus(Qt::ShortcutFocusReason);
        for (QWidget* widget = place->nextInFocusChain(); place->isAncestorOf(widget);
             widget = widget->nextInFocusChain()) {
            if (widget->isEnabled() && widget->isVisibleTo(this) && (widget->focusPolicy() & Qt::TabFocus))
                return widget->setFocus(Qt::TabFocusReason);
        }
    }
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.size() == 1 && urls.front().isLocalFile())
        event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QList<QUrl> urls = event->mimeData()->urls();
    if (urls.isEmpty())
        return;
    event->acceptProposedAction();
    m_files->openPath(urls.front().toLocalFile());
}

}  // namespace sluice
