#include "app/live/driftpanel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QPushButton>
#include <QStackedLayout>
#include <QTreeWidget>

#include "widgets/log/emptystate.h"

namespace sluice {

namespace {

QString textOf(const Json& value) {
    if (value.is_null())
        return DriftPanel::tr("not set");
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

}  // namespace

QString kindWords(Drift::Kind kind) {
    switch (kind) {
        case Drift::Kind::Missing:
            return DriftPanel::tr("Not on the broker");
        case Drift::Kind::Extra:
            return DriftPanel::tr("Not drawn");
        case Drift::Kind::Different:
            break;
    }
    return DriftPanel::tr("Set differently");
}

std::pair<QString, QString> sidesOf(const Drift& drift) {
    if (drift.kind == Drift::Kind::Different)
        return {textOf(drift.wanted), textOf(drift.actual)};
    const bool drawn = drift.kind == Drift::Kind::Missing;
    return {drawn ? DriftPanel::tr("drawn") : QStringLiteral("–"),
            drawn ? QStringLiteral("–") : DriftPanel::tr("there")};
}

std::vector<Finding> findingsOf(const std::vector<Drift>& drifts) {
    std::vector<Finding> findings;
    for (const Drift& drift : drifts) {
        if (drift.drawn.empty())
            continue;
        const auto [drawn, there] = sidesOf(drift);
        const QString sentence = drift.kind == Drift::Kind::Missing
                                     ? DriftPanel::tr("Drift: the broker does not have it")
                                     : DriftPanel::tr("Drift: %1 is %2 here and %3 on the broker")
                                           .arg(QString::fromStdString(drift.property), drawn, there);
        Finding& finding = findings.emplace_back();
        finding.rule = "drift";
        finding.subject = drift.drawn;
        finding.sentence = sentence.toStdString();
        finding.mend = DriftPanel::tr("The tab Drift takes it over, one way or the other").toStdString();
    }
    return findings;
}

DriftPanel::DriftPanel(QWidget* parent) : QWidget(parent) {
    setAccessibleName(tr("Drift"));
    m_pages = new QStackedLayout(this);
    m_empty = new EmptyState({}, {});
    m_pages->addWidget(m_empty);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_list = new QTreeWidget;
    m_list->setObjectName("drift.list");
    m_list->setAccessibleName(tr("Differences"));
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setHeaderLabels({tr("Difference"), tr("What"), tr("Setting"), tr("Drawing"), tr("Broker")});
    m_list->header()->setStretchLastSection(true);
    column->addWidget(m_list, 1);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    m_take = new QPushButton;
    m_take->setObjectName("drift.take");
    auto* again = new QPushButton(tr("&Compare again"));
    m_apply = new QPushButton;
    m_apply->setObjectName("drift.apply");
    m_apply->setToolTip(
        tr("Shows the steps that make the broker have what is drawn, and takes those you choose"));
    m_unshown = new QLabel;
    m_unshown->setProperty("muted", true);
    row->addWidget(m_take);
    row->addWidget(m_apply);
    row->addWidget(again);
    row->addStretch();
    row->addWidget(m_unshown);
    column->addLayout(row);
    m_pages->addWidget(page);
    connect(m_take, &QPushButton::clicked, this, &DriftPanel::takeOverWanted);
    connect(m_apply, &QPushButton::clicked, this, &DriftPanel::planWanted);
    connect(again, &QPushButton::clicked, this, &DriftPanel::compareWanted);
    connect(m_list, &QTreeWidget::itemSelectionChanged, this, &DriftPanel::refresh);
    connect(m_list, &QTreeWidget::currentItemChanged, this, [this](const QTreeWidgetItem* item) {
        if (item)
            emit driftChosen(static_cast<std::size_t>(item->data(0, Qt::UserRole).toInt()));
    });
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_list, &QTreeWidget::customContextMenuRequested, this, &DriftPanel::showMenu);
    connect(m_list, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        const auto index = static_cast<std::size_t>(item->data(0, Qt::UserRole).toInt());
        if (m_drifts[index].drawn.empty())
            emit driftChosen(index);
        else
            emit subjectActivated(m_drifts[index].drawn);
    });
    setDrift(nullptr, {});
}

