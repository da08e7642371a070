#include "app/live/showmessagesdialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/live/writepermission.h"
#include "core/share/masking.h"

namespace sluice {
namespace {

constexpr int kAskWidth = 520;
constexpr int kMostASecond = 1000;

QString joined(const std::vector<std::string>& names) {
    QStringList list;
    for (const std::string& name : names)
        list << QString::fromStdString(name);
    return list.join(QStringLiteral(", "));
}

}  // namespace

ShowMessagesDialog::ShowMessagesDialog(const MessageWish& wish, bool mayWrite, QWidget* parent)
    : QDialog(parent) {
    setObjectName("showMessages");
    setWindowTitle(tr("Show messages as tokens"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    m_effect = new QLabel(tr("Asking the broker how its messages can be seen…"));
    m_effect->setObjectName("showMessages.effect");
    m_effect->setWordWrap(true);
    m_effect->setMinimumWidth(kAskWidth);
    m_effect->setTextInteractionFlags(Qt::TextSelectableByMouse);
    column->addWidget(m_effect);
    m_allow = makeWritePermission(tr("Make these queues on the broker while messages are shown"), mayWrite);
    m_allow->setObjectName("showMessages.allow");
    m_allow->hide();
    column->addWidget(m_allow);
    auto* form = new QFormLayout;
    m_masked = new QLineEdit(joined(wish.masked));
    m_masked->setObjectName("showMessages.masked");
    m_masked->setPlaceholderText(tr("password, email"));
    m_masked->setToolTip(
        tr("Fields of bodies, at any depth, and headers whose values nobody sees: they are replaced before "
           "anything is shown, recorded or exported. key, body, type, id and correlation stand for the whole "
           "of these."));
    form->addRow(tr("Mask"), m_masked);
    m_most = new QSpinBox;
    m_most->setObjectName("showMessages.most");
    m_most->setRange(1, kMostASecond);
    m_most->setValue(wish.mostASecond);
    m_most->setSuffix(tr(" messages a second"));
    m_most->setToolTip(
        tr("When more come, a part of them is shown, the same number of each queue and topic, and it is said "
           "which part. All of them are counted."));
    form->addRow(tr("At most"), m_most);
    column->addLayout(form);
    column->addStretch();
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    m_buttons->button(QDialogButtonBox::Ok)->setText(tr("Show"));
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_allow, &QCheckBox::toggled, this, &ShowMessagesDialog::refresh);
    column->addWidget(m_buttons);
    refresh();
}

void ShowMessagesDialog::setForecast(const TapForecast& forecast) {
    m_known = true;
    m_forecast = forecast;
    m_effect->setText(forecast.problem.kind == BrokerProblem::Kind::None
                          ? forecast.sentences.join(QStringLiteral("\n\n"))
                          : forecast.problem.text());
    m_allow->setVisible(forecast.makesQueues);
    refresh();
    adjustSize();
}

MessageWish ShowMessagesDialog::wish() const {
    MessageWish wish;
    wish.masked = maskNames(m_masked->text().toStdString());
    wish.mostASecond = m_most->value();
    wish.mayMakeQueues = m_forecast.makesQueues && m_allow->isChecked();
    return wish;
}

void ShowMessagesDialog::refresh() {
    const bool can = m_known && m_forecast.problem.kind == BrokerProblem::Kind::None &&
                     (!m_forecast.makesQueues || m_forecast.worksWithout || m_allow->isChecked());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(can);
}

}  // namespace sluice
