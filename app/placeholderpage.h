#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace sluice {

struct Theme;

/// A page that says what will be here. Lives on the window's thread; owned by the main window.
class PlaceholderPage : public QWidget {
    Q_OBJECT

public:
    PlaceholderPage(const Theme& theme, const QString& iconName, const QString& title, const QString& text,
                    QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// A button below the text.
    QPushButton* addButton(const QString& text);

private:
    QString m_iconName;
    QLabel* m_mark;
    QVBoxLayout* m_column;
};

}  // namespace sluice
