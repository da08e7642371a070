#include "app/live/livebar.h"

#include <QActionGroup>
#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <algorithm>

#include "widgets/theme/elidedlabel.h"
#include "widgets/theme/theme.h"

namespace sluice {

LiveBar::LiveBar(const Theme& theme, QWidget* parent) : QFrame(parent), m_theme(&theme) {
    setObjectName("liveBar");
    setProperty("bar", true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 8, 4);
    row->setSpacing(8);
    m_mark = new QLabel(QStringLiteral("●"));
    m_text = new QLabel;
    m_text->setObjectName("liveBar.state");
    m_cost = new ElidedLabel;
    m_cost->setObjectName("liveBar.cost");
    m_cost->setProperty("muted", true);
    m_cost->setFont(figureFont());
    makePaceMenu();
    m_follow = new QPushButton(tr("To now"));
    m_follow->setToolTip(tr("Shows the newest again, and follows it"));
    m_drift = new QPushButton(tr("Compare with the drawing"));
    m_drift->setObjectName("liveBar.drift");
    m_drift->setToolTip(tr("What is drawn and not on the broker, the other way round, and what differs"));
    m_browse = new QPushButton(tr("Messages…"));
    m_browse->setObjectName("liveBar.browse");
    m_browse->setToolTip(tr("Looks at the messages of a queue or topic, without taking them"));
    m_tokens = new QPushButton;
    m_tokens->setObjectName("liveBar.tokens");
    m_leave = new QPushButton;
    m_leave->setObjectName("liveBar.disconnect");
    row->addWidget(m_mark);
    row->addWidget(m_text);
    row->addWidget(m_cost, 1);
    row->addWidget(m_every);
    row->addWidget(m_follow);
    row->addWidget(m_drift);
    row->addWidget(m_tokens);
    row->addWidget(m_browse);
    row->addWidget(m_leave);
    m_countdown.setInterval(1000);
    connect(&m_countdown, &QTimer::timeout, this, &LiveBar::refresh);
    connect(m_leave, &QPushButton::clicked, this, [this] {
        if (isOver())
            emit connectionsWanted();
        else
            emit disconnectWanted();
    });
    connect(m_follow, &QPushButton::clicked, this, &LiveBar::followWanted);
    connect(m_drift, &QPushButton::clicked, this, &LiveBar::driftWanted);
    connect(m_tokens, &QPushButton::clicked, this, &LiveBar::tokensWanted);
    connect(m_browse, &QPushButton::clicked, this, [this] { emit browseWanted(); });
    refresh();
}

void LiveBar::makePaceMenu() {
    m_every = new QPushButton;
    m_every->setObjectName("liveBar.pace");
    auto* menu = new QMenu(m_every);
    auto* group = new QActionGroup(menu);
    for (const int seconds : {1, 2, 5, 10, 30, 60}) {
        QAction* action = menu->addAction(tr("Every %1 s").arg(QLocale().toString(seconds)));
        action->setData(seconds * 1000);
        action->setCheckable(true);
        group->addAction(action);
        m_intervals << action;
        connect(action, &QAction::triggered, this, [this, seconds] {
            emit paceWanted({seconds * 1000, m_pace.mostOfCore});
        });
    }
    menu->addSeparator();
    const double usual = WatchPace().mostOfCore;
    m_frugal = menu->addAction(tr("Keep the load on the broker low"));
    m_frugal->setToolTip(tr("At most %1 % of one of its cores, as far as the broker tells it")
                             .arg(QLocale().toString(usual * 100, 'g', 3)));
    menu->setToolTipsVisible(true);
    m_frugal->setCheckable(true);
    connect(m_frugal, &QAction::triggered, this, [this, usual](bool kept) {
        emit paceWanted({m_pace.everyMs, kept ? usual : 0});
    });
    m_every->setMenu(menu);
    setPace({});
}

void LiveBar::setPace(const WatchPace& pace) {
    m_pace = pace;
    for (QAction* action : std::as_const(m_intervals))
        action->setChecked(action->data().toInt() == pace.everyMs);
    m_frugal->setChecked(pace.mostOfCore > 0);
    const QString seconds = QLocale().toString(pace.everyMs / 1000.0, 'g', 3);
    m_every->setText(tr("Every %1 s").arg(seconds));
    m_every->setToolTip(
        pace.mostOfCore > 0
            ? tr("The broker is asked every %1 s, or more rarely where that would take more than "
                 "%2 % of one of its cores")
                  .arg(seconds, QLocale().toString(pace.mostOfCore * 100, 'g', 3))
            : tr("The broker is asked every %1 s, whatever it costs it").arg(seconds));
}

void LiveBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    refresh();
}

void LiveBar::setConnections(const QStringList& names) {
    m_watched.clear();
    for (const QString& name : names)
        m_watched << Watched{name};
    refresh();
}

void LiveBar::setStatus(const WatchStatus& status, int which) {
    if (which >= m_watched.size())
        return;
    m_watched[which].status = status;
    m_watched[which].retryAt = QDateTime::currentMSecsSinceEpoch() + status.retryInMs;
    if (inState(WatchStatus::State::Waiting))
        m_countdown.start();
    else
        m_countdown.stop();
    refresh();
}

void LiveBar::setMessages(const MessagesStatus& status) {
    m_messages = status;
    refresh();
}

