#include "widgets/alerts/alertspanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedLayout>
#include <QTableWidget>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "core/alerts/alertrules.h"
#include "core/alerts/alertwords.h"
#include "widgets/alerts/alertlook.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/flatbutton.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

enum AlertColumn {
    AlertState,
    AlertSubject,
    AlertName,
    AlertReading,
    AlertRaised,
    AlertCleared,
    AlertColumns
};
enum RuleColumn { RuleOn, RuleName, RuleWhen, RuleColumns };

constexpr std::size_t kMostShown = 500;

QTableWidgetItem* cell(QTableWidget& table, int row, int column) {
    QTableWidgetItem* item = table.item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        item->setFlags(item->flags() & ~Qt::ItemIsEditable);
        table.setItem(row, column, item);
    }
    return item;
}

QTableWidget* makeTable(const QString& name, const QStringList& columns) {
    auto* table = new QTableWidget(0, static_cast<int>(columns.size()));
    table->setAccessibleName(name);
    table->setHorizontalHeaderLabels(columns);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 8);
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    return table;
}

}  // namespace

struct AlertsPanel::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<TimelineIndex> index;
    TraceTime now{};
    std::vector<Alert> all;    ///< of the trace, as far as it was looked at
    std::vector<Alert> shown;  ///< by row
    std::vector<AlertRule> rules;
    std::function<std::string(std::uint32_t)> idOf;  ///< of rules that the trace does not know
    bool filling = false;
    QLabel* summary = nullptr;
    QTableWidget* alerts = nullptr;
    QTableWidget* table = nullptr;
    QStackedLayout* alertPages = nullptr;
    QStackedLayout* rulePages = nullptr;
    EmptyState* empty = nullptr;
    QToolButton* edit = nullptr;
    QToolButton* remove = nullptr;
    QToolButton* settings = nullptr;
    QPushButton* keep = nullptr;

    /// As it stood at the playhead.
    [[nodiscard]] bool isRaised(const Alert& alert) const { return !alert.cleared || *alert.cleared > now; }
    [[nodiscard]] std::string ruleAt(int row) const {
        return row >= 0 && row < static_cast<int>(rules.size()) ? rules[static_cast<std::size_t>(row)].id
                                                                : std::string();
    }
    /// The drawing's rule with the number of an alert; null: it has none.
    [[nodiscard]] const AlertRule* findRule(std::uint32_t number) const {
        const std::string id = idOf ? idOf(number) : std::string();
        const auto found =
            std::find_if(rules.begin(), rules.end(), [&](const AlertRule& rule) { return rule.id == id; });
        return id.empty() || found == rules.end() ? nullptr : &*found;
    }
};

