#include "app/headbar.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenuBar>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

/// A label that gives way and says so with an ellipsis.
class ElidedLabel : public QLabel {
public:
    using QLabel::QLabel;
    [[nodiscard]] QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }
    [[nodiscard]] QSize sizeHint() const override {
        return {fontMetrics().horizontalAdvance(text()) + 4, QLabel::sizeHint().height()};
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.drawText(rect(), Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(text(), Qt::ElideRight, width()));
    }
};

}  // namespace

QString modeName(Mode mode) {
    switch (mode) {
        case Mode::Design:
            return "design";
        case Mode::Run:
            return "run";
        case Mode::Live:
            return "live";
        case Mode::Replay:
            return "replay";
    }
    return {};
}

HeadBar::HeadBar(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(&theme) {
    m_menuBar = new QMenuBar;
    m_menuBar->setSizePolicy(QSizePolicy::Minimum, QSizePolicy::Preferred);
    m_menuBar->setNativeMenuBar(false);
    m_place = new ElidedLabel;
    m_place->setProperty("muted", true);
    m_place->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);

    m_switch = new QWidget;
    m_switch->setObjectName("modeSwitch");
    auto* row = new QHBoxLayout(m_switch);
    row->setContentsMargins(2, 2, 2, 2);
    row->setSpacing(2);
    m_modes = new QButtonGroup(this);
    const auto add = [&](Mode mode, const QString& label, const QString& tip) {
        auto* button = new QToolButton;
        button->setText(label);
        button->setCheckable(true);
        button->setToolTip(tip);
        button->setObjectName("mode." + modeName(mode));
        button->setMinimumWidth(64);
        row->addWidget(button);
        m_modes->addButton(button, static_cast<int>(mode));
    };
    add(Mode::Design, tr("Design"), tr("Draw and change (Ctrl+1)"));
    add(Mode::Run, tr("Run"), tr("Play a scenario on the drawing (Ctrl+2)"));
    add(Mode::Live, tr("Live"), tr("Watch running brokers on the drawing (Ctrl+3)"));
    add(Mode::Replay, tr("Replay"), tr("Play a recording back (Ctrl+4)"));
    connect(m_modes, &QButtonGroup::idClicked, this,
            [this](int id) { emit modeChosen(static_cast<Mode>(id)); });

    m_search = new QPushButton(tr("Search  Ctrl+K"));
    m_search->setObjectName("head.search");
    m_search->setAccessibleName(tr("Search actions and elements"));
    m_search->setMinimumWidth(150);
    connect(m_search, &QPushButton::clicked, this, &HeadBar::searchWanted);

    auto* whole = new QHBoxLayout(this);
    whole->setContentsMargins(4, 3, 8, 3);
    whole->setSpacing(8);
    whole->addWidget(m_menuBar);
    whole->addWidget(m_place, 1);
    whole->addWidget(m_switch);
    whole->addStretch(1);
    whole->addWidget(m_search);
    setTheme(theme);
    setPlace({}, {}, false);
}

void HeadBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_search->setIcon(icon("search", theme));
    m_menuBar->setStyleSheet("QMenuBar { border: none; }");
    m_search->setStyleSheet(QString("QPushButton { text-align: left; color: %1; background: %2; }")
                                .arg(theme.textMuted.name(), theme.surfaceSunken.name()));
    m_switch->setStyleSheet(
        QString("#modeSwitch { background: %1; border-radius: 8px; }"
                "#modeSwitch QToolButton { padding: 3px 10px; color: %2; border-radius: 6px; }"
                "#modeSwitch QToolButton:hover { color: %3; }"
                "#modeSwitch QToolButton:checked { background: %4; color: %3; border: 1px solid %5; }"
                "#modeSwitch QToolButton:focus { border: 1px solid %6; }")
            .arg(theme.surfaceSunken.name(), theme.textMuted.name(), theme.text.name(),
                 theme.surfaceRaised.name(), theme.outline.name(), theme.accent.name()));
    update();
}

void HeadBar::setPlace(const QString& file, const QString& scenario, bool modified) {
    QString place = file;
    if (modified)
        place += QStringLiteral(" •");
    if (!scenario.isEmpty())
        place += QStringLiteral("  ›  ") + scenario;
    m_place->setText(place);
    m_place->setToolTip(modified ? tr("%1, not saved yet").arg(file) : file);
    m_place->updateGeometry();
    m_place->update();
    m_switch->setVisible(!file.isEmpty());
}

void HeadBar::setMode(Mode mode) {
    m_modes->button(static_cast<int>(mode))->setChecked(true);
}

void HeadBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), m_theme->surface);
    painter.fillRect(QRect(0, height() - 1, width(), 1), m_theme->outline);
}

}  // namespace sluice
