#include "widgets/inspector/scenariotable.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QTableWidget>

#include "widgets/editing/wording.h"
#include "widgets/inspector/propertyfield.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kSideWidth = 280;

}  // namespace

ScenarioTable::ScenarioTable(const QString& name, const QStringList& columns, const QString& noun,
                             bool detailed)
    : m_table(new QTableWidget(0, static_cast<int>(columns.size()))),
      m_choosers(new QHBoxLayout),
      m_side(detailed ? new QVBoxLayout : nullptr),
      m_add(new QPushButton(tr("Add %1").arg(noun))),
      m_remove(new QPushButton(tr("Remove %1").arg(noun))) {
    setAccessibleName(name);
    m_table->setAccessibleName(name);
    m_table->setHorizontalHeaderLabels(columns);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(36);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    // The keyboard goes on to the buttons; cells are reached by the arrow keys.
    m_table->setTabKeyNavigation(false);
    m_table->setMinimumHeight(72);

    // Beside the table and not below it: the panel is wide and low.
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_add);
    buttons->addWidget(m_remove);
    auto* side = new QVBoxLayout;
    side->setSpacing(8);
    side->addLayout(m_choosers);
    side->addLayout(buttons);
    if (detailed) {
        auto* form = new QWidget;
        form->setLayout(m_side);
        m_side->setContentsMargins(0, 0, 4, 0);
        m_side->addStretch(1);
        auto* area = new QScrollArea;
        area->setWidgetResizable(true);
        area->setFrameShape(QFrame::NoFrame);
        area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
        area->setFocusPolicy(Qt::NoFocus);
        area->setMinimumWidth(kSideWidth);
        area->setWidget(form);
        side->addWidget(area, 1);
    } else {
        side->addStretch(1);
    }
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 8, 0, 8);
    layout->setSpacing(16);
    layout->addWidget(m_table, 1);
    layout->addLayout(side);

    connect(m_add, &QPushButton::clicked, this, [this] { add(); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (m_table->currentRow() >= 0)
            remove(m_table->currentRow());
    });
    connect(m_table, &QTableWidget::currentCellChanged, this, [this] {
        showDetail();
        orderTabs();
    });
    connect(m_table, &QTableWidget::cellChanged, this, [this](int row, int column) {
        written(row, column, m_table->item(row, column)->text().trimmed());
        // What was refused shows what the scenario still has.
        const QSignalBlocker quiet(m_table);
        fillRows();
    });
}

void ScenarioTable::setNarrow(int column, int figures) {
    m_table->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Fixed);
    m_table->setColumnWidth(column, (figures + 2) * m_table->fontMetrics().horizontalAdvance('0'));
}

void ScenarioTable::show(const Scenario& scenario, const Document& document, const Theme& theme) {
    m_scenario = scenario;
    m_document = &document;
    m_theme = &theme;
    {
        const QSignalBlocker quiet(m_table);
        fillRows();
    }
    showDetail();
    orderTabs();
}

/// As it is read: the table with its cells, the buttons, the form below them. What is made later would
/// otherwise come behind all that the window has.
void ScenarioTable::orderTabs() {
    QWidget* last = m_table;
    const auto then = [&last](QWidget* next) {
        if (next->focusPolicy() & Qt::TabFocus)
            setTabOrder(std::exchange(last, next), next);
    };
    for (int row = 0; row < m_table->rowCount(); ++row) {
        for (int column = 0; column < m_table->columnCount(); ++column) {
            if (QWidget* cell = m_table->cellWidget(row, column))
                then(cell);
        }
    }
    for (int i = 0; i < m_choosers->count(); ++i) {
        if (QWidget* chooser = m_choosers->itemAt(i)->widget())
            then(chooser);
    }
    then(m_add);
    then(m_remove);
    if (!m_form)
        return;
    for (const PropertyField* field : m_form->findChildren<PropertyField*>()) {
        for (QObject* part : field->children()) {
            if (auto* widget = qobject_cast<QWidget*>(part))
                then(widget);
        }
    }
}

void ScenarioTable::forget() {
    m_formOf.clear();
}

int ScenarioTable::rowCount() const {
    return m_table->rowCount();
}

void ScenarioTable::setCurrentRow(int row) {
    m_table->setCurrentCell(row, 0);
}

void ScenarioTable::setText(int row, int column, const QString& text, bool editable, const QString& tip) {
    QTableWidgetItem* item = m_table->item(row, column);
    if (!item) {
        item = new QTableWidgetItem;
        m_table->setItem(row, column, item);
    }
    item->setText(text);
    item->setToolTip(tip);
    item->setFlags(editable ? item->flags() | Qt::ItemIsEditable : item->flags() & ~Qt::ItemIsEditable);
}

QComboBox* ScenarioTable::setChoice(int row, int column, const QString& name, const Choices& choices,
                                    const std::string& current,
                                    const std::function<void(int row, const std::string& id)>& chosen) {
    auto* box = qobject_cast<QComboBox*>(m_table->cellWidget(row, column));
    if (!box) {
        box = new ElidedComboBox;
        box->setAccessibleName(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(6);
        connect(box, &QComboBox::activated, this, [this, box, row, chosen] {
            setCurrentRow(row);
            chosen(row, chosenIn(*box));
        });
        m_table->setCellWidget(row, column, box);
    }
    setChoices(*box, choices);
    choose(*box, current);
    return box;
}

Choices ScenarioTable::things(bool links, const std::function<bool(const Element&)>& element,
                              const std::function<bool(const Link&)>& link) const {
    Choices choices;
    for (const Element& one : diagram().elements) {
        if (one.kind != ElementKind::Note && (!element || element(one)))
            choices.emplace_back(nameOf(*m_document, one.id), one.id);
    }
    for (const Link& one : diagram().links) {
        if (links && (!link || link(one)))
            choices.emplace_back(nameOf(*m_document, one.id), one.id);
    }
    return choices;
}

void ScenarioTable::showDetail() {
    const int row = m_table->currentRow();
    const bool any = row >= 0 && row < m_table->rowCount();
    m_remove->setEnabled(any);
    const Detail detail = any ? detailOf(row) : Detail{};
    const std::string identity =
        detail.properties.empty() ? std::string() : std::to_string(row) + ' ' + detail.identity;
    if (identity != m_formOf || identity.empty()) {
        m_formOf = identity;
        if (m_form) {
            m_form->hide();
            m_form->deleteLater();
            m_form = nullptr;
        }
        if (!detail.properties.empty()) {
            m_form = new PropertyForm(detail.properties, {m_document, m_theme, {}}, false);
            connect(
                m_form, &PropertyForm::edited, this,
                [this, row](const std::string& key, const Json& value) { detailEdited(row, key, value); });
            m_side->insertWidget(0, m_form);
        }
    }
    if (m_form && detail.values)
        m_form->show({detail.values});
}

}  // namespace sluice
