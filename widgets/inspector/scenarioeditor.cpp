#include "widgets/inspector/scenarioeditor.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include "core/diagram/catalogue.h"
#include "widgets/editing/catalogueedits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct ScenarioEditor::Private {
    Private(ScenarioEditor* editor, const Theme& initialTheme) : q(editor), theme(&initialTheme) {}

    void build();
    void refresh();
    void showScenario();
    void showAction();
    void change(const std::function<void(Scenario&)>& how, const std::string& mergeKey = {});
    void complain(const QString& text);
    QComboBox* targets(const std::string& current, bool links, const QString& none);
    QTableWidget* table(const QString& name, const QStringList& columns);
    QWidget* rowButtons(QTableWidget* rows, const std::function<void()>& add,
                        const std::function<void(int)>& remove);
    [[nodiscard]] const Scenario* scenario() const {
        return history ? history->diagram().findScenario(chosen) : nullptr;
    }

    ScenarioEditor* q;
    const Theme* theme;
    History* history = nullptr;
    std::string chosen;
    Scenario shown;
    bool filled = false;
    QComboBox* list = nullptr;
    QWidget* detail = nullptr;
    QLineEdit* name = nullptr;
    QLineEdit* note = nullptr;
    QLineEdit* until = nullptr;
    QSpinBox* seed = nullptr;
    QLabel* message = nullptr;
    QTableWidget* actions = nullptr;
    QVBoxLayout* actionPlace = nullptr;
    QWidget* actionForm = nullptr;
    QTableWidget* expectations = nullptr;
    QTableWidget* overrides = nullptr;
};

ScenarioEditor::ScenarioEditor(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Scenarios"));
    d->build();
    d->refresh();
}

ScenarioEditor::~ScenarioEditor() = default;

void ScenarioEditor::setHistory(History* history) {
    if (d->history)
        disconnect(d->history, nullptr, this, nullptr);
    d->history = history;
    d->chosen.clear();
    d->filled = false;
    if (history) {
        connect(history, &History::changed, this, [this] { d->refresh(); });
        connect(history, &QObject::destroyed, this, [this] {
            d->history = nullptr;
            d->refresh();
        });
    }
    d->refresh();
}

void ScenarioEditor::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->filled = false;
    d->refresh();
}

void ScenarioEditor::choose(const std::string& id) {
    if (!d->history || !d->history->diagram().findScenario(id) || id == d->chosen)
        return;
    d->chosen = id;
    d->refresh();
    emit chosenChanged(id);
}

std::string ScenarioEditor::chosen() const {
    return d->chosen;
}

QTableWidget* ScenarioEditor::Private::table(const QString& title, const QStringList& columns) {
    auto* rows = new QTableWidget(0, static_cast<int>(columns.size()));
    rows->setAccessibleName(title);
    rows->setHorizontalHeaderLabels(columns);
    rows->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    rows->verticalHeader()->hide();
    rows->verticalHeader()->setDefaultSectionSize(36);
    rows->setSelectionBehavior(QAbstractItemView::SelectRows);
    rows->setMinimumHeight(150);
    return rows;
}

QWidget* ScenarioEditor::Private::rowButtons(QTableWidget* rows, const std::function<void()>& add,
                                             const std::function<void(int)>& remove) {
    auto* widget = new QWidget;
    auto* layout = new QHBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 8);
    auto* addButton = new QPushButton(ScenarioEditor::tr("Add"));
    auto* removeButton = new QPushButton(ScenarioEditor::tr("Remove"));
    QObject::connect(addButton, &QPushButton::clicked, q, add);
    QObject::connect(removeButton, &QPushButton::clicked, q, [rows, remove] {
        if (rows->currentRow() >= 0)
            remove(rows->currentRow());
    });
    layout->addWidget(addButton);
    layout->addWidget(removeButton);
    layout->addStretch(1);
    return widget;
}

