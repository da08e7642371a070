#include "app/live/livepage.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QStackedLayout>

#include "app/live/connectionform.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kListWidth = 220;
constexpr int kFormWidth = 520;

QLabel* words(const QString& text, const char* role) {
    auto* label = new QLabel(text);
    label->setProperty(role, true);
    label->setWordWrap(true);
    return label;
}

}  // namespace

LivePage::LivePage(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(&theme) {
    m_pages = new QStackedLayout(this);
    m_pages->addWidget(makeEmpty());
    m_pages->addWidget(makeManager());
}

QWidget* LivePage::makeEmpty() {
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->addStretch(2);
    auto* heading = words(tr("Watch running brokers"), "heading");
    heading->setAlignment(Qt::AlignHCenter);
    m_emptyText = words({}, "muted");
    m_emptyText->setAlignment(Qt::AlignHCenter);
    m_emptyText->setMinimumWidth(kFormWidth);
    column->addWidget(heading, 0, Qt::AlignHCenter);
    column->addWidget(m_emptyText, 0, Qt::AlignHCenter);
    column->addStretch(3);
    return page;
}

QWidget* LivePage::makeManager() {
    auto* page = new QWidget;
    auto* row = new QHBoxLayout(page);
    row->setContentsMargins(24, 24, 24, 24);
    row->setSpacing(24);
    auto* left = new QVBoxLayout;
    left->addWidget(words(tr("Connections"), "heading"));
    m_list = new QListWidget;
    m_list->setObjectName("live.connections");
    m_list->setAccessibleName(tr("Connections"));
    m_list->setFixedWidth(kListWidth);
    left->addWidget(m_list, 1);
    m_remove = new QPushButton(tr("Forget this connection"));
    left->addWidget(m_remove);
    row->addLayout(left);

    auto* right = new QVBoxLayout;
    auto* scroll = m_scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    auto* inside = new QWidget;
    auto* column = new QVBoxLayout(inside);
    column->setContentsMargins(0, 0, 12, 0);
    column->setSpacing(12);
    m_formPlace = new QWidget;
    m_formPlace->setMaximumWidth(kFormWidth);
    auto* formColumn = new QVBoxLayout(m_formPlace);
    formColumn->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_formPlace);
    m_others = new QWidget;
    m_others->setObjectName("live.together");
    auto* others = new QVBoxLayout(m_others);
    others->setContentsMargins(0, 0, 0, 0);
    others->setSpacing(6);
    column->addWidget(m_others);
    auto* buttons = new QHBoxLayout;
    m_test = new QPushButton(tr("Test"));
    m_test->setObjectName("live.test");
    m_test->setToolTip(tr("Tries every step and says what works and what does not"));
    m_discover = new QPushButton(tr("Draw what is there"));
    m_discover->setObjectName("live.discover");
    m_discover->setProperty("primary", true);
    m_discover->setToolTip(
        tr("A new drawing of the broker's exchanges, queues and applications, watched at once"));
    m_watch = new QPushButton(tr("Watch this drawing"));
    m_watch->setObjectName("live.watch");
    m_watch->setToolTip(
        tr("Shows on the open drawing what the queues and exchanges of the same names report"));
    for (QPushButton* button : {m_discover, m_watch, m_test})
        buttons->addWidget(button);
    buttons->addStretch();
    column->addLayout(buttons);
    m_busy = words({}, "muted");
    column->addWidget(m_busy);
    m_results = new QVBoxLayout;
    m_results->setSpacing(6);
    column->addLayout(m_results);
    m_secrets = words({}, "muted");
    column->addWidget(m_secrets);
    column->addStretch();
    scroll->setWidget(inside);
    // Which is when the page has grown by them.
    connect(scroll->verticalScrollBar(), &QScrollBar::rangeChanged, this, &LivePage::bringResultsIntoSight);
    right->addWidget(scroll);
    row->addLayout(right, 1);

    connect(m_list, &QListWidget::currentRowChanged, this, &LivePage::choose);
    connect(m_test, &QPushButton::clicked, this,
            [this] { act([this](const ConnectionSettings& one) { emit testWanted(one); }); });
    connect(m_discover, &QPushButton::clicked, this,
            [this] { act([this](const ConnectionSettings& one) { emit discoverWanted(one, together()); }); });
    connect(m_watch, &QPushButton::clicked, this,
            [this] { act([this](const ConnectionSettings& one) { emit watchWanted(one, together()); }); });
    connect(m_remove, &QPushButton::clicked, this, [this] {
        if (!current().id.isEmpty())
            emit removeWanted(current().id);
    });
    return page;
}

