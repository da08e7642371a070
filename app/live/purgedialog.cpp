#include "app/live/purgedialog.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/live/writepermission.h"
#include "widgets/editing/counting.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct PurgeDialog::Private {
    const Theme* theme = nullptr;
    QString place;
    std::unique_ptr<BrokerWriting> writing;
    bool mayWrite = false;
    bool running = true;
    bool known = false;  ///< the dry run has told how many
    bool over = false;
    QLabel* state = nullptr;
    QCheckBox* allow = nullptr;
    QPushButton* go = nullptr;
};

PurgeDialog::PurgeDialog(const Theme& theme, const WritableBroker& broker, const QString& place,
                         QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("purgeDialog");
    setWindowTitle(tr("Purge %1").arg(place));
    d->theme = &theme;
    d->place = place;
    d->writing = std::make_unique<BrokerWriting>(broker);
    d->state = new QLabel(tr("Counting what waits in %1…").arg(place));
    d->state->setObjectName("purgeDialog.state");
    d->state->setWordWrap(true);
    d->state->setMinimumWidth(420);
    d->mayWrite = broker.mayWrite;
    d->allow =
        makeWritePermission(tr("&Write to %1: nobody can take this back").arg(broker.name), d->mayWrite);
    connect(d->allow, &QCheckBox::toggled, this, &PurgeDialog::refresh);
    d->go = new QPushButton(tr("&Throw them away"));
    d->go->setObjectName("purgeDialog.go");
    d->go->setProperty("danger", true);
    connect(d->go, &QPushButton::clicked, this, [this] {
        d->running = true;
        refresh();
        d->writing->purge(d->place, false);
    });
    auto* close = new QPushButton(tr("Close"));
    // Enter throws nothing away.
    d->go->setAutoDefault(false);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::close);
    auto* foot = new QHBoxLayout;
    foot->addStretch();
    foot->addWidget(d->go);
    foot->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addWidget(d->state);
    column->addWidget(d->allow);
    column->addStretch();
    column->addLayout(foot);
    connect(d->writing.get(), &BrokerWriting::purged, this, &PurgeDialog::take);
    d->writing->purge(place, true);
    refresh();
}

PurgeDialog::~PurgeDialog() = default;

void PurgeDialog::take(const PurgeResult& result, bool dryRun) {
    d->running = false;
    const bool failed = result.problem.kind != BrokerProblem::Kind::None;
    d->known = dryRun && !failed && result.messages > 0;
    d->over = !dryRun && !failed;
    const auto count = static_cast<qulonglong>(std::max<qint64>(result.messages, 0));
    QString text =
        failed    ? QStringLiteral("✕ ") + result.problem.text()
        : !dryRun ? QStringLiteral("✓ ") +
                        counted(count, tr("1 message thrown away."), tr("%1 messages thrown away."))
        : count == 0
            ? tr("%1 is empty: there is nothing to throw away.").arg(d->place)
            : counted(count, tr("1 message would be thrown away."), tr("%1 messages would be thrown away."));
    if (!failed && !result.sentences.isEmpty())
        text += u' ' + result.sentences.join(u' ');
    d->state->setText(text);
    d->state->setStyleSheet(failed ? QStringLiteral("color: %1").arg(d->theme->dangerText.name())
                                   : QString());
    refresh();
    adjustSize();
    if (d->over)
        emit written(counted(count, tr("1 message of %1 was thrown away").arg(d->place),
                             tr("%1 messages of %2 were thrown away").arg(u"%1", d->place)));
}

void PurgeDialog::refresh() {
    d->go->setEnabled(!d->running && d->known && d->allow->isChecked());
    d->go->setToolTip(d->known && !d->allow->isChecked()
                          ? (d->mayWrite ? tr("Tick that it is to be written") : d->allow->toolTip())
                          : QString());
    d->allow->setEnabled(d->mayWrite && !d->running && !d->over);
}

}  // namespace sluice
