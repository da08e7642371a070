#include "app/live/plandialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "app/live/dialogfoot.h"
#include "widgets/editing/counting.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

enum Column { Act, Name, Settings, Became, ColumnCount };

QString settingsText(const BrokerStep& step) {
    QStringList words;
    if (step.thing != BrokerStep::Thing::Binding) {
        for (const auto& [key, value] : step.settings.all())
            words << QStringLiteral("%1 %2").arg(
                QString::fromStdString(key),
                QString::fromStdString(value.is_string() && value != "" ? value.get<std::string>()
                                                                        : value.dump()));
    }
    if (step.withMessages)
        words << PlanDialog::tr("with its messages");
    return words.join(QStringLiteral(", "));
}

QString permissionFor(const QString& broker) {
    return PlanDialog::tr("&Write to %1: queues, topics and exchanges are made, changed or deleted")
        .arg(broker);
}

}  // namespace

struct PlanDialog::Private {
    const Theme* theme = nullptr;
    std::vector<Choice> choices;
    BrokerPlan plan;
    std::unique_ptr<BrokerWriting> writing;  ///< null: nobody has said to which one
    std::vector<int> tried;                  ///< rows of the steps under way
    bool running = false;
    bool failed = false;
    int done = 0;
    QComboBox* which = nullptr;  ///< null: there is one only
    QTreeWidget* steps = nullptr;
    QPlainTextEdit* notes = nullptr;
    std::unique_ptr<DialogFoot> foot;
};

PlanDialog::PlanDialog(const Theme& theme, const WritableBroker& broker, BrokerPlan plan, QWidget* parent)
    : PlanDialog(theme, std::vector<Choice>{{broker, std::move(plan)}}, parent) {}

PlanDialog::PlanDialog(const Theme& theme, std::vector<Choice> choices, QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("planDialog");
    d->theme = &theme;
    d->choices = std::move(choices);
    build();
    resize(820, 480);
    if (d->choices.size() == 1) {
        take(d->choices.front());
    } else {
        setWindowTitle(tr("Make a broker have what is drawn"));
        refresh();
    }
}

PlanDialog::~PlanDialog() = default;

void PlanDialog::take(const Choice& choice) {
    setWindowTitle(tr("Make %1 have what is drawn").arg(choice.broker.name));
    d->plan = choice.plan;
    d->failed = false;
    d->done = 0;
    d->writing = std::make_unique<BrokerWriting>(choice.broker);
    connect(d->writing.get(), &BrokerWriting::stepEnded, this,
            [this](int index, const BrokerProblem& problem) {
                QTreeWidgetItem* item = d->steps->topLevelItem(d->tried[static_cast<std::size_t>(index)]);
                // Nobody chose anything: to count again each time would take as long as they are many,
                // squared.
                const QSignalBlocker quiet(d->steps);
                d->failed = problem.kind != BrokerProblem::Kind::None;
                d->done += d->failed ? 0 : 1;
                item->setText(Became, d->failed ? QStringLiteral("✕ ") + problem.text() : tr("✓ done"));
                item->setToolTip(Became, item->text(Became));
                if (!d->failed) {
                    // What is done is not to be done again.
                    item->setFlags(item->flags() & ~Qt::ItemIsUserCheckable);
                    item->setData(Act, Qt::CheckStateRole, {});
                }
            });
    connect(d->writing.get(), &BrokerWriting::applied, this, [this] {
        d->running = false;
        d->tried.clear();
        d->foot->askAgain();
        refresh();
        emit written();
    });
    {
        const QSignalBlocker quiet(d->steps);
        d->steps->clear();
        QList<QTreeWidgetItem*> items;
        for (const BrokerStep& step : d->plan.steps) {
            auto* item = new QTreeWidgetItem({QString::fromStdString(actOf(step)),
                                              QString::fromStdString(nameOf(step)),
                                              settingsText(step),
                                              {}});
            item->setToolTip(Settings, item->text(Settings));
            const bool deletes = step.act == BrokerStep::Act::Delete;
            item->setCheckState(Act, deletes ? Qt::Unchecked : Qt::Checked);
            if (deletes)
                item->setForeground(Act, d->theme->dangerText);
            items << item;
        }
        d->steps->addTopLevelItems(items);
    }
    for (const int column : {Act, Name, Settings}) {
        d->steps->resizeColumnToContents(column);
        d->steps->setColumnWidth(column, std::min(d->steps->columnWidth(column) + 12, 300));
    }
    QStringList lines;
    for (const PlanObstacle& one : d->plan.obstacles)
        lines << tr("! %1: %2").arg(QString::fromStdString(one.name), QString::fromStdString(one.sentence));
    for (const std::string& note : d->plan.notes)
        lines << QString::fromStdString(note);
    constexpr qsizetype kMostLines = 6;
    d->notes->setPlainText(lines.join(u'\n'));
    d->notes->setFixedHeight(static_cast<int>(std::min(lines.size(), kMostLines)) *
                                 d->notes->fontMetrics().lineSpacing() +
                             2 * static_cast<int>(d->notes->document()->documentMargin()) + 4);
    d->notes->setVisible(!lines.isEmpty());
    d->foot->ask(permissionFor(choice.broker.name), choice.broker.mayWrite);
    d->foot->permission()->show();
    refresh();
}

