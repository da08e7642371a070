#include "app/themecontroller.h"

#include <QApplication>
#include <QSettings>
#include <QStandardPaths>
#include <QStyleFactory>

namespace sluice {

namespace {

constexpr auto kThemeKey = "view/theme";
constexpr auto kMotionKey = "view/reducedMotion";
constexpr std::array kChoiceNames{"system", "light", "dark", "highContrast"};

ThemeChoice choiceOf(const QString& name) {
    for (std::size_t i = 0; i < kChoiceNames.size(); ++i) {
        if (name == kChoiceNames[i])
            return static_cast<ThemeChoice>(i);
    }
    return ThemeChoice::System;
}

/// The desktop's own colours, before ours are set. GTK desktops tell theirs in the theme's name.
bool desktopIsDark() {
    if (qEnvironmentVariable("GTK_THEME").contains("dark", Qt::CaseInsensitive))
        return true;
    return QApplication::palette().color(QPalette::Window).lightness() < 128;
}

/// What GTK desktops keep for programs that are not theirs.
bool desktopReducesMotion() {
    const QString file =
        QStandardPaths::locate(QStandardPaths::GenericConfigLocation, "gtk-3.0/settings.ini");
    return !file.isEmpty() &&
           !QSettings(file, QSettings::IniFormat).value("Settings/gtk-enable-animations", true).toBool();
}

constexpr std::array kEffects{Qt::UI_AnimateMenu, Qt::UI_AnimateCombo, Qt::UI_AnimateTooltip};

}  // namespace

ThemeController::ThemeController(QSettings& settings, QObject* parent)
    : QObject(parent),
      m_settings(settings),
      m_systemIsDark(desktopIsDark()),
      m_systemReducesMotion(desktopReducesMotion()) {
    for (std::size_t i = 0; i < kEffects.size(); ++i)
        m_effects[i] = QApplication::isEffectEnabled(kEffects[i]);
    QApplication::setStyle(QStyleFactory::create("Fusion"));
    QApplication::setFont(textFont());
    wear(choiceOf(m_settings.value(kThemeKey).toString()));
}

void ThemeController::choose(ThemeChoice choice) {
    m_settings.setValue(kThemeKey, kChoiceNames[static_cast<std::size_t>(choice)]);
    wear(choice);
}

void ThemeController::wear(ThemeChoice choice) {
    m_choice = choice;
    ThemeName name = m_systemIsDark ? ThemeName::Dark : ThemeName::Light;
    if (choice == ThemeChoice::Light)
        name = ThemeName::Light;
    else if (choice == ThemeChoice::Dark)
        name = ThemeName::Dark;
    else if (choice == ThemeChoice::HighContrast)
        name = ThemeName::HighContrast;
    m_theme = &sluice::theme(name);
    m_redressing.begin(
        paletteOf(*m_theme),
        styleSheetOf(*m_theme) + "QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }");
    applyMotion();
    emit changed();
}

void ThemeController::applyMotion() {
    for (std::size_t i = 0; i < kEffects.size(); ++i)
        QApplication::setEffectEnabled(kEffects[i], m_effects[i] && !reducedMotion());
}

bool ThemeController::reducedMotion() const {
    return m_settings.value(kMotionKey, m_systemReducesMotion).toBool();
}

void ThemeController::setReducedMotion(bool reduced) {
    m_settings.setValue(kMotionKey, reduced);
    applyMotion();
    emit changed();
}

}  // namespace sluice
