#include "widgets/inspector/scenarioeditor.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>

#include "widgets/editing/catalogueedits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/actiontable.h"
#include "widgets/inspector/expectationtable.h"
#include "widgets/inspector/overridetable.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct ScenarioEditor::Private {
    Private(ScenarioEditor* editor, const Theme& initialTheme) : q(editor), theme(&initialTheme) {}

    void build();
    QWidget* buildTop();
    QWidget* buildGeneral();
    void put(Scenario scenario, const QString& title);
    void refresh();
    void showScenario();
    void change(const std::function<void(Scenario&)>& how, const std::string& mergeKey = {});
    void complain(const QString& text);
    [[nodiscard]] const Scenario* scenario() const {
        return history ? history->diagram().findScenario(chosen) : nullptr;
    }

    ScenarioEditor* q;
    const Theme* theme;
    History* history = nullptr;
    std::string chosen;
    QComboBox* list = nullptr;
    QPushButton* copy = nullptr;
    QPushButton* remove = nullptr;
    QTabWidget* tabs = nullptr;
    QLineEdit* name = nullptr;
    QLineEdit* note = nullptr;
    QLineEdit* until = nullptr;
    QSpinBox* seed = nullptr;
    QDoubleSpinBox* speed = nullptr;
    QLabel* message = nullptr;
    std::vector<std::pair<ScenarioTable*, QString>> tables;
    bool stale = true;
    const Document noDocument;
    const Scenario noScenario;
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
    if (history) {
        connect(history, &History::changed, this, [this] { d->refresh(); });
        connect(history, &QObject::destroyed, this, [this] {
            d->history = nullptr;
            d->refresh();
        });
    }
    for (const auto& [table, title] : d->tables)
        table->forget();
    d->refresh();
}

void ScenarioEditor::setTheme(const Theme& theme) {
    d->theme = &theme;
    for (const auto& [table, title] : d->tables)
        table->forget();
    d->refresh();
}

void ScenarioEditor::choose(const std::string& id) {
    if (!d->history || !d->history->diagram().findScenario(id) || id == d->chosen)
        return;
    d->chosen = id;
    d->complain({});
    d->refresh();
    emit chosenChanged(id);
}

void ScenarioEditor::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (d->stale)
        d->showScenario();
}

std::string ScenarioEditor::chosen() const {
    return d->chosen;
}

void ScenarioEditor::Private::build() {
    auto* outer = new QVBoxLayout(q);
    outer->setContentsMargins(12, 4, 12, 0);
    outer->setSpacing(4);
    message = new QLabel;
    message->setWordWrap(true);
    message->hide();
    outer->addWidget(message);
    tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->setAccessibleName(ScenarioEditor::tr("Parts of the scenario"));
    // Beside the tabs: the panel is wide and low.
    tabs->setCornerWidget(buildTop());
    tabs->tabBar()->setMinimumHeight(tabs->cornerWidget()->sizeHint().height() + 2);
    tabs->addTab(buildGeneral(), ScenarioEditor::tr("General"));
    tables = {{new ActionTable, ScenarioEditor::tr("Actions")},
              {new ExpectationTable, ScenarioEditor::tr("Expectations")},
              {new OverrideTable, ScenarioEditor::tr("Overrides")}};
    for (const auto& [table, title] : tables) {
        tabs->addTab(table, title);
        QObject::connect(table, &ScenarioTable::changeWanted, q,
                         [this](const ScenarioTable::Change& how) { change(how); });
        QObject::connect(table, &ScenarioTable::refused, q,
                         [this](const QString& sentence) { complain(sentence); });
    }
    outer->addWidget(tabs, 1);
}

QWidget* ScenarioEditor::Private::buildTop() {
    auto* widget = new QWidget;
    auto* top = new QHBoxLayout(widget);
    top->setContentsMargins(0, 2, 0, 2);
    list = new ElidedComboBox;
    list->setAccessibleName(ScenarioEditor::tr("Scenario"));
    list->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    list->setMinimumContentsLength(24);
    auto* add = new QPushButton(ScenarioEditor::tr("Add scenario"));
    copy = new QPushButton(ScenarioEditor::tr("Duplicate"));
    remove = new QPushButton(ScenarioEditor::tr("Remove"));
    top->addWidget(list, 1);
    top->addWidget(add);
    top->addWidget(copy);
    top->addWidget(remove);
    QObject::connect(list, &QComboBox::activated, q,
                     [this] { q->choose(list->currentData().toString().toStdString()); });
    QObject::connect(add, &QPushButton::clicked, q, [this] {
        if (history)
            put(Scenario(), ScenarioEditor::tr("New scenario"));
    });
    QObject::connect(copy, &QPushButton::clicked, q, [this] {
        if (const Scenario* old = scenario())
            put(*old, ScenarioEditor::tr("Copy of %1").arg(qtext(old->name)));
    });
    QObject::connect(remove, &QPushButton::clicked, q, [this] {
        if (!scenario())
            return;
        const auto result = history->apply(removeScenario(history->document(), chosen));
        Q_UNUSED(result);
    });
    return widget;
}

