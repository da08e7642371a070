#include "app/live/brokerrundialog.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "app/live/dialogfoot.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

QTreeWidget* makeList(const char* name, const QString& accessibleName, const QStringList& columns) {
    auto* list = new QTreeWidget;
    list->setObjectName(name);
    list->setAccessibleName(accessibleName);
    list->setHeaderLabels(columns);
    list->setRootIsDecorated(false);
    list->header()->setStretchLastSection(true);
    list->setColumnWidth(0, 180);
    return list;
}

}  // namespace

struct BrokerRunDialog::Private {
    const Theme* theme = nullptr;
    QList<ConnectionSettings> connections;
    Look look;
    KindOf kindOf;
    QTreeWidget* brokers = nullptr;
    QTreeWidget* steps = nullptr;
    QLabel* notes = nullptr;
    QCheckBox* keep = nullptr;
    std::unique_ptr<DialogFoot> foot;
    QString busy;
    QString ended;
    bool well = true;
};

BrokerRunDialog::BrokerRunDialog(const Theme& theme, const QString& scenario,
                                 const QList<ConnectionSettings>& connections, KindOf kindOf, Look look,
                                 QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("brokerRun");
    setWindowTitle(tr("Run on a broker"));
    d->theme = &theme;
    d->connections = connections;
    d->kindOf = std::move(kindOf);
    d->look = std::move(look);
    build(scenario);
    resize(760, 560);
    refresh();
    // Before the dialog is shown, rows are as high as without its style.
    const auto choose = [this] {
        d->brokers->doItemsLayout();
        d->brokers->setCurrentItem(d->brokers->topLevelItem(0));
    };
    QMetaObject::invokeMethod(this, choose, Qt::QueuedConnection);
}

BrokerRunDialog::~BrokerRunDialog() = default;

void BrokerRunDialog::build(const QString& scenario) {
    auto* intro = new QLabel(
        tr("Plays %1 with real queues, exchanges and topics: services and clients are simulated, messages "
           "are real, and time is. What is needed is made under names of its own, so nothing that stands "
           "there is touched, and taken away in the end.")
            .arg(scenario.isEmpty() ? tr("this drawing, each client as it is drawn,")
                                    : QStringLiteral("“%1”").arg(scenario)));
    intro->setWordWrap(true);
    d->brokers =
        makeList("brokerRun.brokers", tr("Brokers to play it on"), {tr("Broker"), tr("Kind"), tr("Writing")});
    for (const ConnectionSettings& one : d->connections) {
        auto* item = new QTreeWidgetItem(
            {one.name, d->kindOf(one), one.mayWrite ? tr("✓ allowed") : tr("✕ this connection only reads")});
        // The only one of its kind is meant.
        const auto alike =
            std::count_if(d->connections.begin(), d->connections.end(),
                          [&](const auto& other) { return other.mayWrite && other.plugin == one.plugin; });
        item->setCheckState(0, one.mayWrite && alike == 1 ? Qt::Checked : Qt::Unchecked);
        if (!one.mayWrite) {
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
            item->setToolTip(2, tr("Its form has a switch: Allow writing"));
        }
        d->brokers->addTopLevelItem(item);
    }
    d->brokers->setColumnWidth(0, 240);
    d->brokers->setColumnWidth(1, 140);
    d->brokers->setMaximumHeight(140);
    d->steps = makeList("brokerRun.steps", tr("What will be made"), {tr("What will be made"), tr("Name")});
    d->notes = new QLabel;
    d->notes->setObjectName("brokerRun.notes");
    d->notes->setWordWrap(true);
    d->notes->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->foot = std::make_unique<DialogFoot>(
        *this, *d->theme, "brokerRun", tr("&Write to these brokers: make this, send and read its messages"),
        true);
    d->keep = new QCheckBox(tr("&Leave what was made when the run is over"));
    d->keep->setObjectName("brokerRun.keep");
    connect(d->brokers, &QTreeWidget::itemChanged, this, &BrokerRunDialog::refresh);
    connect(d->foot->permission(), &QCheckBox::toggled, this, &BrokerRunDialog::refresh);
    connect(d->foot->go(), &QPushButton::clicked, this, [this] {
        if (d->busy.isEmpty())
            emit runWanted(chosen(), d->keep->isChecked());
        else
            emit stopWanted();
    });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    column->addWidget(intro);
    column->addWidget(d->brokers);
    column->addWidget(d->steps, 1);
    column->addWidget(d->notes);
    column->addWidget(d->foot->permission());
    column->addWidget(d->keep);
    column->addLayout(d->foot->row());
}

QList<ConnectionSettings> BrokerRunDialog::chosen() const {
    QList<ConnectionSettings> all;
    for (int row = 0; row < d->brokers->topLevelItemCount(); ++row) {
        if (d->brokers->topLevelItem(row)->checkState(0) == Qt::Checked)
            all << d->connections[row];
    }
    return all;
}

void BrokerRunDialog::setBusy(const QString& what) {
    d->busy = what;
    d->ended.clear();
    refresh();
}

void BrokerRunDialog::setEnded(const QString& sentence, bool well) {
    d->busy.clear();
    d->ended = sentence;
    d->well = well;
    d->foot->askAgain();
    refresh();
}

void BrokerRunDialog::refresh() {
    const bool running = !d->busy.isEmpty();
    const QList<ConnectionSettings> on = chosen();
    QString problem;
    if (d->connections.isEmpty())
        problem = tr("There is no connection yet: Run ▸ Connect to a broker… makes one.");
    else if (on.isEmpty())
        problem = tr("Choose a broker; for a drawing with queues and topics one of each kind.");
    if (!running) {
        d->steps->clear();
        QStringList notes;
        if (!on.isEmpty()) {
            const auto preview = d->look(on);
            if (!preview)
                problem = QString::fromStdString(preview.error().text());
            else {
                for (const BrokerStep& step : preview->steps)
                    d->steps->addTopLevelItem(new QTreeWidgetItem(
                        {QString::fromStdString(actOf(step)), QString::fromStdString(nameOf(step))}));
                for (const std::string& note : preview->notes)
                    notes << QString::fromStdString(note);
            }
        }
        d->notes->setText(notes.join(u'\n'));
        d->notes->setVisible(!notes.isEmpty());
    }
    d->foot->show(running               ? d->busy
                  : !d->ended.isEmpty() ? d->ended
                                        : problem,
                  !running && !d->ended.isEmpty() && !d->well);
    d->foot->freeze(running);
    if (running)
        d->foot->offerStop();
    else
        d->foot->offer(tr("&Run"), problem.isEmpty(), problem);
    d->brokers->setEnabled(!running);
    d->keep->setEnabled(!running);
}

}  // namespace sluice