void ScenarioEditor::Private::build() {
    auto* outer = new QVBoxLayout(q);
    outer->setContentsMargins(12, 12, 12, 0);
    auto* top = new QHBoxLayout;
    list = new QComboBox;
    list->setAccessibleName(ScenarioEditor::tr("Scenario"));
    top->addWidget(list, 1);
    auto* add = new QPushButton(ScenarioEditor::tr("Add"));
    auto* copy = new QPushButton(ScenarioEditor::tr("Duplicate"));
    auto* remove = new QPushButton(ScenarioEditor::tr("Remove"));
    top->addWidget(add);
    top->addWidget(copy);
    top->addWidget(remove);
    outer->addLayout(top);
    message = new QLabel;
    message->setWordWrap(true);
    message->hide();
    outer->addWidget(message);

    detail = new QWidget;
    auto* layout = new QVBoxLayout(detail);
    layout->setContentsMargins(0, 8, 0, 12);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto line = [&](const QString& label, const std::function<void(const QString&)>& changed) {
        auto* edit = new QLineEdit;
        edit->setAccessibleName(label);
        QObject::connect(edit, &QLineEdit::editingFinished, q, [edit, changed] {
            if (edit->isModified()) {
                edit->setModified(false);
                changed(edit->text().trimmed());
            }
        });
        form->addRow(label, edit);
        return edit;
    };
    name = line(ScenarioEditor::tr("Name"),
                [this](const QString& text) { change([&](Scenario& s) { s.name = text.toStdString(); }); });
    note = line(ScenarioEditor::tr("Note"),
                [this](const QString& text) { change([&](Scenario& s) { s.note = text.toStdString(); }); });
    until = line(ScenarioEditor::tr("Lasts"), [this](const QString& text) {
        const auto duration = parseDuration(text.toStdString());
        if (duration)
            change([&](Scenario& s) { s.until = *duration; });
        else
            complain(qtext(duration.error().sentence));
    });
    seed = new QSpinBox;
    seed->setRange(0, 2147483647);
    seed->setKeyboardTracking(false);
    seed->setAccessibleName(ScenarioEditor::tr("Seed"));
    QObject::connect(seed, qOverload<int>(&QSpinBox::valueChanged), q, [this](int value) {
        change([&](Scenario& s) { s.seed = static_cast<std::uint64_t>(value); }, "seed " + chosen);
    });
    form->addRow(ScenarioEditor::tr("Seed"), seed);
    layout->addLayout(form);

    const auto heading = [&](const QString& text) {
        auto* label = new QLabel(text);
        QFont font = label->font();
        font.setBold(true);
        label->setFont(font);
        layout->addWidget(label);
    };
    heading(ScenarioEditor::tr("Actions"));
    actions = table(ScenarioEditor::tr("Actions"),
                    {ScenarioEditor::tr("At"), ScenarioEditor::tr("Do"), ScenarioEditor::tr("To")});
    layout->addWidget(actions);
    actionPlace = new QVBoxLayout;
    layout->addLayout(actionPlace);
    layout->addWidget(rowButtons(
        actions, [this] { change([](Scenario& s) { s.actions.emplace_back(); }); },
        [this](int row) { change([&](Scenario& s) { s.actions.erase(s.actions.begin() + row); }); }));
    heading(ScenarioEditor::tr("Expectations"));
    expectations =
        table(ScenarioEditor::tr("Expectations"), {ScenarioEditor::tr("Metric"), ScenarioEditor::tr("Of"),
                                                   ScenarioEditor::tr("Is"), ScenarioEditor::tr("Value")});
    layout->addWidget(expectations);
    layout->addWidget(rowButtons(
        expectations,
        [this] {
            change([](Scenario& s) {
                Expectation expectation;
                expectation.metric = "lost";
                expectation.comparison = "==";
                expectation.value = 0;
                s.expectations.push_back(expectation);
            });
        },
        [this](int row) {
            change([&](Scenario& s) { s.expectations.erase(s.expectations.begin() + row); });
        }));
    heading(ScenarioEditor::tr("Overrides"));
    overrides = table(
        ScenarioEditor::tr("Overrides"),
        {ScenarioEditor::tr("Element or link"), ScenarioEditor::tr("Property"), ScenarioEditor::tr("Value")});
    overrides->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    layout->addWidget(overrides);
    layout->addStretch(1);

    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidget(detail);
    outer->addWidget(area, 1);

    QObject::connect(list, &QComboBox::activated, q,
                     [this] { q->choose(list->currentData().toString().toStdString()); });
    const auto put = [this](Scenario scenario_, const QString& title) {
        scenario_.id = freeScenarioId(history->diagram(),
                                      "scenario-" + std::to_string(history->diagram().scenarios.size() + 1));
        scenario_.name = title.toStdString();
        const auto result = history->apply(putScenario(history->document(), scenario_));
        if (result)
            q->choose(scenario_.id);
    };
    QObject::connect(add, &QPushButton::clicked, q, [this, put] {
        if (history)
            put(Scenario(), ScenarioEditor::tr("New scenario"));
    });
    QObject::connect(copy, &QPushButton::clicked, q, [this, put] {
        if (const Scenario* old = scenario())
            put(*old, ScenarioEditor::tr("Copy of %1").arg(qtext(old->name)));
    });
    QObject::connect(remove, &QPushButton::clicked, q, [this] {
        if (scenario()) {
            const auto result = history->apply(removeScenario(history->document(), chosen));
            Q_UNUSED(result);
        }
    });
    QObject::connect(actions, &QTableWidget::currentCellChanged, q, [this] { showAction(); });
    QObject::connect(actions, &QTableWidget::cellChanged, q, [this](int row, int column) {
        if (column != 0)
            return;
        const auto at = parseDuration(actions->item(row, 0)->text().toStdString());
        if (at)
            change([&](Scenario& s) { s.actions[static_cast<std::size_t>(row)].at = *at; });
        else
            complain(qtext(at.error().sentence));
    });
    QObject::connect(expectations, &QTableWidget::cellChanged, q, [this](int row, int column) {
        if (column != 3)
            return;
        const QString text = expectations->item(row, 3)->text().trimmed();
        bool number = false;
        const double value = text.toDouble(&number);
        if (!number && !parseDuration(text.toStdString())) {
            complain(ScenarioEditor::tr("Write a number, or a duration such as 2 s"));
            return;
        }
        change([&](Scenario& s) {
            Json& target = s.expectations[static_cast<std::size_t>(row)].value;
            if (!number)
                target = text.toStdString();
            else if (value == static_cast<double>(static_cast<std::int64_t>(value)))
                target = static_cast<std::int64_t>(value);
            else
                target = value;
        });
    });
    QObject::connect(overrides, &QTableWidget::cellChanged, q, [this](int row, int column) {
        if (column != 2)
            return;
        const std::string id = overrides->item(row, 0)->data(Qt::UserRole).toString().toStdString();
        const std::string key = overrides->item(row, 1)->text().toStdString();
        const std::string text = overrides->item(row, 2)->text().trimmed().toStdString();
        Json value = Json::parse(text, nullptr, false);
        if (value.is_discarded())
            value = text;
        change([&](Scenario& s) {
            s.overrides[id].set(key, text.empty() ? Json() : value);
            if (s.overrides[id].empty())
                s.overrides.erase(id);
        });
    });
}

