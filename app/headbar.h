#pragma once

#include <QList>
#include <QWidget>

class QButtonGroup;
class QLabel;
class QMenuBar;
class QPushButton;

namespace sluice {

struct Theme;

enum class Mode : std::uint8_t { Design, Run, Live, Replay };
inline constexpr std::array kModes{Mode::Design, Mode::Run, Mode::Live, Mode::Replay};

/// "design", "run", ...: for settings and the command line.
QString modeName(Mode mode);

/// The window's first row: menus, where one is (file and scenario), the mode switch, search. Lives on the
/// window's thread; owned by the main window.
class HeadBar : public QWidget {
    Q_OBJECT

public:
    explicit HeadBar(const Theme& theme, QWidget* parent = nullptr);

    [[nodiscard]] QMenuBar* menuBar() const { return m_menuBar; }
    void setTheme(const Theme& theme);
    /// An empty file hides the breadcrumbs and the mode switch: nothing is open.
    void setPlace(const QString& file, const QString& scenario, bool modified);
    void setMode(Mode mode);

signals:
    void modeChosen(sluice::Mode mode);
    void searchWanted();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    const Theme* m_theme;
    QMenuBar* m_menuBar;
    QLabel* m_place;
    QWidget* m_switch;
    QButtonGroup* m_modes;
    QPushButton* m_search;
};

}  // namespace sluice