AlertsPanel::AlertsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Alerts"));
    d->summary = new QLabel;
    d->summary->setAccessibleName(tr("How many alerts are raised"));
    d->keep = new QPushButton;
    d->keep->setToolTip(tr("Write what happened lately into a recording, while a live broker is watched"));
    auto* add = new QPushButton(tr("New rule…"));
    add->setToolTip(tr("Say when an alert is to be raised"));
    d->edit = makeFlatButton(tr("Edit the rule"), tr("Edit the rule (Enter)"));
    d->remove = makeFlatButton(tr("Delete the rule"), tr("Delete the rule (Delete)"));
    d->settings = makeFlatButton(tr("How alerts are told"), tr("Notification, sound and webhook"));
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 6, 8, 6);
    row->setSpacing(8);
    row->addWidget(d->summary, 1);
    row->addWidget(d->keep);
    row->addWidget(add);
    row->addWidget(d->edit);
    row->addWidget(d->remove);
    row->addWidget(d->settings);

    d->alerts = makeTable(tr("Alerts of the run"),
                          {tr("State"), tr("Where"), tr("Rule"), tr("Reading"), tr("Raised"), tr("Cleared")});
    d->alerts->horizontalHeader()->setSectionResizeMode(AlertName, QHeaderView::Stretch);
    d->alerts->setColumnWidth(AlertState, 150);
    d->alerts->setColumnWidth(AlertSubject, 150);
    d->table = makeTable(tr("Alert rules of the drawing"), {tr("On"), tr("Name"), tr("When")});
    d->table->horizontalHeader()->setSectionResizeMode(RuleWhen, QHeaderView::Stretch);
    d->table->setColumnWidth(RuleOn, 44);
    d->table->setColumnWidth(RuleName, 170);

    auto* alertPage = new QWidget;
    d->alertPages = new QStackedLayout(alertPage);
    d->empty = new EmptyState({}, {});
    d->alertPages->addWidget(d->empty);
    d->alertPages->addWidget(d->alerts);
    auto* rulePage = new QWidget;
    d->rulePages = new QStackedLayout(rulePage);
    d->rulePages->addWidget(
        new EmptyState(tr("No rules yet"), tr("A rule says when you want to be told: queue:orders depth > "
                                              "1000 for 30s. It is kept with the drawing "
                                              "and holds for runs and for live brokers alike.")));
    d->rulePages->addWidget(d->table);
    auto* splitter = new QSplitter(Qt::Horizontal);
    splitter->addWidget(alertPage);
    splitter->addWidget(rulePage);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(splitter, 1);

    connect(add, &QPushButton::clicked, this, &AlertsPanel::ruleWanted);
    connect(d->keep, &QPushButton::clicked, this, &AlertsPanel::keepWanted);
    connect(d->settings, &QToolButton::clicked, this, &AlertsPanel::settingsWanted);
    const auto edit = [this] {
        if (const std::string id = d->ruleAt(d->table->currentRow()); !id.empty())
            emit ruleActivated(id);
    };
    const auto remove = [this] {
        if (const std::string id = d->ruleAt(d->table->currentRow()); !id.empty())
            emit removalWanted(id);
    };
    connect(d->edit, &QToolButton::clicked, this, edit);
    connect(d->remove, &QToolButton::clicked, this, remove);
    connect(new QShortcut(QKeySequence::Delete, d->table, nullptr, nullptr, Qt::WidgetShortcut),
            &QShortcut::activated, this, remove);
    connect(d->table, &QTableWidget::itemActivated, this, edit);
    connect(d->table, &QTableWidget::itemChanged, this, [this](const QTableWidgetItem* item) {
        if (!d->filling && item->column() == RuleOn)
            emit switched(d->ruleAt(item->row()), item->checkState() == Qt::Checked);
    });
    connect(d->table, &QTableWidget::itemSelectionChanged, this, &AlertsPanel::fillRules);
    connect(d->alerts, &QTableWidget::itemActivated, this, [this](const QTableWidgetItem* item) {
        if (const auto at = static_cast<std::size_t>(item->row()); at < d->shown.size())
            emit alertActivated(d->shown[at]);
    });
    setKeeping(false, 10);
    setTheme(theme);
    fillRules();
}

AlertsPanel::~AlertsPanel() = default;

void AlertsPanel::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->edit->setIcon(icon("edit", theme));
    d->remove->setIcon(icon("delete", theme));
    d->settings->setIcon(icon("settings", theme));
    d->alerts->setRowCount(0);
    fill();
}

void AlertsPanel::setKeeping(bool possible, int minutes) {
    d->keep->setText(tr("Keep the last %n minutes", nullptr, minutes));
    d->keep->setVisible(possible);
}

void AlertsPanel::setIndex(std::shared_ptr<TimelineIndex> index) {
    if (d->index)
        d->index->disconnect(this);
    d->index = std::move(index);
    d->all.clear();
    const auto take = [this] {
        if (isVisible() && d->index) {
            d->all = d->index->lanes().alerts();
            fill();
        }
    };
    if (d->index)
        connect(d->index.get(), &TimelineIndex::grown, this, take);
    d->alerts->setRowCount(0);
    if (d->index)
        d->all = d->index->lanes().alerts();
    fill();
}

void AlertsPanel::refresh() {
    if (!d->index)
        return;
    d->index->follow();
    if (d->index->lanes().count(TraceLane::Alerts) != d->all.size())
        d->all = d->index->lanes().alerts();
}

void AlertsPanel::setPlayhead(TraceTime now) {
    d->now = now;
    fill();
}

void AlertsPanel::setRules(const std::vector<AlertRule>& rules) {
    d->rules = rules;
    fillRules();
    fill();
}

void AlertsPanel::setRuleFinder(std::function<std::string(std::uint32_t)> idOf) {
    d->idOf = std::move(idOf);
    fill();
}

