#include "widgets/inspector/handlereditor.h"

#include <QComboBox>
#include <QFrame>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include "widgets/editing/edits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/choices.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/flatbutton.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr std::array kSteps{StepKind::Work,  StepKind::Validate, StepKind::Call,  StepKind::Read,
                            StepKind::Write, StepKind::Publish,  StepKind::Reply, StepKind::Fail};

QToolButton* button(const char* picture, const QString& name, const Theme& theme) {
    auto* tool = makeFlatButton(name, name);
    tool->setIcon(icon(picture, theme));
    tool->setIconSize({14, 14});
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
    if (!element)
        return;
    const bool same = hasShape(element->handlers);
    m_shown = element->handlers;
    if (same)
        fill();
    else
        rebuild();
}

/// As many handlers with the same kinds of steps as are shown.
bool HandlerEditor::hasShape(const std::vector<Handler>& handlers) const {
    return std::equal(handlers.begin(), handlers.end(), m_shown.begin(), m_shown.end(),
                      [](const Handler& a, const Handler& b) {
                          return std::equal(
                              a.steps.begin(), a.steps.end(), b.steps.begin(), b.steps.end(),
                              [](const Step& one, const Step& other) { return one.kind == other.kind; });
                      });
}

void HandlerEditor::fill() {
    const Document& document = m_history.document();
    Choices links{{tr("Any link"), {}}};
    for (const Link& candidate : document.diagram().links) {
        if (candidate.to == m_context.subject || candidate.kind == LinkKind::Reply)
            links.emplace_back(nameOf(document, candidate.id), candidate.id);
    }
    Choices messages{{tr("Any message"), {}}};
    for (const MessageType& type : document.diagram().messages)
        messages.emplace_back(qtext(type.id), type.id);
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        setChoices(*m_fields[i].link, links);
        choose(*m_fields[i].link, m_shown[i].link);
        setChoices(*m_fields[i].message, messages);
        choose(*m_fields[i].message, m_shown[i].message);
        for (std::size_t step = 0; step < m_fields[i].steps.size(); ++step)
            m_fields[i].steps[step]->show({&m_shown[i].steps[step].properties});
    }
}

void HandlerEditor::commit(std::vector<Handler> handlers) {
    const auto result =
        m_history.apply(setHandlers(m_history.document(), m_context.subject, std::move(handlers)));
    Q_UNUSED(result);
}

void HandlerEditor::rebuild() {
    // The button that asked for this is among what goes: the keyboard moves on to the one of the same name.
    QString focused;
    if (m_content) {
        const QWidget* before = m_content->focusWidget();
        if (before && before->hasFocus())
            focused = before->objectName();
        m_content->hide();
        m_content->deleteLater();
    }
    m_fields.assign(m_shown.size(), {});
    m_content = new QWidget(this);
    auto* layout = new QVBoxLayout(m_content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    auto* heading = new QLabel(tr("Handlers"));
    makeBold(*heading);
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
    add->setObjectName("add handler");
    connect(add, &QPushButton::clicked, this, [this] {
        auto handlers = m_shown;
        handlers.emplace_back();
        handlers.back().steps.emplace_back();
        commit(std::move(handlers));
    });
    layout->addWidget(add);
    m_layout->addWidget(m_content);
    fill();
    if (focused.isEmpty())
        return;
    auto* same = m_content->findChild<QWidget*>(focused);
    (same && same->isEnabled() ? same : add)->setFocus(Qt::OtherFocusReason);
}

QWidget* HandlerEditor::handlerWidget(std::size_t index) {
    const Handler& handler = m_shown[index];
    HandlerFields& fields = m_fields[index];
    auto* frame = new QFrame;
    frame->setProperty("card", true);
    auto* layout = new QVBoxLayout(frame);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->setSpacing(6);
    const auto chooser = [&](const QString& name, std::string Handler::*member) {
        auto* box = new ElidedComboBox;
        box->setAccessibleName(name);
        box->setToolTip(name);
        box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        box->setMinimumContentsLength(10);
        connect(box, &QComboBox::activated, this, [this, box, index, member] {
            auto handlers = m_shown;
            handlers[index].*member = chosenIn(*box);
            commit(std::move(handlers));
        });
        return box;
    };
    fields.link = chooser(tr("What arrives over this link"), &Handler::link);
    fields.message = chooser(tr("Of this message type"), &Handler::message);
    const auto opener = [&](QComboBox* box, const QString& name) {
        auto* open = button("chevron-right", name, *m_context.theme);
        connect(open, &QToolButton::clicked, this, [this, box] {
            if (!chosenIn(*box).empty())
                emit nameActivated(chosenIn(*box));
        });
        return open;
    };
    auto* remove = button("delete", tr("Remove handler"), *m_context.theme);
    connect(remove, &QToolButton::clicked, this, [this, index] {
        auto handlers = m_shown;
        handlers.erase(handlers.begin() + static_cast<std::ptrdiff_t>(index));
        commit(std::move(handlers));
    });
    remove->setObjectName(QStringLiteral("remove handler %1").arg(index));
    auto* top = new QGridLayout;
    top->setHorizontalSpacing(2);
    top->setVerticalSpacing(6);
    top->setColumnStretch(0, 1);
    top->addWidget(fields.link, 0, 0);
    top->addWidget(opener(fields.link, tr("Go to this link")), 0, 1);
    top->addWidget(remove, 0, 2);
    top->addWidget(fields.message, 1, 0);
    top->addWidget(opener(fields.message, tr("Go to this message type")), 1, 1);
    layout->addLayout(top);
    for (std::size_t i = 0; i < handler.steps.size(); ++i)
        layout->addWidget(stepWidget(index, i));
    auto* add = new QPushButton(tr("Add step"));
    add->setObjectName(QStringLiteral("add step %1").arg(index));
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
    auto* up = button("chevron-up", tr("Earlier"), *m_context.theme);
    up->setEnabled(step > 0);
    connect(up, &QToolButton::clicked, this,
            [change, step] { change([step](auto& steps) { std::swap(steps[step], steps[step - 1]); }); });
    auto* down = button("chevron-down", tr("Later"), *m_context.theme);
    down->setEnabled(step + 1 < m_shown[handler].steps.size());
    connect(down, &QToolButton::clicked, this,
            [change, step] { change([step](auto& steps) { std::swap(steps[step], steps[step + 1]); }); });
    auto* remove = button("close", tr("Remove step"), *m_context.theme);
    connect(remove, &QToolButton::clicked, this, [change, step] {
        change([step](auto& steps) { steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(step)); });
    });
    up->setObjectName(QStringLiteral("up %1 %2").arg(handler).arg(step));
    down->setObjectName(QStringLiteral("down %1 %2").arg(handler).arg(step));
    remove->setObjectName(QStringLiteral("remove %1 %2").arg(handler).arg(step));
    top->addWidget(up);
    top->addWidget(down);
    top->addWidget(remove);
    layout->addLayout(top);
    auto* form = new PropertyForm(propertiesIn(propertiesOf(shown.kind)), m_context, false);
    m_fields[handler].steps.push_back(form);
    connect(form, &PropertyForm::nameActivated, this, &HandlerEditor::nameActivated);
    connect(form, &PropertyForm::fieldFocused, this, &HandlerEditor::fieldFocused);
    connect(form, &PropertyForm::edited, this, [change, step](const std::string& key, const Json& value) {
        change([&](auto& steps) { steps[step].properties.set(key, value); });
    });
    layout->addWidget(form);
    return widget;
}

}  // namespace sluice
