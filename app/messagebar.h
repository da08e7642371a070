#pragma once

#include <QFrame>
#include <QList>
#include <QString>
#include <functional>

class QHBoxLayout;
class QLabel;
class QToolButton;

namespace sluice {

struct Theme;

/// A sentence above the drawing, with what can be done about it: instead of a modal box. A new notice of the
/// same topic takes the place of the old one; the others wait behind it. Lives on the window's thread; owned
/// by the main window.
class MessageBar : public QFrame {
    Q_OBJECT

public:
    enum class Tone { Info, Warning, Danger };
    struct Choice {
        QString label;
        std::function<void()> chosen;
    };
    struct Notice {
        QString topic;  ///< "file", "run", "autosave", ...
        Tone tone = Tone::Info;
        QString sentence;
        QList<Choice> choices{};
    };

    explicit MessageBar(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void tell(Notice notice);
    /// The notice of that topic no longer holds.
    void withdraw(const QString& topic);
    [[nodiscard]] QString sentence() const;

private:
    void show();

    const Theme* m_theme;
    QList<Notice> m_notices;  ///< the first is shown
    QLabel* m_mark;
    QLabel* m_text;
    QHBoxLayout* m_choices;
    QToolButton* m_close;
};

}  // namespace sluice
