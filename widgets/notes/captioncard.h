#pragma once

#include <QFrame>

class QLabel;
class QToolButton;

namespace sluice {

struct Theme;

/// What is said at a station of a story: a card over the lower edge of its parent, with the way to the next
/// and the previous one. Lives on the window's thread; owned by its parent.
class CaptionCard : public QFrame {
    Q_OBJECT

public:
    struct Caption {
        QString title;
        QString text;
        int station = 1;  ///< from 1
        int stations = 1;
    };

    CaptionCard(const Theme& theme, QWidget* parent);
    void setTheme(const Theme& theme);
    /// Shows itself, too.
    void tell(const Caption& caption);
    void setAutomatic(bool automatic);
    [[nodiscard]] bool isAutomatic() const;

signals:
    void previousWanted();
    void nextWanted();
    void automaticChosen(bool automatic);
    void closed();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void place();

    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_station;
    QToolButton* m_previous;
    QToolButton* m_next;
    QToolButton* m_automatic;
    QToolButton* m_close;
};

}  // namespace sluice
