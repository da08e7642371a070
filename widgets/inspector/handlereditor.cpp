#include "widgets/inspector/handlereditor.h"

#include <QComboBox>
#include <QFrame>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr std::array kSteps{StepKind::Work,  StepKind::Validate, StepKind::Call,  StepKind::Read,
                            StepKind::Write, StepKind::Publish,  StepKind::Reply, StepKind::Fail};

QToolButton* button(const char* picture, const QString& name, const Theme& theme) {
    auto* tool = new QToolButton;
    tool->setAutoRaise(true);
    tool->setIcon(icon(picture, theme));
    tool->setIconSize({14, 14});
    tool->setToolTip(name);
    tool->setAccessibleName(name);
    return tool;
}

}  // namespace

HandlerEditor::HandlerEditor(History& history, const FieldContext& context, QWidget* parent)
    : QWidget(parent), m_history(history), m_context(context), m_layout(new QVBoxLayout(this)) {
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(8);
    if (const Element* element = history.document().findElement(context.subject))
        m_shown = element->handlers;
    rebuild();
}

void HandlerEditor::refresh() {
    const Element* element = m_history.document().findElement(m_context.subject);
    if (!element || element->handlers == m_shown)
        return;
    m_shown = element->handlers;
    rebuild();
}

void HandlerEditor::commit(std::vector<Handler> handlers) {
    const auto result =
        m_history.apply(setHandlers(m_history.document(), m_context.subject, std::move(handlers)));
    Q_UNUSED(result);
}

void HandlerEditor::rebuild() {
    // A button of the old content may be what asked for this.
    if (m_content) {
        m_content->hide();
        m_content->deleteLater();
    }
    m_content = new QWidget(this);
    auto* layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* heading = new QLabel(tr("Handlers"));
    QFont font = heading->font();
    font.setBold(true);
    heading->setFont(font);
    layout->addWidget(heading);
    if (m_shown.empty()) {
        auto* empty = new QLabel(tr("None: it receives, works and publishes on every outgoing link."));
        empty->setWordWrap(true);
        empty->setProperty("muted", true);
        layout->addWidget(empty);
    }
    for (std::size_t i = 0; i < m_shown.size(); ++i)
        layout->addWidget(handlerWidget(i));
    auto* add = new QPushButton(tr("Add handler"));
    connect(add, &QPushButton::clicked, this, [this] {
        auto handlers = m_shown;
        handlers.emplace_back();
        handlers.back().steps.emplace_back();
        commit(std::move(handlers));
    });
    layout->addWidget(add);
    m_layout->addWidget(m_content);
}

QWidget* HandlerEditor::handlerWidget(std::size_t index) {
    const Diagram& diagram = m_history.diagram();
    const Handler& handler = m_shown[index];
    auto* frame = new QFrame;
    frame->setProperty("card", true);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    const auto chooser = [&](const QString& name, const QString& any) {
        auto* box = new QComboBox;
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        box->addItem(any, QString());
        return box;
    };
    auto* link = chooser(tr("What arrives over this link"), tr("Any link"));
    for (const Link& candidate : diagram.links) {
        const bool incoming = candidate.to == m_context.subject || candidate.kind == LinkKind::Reply;
        if (incoming)
            link->addItem(nameOf(diagram, candidate.id), qtext(candidate.id));
    }
    auto* message = chooser(tr("Of this message type"), tr("Any message"));
    for (const MessageType& type : diagram.messages)
        message->addItem(qtext(type.id), qtext(type.id));
    link->setCurrentIndex(std::max(0, link->findData(qtext(handler.link))));
    message->setCurrentIndex(std::max(0, message->findData(qtext(handler.message))));
    connect(link, &QComboBox::activated, this, [this, link, index] {
        auto handlers = m_shown;
        handlers[index].link = link->currentData().toString().toStdString();
        commit(std::move(handlers));
    });
    connect(message, &QComboBox::activated, this, [this, message, index] {
        auto handlers = m_shown;
        handlers[index].message = message->currentData().toString().toStdString();
        commit(std::move(handlers));
    });
    auto* remove = button("delete", tr("Remove handler"), *m_context.theme);
    connect(remove, &QToolButton::clicked, this, [this, index] {
        auto handlers = m_shown;
        handlers.erase(handlers.begin() + static_cast<std::ptrdiff_t>(index));
        commit(std::move(handlers));
    });
    auto* top = new QHBoxLayout;
    top->addWidget(link, 1);
    top->addWidget(remove);
    layout->addLayout(top);
    layout->addWidget(message);
    for (std::size_t i = 0; i < handler.steps.size(); ++i)
        layout->addWidget(stepWidget(index, i));
    auto* add = new QPushButton(tr("Add step"));
    auto* menu = new QMenu(add);
    for (const StepKind kind : kSteps) {
        connect(menu->addAction(readableChoice(kindName(kind))), &QAction::triggered, this,
                [this, index, kind] {
                    auto handlers = m_shown;
                    Step step;
                    step.kind = kind;
                    handlers[index].steps.push_back(step);
                    commit(std::move(handlers));
                });
    }
    add->setMenu(menu);
    layout->addWidget(add);
    return frame;
}

QWidget* HandlerEditor::stepWidget(std::size_t handler, std::size_t step) {
    const Step& shown = m_shown[handler].steps[step];
    auto* widget = new QWidget;
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 4, 0, 4);
    layout->setSpacing(4);
    auto* top = new QHBoxLayout;
    top->setSpacing(2);
    auto* name = new QLabel(QStringLiteral("%1. %2").arg(step + 1).arg(readableChoice(kindName(shown.kind))));
    QFont font = name->font();
    font.setWeight(QFont::DemiBold);
    name->setFont(font);
    top->addWidget(name, 1);
    const auto change = [this, handler](const auto& how) {
        auto handlers = m_shown;
        how(handlers[handler].steps);
        commit(std::move(handlers));
    };
    auto* up = button("chevron-left", tr("Earlier"), *m_context.theme);
    up->setEnabled(step > 0);
    connect(up, &QToolButton::clicked, this,
            [change, step] { change([step](auto& steps) { std::swap(steps[step], steps[step - 1]); }); });
    auto* down = button("chevron-right", tr("Later"), *m_context.theme);
    down->setEnabled(step + 1 < m_shown[handler].steps.size());
    connect(down, &QToolButton::clicked, this,
            [change, step] { change([step](auto& steps) { std::swap(steps[step], steps[step + 1]); }); });
    auto* remove = button("close", tr("Remove step"), *m_context.theme);
    connect(remove, &QToolButton::clicked, this, [change, step] {
        change([step](auto& steps) { steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(step)); });
    });
    top->addWidget(up);
    top->addWidget(down);
    top->addWidget(remove);
    layout->addLayout(top);
    auto* form = new PropertyForm(propertiesIn(propertiesOf(shown.kind)), m_context, false);
    form->show({&shown.properties});
    connect(form, &PropertyForm::edited, this, [change, step](const std::string& key, const Json& value) {
        change([&](auto& steps) { steps[step].properties.set(key, value); });
    });
    layout->addWidget(form);
    return widget;
}

}  // namespace sluice
