#pragma once

#include <QWidget>

#include "core/base/kinds.h"

class QLineEdit;
class QListView;
class QSortFilterProxyModel;
class QToolButton;

namespace sluice {

struct Theme;
class PaletteModel;

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

    [[nodiscard]] QSize sizeHint() const override;

signals:
    /// Clicked or chosen with Enter: the canvas should begin placing it.
    void kindChosen(sluice::ElementKind kind);
    void groupChosen();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void choose(const QModelIndex& index);
    void filter(const QString& text);
    void showToggle();

    const Theme* m_theme;
    bool m_compact = false;
    PaletteModel* m_model;
    QSortFilterProxyModel* m_shown;
    QLineEdit* m_search;
    QListView* m_list;
    QToolButton* m_toggle;
};

}  // namespace sluice
