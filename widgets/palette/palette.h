#pragma once

#include <QWidget>

#include "core/base/kinds.h"

namespace sluice {

struct Theme;

/// The kinds of element that can be placed, by click or by drag to the canvas, with a field to find one by
/// name. Narrow, it shows icons alone. Lives on the window's thread; owned by the window.
class Palette : public QWidget {
    Q_OBJECT

public:
    explicit Palette(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    /// 56 px and icons, or 220 px with names.
    void setCompact(bool compact);
    [[nodiscard]] bool isCompact() const { return m_compact; }
    void focusSearch();

signals:
    /// Clicked or chosen with Enter: the canvas should begin placing it.
    void kindChosen(sluice::ElementKind kind);
    void groupChosen();
    void compactChanged(bool compact);

private:
    bool m_compact = false;
};

}  // namespace sluice
