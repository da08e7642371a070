#pragma once

#include <QList>
#include <QObject>
#include <QPalette>
#include <QPointer>
#include <QString>
#include <QTimer>
#include <QWidget>

namespace sluice {

/// Puts the application's widgets into another palette and style sheet, a few of them at a time: all at once
/// holds a window with many panels up for a third of a second. Until the last one is dressed the windows show
/// the picture that they had, so nobody sees two themes side by side. Lives on the window's thread; owned by
/// the theme controller.
class Redressing : public QObject {
    Q_OBJECT

public:
    explicit Redressing(QObject* parent = nullptr);

    /// Before the first window is shown it is done on return.
    void begin(const QPalette& palette, const QString& sheet);
    [[nodiscard]] bool isUnderWay() const { return !m_widgets.isEmpty(); }

signals:
    /// Every widget wears what was given last, and the windows paint again.
    void finished();

private:
    void goOn();
    static void changeClothes(const QPalette& palette, const QString& sheet);
    void hold(bool held);

    QTimer m_next;
    QList<QPointer<QWidget>> m_widgets;
    qsizetype m_done = 0;  ///< how many of them are dressed
    QList<QPointer<QWidget>> m_held;
};

}  // namespace sluice
