#pragma once

#include <QAbstractButton>
#include <QImage>

namespace sluice {

struct Theme;

/// A button as large as a card: a picture, a title, some lines of text. Space and Enter press it. Lives on
/// the window's thread; owned by the welcome page.
class Card : public QAbstractButton {
    Q_OBJECT

public:
    Card(const Theme& theme, QString title, QString summary, QSize picture, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setPicture(const QImage& picture);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    const Theme* m_theme;
    QString m_summary;
    QSize m_pictureSize;
    QImage m_picture;
};

}  // namespace sluice
