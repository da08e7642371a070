#include "app/live/livemessages.h"

#include <QSettings>

#include "app/brokers/livesource.h"
#include "app/live/livebar.h"
#include "app/live/livecontroller.h"
#include "app/live/showmessagesdialog.h"

namespace sluice {
namespace {

constexpr auto kMasked = "live/maskedMessages";
constexpr auto kMost = "live/mostMessages";

/// As many as one: messages are shown as soon as those of one broker are, and what another cannot is said.
MessagesStatus together(const QList<MessagesStatus>& each, const QStringList& names) {
    using State = MessagesStatus::State;
    if (each.size() < 2)
        return each.value(0);
    MessagesStatus all;
    const bool showing = std::any_of(each.cbegin(), each.cend(),
                                     [](const MessagesStatus& one) { return one.state == State::Showing; });
    for (qsizetype i = 0; i < each.size(); ++i) {
        const MessagesStatus& one = each[i];
        const QString name = names.value(i) + QStringLiteral(": ");
        all.seen += one.seen;
        all.shown += one.shown;
        all.unseen += one.unseen;
        for (const QString& sentence : one.sentences)
            all.sentences << name + sentence;
        if (one.state == State::Waiting || one.state == State::Refused) {
            all.sentences << name + one.problem.text();
            all.without << names.value(i);
            if (all.problem.kind == BrokerProblem::Kind::None) {
                all.problem = one.problem;
                all.problem.sentence.prepend(name);
            }
        }
        if (one.state != State::Off && (all.state == State::Off || one.state == State::Beginning))
            all.state = one.state;
    }
    if (showing)
        all.state = State::Showing;
    return all;
}

}  // namespace

LiveMessages::LiveMessages(LiveController& live, LiveBar& bar, QSettings& settings, QObject* parent)
    : QObject(parent), m_live(live), m_bar(bar), m_settings(settings) {
    // Another watch begins without.
    connect(&live, &LiveController::watchingChanged, this, &LiveMessages::forget);
}

MessageWish LiveMessages::remembered() const {
    MessageWish wish;
    for (const QString& name : m_settings.value(kMasked).toStringList())
        wish.masked.push_back(name.toStdString());
    wish.mostASecond = m_settings.value(kMost, wish.mostASecond).toInt();
    return wish;
}

void LiveMessages::toggle(QWidget* parent) {
    LiveSource* const source = m_live.watched();
    if (!source)
        return;
    if (areShown()) {
        source->hideMessages();
        return forget();
    }
    auto* dialog = new ShowMessagesDialog(remembered(), m_live.brokers().mayMakeQueues(), parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(source, &LiveSource::messagesForetold, dialog, &ShowMessagesDialog::setForecast);
    // What would be shown is gone.
    connect(&m_live, &LiveController::watchingChanged, dialog, &QDialog::reject);
    connect(dialog, &QDialog::accepted, this, [this, dialog] {
        QStringList masked;
        for (const std::string& name : dialog->wish().masked)
            masked << QString::fromStdString(name);
        m_settings.setValue(kMasked, masked);
        m_settings.setValue(kMost, dialog->wish().mostASecond);
        show(dialog->wish());
    });
    source->foretellMessages();
    dialog->open();
}

void LiveMessages::show(const MessageWish& wish) {
    LiveSource* const source = m_live.watched();
    if (!source)
        return;
    disconnect(source, &LiveSource::messagesChanged, this, nullptr);
    connect(source, &LiveSource::messagesChanged, this, &LiveMessages::take);
    source->showMessages(wish);
}

void LiveMessages::take(const MessagesStatus& status, int which) {
    m_each.resize(std::max<qsizetype>(m_each.size(), which + 1));
    m_each[which] = status;
    tell();
}

void LiveMessages::forget() {
    m_each.clear();
    tell();
}

void LiveMessages::tell() {
    const bool before = areShown();
    m_status = together(m_each, m_live.brokers().names());
    m_bar.setMessages(m_status);
    if (before != areShown())
        emit changed();
}

}  // namespace sluice
