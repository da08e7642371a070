#include "widgets/incidents/discarddialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace sluice {

DiscardDialog::DiscardDialog(const QString& sentences, const QString& who, QWidget* parent)
    : QDialog(parent), m_who(new QLineEdit(who)), m_why(new QLineEdit) {
    setObjectName("discardDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Discard the incident"));
    auto* told = new QLabel(sentences);
    told->setWordWrap(true);
    told->setMinimumWidth(380);
    m_who->setAccessibleName(tr("Discarded by"));
    m_why->setAccessibleName(tr("Why it is discarded"));
    m_why->setPlaceholderText(tr("for whoever finds it later"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    auto* discard = buttons->addButton(tr("Discard"), QDialogButtonBox::AcceptRole);
    discard->setObjectName("discard.go");
    auto* form = new QFormLayout(this);
    form->setContentsMargins(16, 16, 16, 12);
    form->setVerticalSpacing(8);
    form->addRow(told);
    form->addRow(tr("By"), m_who);
    form->addRow(tr("Why"), m_why);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        emit discardWanted(m_who->text().trimmed(), m_why->text().trimmed());
        close();
    });
    m_why->setFocus();
}

}  // namespace sluice
