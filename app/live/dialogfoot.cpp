#include "app/live/dialogfoot.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDialog>
#include <QLabel>
#include <QPushButton>

#include "app/live/writepermission.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

struct FootWords {
    Q_DECLARE_TR_FUNCTIONS(DialogFoot)
};

}  // namespace

DialogFoot::DialogFoot(QDialog& dialog, const Theme& theme, const QString& name, const QString& permission,
                       bool mayWrite)
    : m_theme(theme),
      m_mayWrite(mayWrite),
      m_permission(makeWritePermission(permission, mayWrite)),
      m_state(new QLabel),
      m_go(new QPushButton),
      m_row(new QHBoxLayout) {
    m_state->setObjectName(name + QStringLiteral(".state"));
    m_state->setWordWrap(true);
    m_go->setObjectName(name + QStringLiteral(".go"));
    m_go->setProperty("primary", true);
    m_go->setAutoDefault(false);
    auto* close = new QPushButton(FootWords::tr("Close"));
    close->setAutoDefault(false);
    QObject::connect(close, &QPushButton::clicked, &dialog, &QDialog::close);
    m_row->addWidget(m_state, 1);
    m_row->addWidget(m_go);
    m_row->addWidget(close);
}

void DialogFoot::ask(const QString& permission, bool mayWrite) {
    m_mayWrite = mayWrite;
    setWritePermission(*m_permission, permission, mayWrite);
}

void DialogFoot::add(QWidget* widget) {
    m_row->insertWidget(m_row->indexOf(m_go), widget);
}

void DialogFoot::show(const QString& state, bool failed) {
    m_state->setText(state);
    m_state->setStyleSheet(failed ? QStringLiteral("color: %1").arg(m_theme.dangerText.name()) : QString());
}

void DialogFoot::offer(const QString& what, bool possible, const QString& missing) {
    m_go->setText(what);
    m_go->setEnabled(possible && isAllowed());
    m_go->setToolTip(m_go->isEnabled() ? QString()
                     : !m_mayWrite     ? m_permission->toolTip()
                     : !possible       ? missing
                                       : FootWords::tr("Tick that it is to be written"));
}

void DialogFoot::offerStop() {
    m_go->setText(FootWords::tr("&Stop"));
    m_go->setEnabled(true);
    m_go->setToolTip({});
}

void DialogFoot::freeze(bool frozen) {
    m_permission->setEnabled(m_mayWrite && !frozen);
}

void DialogFoot::askAgain() {
    m_permission->setChecked(false);
}

bool DialogFoot::isAllowed() const {
    return m_permission->isChecked();
}

}  // namespace sluice