void LivePage::setTheme(const Theme& theme) {
    m_theme = &theme;
    if (!m_steps.isEmpty())
        showTest(m_steps);
}

void LivePage::setPlugins(const QList<PluginDescription>& plugins, const QStringList& problems) {
    m_plugins = plugins;
    QString text =
        tr("No plugin for a kind of broker was found. They come with Sluice; a build without them "
           "runs all the same, and cannot look at live brokers.");
    if (!problems.isEmpty())
        text += QStringLiteral("\n\n") + problems.join(u'\n');
    m_emptyText->setText(text);
    m_pages->setCurrentIndex(plugins.isEmpty() ? 0 : 1);
}

void LivePage::setConnections(const QList<ConnectionSettings>& connections, const QString& chosen,
                              const std::function<QStringList(const QString& id)>& together) {
    m_connections = connections;
    m_together = together;
    const QSignalBlocker quiet(m_list);
    m_list->clear();
    int row = 0;
    for (const ConnectionSettings& one : connections) {
        if (one.id == chosen)
            row = m_list->count();
        m_list->addItem(one.name);
    }
    for (const PluginDescription& plugin : std::as_const(m_plugins))
        m_list->addItem(tr("New: %1…").arg(plugin.name));
    m_list->setCurrentRow(row);
    choose(row);
}

void LivePage::choose(int row) {
    clearResults();
    if (row >= 0 && row < m_connections.size())
        return showForm(m_connections[row]);
    const qsizetype plugin = row - m_connections.size();
    if (plugin < 0 || plugin >= m_plugins.size())
        return;
    ConnectionSettings fresh;
    fresh.plugin = m_plugins[plugin].id;
    showForm(fresh);
}

void LivePage::showForm(const ConnectionSettings& settings) {
    const auto plugin = std::find_if(m_plugins.cbegin(), m_plugins.cend(),
                                     [&](const PluginDescription& one) { return one.id == settings.plugin; });
    delete m_form;
    m_form = nullptr;
    if (plugin != m_plugins.cend()) {
        m_form = new ConnectionForm(*plugin);
        m_form->setSettings(settings);
        m_formPlace->layout()->addWidget(m_form);
        connect(m_form, &ConnectionForm::edited, this, [this] {
            clearResults();
            refreshButtons();
        });
    }
    showOthers();
    orderByKeyboard();
    refreshButtons();
}

/// The form and the ticks are younger than the buttons below them, and would come after all else.
void LivePage::orderByKeyboard() {
    QWidget* last = m_list;
    const auto add = [&last](QWidget* next) {
        setTabOrder(last, next);
        last = next;
    };
    for (const QWidget* place : {m_formPlace, m_others}) {
        QList<QWidget*> fields;
        for (QWidget* one = last->nextInFocusChain(); one != last; one = one->nextInFocusChain()) {
            if ((one->focusPolicy() & Qt::TabFocus) != 0 && place->isAncestorOf(one))
                fields << one;
        }
        std::for_each(fields.cbegin(), fields.cend(), add);
    }
    for (QPushButton* button : {m_discover, m_watch, m_test, m_remove})
        add(button);
}