void ScenarioEditor::Private::complain(const QString& text) {
    message->setText(text);
    message->setStyleSheet(QStringLiteral("color: %1").arg(theme->dangerText.name()));
    message->setVisible(!text.isEmpty());
}

void ScenarioEditor::Private::change(const std::function<void(Scenario&)>& how, const std::string& mergeKey) {
    const Scenario* old = scenario();
    if (!old)
        return;
    Scenario changed = *old;
    how(changed);
    const auto result = history->apply(putScenario(history->document(), changed, mergeKey));
    complain(result ? QString() : qtext(result.error().sentence));
}

QComboBox* ScenarioEditor::Private::targets(const std::string& current, bool links, const QString& none) {
    auto* box = new QComboBox;
    box->addItem(none, QString());
    const Diagram& diagram = history->diagram();
    for (const Element& element : diagram.elements) {
        if (element.kind != ElementKind::Note)
            box->addItem(qtext(element.name), qtext(element.id));
    }
    if (links) {
        for (const Link& link : diagram.links)
            box->addItem(nameOf(diagram, link.id), qtext(link.id));
    }
    if (box->findData(qtext(current)) < 0)
        box->addItem(ScenarioEditor::tr("%1 (missing)").arg(qtext(current)), qtext(current));
    box->setCurrentIndex(box->findData(qtext(current)));
    return box;
}

void ScenarioEditor::Private::refresh() {
    const QSignalBlocker quiet(list);
    list->clear();
    if (history) {
        for (const Scenario& one : history->diagram().scenarios)
            list->addItem(qtext(one.name.empty() ? one.id : one.name), qtext(one.id));
        if (!scenario()) {
            chosen = history->diagram().scenarios.empty() ? std::string()
                                                          : history->diagram().scenarios.front().id;
            filled = false;
        }
    }
    list->setCurrentIndex(list->findData(qtext(chosen)));
    const Scenario* current = scenario();
    detail->setEnabled(current);
    // What was edited here is shown already; a table that is rebuilt loses its place.
    if (current && filled && *current == shown)
        return;
    shown = current ? *current : Scenario();
    filled = true;
    showScenario();
}

