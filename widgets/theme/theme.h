#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>
#include <array>

#include "core/base/kinds.h"

namespace sluice {

enum class ThemeName : std::uint8_t { Light, Dark, HighContrast };

/// The colours of one kind of element. Kinds of one family (work, queueing, streams, stores, outside, edges)
/// share a hue: their shapes tell them apart.
struct KindColors {
    QColor hue;   ///< of Okabe and Ito's set: icons, bars, pips, large marks
    QColor line;  ///< outlines and small marks on the fill: at least 3:1 against the canvas
    QColor fill;  ///< the body's quiet tint
    QColor text;  ///< on the fill and on the canvas: at least 4.5:1
};

/// Every colour of the program by its role. A value without state; one for each theme lives for ever.
/// Plain roles are for areas and marks; the ones that end in Text are readable (at least 4.5:1) on canvas,
/// surface, surfaceRaised and surfaceSunken.
struct Theme {
    ThemeName name = ThemeName::Light;
    bool dark = false;

    QColor canvas;         ///< behind the drawing
    QColor grid;           ///< its dots
    QColor surface;        ///< panels, bars
    QColor surfaceRaised;  ///< menus, popups, cards, fields
    QColor surfaceSunken;  ///< wells: tab bars, headers, tracks
    QColor surfaceHover;   ///< a row or button under the pointer
    QColor outline;        ///< hairlines between areas
    QColor outlineStrong;  ///< borders of fields and buttons: at least 3:1 where they carry meaning
    QColor text;
    QColor textMuted;
    QColor textDisabled;

    QColor accent;  ///< focus, selection, the one primary button
    QColor accentSoft;
    QColor accentText;
    QColor textOnAccent;

    QColor ok, okText;
    QColor warning, warningText;
    QColor danger, dangerText;  ///< vermilion: dead letters, failures and alarms, nothing else
    QColor info, infoText;
    QColor late, lateText;  ///< amber, always with a clock mark

    QColor link;  ///< lines between elements
    QColor linkText;
    QColor paper;  ///< notes
    QColor paperText;
    QColor shadow;

    std::array<KindColors, kElementKindCount> kinds;
    /// For message types and chart series, in this order, then again. None is vermilion, and any two can be
    /// told apart by the colour-blind as well.
    std::array<QColor, 8> series;

    [[nodiscard]] const KindColors& of(ElementKind kind) const {
        return kinds[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] QColor seriesColor(std::size_t index) const { return series[index % series.size()]; }
};

const Theme& theme(ThemeName name);

/// For QApplication::setPalette: all groups and roles, links and placeholders too.
QPalette paletteOf(const Theme& theme);

/// For QApplication::setStyleSheet, over the Fusion style. Buttons with the dynamic property "primary" true
/// are filled with the accent; "danger" true, outlined in vermilion; labels with "muted" true are quiet,
/// with "heading" true larger. Frames with "card" true are raised areas with rounded corners.
QString styleSheetOf(const Theme& theme);

/// Inter where it is installed, else the desktop's own; `size` in points, 0 for the desktop's.
QFont textFont(double size = 0);

/// A font like textFont whose ten digits are equally wide, for every number that changes in place.
QFont figureFont(double size = 0);

/// WCAG 2.1 contrast ratio, 1 to 21; both colours are taken as opaque.
double contrastRatio(const QColor& one, const QColor& other);

/// `fraction` 0 gives `from`, 1 gives `to`; linear in sRGB.
QColor mixed(const QColor& from, const QColor& to, double fraction);

}  // namespace sluice
