#include <QHash>
#include <QStringView>

#include "widgets/theme/theme.h"

static void initializeThemeResources() {
    Q_INIT_RESOURCE(theme);
}

namespace sluice {
namespace {

// An @role stands for the theme's colour of that name; @tint for the folder's name of its icons.
// Spacing in steps of 4, radius 6 on controls; the focus ring is a border of the accent, so that nothing
// changes its size when the focus comes.
constexpr auto kControls = R"(
* { outline: none; }
QWidget { color: @text; selection-background-color: @accent; selection-color: @textOnAccent; }
QWidget:disabled { color: @textDisabled; }
QMainWindow, QDialog, QWizard, QMessageBox { background: @surface; }
QMainWindow::separator { background: @outline; width: 1px; height: 1px; margin: 1px; }
QMainWindow::separator:hover { background: @accent; }
QLabel { background: transparent; }
QLabel[muted="true"] { color: @textMuted; }
QLabel[heading="true"] { font-size: 15pt; font-weight: 600; }
QLabel[section="true"] { color: @textMuted; font-weight: 600; }
QLabel[danger="true"] { color: @dangerText; }
QLabel[ok="true"] { color: @okText; }
QLabel[warning="true"] { color: @warningText; }
QFrame[card="true"] { background: @surfaceRaised; border: 1px solid @outline; border-radius: 8px; }
QFrame[card="true"]:hover { border-color: @outlineStrong; }
QFrame[card="true"]:focus { border-color: @accent; }
QFrame[frameShape="4"], QFrame[frameShape="5"] { color: @outline; background: @outline; border: none; max-height: 1px; }
QFrame[frameShape="5"] { max-width: 1px; max-height: 16777215px; }

QPushButton { background: @surfaceRaised; border: 1px solid @outlineField; border-radius: 6px; padding: 5px 12px;
    min-height: 18px; }
QPushButton:hover { background: @surfaceHover; }
QPushButton:pressed, QPushButton:checked { background: @accentSoft; border-color: @accent; color: @accentText; }
QPushButton:focus { border-color: @accent; }
QPushButton:disabled { background: @surfaceSunken; border-color: @outline; color: @textDisabled; }
QPushButton:default, QPushButton[primary="true"] { background: @accent; border-color: @accent; color: @textOnAccent;
    font-weight: 600; }
QPushButton:default:hover, QPushButton[primary="true"]:hover { background: @accentHover; border-color: @accentHover; }
QPushButton:default:focus, QPushButton[primary="true"]:focus { border-color: @text; }
QPushButton:default:disabled, QPushButton[primary="true"]:disabled { background: @surfaceSunken;
    border-color: @outline; color: @textDisabled; }
QPushButton[danger="true"] { border-color: @danger; color: @dangerText; }
QPushButton[danger="true"]:disabled { border-color: @outline; color: @textDisabled; }
QPushButton[flat="true"] { background: transparent; border-color: transparent; }
QPushButton[flat="true"]:hover { background: @surfaceHover; }
QPushButton[flat="true"]:focus { border-color: @accent; }
QPushButton::menu-indicator { image: url(:/theme/@tint/down.svg); width: 10px; height: 10px; right: 6px;
    subcontrol-position: right center; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px; }
QToolButton:hover { background: @surfaceHover; }
QToolButton:pressed { background: @accentSoft; }
QToolButton:checked { background: @accentSoft; color: @accentText; border-color: @accentSoft; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @textDisabled; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-button { border: none; width: 16px; }
QToolButton::menu-arrow, QToolButton::menu-indicator { image: url(:/theme/@tint/down.svg); width: 10px; height: 10px; }
QToolButton::menu-indicator { subcontrol-position: right center; right: 4px; }
QToolButton[popupMode="2"] { padding-right: 18px; }

QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QComboBox { background: @field;
    border: 1px solid @outlineField; border-radius: 6px; padding: 3px 7px; min-height: 20px; }
QTextEdit, QPlainTextEdit { padding: 3px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: @outlineStrong; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QComboBox:on {
    border-color: @accent; }
QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled {
    background: @surfaceSunken; border-color: @outline; }
QLineEdit:read-only { background: @surfaceSunken; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: @danger; }
QAbstractSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { subcontrol-origin: border; width: 18px; border: none;
    background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; margin: 2px 2px 0 0; border-top-right-radius: 4px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin: 0 2px 2px 0;
    border-bottom-right-radius: 4px; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @surfaceHover; }
QAbstractSpinBox::up-arrow { image: url(:/theme/@tint/up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(:/theme/@tint/down.svg); width: 9px; height: 9px; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::down-arrow:off { image: none; }
QComboBox { padding-left: 9px; padding-right: 22px; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url(:/theme/@tint/down.svg); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @surfaceRaised; border: 1px solid @outline; border-radius: 6px;
    padding: 4px; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; padding: 2px 0; }
QCheckBox::indicator, QRadioButton::indicator, QGroupBox::indicator, QAbstractItemView::indicator { width: 16px;
    height: 16px; border: 1px solid @outlineStrong; background: @field; }
QCheckBox::indicator, QGroupBox::indicator, QAbstractItemView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 9px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 1px solid @accent; }
QCheckBox:focus, QRadioButton:focus { color: @accentText; }
QCheckBox::indicator:checked, QGroupBox::indicator:checked, QAbstractItemView::indicator:checked {
    background: @accent; border-color: @accent; image: url(:/theme/@tint/check.svg); }
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate { background: @accent;
    border-color: @accent; image: url(:/theme/@tint/dash.svg); }
QRadioButton::indicator:checked { background: @accent; border-color: @accent; image: url(:/theme/@tint/dot.svg); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: @surfaceSunken; border-color: @outline; }

QSlider::groove:horizontal { height: 4px; background: @track; border-radius: 2px; }
QSlider::groove:vertical { width: 4px; background: @track; border-radius: 2px; }
QSlider::sub-page:horizontal, QSlider::add-page:vertical { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal, QSlider::handle:vertical { background: @surfaceRaised; border: 2px solid @accent;
    border-radius: 8px; width: 12px; height: 12px; }
QSlider::handle:horizontal { margin: -6px 0; }
QSlider::handle:vertical { margin: 0 -6px; }
QSlider::handle:focus, QSlider::handle:hover { background: @accentSoft; }
QSlider::handle:disabled { border-color: @outlineStrong; }
QSlider::sub-page:disabled { background: @outlineStrong; }
QProgressBar { background: @track; border: none; border-radius: 4px; min-height: 8px; max-height: 8px;
    text-align: center; color: transparent; }
QProgressBar::chunk { background: @accent; border-radius: 4px; }
)";

constexpr auto kViews = R"(
QAbstractItemView { background: @surfaceRaised; alternate-background-color: @stripe;
    border: 1px solid transparent; selection-background-color: @accentSoft; selection-color: @text; gridline-color: @outline; }
QAbstractItemView:focus { border-color: @accent; }
QAbstractItemView::item { padding: 2px 6px; border: none; }
QListView#completions { background: @surfaceRaised; border: 1px solid @outlineStrong; padding: 4px; }
QTableView::item:focus { border: 1px solid @accent; }
QAbstractItemView::item:hover { background: @surfaceHover; }
QAbstractItemView::item:selected { background: @accentSoft; color: @text; }
QTreeView::item, QListView::item { min-height: 24px; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: url(:/theme/@tint/branchclosed.svg); }
QTreeView::branch:has-children:open { image: url(:/theme/@tint/branchopen.svg); }
QHeaderView { background: @surfaceSunken; border: none; }
QHeaderView::section { background: @surfaceSunken; color: @textMuted; border: none;
    border-bottom: 1px solid @outline; padding: 4px 8px; font-weight: 600; }
QHeaderView::section:hover { color: @text; }
QHeaderView::up-arrow { image: url(:/theme/@tint/up.svg); width: 9px; height: 9px; }
QHeaderView::down-arrow { image: url(:/theme/@tint/down.svg); width: 9px; height: 9px; }
QTableCornerButton::section { background: @surfaceSunken; border: none; }
QGroupBox { border: 1px solid @outline; border-radius: 8px; margin-top: 20px; padding: 8px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 4px; color: @textMuted; }
QScrollArea, QAbstractScrollArea { background: transparent; border: none; }
QTextEdit[readOnly="false"], QPlainTextEdit[readOnly="false"] { background: @field; border: 1px solid @outlineField; }
QTextEdit[readOnly="false"]:focus, QPlainTextEdit[readOnly="false"]:focus { border-color: @accent; }
QTextEdit[readOnly="true"]:focus, QPlainTextEdit[readOnly="true"]:focus { border: 1px solid @accent; }
QAbstractScrollArea::corner { background: transparent; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: @handle; border-radius: 3px; border: none; }
QScrollBar::handle:vertical { min-height: 28px; margin: 2px 3px; }
QScrollBar::handle:horizontal { min-width: 28px; margin: 3px 2px; }
QScrollBar::handle:hover { background: @outlineStrong; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QTabWidget::pane { border: none; border-top: 1px solid @outline; background: @surface; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: @textMuted; padding: 7px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; background: @surfaceHover; }
QTabBar::tab:selected { color: @text; border-bottom: 2px solid @accent; }
QTabBar::tab:focus { color: @accentText; }
QTabBar::tab:disabled { color: @textDisabled; }
QTabBar::close-button { image: url(:/theme/@tint/close.svg); border-radius: 4px; width: 14px; height: 14px; }
QTabBar::close-button:hover { background: @surfaceHover; }
QTabBar::scroller { width: 24px; }
QDockWidget { color: @textMuted; titlebar-close-icon: url(:/theme/@tint/close.svg);
    titlebar-normal-icon: url(:/theme/@tint/float.svg); font-weight: 600; }
QDockWidget::title { background: @surface; padding: 6px 8px; border-bottom: 1px solid @outline; text-align: left; }
QDockWidget::close-button, QDockWidget::float-button { border: none; border-radius: 4px; padding: 1px;
    background: transparent; }
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: @surfaceHover; }

QMenuBar { background: @surface; border-bottom: 1px solid @outline; padding: 1px 4px; }
QMenuBar::item { background: transparent; padding: 5px 9px; border-radius: 6px; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: @surfaceHover; }
QMenu { background: @surfaceRaised; border: 1px solid @outline; border-radius: 8px; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: @accentSoft; color: @text; }
QMenu::item:disabled { color: @textDisabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @outline; margin: 4px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: url(:/theme/@tint/tick.svg); }
QMenu::right-arrow { image: url(:/theme/@tint/right.svg); width: 10px; height: 10px; right: 6px; }
QToolBar { background: @surface; border: none; border-bottom: 1px solid @outline; spacing: 4px; padding: 4px 8px; }
QToolBar::separator { background: @outline; width: 1px; margin: 4px; }
QStatusBar { background: @surface; border-top: 1px solid @outline; color: @textMuted; }
QStatusBar::item { border: none; }
QStatusBar QLabel { color: @textMuted; padding: 0 4px; }
QToolTip { background: @surfaceRaised; color: @text; border: 1px solid @outline; padding: 4px 6px; }
QSplitter::handle { background: @outline; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: @accent; }
QCalendarWidget QWidget { alternate-background-color: @surfaceSunken; }
QChartView { background: transparent; border: none; }
)";

QString filled(const char* sheet, const Theme& t) {
    const QHash<QStringView, QColor> roles{
        {u"canvas", t.canvas},
        {u"surface", t.surface},
        {u"surfaceRaised", t.surfaceRaised},
        {u"surfaceSunken", t.surfaceSunken},
        {u"surfaceHover", t.surfaceHover},
        {u"outline", t.outline},
        {u"outlineStrong", t.outlineStrong},
        {u"outlineField", mixed(t.outline, t.outlineStrong, 0.35)},
        {u"field", t.dark ? t.surfaceSunken : t.surfaceRaised},
        {u"track", mixed(t.surfaceSunken, t.outlineStrong, 0.25)},
        {u"handle", mixed(t.outline, t.outlineStrong, 0.45)},
        {u"stripe", mixed(t.surfaceRaised, t.surfaceSunken, 0.5)},
        {u"text", t.text},
        {u"textMuted", t.textMuted},
        {u"textDisabled", t.textDisabled},
        {u"accent", t.accent},
        {u"accentHover", mixed(t.accent, t.text, 0.15)},
        {u"accentSoft", t.accentSoft},
        {u"accentText", t.accentText},
        {u"textOnAccent", t.textOnAccent},
        {u"danger", t.danger},
        {u"dangerText", t.dangerText},
        {u"okText", t.okText},
        {u"warningText", t.warningText},
    };
    const QString text = QString::fromLatin1(sheet);
    QString result;
    result.reserve(text.size() * 2);
    qsizetype done = 0;
    for (qsizetype at = text.indexOf(u'@'); at >= 0; at = text.indexOf(u'@', done)) {
        result += QStringView(text).mid(done, at - done);
        qsizetype end = at + 1;
        while (end < text.size() && text[end].isLetter())
            ++end;
        const QStringView role = QStringView(text).mid(at + 1, end - at - 1);
        if (role == u"tint") {
            result += t.dark ? u"dark" : u"light";
        } else {
            Q_ASSERT(roles.contains(role));
            result += roles.value(role).name();
        }
        done = end;
    }
    result += QStringView(text).mid(done);
    return result;
}

}  // namespace

QString styleSheetOf(const Theme& theme) {
    initializeThemeResources();
    return filled(kControls, theme) + filled(kViews, theme);
}

}  // namespace sluice
