#include "widgets/transport/transportbar.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QCoreApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRandomGenerator>
#include <QRegularExpressionValidator>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"
#include "widgets/transport/speedscale.h"

namespace sluice {

namespace {

constexpr int kRoomForWords = 1000;        ///< pixels: with less, what has no control is left out
constexpr int kRoomForFingerprint = 1150;  ///< the outcome tells it as well

/// "1:02.345" past a minute, "12.345 s" before; microseconds below a second, where single steps matter.
QString clockText(TraceTime time) {
    const QLocale locale;
    const double s = seconds(time);
    if (s < 60)
        return QStringLiteral("%1 s").arg(locale.toString(s, 'f', s < 1 ? 6 : 3));
    const auto minutes = static_cast<qint64>(s / 60);
    const QString rest = locale.toString(s - static_cast<double>(minutes) * 60, 'f', 3);
    return QStringLiteral("%1:%2").arg(minutes).arg(rest, 6, QLatin1Char('0'));
}

QString fingerprintText(std::uint64_t fingerprint) {
    return QStringLiteral("%1").arg(fingerprint, 16, 16, QLatin1Char('0'));
}

struct Words {
    Q_DECLARE_TR_FUNCTIONS(TransportBar)
};

/// What a step goes to, in a word or two.
QString wordsFor(StepGoal kind) {
    switch (kind) {
        case StepGoal::Event:
            return Words::tr("Event");
        case StepGoal::AtElement:
            return Words::tr("At selection");
        case StepGoal::OfMessage:
            return Words::tr("Of message");
        case StepGoal::Causality:
            return Words::tr("Cause, effect");
        case StepGoal::DeadLetter:
            return Words::tr("Dead letter");
        case StepGoal::LateArrival:
            return Words::tr("Late arrival");
        case StepGoal::Match:
            return Words::tr("Match");
        case StepGoal::Bookmark:
            return Words::tr("Bookmark");
    }
    return {};
}

QFrame* verticalLine() {
    auto* line = new QFrame;
    line->setFrameShape(QFrame::VLine);
    line->setFixedHeight(24);
    return line;
}

}  // namespace

struct TransportBar::Private {
    const Theme* theme;
    TransportState state;

    QAction* restart;
    QAction* stepBack;
    QAction* play;
    QAction* playBack;
    QAction* step;
    QAction* toEnd;
    QToolButton* kindButton;
    StepGoal stepGoal = StepGoal::Event;
    QAction* slower;
    QAction* faster;
    QAction* newSeed;

    QSlider* speed;
    QLabel* speedLabel;
    QLabel* time;
    QLabel* end;
    QComboBox* scenario;
    QLineEdit* seed;
    QLabel* seedLabel;
    QToolButton* newSeedButton;
    QLabel* recorded;
    QLabel* fingerprint;
    QLabel* stale;
    QToolButton* playButton;
    int width = QWIDGETSIZE_MAX;  ///< for which show() was last called