QWidget* ScenarioEditor::Private::buildGeneral() {
    auto* content = new QWidget;
    auto* columns = new QHBoxLayout(content);
    columns->setContentsMargins(0, 12, 0, 12);
    columns->setSpacing(24);
    const auto line = [&](QFormLayout& form, const QString& label,
                          const std::function<void(const QString&)>& changed) {
        auto* edit = new QLineEdit;
        edit->setAccessibleName(label);
        QObject::connect(edit, &QLineEdit::editingFinished, q, [edit, changed] {
            if (edit->isModified()) {
                edit->setModified(false);
                changed(edit->text().trimmed());
            }
        });
        form.addRow(label, edit);
        return edit;
    };
    auto* words = new QFormLayout;
    auto* figures = new QFormLayout;
    for (QFormLayout* form : {words, figures}) {
        form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
        form->setVerticalSpacing(8);
    }
    name = line(*words, ScenarioEditor::tr("Name"),
                [this](const QString& text) { change([&](Scenario& s) { s.name = text.toStdString(); }); });
    note = line(*words, ScenarioEditor::tr("Note"),
                [this](const QString& text) { change([&](Scenario& s) { s.note = text.toStdString(); }); });
    until = line(*figures, ScenarioEditor::tr("Lasts"), [this](const QString& text) {
        const auto duration = parseDuration(text.toStdString());
        if (duration)
            change([&](Scenario& s) { s.until = *duration; });
        else
            complain(qtext(duration.error().sentence));
    });
    until->setToolTip(ScenarioEditor::tr(
        "Workload and actions end here, for example after 60 s; what is under way may finish"));
    seed = new QSpinBox;
    seed->setRange(0, 2147483647);
    seed->setKeyboardTracking(false);
    seed->setAccessibleName(ScenarioEditor::tr("Seed"));
    seed->setToolTip(ScenarioEditor::tr("The same seed gives the same run again"));
    QObject::connect(seed, qOverload<int>(&QSpinBox::valueChanged), q, [this](int value) {
        change([&](Scenario& s) { s.seed = static_cast<std::uint64_t>(value); }, "seed " + chosen);
    });
    figures->addRow(ScenarioEditor::tr("Seed"), seed);
    speed = new QDoubleSpinBox;
    speed->setRange(0.001, 1e6);
    speed->setDecimals(3);
    speed->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    speed->setKeyboardTracking(false);
    speed->setSuffix(ScenarioEditor::tr(" × real time"));
    speed->setAccessibleName(ScenarioEditor::tr("Playback speed"));
    speed->setToolTip(ScenarioEditor::tr("How fast the run is played at first: seconds of the run a second"));
    QObject::connect(speed, qOverload<double>(&QDoubleSpinBox::valueChanged), q, [this](double value) {
        change([&](Scenario& s) { s.speed = value; }, "speed " + chosen);
    });
    figures->addRow(ScenarioEditor::tr("Playback speed"), speed);
    columns->addLayout(words, 3);
    columns->addLayout(figures, 2);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(content);
    return area;
}

void ScenarioEditor::Private::put(Scenario created, const QString& title) {
    created.id = freeScenarioId(history->diagram(),
                                "scenario-" + std::to_string(history->diagram().scenarios.size() + 1));
    created.name = title.toStdString();
    if (history->apply(putScenario(history->document(), created)))
        q->choose(created.id);
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

void ScenarioEditor::Private::refresh() {
    const QSignalBlocker quiet(list);
    list->clear();
    if (history) {
        for (const Scenario& one : history->diagram().scenarios)
            list->addItem(qtext(one.name.empty() ? one.id : one.name), qtext(one.id));
        if (!scenario())
            chosen = history->diagram().scenarios.empty() ? std::string()
                                                          : history->diagram().scenarios.front().id;
    }
    list->setCurrentIndex(list->findData(qtext(chosen)));
    const bool any = scenario() != nullptr;
    for (QWidget* widget :
         {static_cast<QWidget*>(copy), static_cast<QWidget*>(remove), static_cast<QWidget*>(list)})
        widget->setEnabled(any);
    for (int i = 0; i < tabs->count(); ++i)
        tabs->widget(i)->setEnabled(any);
    showScenario();
}

void ScenarioEditor::Private::showScenario() {
    // A hidden panel does not follow each step of an edit.
    stale = !q->isVisible();
    if (stale)
        return;
    const Scenario& shown = scenario() ? *scenario() : noScenario;
    const QSignalBlocker quietSeed(seed);
    const QSignalBlocker quietSpeed(speed);
    const auto set = [](QLineEdit* edit, const QString& text) {
        if (edit->text() != text)
            edit->setText(text);
        edit->setModified(false);
    };
    set(name, qtext(shown.name));
    set(note, qtext(shown.note));
    set(until, qtext(formatDuration(shown.until)));
    seed->setValue(static_cast<int>(std::min<std::uint64_t>(shown.seed, 2147483647U)));
    speed->setValue(shown.speed);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        auto& [table, title] = tables[i];
        table->show(shown, history ? history->document() : noDocument, *theme);
        tabs->setTabText(
            static_cast<int>(i) + 1,
            table->rowCount() == 0 ? title : QStringLiteral("%1  %2").arg(title).arg(table->rowCount()));
    }
}

}  // namespace sluice
