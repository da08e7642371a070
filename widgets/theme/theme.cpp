#include "widgets/theme/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontMetricsF>
#include <cmath>

namespace sluice {
namespace {

// Okabe and Ito, "Color Universal Design", 2008.
constexpr QRgb kBlue = 0xff0072b2;
constexpr QRgb kGreen = 0xff009e73;
constexpr QRgb kOrange = 0xffe69f00;
constexpr QRgb kPurple = 0xffcc79a7;
constexpr QRgb kSky = 0xff56b4e9;
constexpr QRgb kVermilion = 0xffd55e00;
constexpr QRgb kSlate = 0xff64748b;

struct Family {
    KindColors work, queueing, streams, stores, outside, edges, paper;
};

std::array<KindColors, kElementKindCount> kindsOf(const Family& f) {
    std::array<KindColors, kElementKindCount> kinds;
    const auto set = [&kinds](ElementKind kind, const KindColors& colors) {
        kinds[static_cast<std::size_t>(kind)] = colors;
    };
    using enum ElementKind;
    for (const auto kind : {Service, Processor, Sidecar})
        set(kind, f.work);
    for (const auto kind : {Queue, Exchange})
        set(kind, f.queueing);
    set(Topic, f.streams);
    for (const auto kind : {Table, Cache, Database})
        set(kind, f.stores);
    for (const auto kind : {Client, External})
        set(kind, f.outside);
    for (const auto kind : {Gateway, LoadBalancer})
        set(kind, f.edges);
    set(Note, f.paper);
    return kinds;
}

Theme lightTheme() {
    Theme t;
    t.name = ThemeName::Light;
    t.dark = false;
    t.canvas = 0xfff6f7f9;
    t.grid = 0xffdde1e8;
    t.surface = 0xfffcfcfd;
    t.surfaceRaised = 0xffffffff;
    t.surfaceSunken = 0xffeff1f4;
    t.surfaceHover = 0xffe8ebf0;
    t.outline = 0xffdde1e7;
    t.outlineStrong = 0xff8b95a5;
    t.text = 0xff1a222e;
    t.textMuted = 0xff566173;
    t.textDisabled = 0xff9aa3b0;
    t.accent = 0xff3b5bdb;
    t.accentSoft = 0xffe3e8fc;
    t.accentText = 0xff3450c4;
    t.textOnAccent = 0xffffffff;
    t.ok = kGreen;
    t.okText = 0xff00694c;
    t.warning = 0xffd9a400;
    t.warningText = 0xff7d5a00;
    t.danger = kVermilion;
    t.dangerText = 0xffac4800;
    t.info = 0xff2f86c4;
    t.infoText = 0xff0b62a0;
    t.late = 0xfff0b429;
    t.lateText = 0xff805600;
    t.link = 0xff7b8798;
    t.linkText = 0xff4b5668;
    t.paper = 0xfffdf6d2;
    t.paperText = 0xff4d4523;
    t.shadow = QColor(20, 30, 50, 26);
    t.kinds = kindsOf({.work = {kGreen, 0xff0a8a67, 0xffe6f5f0, 0xff00573f},
                       .queueing = {kBlue, 0xff0072b2, 0xffe4f0f8, 0xff00507d},
                       .streams = {kOrange, 0xffb97f00, 0xfffdf3dd, 0xff6b4a00},
                       .stores = {kPurple, 0xffb25c8c, 0xfff9ecf3, 0xff7a2f59},
                       .outside = {kSky, 0xff3490c8, 0xffe7f4fc, 0xff0f5580},
                       .edges = {kSlate, 0xff64748b, 0xffedf0f4, 0xff3c4859},
                       .paper = {0xffd8c65a, 0xffb3a138, 0xfffdf6d2, 0xff4d4523}});
    t.series = {kBlue, kGreen, kOrange, kPurple, kSky, 0xff4a2a86, 0xff5c5f0e, 0xff2b333d};
    return t;
}

Theme darkTheme() {
    Theme t;
    t.name = ThemeName::Dark;
    t.dark = true;
    t.canvas = 0xff14171c;
    t.grid = 0xff262b33;
    t.surface = 0xff1a1e24;
    t.surfaceRaised = 0xff22272f;
    t.surfaceSunken = 0xff15181d;
    t.surfaceHover = 0xff2a303a;
    t.outline = 0xff2e343e;
    t.outlineStrong = 0xff6c7788;
    t.text = 0xffe7ebf1;
    t.textMuted = 0xffa2adbc;
    t.textDisabled = 0xff626c7a;
    t.accent = 0xff7c94f5;
    t.accentSoft = 0xff2a3357;
    t.accentText = 0xff9fb1fa;
    t.textOnAccent = 0xff10141f;
    t.ok = 0xff1fb98b;
    t.okText = 0xff4fd3ab;
    t.warning = 0xffe0b13a;
    t.warningText = 0xffe8c062;
    t.danger = 0xffe8701a;
    t.dangerText = 0xfff79152;
    t.info = 0xff56b4e9;
    t.infoText = 0xff7cc5f0;
    t.late = 0xfff0b429;
    t.lateText = 0xfff3c45a;
    t.link = 0xff7d899a;
    t.linkText = 0xffb4becb;
    t.paper = 0xff3a3620;
    t.paperText = 0xffeae0b0;
    t.shadow = QColor(0, 0, 0, 90);
    t.kinds = kindsOf({.work = {0xff1fb98b, 0xff24b088, 0xff17302a, 0xff7fe0c2},
                       .queueing = {0xff3d9fdc, 0xff3d9fdc, 0xff172a3a, 0xff8fcbf2},
                       .streams = {0xffe69f00, 0xffcf951a, 0xff322814, 0xfff5cc74},
                       .stores = {0xffd68bb3, 0xffcf82ac, 0xff33212c, 0xfff0bcd6},
                       .outside = {0xff56b4e9, 0xff4ea6d8, 0xff162c38, 0xff9bd6f5},
                       .edges = {0xff8f9db1, 0xff8492a6, 0xff242a33, 0xffc6cfdb},
                       .paper = {0xff9c9048, 0xff8d8344, 0xff3a3620, 0xffeae0b0}});
    t.series = {0xff4fa6e6, 0xff38d6a4, 0xffe0992a, 0xffd067a0,
                0xffb9d8ef, 0xff7666d5, 0xffe6e767, 0xff70737a};
    return t;
}

Theme highContrastTheme() {
    Theme t = lightTheme();
    t.name = ThemeName::HighContrast;
    t.canvas = t.surface = t.surfaceRaised = t.surfaceSunken = 0xffffffff;
    t.surfaceHover = 0xffe3e6ea;
    t.grid = 0xffc4cad3;
    t.outline = t.outlineStrong = 0xff20262e;
    t.text = t.textMuted = 0xff000000;
    t.textDisabled = 0xff5c6470;
    t.accent = t.accentText = 0xff1a34b8;
    t.accentSoft = 0xffd5dcff;
    t.ok = t.okText = 0xff005a41;
    t.warning = 0xffa07a00;
    t.warningText = 0xff6b4a00;
    t.danger = t.dangerText = 0xffa83f00;
    t.info = t.infoText = 0xff004a80;
    t.late = 0xffe0a000;
    t.lateText = 0xff6b4a00;
    t.link = t.linkText = 0xff20262e;
    t.paper = 0xfffffbe0;
    t.paperText = 0xff000000;
    t.shadow = QColor(0, 0, 0, 0);
    for (auto& kind : t.kinds) {
        kind.fill = 0xffffffff;
        kind.line = kind.text;
    }
    t.kinds[static_cast<std::size_t>(ElementKind::Note)] = {0xff4d4523, 0xff4d4523, 0xfffffbe0, 0xff000000};
    return t;
}

double linearChannel(double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linearChannel(color.redF()) + 0.7152 * linearChannel(color.greenF()) +
           0.0722 * linearChannel(color.blueF());
}

bool hasTabularFigures(const QFont& font) {
    const QFontMetricsF metrics(font);
    const double width = metrics.horizontalAdvance(QLatin1Char('0'));
    for (char digit = '1'; digit <= '9'; ++digit) {
        if (std::abs(metrics.horizontalAdvance(QLatin1Char(digit)) - width) > 0.01)
            return false;
    }
    return true;
}

bool installed(const QString& family) {
    return QFontDatabase::hasFamily(family);
}

QFont fontOfSize(QFont font, double size) {
    if (size > 0)
        font.setPointSizeF(size);
    return font;
}

QFont chooseTextFont() {
    QFont font = QFontDatabase::systemFont(QFontDatabase::GeneralFont);
    if (installed(QStringLiteral("Inter")))
        font.setFamilies({QStringLiteral("Inter"), font.family()});
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont chooseFigureFont() {
    QFont font = chooseTextFont();
    for (const auto* family : {"", "Roboto", "Noto Sans", "Open Sans", "Liberation Sans", "DejaVu Sans"}) {
        const QString name = QString::fromLatin1(family);
        if (!name.isEmpty()) {
            if (!installed(name))
                continue;
            font.setFamilies({name});
        }
        if (hasTabularFigures(font))
            return font;
    }
    font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setPointSizeF(chooseTextFont().pointSizeF());
    return font;
}

}  // namespace

const Theme& theme(ThemeName name) {
    static const std::array<Theme, 3> themes{lightTheme(), darkTheme(), highContrastTheme()};
    return themes[static_cast<std::size_t>(name)];
}

QPalette paletteOf(const Theme& t) {
    QPalette palette;
    palette.setColor(QPalette::Window, t.surface);
    palette.setColor(QPalette::WindowText, t.text);
    palette.setColor(QPalette::Base, t.surfaceRaised);
    palette.setColor(QPalette::AlternateBase, t.surfaceSunken);
    palette.setColor(QPalette::ToolTipBase, t.surfaceRaised);
    palette.setColor(QPalette::ToolTipText, t.text);
    palette.setColor(QPalette::Text, t.text);
    palette.setColor(QPalette::PlaceholderText, t.textMuted);
    palette.setColor(QPalette::Button, t.surfaceRaised);
    palette.setColor(QPalette::ButtonText, t.text);
    palette.setColor(QPalette::BrightText, t.dangerText);
    palette.setColor(QPalette::Light, mixed(t.surfaceRaised, t.text, t.dark ? 0.10 : 0.0));
    palette.setColor(QPalette::Midlight, t.surfaceHover);
    palette.setColor(QPalette::Mid, t.outline);
    palette.setColor(QPalette::Dark, t.outlineStrong);
    palette.setColor(QPalette::Shadow, t.dark ? QColor(0, 0, 0) : t.outlineStrong);
    palette.setColor(QPalette::Highlight, t.accent);
    palette.setColor(QPalette::HighlightedText, t.textOnAccent);
    palette.setColor(QPalette::Link, t.accentText);
    palette.setColor(QPalette::LinkVisited, t.accentText);
    for (const auto role :
         {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::PlaceholderText})
        palette.setColor(QPalette::Disabled, role, t.textDisabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, t.outline);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, t.textDisabled);
    return palette;
}

QFont textFont(double size) {
    static const QFont font = chooseTextFont();
    return fontOfSize(font, size);
}

QFont figureFont(double size) {
    static const QFont font = chooseFigureFont();
    return fontOfSize(font, size);
}

double contrastRatio(const QColor& one, const QColor& other) {
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor mixed(const QColor& from, const QColor& to, double fraction) {
    const auto f = static_cast<float>(fraction);
    const auto channel = [f](float a, float b) { return a + (b - a) * f; };
    return QColor::fromRgbF(channel(from.redF(), to.redF()), channel(from.greenF(), to.greenF()),
                            channel(from.blueF(), to.blueF()), channel(from.alphaF(), to.alphaF()));
}

}  // namespace sluice