void ScenarioEditor::Private::showScenario() {
    const QSignalBlocker quietSeed(seed);
    const QSignalBlocker quietActions(actions);
    const QSignalBlocker quietExpectations(expectations);
    const QSignalBlocker quietOverrides(overrides);
    name->setText(qtext(shown.name));
    note->setText(qtext(shown.note));
    until->setText(qtext(formatDuration(shown.until)));
    seed->setValue(static_cast<int>(std::min<std::uint64_t>(shown.seed, 2147483647U)));
    const int row = actions->currentRow();
    actions->setRowCount(static_cast<int>(shown.actions.size()));
    for (std::size_t i = 0; i < shown.actions.size(); ++i) {
        const Action& action = shown.actions[i];
        const int at = static_cast<int>(i);
        actions->setItem(at, 0, new QTableWidgetItem(qtext(formatDuration(action.at))));
        auto* kind = new QComboBox;
        for (const std::string_view one : kActionKindNames)
            kind->addItem(readableChoice(one));
        kind->setCurrentIndex(static_cast<int>(action.kind));
        QObject::connect(kind, &QComboBox::activated, q, [this, i](int index) {
            change([&](Scenario& s) { s.actions[i].kind = static_cast<ActionKind>(index); });
        });
        actions->setCellWidget(at, 1, kind);
        QComboBox* target = targets(action.target, true, ScenarioEditor::tr("everything"));
        QObject::connect(target, &QComboBox::activated, q, [this, i, target] {
            change(
                [&](Scenario& s) { s.actions[i].target = target->currentData().toString().toStdString(); });
        });
        actions->setCellWidget(at, 2, target);
    }
    if (row >= 0 && row < actions->rowCount())
        actions->setCurrentCell(row, 0);
    showAction();

    expectations->setRowCount(static_cast<int>(shown.expectations.size()));
    for (std::size_t i = 0; i < shown.expectations.size(); ++i) {
        const Expectation& expectation = shown.expectations[i];
        const int at = static_cast<int>(i);
        auto* metric = new QComboBox;
        for (const MetricInfo& one : expectationMetrics())
            metric->addItem(QCoreApplication::translate("Catalogue", std::string(one.label).c_str()),
                            qtext(one.key));
        metric->setCurrentIndex(metric->findData(qtext(expectation.metric)));
        QObject::connect(metric, &QComboBox::activated, q, [this, i, metric] {
            change([&](Scenario& s) {
                s.expectations[i].metric = metric->currentData().toString().toStdString();
            });
        });
        expectations->setCellWidget(at, 0, metric);
        QComboBox* target = targets(expectation.target, true, ScenarioEditor::tr("the whole system"));
        QObject::connect(target, &QComboBox::activated, q, [this, i, target] {
            change([&](Scenario& s) {
                s.expectations[i].target = target->currentData().toString().toStdString();
            });
        });
        expectations->setCellWidget(at, 1, target);
        auto* comparison = new QComboBox;
        comparison->addItems({"==", "!=", "<", "<=", ">", ">="});
        comparison->setCurrentText(qtext(expectation.comparison));
        QObject::connect(comparison, &QComboBox::textActivated, q, [this, i](const QString& text) {
            change([&](Scenario& s) { s.expectations[i].comparison = text.toStdString(); });
        });
        expectations->setCellWidget(at, 2, comparison);
        const Json& value = expectation.value;
        auto* item = new QTableWidgetItem(qtext(value.is_string() ? value.get<std::string>() : value.dump()));
        item->setToolTip(qtext(expectation.note));
        expectations->setItem(at, 3, item);
    }

    int count = 0;
    for (const auto& [id, properties] : shown.overrides)
        count += static_cast<int>(properties.all().size());
    overrides->setRowCount(count);
    int at = 0;
    for (const auto& [id, properties] : shown.overrides) {
        for (const auto& [key, value] : properties.all()) {
            auto* subject = new QTableWidgetItem(nameOf(history->diagram(), id));
            subject->setData(Qt::UserRole, qtext(id));
            subject->setFlags(subject->flags() & ~Qt::ItemIsEditable);
            auto* property = new QTableWidgetItem(qtext(key));
            property->setFlags(property->flags() & ~Qt::ItemIsEditable);
            overrides->setItem(at, 0, subject);
            overrides->setItem(at, 1, property);
            overrides->setItem(
                at, 2,
                new QTableWidgetItem(qtext(value.is_string() ? value.get<std::string>() : value.dump())));
            ++at;
        }
    }
}

void ScenarioEditor::Private::showAction() {
    if (actionForm) {
        actionForm->hide();
        actionForm->deleteLater();
        actionForm = nullptr;
    }
    const int row = actions->currentRow();
    if (!history || row < 0 || row >= static_cast<int>(shown.actions.size()))
        return;
    const auto index = static_cast<std::size_t>(row);
    const Action& action = shown.actions[index];
    auto* form =
        new PropertyForm(propertiesIn(propertiesOf(action.kind)), {&history->document(), theme, {}}, false);
    form->show({&action.properties});
    QObject::connect(form, &PropertyForm::edited, q,
                     [this, index](const std::string& key, const Json& value) {
                         change([&](Scenario& s) { s.actions[index].properties.set(key, value); });
                     });
    actionForm = form;
    actionPlace->addWidget(form);
}

}  // namespace sluice