QWidget* PlanDialog::makeQuestion() {
    auto* question = new QWidget;
    auto* row = new QHBoxLayout(question);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label =
        new QLabel(tr("The drawing does not say which of these &brokers is to have what is drawn:"));
    d->which = new QComboBox;
    d->which->setObjectName("planDialog.which");
    d->which->setAccessibleName(tr("Broker that is to have what is drawn"));
    d->which->setPlaceholderText(tr("Choose a broker"));
    for (const Choice& one : d->choices)
        d->which->addItem(one.broker.name);
    d->which->setCurrentIndex(-1);
    label->setBuddy(d->which);
    row->addWidget(label);
    row->addWidget(d->which, 1);
    connect(d->which, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (index >= 0)
            take(d->choices[static_cast<std::size_t>(index)]);
    });
    return question;
}

void PlanDialog::build() {
    d->steps = new QTreeWidget;
    d->steps->setObjectName("planDialog.steps");
    d->steps->setAccessibleName(tr("Steps, in the order in which they are taken"));
    d->steps->setHeaderLabels({tr("Step"), tr("What"), tr("Settings"), tr("What became of it")});
    d->steps->setRootIsDecorated(false);
    d->steps->setUniformRowHeights(true);
    d->steps->header()->setStretchLastSection(true);
    connect(d->steps, &QTreeWidget::itemChanged, this, &PlanDialog::refresh);
    d->notes = new QPlainTextEdit;
    d->notes->setAccessibleName(tr("What cannot be done, and why"));
    d->notes->setReadOnly(true);
    d->notes->setTabChangesFocus(true);
    d->notes->setFrameShape(QFrame::NoFrame);
    d->notes->hide();
    d->foot = std::make_unique<DialogFoot>(*this, *d->theme, "planDialog", permissionFor(tr("it")), false);
    connect(d->foot->permission(), &QCheckBox::toggled, this, &PlanDialog::refresh);
    connect(d->foot->go(), &QPushButton::clicked, this,
            [this] { d->running ? d->writing->stop() : start(); });
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 16, 16, 12);
    column->setSpacing(10);
    if (d->choices.size() > 1)
        column->addWidget(makeQuestion());
    column->addWidget(d->steps, 1);
    column->addWidget(d->notes);
    column->addWidget(d->foot->permission());
    // There is nothing to allow before it is said where.
    d->foot->permission()->setVisible(d->choices.size() == 1);
    column->addLayout(d->foot->row());
}

void PlanDialog::start() {
    std::vector<BrokerStep> chosen;
    d->tried.clear();
    for (int row = 0; row < d->steps->topLevelItemCount(); ++row) {
        if (d->steps->topLevelItem(row)->checkState(Act) != Qt::Checked)
            continue;
        d->tried.push_back(row);
        chosen.push_back(d->plan.steps[static_cast<std::size_t>(row)]);
    }
    d->failed = false;
    d->running = true;
    refresh();
    d->writing->apply(chosen);
}

void PlanDialog::refresh() {
    int chosen = 0;
    for (int row = 0; row < d->steps->topLevelItemCount(); ++row)
        chosen += d->steps->topLevelItem(row)->checkState(Act) == Qt::Checked ? 1 : 0;
    QStringList words;
    if (!d->writing)
        words << tr("What would be done there is shown when you have chosen one.");
    else if (d->plan.steps.empty())
        words << (d->plan.obstacles.empty() ? tr("The broker has what is drawn; there is nothing to do.")
                                            : tr("There is nothing that can be done."));
    else if (d->running)
        words << tr("Writing…");
    else if (d->failed)
        words << tr("✕ %1 done, then one failed; what follows was not tried").arg(d->done);
    else if (d->done > 0)
        words << QStringLiteral("✓ ") +
                     counted(static_cast<qulonglong>(d->done), tr("1 step done"), tr("%1 steps done"));
    d->foot->show(words.join(u' '), d->failed);
    d->foot->freeze(d->running);
    if (d->which)
        d->which->setEnabled(!d->running);
    if (d->running)
        d->foot->offerStop();
    else
        d->foot->offer(tr("&Take the chosen steps"), chosen > 0,
                       d->writing ? tr("Choose a step first") : tr("Choose a broker first"));
}

}  // namespace sluice