/// What is shown of single messages; empty: nothing is.
QString LiveBar::messageWords() const {
    const QLocale locale;
    switch (m_messages.state) {
        case MessagesStatus::State::Off:
            break;
        case MessagesStatus::State::Beginning:
            return tr("messages: beginning");
        case MessagesStatus::State::Showing:
            if (m_messages.unseen > 0)
                return tr("messages: some were dropped, %1 not seen")
                           .arg(locale.toString(m_messages.unseen)) +
                       (m_messages.shown >= m_messages.seen
                            ? QString()
                            : tr("; %1 of %2 a second shown")
                                  .arg(locale.toString(m_messages.shown), locale.toString(m_messages.seen)));
            if (m_messages.shown >= m_messages.seen)
                return tr("messages: all shown");
            return m_messages.shown == 0
                       ? tr("messages: none of %1 a second shown").arg(locale.toString(m_messages.seen))
                       : tr("messages: %1 of %2 a second shown")
                             .arg(locale.toString(m_messages.shown), locale.toString(m_messages.seen));
        case MessagesStatus::State::Waiting:
        case MessagesStatus::State::Refused:
            return tr("messages are not shown: %1").arg(m_messages.problem.text());
    }
    return {};
}

void LiveBar::setFollowing(bool following) {
    m_following = following;
    refresh();
}

const LiveBar::Watched* LiveBar::inState(WatchStatus::State state) const {
    const auto it = std::find_if(m_watched.cbegin(), m_watched.cend(),
                                 [state](const Watched& one) { return one.status.state == state; });
    return it == m_watched.cend() ? nullptr : &*it;
}

bool LiveBar::isOver() const {
    return std::all_of(m_watched.cbegin(), m_watched.cend(),
                       [](const Watched& one) { return one.status.state == WatchStatus::State::Idle; });
}

/// How often, how fast, and what it costs: of several the slowest, and the cost of each.
QString LiveBar::watchingWords() const {
    const QLocale locale;
    int everyMs = 0;
    qint64 roundTripMs = 0;
    bool reduced = false;
    QStringList costs;
    QStringList words;
    for (const Watched& one : m_watched) {
        everyMs = std::max(everyMs, one.status.everyMs);
        roundTripMs = std::max(roundTripMs, one.status.roundTripMs);
        reduced = reduced || one.status.reduced;
        if (one.status.costOfCore > 0)
            costs << locale.toString(one.status.costOfCore * 100, 'f', 2);
        if (one.status.besides.kind != BrokerProblem::Kind::None)
            words << one.status.besides.sentence;
    }
    if (m_messages.state == MessagesStatus::State::Showing && !m_messages.without.isEmpty())
        words << tr("no messages of %1").arg(m_messages.without.join(QStringLiteral(", ")));
    if (const QString messages = messageWords(); !messages.isEmpty())
        words << messages;
    // Last: what does not fit is left out at the end.
    if (reduced)
        words << tr("every %1 s, to cost it no more").arg(locale.toString(everyMs / 1000.0, 'g', 3));
    if (!costs.isEmpty())
        words << tr("takes %1 % of a core of the broker").arg(costs.join(tr(" and ")));
    words << tr("answered in %1 ms").arg(locale.toString(roundTripMs));
    return words.join(QStringLiteral(" · "));
}

/// Where the figures come from, and what else is to be known.
QString LiveBar::details() const {
    const QLocale locale;
    QStringList lines;
    for (const Watched& one : m_watched) {
        if (one.status.besides.kind != BrokerProblem::Kind::None)
            lines << one.status.besides.text();
        if (!one.status.source.isEmpty())
            lines << (m_watched.size() > 1 ? one.name + QStringLiteral(": ") : QString()) +
                         tr("Figures from: %1. The last answer had %2 and was read in %3 ms.")
                             .arg(one.status.source, locale.formattedDataSize(one.status.bytes),
                                  locale.toString(one.status.parseMs, 'f', 1));
    }
    return (lines + m_messages.sentences).join(u'\n');
}

void LiveBar::refresh() {
    using State = WatchStatus::State;
    QColor color = m_theme->textMuted;
    QStringList names;
    for (const Watched& one : m_watched)
        names << one.name;
    QString text = names.join(QStringLiteral(", "));
    QString cost;
    if (isOver()) {
        text = tr("%1: disconnected").arg(text);
    } else if (const Watched* lost = inState(State::Waiting)) {
        color = m_theme->dangerText;
        const qint64 left = std::max<qint64>(0, lost->retryAt - QDateTime::currentMSecsSinceEpoch());
        text = tr("%1 is lost. %2").arg(lost->name, lost->status.problem.sentence);
        cost = tr("Trying again in %1 s. %2").arg((left + 999) / 1000).arg(lost->status.problem.advice);
    } else if (const Watched* connecting = inState(State::Connecting)) {
        text = tr("%1: connecting").arg(connecting->name);
    } else {
        color = m_theme->okText;
        QStringList parts;
        for (const Watched& one : m_watched)
            parts << tr("%1, %2").arg(one.name, one.status.watched);
        text = parts.join(QStringLiteral(" · "));
        cost = watchingWords();
    }
    m_mark->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    m_text->setText(text);
    m_cost->setText(cost);
    // All of what may not fit.
    const QString tip = details();
    m_cost->setToolTip(tip.isEmpty() ? cost : cost + QLatin1Char('\n') + tip);
    const bool shown = m_messages.state != MessagesStatus::State::Off;
    m_tokens->setText(shown ? tr("Hide tokens") : tr("Show as tokens…"));
    m_tokens->setToolTip(shown ? tr("Shows no single messages any more")
                               : tr("Shows single messages as they come, without taking them"));
    m_tokens->setVisible(!isOver());
    // These would connect again.
    m_drift->setVisible(!isOver());
    m_browse->setVisible(!isOver());
    m_leave->setText(isOver() ? tr("Connections") : tr("Disconnect"));
    m_follow->setVisible(!m_following && !isOver());
    m_every->setVisible(!isOver());
}

}  // namespace sluice
