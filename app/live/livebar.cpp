#include "app/live/livebar.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>

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
    m_follow = new QPushButton(tr("To now"));
    m_follow->setToolTip(tr("Shows the newest again, and follows it"));
    auto* drift = new QPushButton(tr("Compare with the drawing"));
    drift->setToolTip(tr("What is drawn and not on the broker, the other way round, and what differs"));
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
    row->addWidget(m_follow);
    row->addWidget(drift);
    row->addWidget(m_tokens);
    row->addWidget(m_browse);
    row->addWidget(m_leave);
    m_countdown.setInterval(1000);
    connect(&m_countdown, &QTimer::timeout, this, &LiveBar::refresh);
    connect(m_leave, &QPushButton::clicked, this, [this] {
        if (m_status.state == WatchStatus::State::Idle)
            emit connectionsWanted();
        else
            emit disconnectWanted();
    });
    connect(m_follow, &QPushButton::clicked, this, &LiveBar::followWanted);
    connect(drift, &QPushButton::clicked, this, &LiveBar::driftWanted);
    connect(m_tokens, &QPushButton::clicked, this, &LiveBar::tokensWanted);
    connect(m_browse, &QPushButton::clicked, this, [this] { emit browseWanted(); });
    refresh();
}

void LiveBar::setTheme(const Theme& theme) {
    m_theme = &theme;
    refresh();
}

void LiveBar::setConnection(const QString& name) {
    m_name = name;
    refresh();
}

void LiveBar::setStatus(const WatchStatus& status) {
    m_status = status;
    m_retryAt = QDateTime::currentMSecsSinceEpoch() + status.retryInMs;
    if (status.state == WatchStatus::State::Waiting)
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

void LiveBar::refresh() {
    QColor color = m_theme->textMuted;
    QString text = m_name;
    QString cost;
    const QLocale locale;
    switch (m_status.state) {
        case WatchStatus::State::Idle:
            text = tr("%1: disconnected").arg(m_name);
            break;
        case WatchStatus::State::Connecting:
            text = tr("%1: connecting").arg(m_name);
            break;
        case WatchStatus::State::Watching: {
            color = m_theme->okText;
            text = tr("%1, %2").arg(m_name, m_status.watched);
            cost = tr("every %1 s · answered in %2 ms")
                       .arg(locale.toString(m_status.everyMs / 1000.0, 'g', 3),
                            locale.toString(m_status.roundTripMs));
            if (m_status.costOfCore > 0)
                cost += tr(" · watching takes %1 % of a core of the broker")
                            .arg(locale.toString(m_status.costOfCore * 100, 'f', 2));
            if (m_status.reduced)
                cost += tr(" · less often than asked for, to cost it no more");
            // First: what does not fit is left out at the end.
            if (const QString messages = messageWords(); !messages.isEmpty())
                cost.prepend(messages + QStringLiteral(" · "));
            break;
        }
        case WatchStatus::State::Waiting: {
            color = m_theme->dangerText;
            const qint64 left = std::max<qint64>(0, m_retryAt - QDateTime::currentMSecsSinceEpoch());
            text = tr("%1 is lost. %2").arg(m_name, m_status.problem.sentence);
            cost = tr("Trying again in %1 s. %2").arg((left + 999) / 1000).arg(m_status.problem.advice);
            break;
        }
    }
    m_mark->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    m_text->setText(text);
    m_cost->setText(cost);
    m_cost->setToolTip(m_status.source.isEmpty()
                           ? cost
                           : tr("Figures from: %1. The last answer had %2 and was read in %3 ms.")
                                 .arg(m_status.source, locale.formattedDataSize(m_status.bytes),
                                      locale.toString(m_status.parseMs, 'f', 1)));
    if (!m_messages.sentences.isEmpty())
        m_cost->setToolTip(m_cost->toolTip() + QStringLiteral("\n") + m_messages.sentences.join(u'\n'));
    const bool shown = m_messages.state != MessagesStatus::State::Off;
    m_tokens->setText(shown ? tr("Hide tokens") : tr("Show as tokens…"));
    m_tokens->setToolTip(shown ? tr("Shows no single messages any more")
                               : tr("Shows single messages as they come, without taking them"));
    m_tokens->setVisible(m_status.state != WatchStatus::State::Idle);
    const bool over = m_status.state == WatchStatus::State::Idle;
    m_leave->setText(over ? tr("Connections") : tr("Disconnect"));
    m_follow->setVisible(!m_following && !over);
}

}  // namespace sluice