    void applyIcons();
    void show();
    void reserveForKinds();
};

/// Whatever the steps go to, what stands beside stays where it is.
void TransportBar::Private::reserveForKinds() {
    kindButton->ensurePolished();
    const QString shown = kindButton->text();
    int widest = 0;
    for (int each = 0; each < kStepGoalCount; ++each) {
        kindButton->setText(wordsFor(static_cast<StepGoal>(each)));
        widest = std::max(widest, kindButton->sizeHint().width());
    }
    kindButton->setText(shown);
    kindButton->setFixedWidth(widest);
}

void TransportBar::Private::applyIcons() {
    restart->setIcon(icon("skip-back", *theme));
    stepBack->setIcon(icon("step-back", *theme));
    step->setIcon(icon("step-forward", *theme));
    playBack->setIcon(icon("play-back", *theme));
    toEnd->setIcon(icon("skip-forward", *theme));
    newSeed->setIcon(icon("dice", *theme));
    const bool playing = state.run == TransportState::Run::Playing;
    play->setIcon(icon(playing ? "pause" : "play", theme->textOnAccent));
}

void TransportBar::Private::show() {
    using Run = TransportState::Run;
    const bool playing = state.run == Run::Playing;
    const bool there = state.run == Run::Paused || playing || state.run == Run::Ended;
    play->setText(playing ? TransportBar::tr("Pause") : TransportBar::tr("Play"));
    play->setToolTip(playing ? TransportBar::tr("Pause (Space)") : TransportBar::tr("Play (Space)"));
    playButton->setAccessibleName(play->text());
    play->setEnabled(state.canRun && state.run != Run::Preparing);
    restart->setEnabled(there || state.run == Run::Failed);
    stepBack->setEnabled(there && state.now > TraceTime::zero());
    playBack->setEnabled(there && !state.backwards && state.now > TraceTime::zero());
    step->setEnabled(state.canRun && state.run != Run::Preparing && state.run != Run::Ended);
    toEnd->setEnabled(step->isEnabled());
    {
        const QSignalBlocker blocker(speed);
        speed->setValue(speedPosition(state.speed));
    }
    speedLabel->setText(speedText(state.speed));
    time->setText(clockText(state.now));
    end->setText(state.end > TraceTime::zero()
                     ? TransportBar::tr("of %1").arg(QString::fromStdString(describeDuration(state.end)))
                     : QString());
    if (!seed->hasFocus())
        seed->setText(QString::number(state.seed));
    for (QWidget* choice : {static_cast<QWidget*>(scenario), static_cast<QWidget*>(seed)})
        choice->setVisible(!state.recorded);
    seedLabel->setVisible(!state.recorded && width >= kRoomForWords);
    end->setVisible(width >= kRoomForWords);
    newSeed->setEnabled(state.canRun && !state.recorded);
    newSeedButton->setVisible(!state.recorded);
    recorded->setVisible(state.recorded);
    recorded->setText(state.live ? TransportBar::tr("Live") : TransportBar::tr("Recording"));
    recorded->setToolTip(state.live ? TransportBar::tr("This is watched as it happens: nothing runs here")
                                    : TransportBar::tr("This is played back from a file: nothing runs"));
    fingerprint->setText(state.fingerprint ? fingerprintText(*state.fingerprint) : QString());
    fingerprint->setVisible(state.fingerprint.has_value() && width >= kRoomForFingerprint);
    stale->setVisible(state.stale);
}

TransportBar::TransportBar(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    d->theme = &theme;
    setAccessibleName(tr("Transport"));

    const auto action = [this](const char* name, const QString& text, const QKeySequence& key,
                               const QString& tip) {
        auto* made = new QAction(text, this);
        made->setObjectName(name);
        made->setShortcut(key);
        made->setToolTip(
            key.isEmpty() ? tip : QStringLiteral("%1 (%2)").arg(tip, key.toString(QKeySequence::NativeText)));
        return made;
    };
    d->restart = action("run.restart", tr("Back to the start"), Qt::Key_Home, tr("Back to the start"));
    d->stepBack = action("run.stepBack", tr("Step back"), Qt::Key_Comma, tr("Step back one event"));
    d->play = action("run.play", tr("Play"), Qt::Key_Space, tr("Play"));
    d->playBack = action("run.playBackwards", tr("Play backwards"), QKeySequence(Qt::SHIFT | Qt::Key_Space),
                         tr("Play backwards"));
    d->step = action("run.step", tr("Step"), Qt::Key_Period, tr("Step to the next event"));
    d->toEnd = action("run.end", tr("Run to the end"), Qt::Key_End, tr("Run to the end as fast as possible"));
    d->slower = action("run.slower", tr("Slower"), Qt::Key_BracketLeft, tr("Slower"));
    d->faster = action("run.faster", tr("Faster"), Qt::Key_BracketRight, tr("Faster"));
    d->newSeed = action("run.newSeed", tr("Run with another seed"), QKeySequence(Qt::CTRL | Qt::Key_R),
                        tr("Run with another seed"));
    connect(d->restart, &QAction::triggered, this, &TransportBar::restarted);
    connect(d->stepBack, &QAction::triggered, this, [this] { emit steppedBack(d->stepGoal); });
    connect(d->play, &QAction::triggered, this, &TransportBar::playToggled);
    connect(d->playBack, &QAction::triggered, this, &TransportBar::playedBackwards);
    connect(d->step, &QAction::triggered, this, [this] { emit stepped(d->stepGoal); });
    connect(d->toEnd, &QAction::triggered, this, &TransportBar::endWanted);
    connect(d->slower, &QAction::triggered, this,
            [this] { emit speedChosen(nextSpeed(d->state.speed, false)); });
    connect(d->faster, &QAction::triggered, this,
            [this] { emit speedChosen(nextSpeed(d->state.speed, true)); });
    connect(d->newSeed, &QAction::triggered, this,
            [this] { emit seedChosen(QRandomGenerator::global()->bounded(1U, 1'000'000U)); });

    const auto button = [](QAction* from) {
        auto* made = new QToolButton;
        made->setDefaultAction(from);
        made->setIconSize(QSize(20, 20));
        made->setFixedSize(32, 32);
        made->setAccessibleName(from->text());
        return made;
    };
    d->playButton = button(d->play);
    d->playButton->setObjectName("transport.play");
    d->playButton->setFixedSize(44, 32);

    d->speed = new QSlider(Qt::Horizontal);
    d->speed->setRange(0, kSpeedPositions);
    d->speed->setPageStep(10);
    d->speed->setMinimumSize(90, 24);
    d->speed->setMaximumWidth(180);
    d->speed->setAccessibleName(tr("Speed"));
    d->speed->setToolTip(tr("Trace seconds a second, from 1/1000 to as fast as possible ([ and ])"));
    connect(d->speed, &QSlider::valueChanged, this,
            [this](int position) { emit speedChosen(speedAt(position)); });
    d->speedLabel = new QLabel;
    d->speedLabel->setFont(figureFont());
    d->speedLabel->setMinimumWidth(d->speedLabel->fontMetrics().horizontalAdvance("× 0.0088") + 4);

    d->time = new QLabel;
    d->time->setFont(figureFont(12));
    d->time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    d->time->setMinimumWidth(d->time->fontMetrics().horizontalAdvance("0.000000 s") + 12);
    d->time->setAccessibleName(tr("Time of the playhead"));
    d->end = new QLabel;
    d->end->setProperty("muted", true);

    d->scenario = new ElidedComboBox;
    d->scenario->setObjectName("transport.scenario");
    d->scenario->setMinimumWidth(140);
    d->scenario->setMaximumWidth(300);
    d->scenario->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    d->scenario->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    d->scenario->setAccessibleName(tr("Scenario"));
    connect(d->scenario, &QComboBox::activated, this,
            [this](int row) { emit scenarioChosen(d->scenario->itemData(row).toString()); });

    d->seedLabel = new QLabel(tr("Seed"));
    d->seedLabel->setProperty("muted", true);
    d->seed = new QLineEdit;
    d->seed->setFont(figureFont());
    d->seed->setFixedWidth(88);
    d->seed->setMaxLength(20);
    d->seed->setValidator(new QRegularExpressionValidator(QRegularExpression("\\d{1,20}"), d->seed));
    d->seed->setAccessibleName(tr("Seed"));
    d->seed->setToolTip(tr("Same file, scenario and seed: the same run. Enter runs with this seed"));
    d->seedLabel->setBuddy(d->seed);
    connect(d->seed, &QLineEdit::returnPressed, this, [this] {
        bool ok = false;
        const quint64 seed = d->seed->text().toULongLong(&ok);
        d->seed->clearFocus();
        if (ok)
            emit seedChosen(seed);
    });

    d->fingerprint = new QLabel;
    d->fingerprint->setFont(figureFont());
    d->fingerprint->setProperty("muted", true);
    d->fingerprint->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->fingerprint->setToolTip(
        tr("Fingerprint: a digest of every event. Two runs with the same one are equal"));
    d->fingerprint->setAccessibleName(tr("Fingerprint"));

    d->recorded = new QLabel;
    d->recorded->setObjectName("transport.recorded");
    d->recorded->setProperty("muted", true);

    d->stale = new QLabel(tr("Drawing changed"));
    d->stale->setProperty("warning", true);
    d->stale->setToolTip(tr("This run shows the drawing as it was. Restart to run it as it is now"));

    d->kindButton = new QToolButton;
    d->kindButton->setObjectName("transport.stepGoal");
    d->kindButton->setPopupMode(QToolButton::InstantPopup);
    d->kindButton->setFixedHeight(32);
    auto* kinds = new QMenu(d->kindButton);
    auto* group = new QActionGroup(kinds);
    for (int each = 0; each < kStepGoalCount; ++each) {
        const auto kind = static_cast<StepGoal>(each);
        QAction* choice = kinds->addAction(wordsFor(kind), this, [this, kind] { setStepGoal(kind); });
        choice->setCheckable(true);
        choice->setActionGroup(group);
        choice->setData(each);
    }
    d->kindButton->setMenu(kinds);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 4, 12, 4);
    row->setSpacing(4);
    for (QAction* each : {d->restart, d->stepBack, d->playBack})
        row->addWidget(button(each));
    row->addWidget(d->playButton);
    row->addWidget(button(d->step));
    row->addWidget(d->kindButton);
    row->addWidget(button(d->toEnd));
    row->addSpacing(8);
    row->addWidget(d->speed, 1);
    row->addWidget(d->speedLabel);
    row->addWidget(verticalLine());
    row->addWidget(d->time);
    row->addWidget(d->end);
    row->addSpacing(8);
    row->addWidget(verticalLine());
    row->addSpacing(4);
    row->addWidget(d->scenario, 3);
    row->addSpacing(4);
    row->addWidget(d->seedLabel);
    row->addWidget(d->seed);
    d->newSeedButton = button(d->newSeed);
    row->addWidget(d->newSeedButton);
    row->addWidget(d->recorded);
    row->addWidget(d->fingerprint);
    row->addWidget(d->stale);
    row->addStretch(1);

