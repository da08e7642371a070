#include "app/forkdialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/diagram/catalogue.h"
#include "core/diagram/itemcatalogue.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/actiontable.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

/// What may first come to mind about a thing; it can be changed.
ActionKind firstKindFor(const Document& document, const Id& target) {
    if (document.findLink(target))
        return ActionKind::Cut;
    const Element* element = document.findElement(target);
    if (!element)
        return ActionKind::Stop;
    switch (element->kind) {
        case ElementKind::Client:
            return ActionKind::Burst;
        case ElementKind::Service:
        case ElementKind::Processor:
        case ElementKind::Gateway:
            return ActionKind::SlowDown;
        default:
            return ActionKind::Stop;
    }
}

}  // namespace

ForkDialog::ForkDialog(const Document& document, TraceTime moment, const Id& target, const Theme& theme,
                       QWidget* parent)
    : QDialog(parent), m_document(document), m_moment(moment), m_theme(theme) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Fork the run"));
    Action action;
    action.at = moment;
    action.kind = firstKindFor(document, target);
    if (document.findElement(target) || document.findLink(target))
        action.target = target;
    m_scenario.actions.push_back(action);

    auto* heading = new QLabel(tr("What else happens from %1 on?").arg(qtext(describeDuration(moment))));
    heading->setProperty("heading", true);
    auto* text = new QLabel(
        tr("The run is repeated with the same seed, so that all is the same up to then; from there both "
           "futures are shown side by side. “Set” changes a property of an element, link or service."));
    text->setWordWrap(true);
    text->setProperty("muted", true);
    m_table = new ActionTable;
    m_message = new QLabel;
    m_message->setWordWrap(true);
    m_buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    QPushButton* go = m_buttons->addButton(tr("&Fork"), QDialogButtonBox::AcceptRole);
    go->setDefault(true);
    go->setProperty("primary", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(12);
    column->addWidget(heading);
    column->addWidget(text);
    column->addWidget(m_table, 1);
    column->addWidget(m_message);
    column->addWidget(m_buttons);
    resize(760, 460);

    connect(m_table, &ScenarioTable::changeWanted, this, [this](const ScenarioTable::Change& how) {
        how(m_scenario);
        refresh();
    });
    connect(m_table, &ScenarioTable::refused, this,
            [this](const QString& sentence) { m_message->setText(sentence); });
    connect(m_buttons, &QDialogButtonBox::rejected, this, &ForkDialog::reject);
    connect(m_buttons, &QDialogButtonBox::accepted, this, [this] {
        emit forkWanted(m_scenario.actions);
        accept();
    });
    refresh();
    m_table->setCurrentRow(0);
    // Only the fork itself is what Enter does.
    for (QPushButton* button : findChildren<QPushButton*>())
        button->setAutoDefault(button == go);
}

void ForkDialog::refresh() {
    m_table->show(m_scenario, m_document, m_theme);
    const QString wrong = complaint();
    m_message->setText(wrong);
    m_message->setStyleSheet(QString("color: %1;").arg(m_theme.warningText.name()));
    for (QAbstractButton* button : m_buttons->buttons()) {
        if (m_buttons->buttonRole(button) == QDialogButtonBox::AcceptRole)
            button->setEnabled(wrong.isEmpty());
    }
}

/// Why the fork cannot be made yet; empty when it can.
QString ForkDialog::complaint() const {
    if (m_scenario.actions.empty())
        return tr("Add an action: without one both futures are the same.");
    for (std::size_t i = 0; i < m_scenario.actions.size(); ++i) {
        const Action& action = m_scenario.actions[i];
        if (action.at < m_moment)
            return tr("Action %1 is before the fork: it has to be at %2 or later.")
                .arg(i + 1)
                .arg(qtext(describeDuration(m_moment)));
        if (action.target.empty() && action.kind != ActionKind::BrokerDown)
            return tr("Action %1 has no target yet: choose what it is done to.").arg(i + 1);
        if (action.kind == ActionKind::Set &&
            textOf(propertiesOf(action.kind), action.properties, "key").empty())
            return tr("Action %1 sets no property yet: choose one.").arg(i + 1);
    }
    return {};
}

}  // namespace sluice