/// The other connections, to be ticked: systems have more than one broker.
void LivePage::showOthers() {
    qDeleteAll(m_others->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
    const QString id = current().id;
    const QStringList ticked = m_together && !id.isEmpty() ? m_together(id) : QStringList();
    for (const ConnectionSettings& one : std::as_const(m_connections)) {
        if (one.id == id)
            continue;
        if (m_others->layout()->count() == 0)
            m_others->layout()->addWidget(words(tr("Together with"), "muted"));
        // A name's & is no mnemonic.
        auto* box = new QCheckBox(QString(one.name).replace('&', "&&"));
        box->setObjectName(one.id);
        box->setToolTip(
            tr("Draws and watches that broker too, in one trace: a message that goes on from one "
               "to the other with its correlation id is one journey"));
        box->setChecked(ticked.contains(one.id));
        m_others->layout()->addWidget(box);
    }
    m_others->setVisible(m_others->layout()->count() > 0);
}

QStringList LivePage::together() const {
    QStringList ids;
    for (const QCheckBox* box : m_others->findChildren<QCheckBox*>()) {
        if (box->isChecked())
            ids << box->objectName();
    }
    return ids;
}

ConnectionSettings LivePage::current() const {
    return m_form ? m_form->settings() : ConnectionSettings();
}

void LivePage::act(const std::function<void(const ConnectionSettings&)>& wanted) {
    if (!m_form)
        return;
    clearResults();
    const QString missing = m_form->missing();
    if (!missing.isEmpty())
        return showProblem(tr("%1 is not filled in.").arg(missing));
    wanted(m_form->settings());
}

void LivePage::addSecrets(const QList<ConnectionSettings>& connections) {
    for (const ConnectionSettings& one : connections) {
        const auto known = std::find_if(m_connections.begin(), m_connections.end(),
                                        [&](const ConnectionSettings& other) { return other.id == one.id; });
        if (known == m_connections.end())
            continue;
        known->secrets = one.secrets;
        ConnectionSettings shown = current();
        const bool typed = std::any_of(shown.secrets.cbegin(), shown.secrets.cend(),
                                       [](const QVariant& secret) { return !secret.toString().isEmpty(); });
        if (shown.id != one.id || typed)
            continue;
        shown.secrets = one.secrets;
        const QSignalBlocker quiet(m_form);
        m_form->setSettings(shown);
    }
}

void LivePage::setSecretsKept(bool kept) {
    m_secrets->setText(tr("Sluice only reads, unless writing is allowed here; then each act that writes "
                          "still asks, and is logged.") +
                       QLatin1Char(' ') +
                       (kept ? tr("Passwords are kept in your desktop's keychain, and nowhere else.")
                             : tr("Passwords are kept in memory until Sluice ends and written nowhere: this "
                                  "desktop has no keychain.")));
}

void LivePage::setWatchable(bool watchable) {
    m_watchable = watchable;
    refreshButtons();
}

void LivePage::setBusy(const QString& what) {
    m_isBusy = !what.isEmpty();
    m_busy->setText(what);
    refreshButtons();
}

void LivePage::refreshButtons() {
    const bool ready = m_form && !m_isBusy;
    m_test->setEnabled(ready);
    m_discover->setEnabled(ready);
    m_watch->setEnabled(ready && m_watchable);
    m_remove->setEnabled(m_form && !m_isBusy && !m_form->settings().id.isEmpty());
    m_busy->setVisible(m_isBusy);
}

void LivePage::clearResults() {
    m_steps.clear();
    while (QLayoutItem* item = m_results->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

void LivePage::addResult(const QString& mark, const QColor& color, const QString& text) {
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 0);
    auto* sign = new QLabel(mark);
    sign->setFixedWidth(20);
    // The program's own style sheet has the last word over a palette.
    sign->setStyleSheet(QStringLiteral("color: %1").arg(color.name()));
    makeBold(*sign);
    sign->setAlignment(Qt::AlignTop);
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    row->addWidget(sign);
    row->addWidget(label, 1);
    m_results->addWidget(line);
}

void LivePage::showProblem(const QString& text) {
    addResult(QStringLiteral("✗"), m_theme->dangerText, text);
    bringResultsIntoSight();
}

void LivePage::showTest(QList<TestStep> steps) {
    clearResults();
    m_steps = std::move(steps);
    for (const TestStep& step : std::as_const(m_steps)) {
        const QString text =
            step.outcome == TestStep::Outcome::Passed
                ? (step.found.isEmpty() ? step.name : tr("%1: %2").arg(step.name, step.found))
                : tr("%1: %2").arg(step.name, step.problem.text());
        switch (step.outcome) {
            case TestStep::Outcome::Passed:
                addResult(QStringLiteral("✓"), m_theme->okText, text);
                break;
            case TestStep::Outcome::Failed:
                addResult(QStringLiteral("✗"), m_theme->dangerText, text);
                break;
            case TestStep::Outcome::Warned:
                addResult(QStringLiteral("!"), m_theme->warningText, text);
                break;
            case TestStep::Outcome::Skipped:
                addResult(QStringLiteral("–"), m_theme->textMuted, text);
                break;
        }
    }
    bringResultsIntoSight();
}

/// A form may be longer than the window, and what a test found stands below it.
void LivePage::bringResultsIntoSight() {
    if (m_results->count() > 0)
        m_scroll->ensureWidgetVisible(m_results->itemAt(m_results->count() - 1)->widget(), 0, 8);
}

}  // namespace sluice