/// Those that are raised, the gravest and newest first, then those that are over.
void AlertsPanel::fill() {
    std::vector<Alert> shown;
    std::size_t raised = 0;
    for (const Alert& alert : d->all) {
        if (alert.raised > d->now)
            break;
        shown.push_back(alert);
        raised += d->isRaised(alert) ? 1 : 0;
    }
    std::stable_sort(shown.begin(), shown.end(), [this](const Alert& a, const Alert& b) {
        if (d->isRaised(a) != d->isRaised(b))
            return d->isRaised(a);
        if (d->isRaised(a) && a.severity != b.severity)
            return a.severity > b.severity;
        return a.event > b.event;
    });
    const std::size_t happened = shown.size();
    shown.resize(std::min(shown.size(), kMostShown));
    QString summary = happened == 0 ? QString() : tr("%1 raised, %2 over").arg(raised).arg(happened - raised);
    if (happened > shown.size())
        summary += tr("; the newest %1 are listed").arg(shown.size());
    d->summary->setText(summary);
    d->alertPages->setCurrentIndex(shown.empty() ? 0 : 1);
    if (shown.empty())
        d->empty->setTexts(d->index ? tr("No alert so far") : tr("No run"),
                           d->rules.empty()
                               ? tr("Alerts appear here when a rule is met. Make one with New rule.")
                               : tr("Alerts appear here when one of the rules is met."));
    d->shown = std::move(shown);
    if (d->shown.empty() || !d->index)
        return;
    const EntityTable& table = d->index->store()->table();
    d->alerts->setRowCount(static_cast<int>(d->shown.size()));
    for (int row = 0; row < d->alerts->rowCount(); ++row) {
        const Alert& alert = d->shown[static_cast<std::size_t>(row)];
        const bool isRaised = d->isRaised(alert);
        const AlertRule* const later = alert.rule < table.alerts.size() ? nullptr : d->findRule(alert.rule);
        const QString word = alertlook::word(alert.severity);
        const QStringList texts{
            isRaised ? tr("%1, raised").arg(word) : tr("%1, over").arg(word),
            alert.subject < table.entities.size() ? eventwords::place(alert.subject, table) : tr("broker"),
            QString::fromStdString(later ? nameOf(*later) : ruleName(alert, table)),
            alertlook::reading(later ? levelText(alert, later->when) : levelText(alert, table)),
            eventwords::instant(alert.raised),
            isRaised ? QString() : eventwords::instant(*alert.cleared)};
        for (int column = 0; column < AlertColumns; ++column) {
            QTableWidgetItem* item = cell(*d->alerts, row, column);
            if (item->text() != texts[column])
                item->setText(texts[column]);
            if (column == AlertState) {
                const int look = static_cast<int>(alert.severity);
                if (item->icon().isNull() || item->data(Qt::UserRole).toInt() != look) {
                    item->setIcon(alertlook::sign(alert.severity, *d->theme));
                    item->setData(Qt::UserRole, look);
                }
            } else if (column >= AlertReading) {
                item->setFont(figureFont());
            }
            item->setForeground(isRaised ? d->theme->text : d->theme->textMuted);
        }
    }
}

void AlertsPanel::fillRules() {
    if (d->filling)
        return;
    d->filling = true;
    d->table->setRowCount(static_cast<int>(d->rules.size()));
    for (int row = 0; row < d->table->rowCount(); ++row) {
        const AlertRule& rule = d->rules[static_cast<std::size_t>(row)];
        QTableWidgetItem* on = cell(*d->table, row, RuleOn);
        on->setFlags(on->flags() | Qt::ItemIsUserCheckable);
        on->setCheckState(rule.enabled ? Qt::Checked : Qt::Unchecked);
        on->setData(Qt::AccessibleTextRole, rule.enabled ? tr("on") : tr("off"));
        cell(*d->table, row, RuleName)->setText(QString::fromStdString(rule.name));
        QTableWidgetItem* when = cell(*d->table, row, RuleWhen);
        when->setText(QString::fromStdString(rule.when));
        QString tip = alertlook::word(rule.severity);
        for (const std::string& quiet : rule.quiet)
            tip += tr(", quiet %1").arg(QString::fromStdString(quiet));
        if (rule.record)
            tip += tr(", recorded");
        if (!rule.note.empty())
            tip += u'\n' + QString::fromStdString(rule.note);
        when->setToolTip(tip);
    }
    d->rulePages->setCurrentIndex(d->rules.empty() ? 0 : 1);
    const bool chosen = !d->ruleAt(d->table->currentRow()).empty();
    d->edit->setEnabled(chosen);
    d->remove->setEnabled(chosen);
    d->filling = false;
}

}  // namespace sluice
