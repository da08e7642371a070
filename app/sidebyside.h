#pragma once

#include <QWidget>

class QLabel;
class QSplitter;

namespace sluice {

class CanvasView;
struct Theme;

/// The drawing, and beside it, while two futures are compared, the drawing in the other one: the same part of
/// it at the same zoom. Lives on the window's thread; owned by the main window.
class SideBySide : public QWidget {
    Q_OBJECT

public:
    /// Takes the canvas over.
    SideBySide(CanvasView* canvas, const Theme& theme);

    void setTheme(const Theme& theme);
    /// Shows the other canvas, which it takes over, until end().
    void begin(CanvasView* other, const QString& leftTitle, const QString& rightTitle);
    void end();

private:
    QWidget* framed(QLabel* title, CanvasView* canvas);
    void dress(QLabel* title, const Theme& theme) const;

    QSplitter* m_splitter;
    CanvasView* m_canvas;
    QLabel* m_leftTitle;
    QLabel* m_rightTitle;
    QWidget* m_right = nullptr;
    bool m_following = false;
};

}  // namespace sluice