    setTheme(theme);
    setState({});
    setStepGoal(StepGoal::Event);
}

TransportBar::~TransportBar() = default;

void TransportBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    d->reserveForKinds();
    if (std::exchange(d->width, width()) != width())
        d->show();
}

void TransportBar::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->applyIcons();
    d->playButton->setStyleSheet(
        QString("QToolButton { background: %1; border-radius: 6px; } QToolButton:hover { background: %2; }"
                "QToolButton:focus { border: 1px solid %3; } QToolButton:disabled { background: %4; }")
            .arg(theme.accent.name(), mixed(theme.accent, theme.text, 0.15).name(), theme.text.name(),
                 theme.surfaceSunken.name()));
}

void TransportBar::setState(const TransportState& state) {
    const bool playingChanged =
        (state.run == TransportState::Run::Playing) != (d->state.run == TransportState::Run::Playing);
    d->state = state;
    if (playingChanged)
        d->applyIcons();
    d->show();
}

void TransportBar::setScenarios(const QList<ScenarioChoice>& scenarios, const QString& current) {
    d->scenario->clear();
    for (const ScenarioChoice& choice : scenarios) {
        d->scenario->addItem(choice.name, choice.id);
        d->scenario->setItemData(d->scenario->count() - 1, choice.note, Qt::ToolTipRole);
    }
    if (scenarios.isEmpty())
        d->scenario->addItem(tr("No scenario: every client at its rate"), QString());
    d->scenario->setCurrentIndex(std::max(0, d->scenario->findData(current)));
    d->scenario->setToolTip(d->scenario->currentData(Qt::ToolTipRole).toString());
    d->scenario->setEnabled(scenarios.size() > 1);
}

StepGoal TransportBar::stepGoal() const {
    return d->stepGoal;
}

void TransportBar::setStepGoal(StepGoal kind) {
    d->stepGoal = kind;
    const QString words = wordsFor(kind);
    d->kindButton->setText(words);
    d->reserveForKinds();
    d->kindButton->setAccessibleName(tr("Steps go to: %1").arg(words));
    d->kindButton->setToolTip(tr("What the steps before and after (, and .) go to"));
    for (QAction* choice : d->kindButton->menu()->actions())
        choice->setChecked(choice->data().toInt() == static_cast<int>(kind));
    d->step->setToolTip(tr("Step to the next: %1 (.)").arg(words));
    d->stepBack->setToolTip(tr("Step back to the last: %1 (,)").arg(words));
}

QList<QAction*> TransportBar::actions() const {
    return {d->play,  d->playBack, d->step,   d->stepBack, d->restart,
            d->toEnd, d->slower,   d->faster, d->newSeed};
}

}  // namespace sluice