void DriftPanel::setDrift(std::shared_ptr<const Diagram> found, std::vector<Drift> drifts) {
    m_found = std::move(found);
    m_drifts = std::move(drifts);
    static_cast<EmptyState*>(m_empty)->setTexts(
        m_found ? tr("No difference") : tr("Not compared yet"),
        m_found ? tr("The drawing is what the broker has.")
                : tr("Compare with the drawing, in the bar above it, tells what is drawn and not on the "
                     "broker, the other way round, and what is set differently."));
    m_list->clear();
    QList<QTreeWidgetItem*> items;
    for (std::size_t i = 0; i < m_drifts.size(); ++i) {
        const Drift& drift = m_drifts[i];
        const auto [drawn, there] = sidesOf(drift);
        auto* item = new QTreeWidgetItem({kindWords(drift.kind), QString::fromStdString(drift.name),
                                          QString::fromStdString(drift.property), drawn, there});
        item->setData(0, Qt::UserRole, static_cast<int>(i));
        items << item;
    }
    m_list->addTopLevelItems(items);
    for (int column = 0; column < 4; ++column)
        m_list->resizeColumnToContents(column);
    // A header's own margins are not among its contents.
    for (int column = 0; column < 4; ++column)
        m_list->setColumnWidth(column, m_list->columnWidth(column) + 16);
    m_pages->setCurrentIndex(m_drifts.empty() ? 0 : 1);
    refresh();
}

std::vector<Drift> DriftPanel::chosen() const {
    const QList<QTreeWidgetItem*> selected = m_list->selectedItems();
    if (selected.isEmpty())
        return m_drifts;
    std::vector<Drift> result;
    for (const QTreeWidgetItem* item : selected)
        result.push_back(m_drifts[static_cast<std::size_t>(item->data(0, Qt::UserRole).toInt())]);
    return result;
}

void DriftPanel::choose(std::size_t index) {
    for (int row = 0; row < m_list->topLevelItemCount(); ++row) {
        QTreeWidgetItem* const item = m_list->topLevelItem(row);
        if (item->data(0, Qt::UserRole).toInt() == static_cast<int>(index))
            return m_list->setCurrentItem(item);
    }
}

void DriftPanel::setUnshown(std::size_t elements) {
    m_unshown->setText(
        elements == 0
            ? QString()
            : tr("%1 more not drawn than the drawing shows").arg(QLocale().toString(qulonglong(elements))));
}

void DriftPanel::refresh() {
    const auto selected = static_cast<int>(m_list->selectedItems().size());
    m_take->setText(selected == 0   ? tr("&Take all into the drawing")
                    : selected == 1 ? tr("&Take into the drawing")
                                    : tr("&Take %1 into the drawing").arg(QLocale().toString(selected)));
    m_apply->setText(selected == 0   ? tr("&Make the broker so in all…")
                     : selected == 1 ? tr("&Make the broker so…")
                                     : tr("&Make the broker so in %1…").arg(QLocale().toString(selected)));
}

void DriftPanel::showMenu(const QPoint& at) {
    if (m_list->selectedItems().isEmpty())
        return;
    QMenu menu(this);
    for (const QPushButton* button : {m_take, m_apply})
        menu.addAction(button->text(), button, &QPushButton::click);
    // By the keyboard it comes without a place of its own.
    const QTreeWidgetItem* const item = m_list->currentItem();
    const bool inside = item && m_list->visualItemRect(item).contains(at);
    menu.exec(
        m_list->viewport()->mapToGlobal(inside || !item ? at : m_list->visualItemRect(item).bottomLeft()));
}

}  // namespace sluice
