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

}  // namespace

LiveMessages::LiveMessages(LiveController& live, LiveBar& bar, QSettings& settings, QObject* parent)
    : QObject(parent), m_live(live), m_bar(bar), m_settings(settings) {
    // Another watch begins without.
    connect(&live, &LiveController::watchingChanged, this, [this] { take({}); });
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
        return take({});
    }
    auto* dialog = new ShowMessagesDialog(remembered(), m_live.mayWrite(), parent);
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

void LiveMessages::take(const MessagesStatus& status) {
    const bool before = areShown();
    m_status = status;
    m_bar.setMessages(status);
    if (before != areShown())
        emit changed();
}

}  // namespace sluice
