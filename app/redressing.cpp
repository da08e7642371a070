#include "app/redressing.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QStyle>

namespace sluice {

namespace {

constexpr int kSlice = 6;  // ms: with what the event loop adds, less than a frame
// Where other programs take the processor a slice would pass with a widget or two, and the window stay held.
constexpr int kLeastOfASlice = 30;

void dress(QWidget& widget) {
    widget.style()->polish(&widget);
    QEvent changed(QEvent::StyleChange);
    QApplication::sendEvent(&widget, &changed);
    widget.update();
}

}  // namespace

Redressing::Redressing(QObject* parent) : QObject(parent) {
    m_next.setSingleShot(true);
    m_next.setInterval(0);
    connect(&m_next, &QTimer::timeout, this, &Redressing::goOn);
}

void Redressing::begin(const QPalette& palette, const QString& sheet) {
    m_widgets.clear();
    for (QWidget* widget : QApplication::allWidgets()) {
        if (widget->testAttribute(Qt::WA_WState_Polished))
            m_widgets << widget;
    }
    if (m_widgets.isEmpty()) {
        changeClothes(palette, sheet);
        hold(false);
        emit finished();
        return;
    }
    hold(true);
    changeClothes(palette, sheet);
    m_done = 0;
    m_next.start();
}

void Redressing::goOn() {
    QElapsedTimer since;
    since.start();
    const qsizetype least = m_done + kLeastOfASlice;
    while (m_done < m_widgets.size() && (m_done < least || since.elapsed() < kSlice)) {
        if (QWidget* widget = m_widgets.at(m_done++))
            dress(*widget);
    }
    if (m_done < m_widgets.size()) {
        m_next.start();
        return;
    }
    m_widgets.clear();
    hold(false);
    emit finished();
}

void Redressing::changeClothes(const QPalette& palette, const QString& sheet) {
    QApplication::setPalette(palette);
    // When the application's sheet changes, Qt 6.4 polishes every widget that has rules, and for each of them
    // all that is inside it: nine times over in our window. So the rules are forgotten first, and then each
    // widget takes its new ones once.
    QApplication::style()->unpolish(qApp);
    qApp->setStyleSheet(sheet);
}

void Redressing::hold(bool held) {
    if (!held) {
        for (const auto& window : std::exchange(m_held, {})) {
            if (window)
                window->setUpdatesEnabled(true);
        }
        return;
    }
    for (QWidget* window : QApplication::topLevelWidgets()) {
        if (window->isVisible() && window->updatesEnabled()) {
            window->setUpdatesEnabled(false);
            m_held << window;
        }
    }
}

}  // namespace sluice
