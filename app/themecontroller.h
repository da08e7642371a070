#pragma once

#include <QObject>
#include <array>

#include "app/redressing.h"
#include "widgets/theme/theme.h"

class QSettings;

namespace sluice {

enum class ThemeChoice : std::uint8_t { System, Light, Dark, HighContrast };

/// Which theme the program wears, remembered in the settings; dresses the whole application. Lives on the
/// window's thread; made before the first widget, owned by main.
class ThemeController : public QObject {
    Q_OBJECT

public:
    explicit ThemeController(QSettings& settings, QObject* parent = nullptr);

    [[nodiscard]] const Theme& theme() const { return *m_theme; }
    [[nodiscard]] ThemeChoice choice() const { return m_choice; }
    /// Remembered for the next start.
    void choose(ThemeChoice choice);
    /// For this start alone.
    void wear(ThemeChoice choice);

    /// Fewer movements: no transitions, messages in steps, thumbnails that stand still. Remembered; as the
    /// desktop says until it is chosen.
    [[nodiscard]] bool reducedMotion() const;
    void setReducedMotion(bool reduced);

signals:
    /// At once; the standard widgets follow in the next moments, and the windows show it all together.
    void changed();

private:
    void applyMotion();

    QSettings& m_settings;
    const Theme* m_theme;
    ThemeChoice m_choice = ThemeChoice::System;
    bool m_systemIsDark = false;
    bool m_systemReducesMotion = false;
    Redressing m_redressing;
    std::array<bool, 3> m_effects{};  ///< which of Qt's own the desktop wants
};

}  // namespace sluice
