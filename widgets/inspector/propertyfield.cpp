#include "widgets/inspector/propertyfield.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QToolButton>
#include <cmath>

#include "core/base/duration.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/choices.h"
#include "widgets/inspector/numberbox.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kShortWidth = 132;  ///< of an editor beside its label
constexpr int kTickWidth = 40;    ///< of a check box whose label is long
constexpr int kArrowRoom = 40;    ///< of a box with choices: its arrow and margins
constexpr int kLabelWidth = 80;   ///< what is left for a label at the panel's least width

// The broker's names are long words without a place to break them.
QString breakable(std::string_view argument) {
    QString text = qtext(argument);
    for (const char* after : {".", "_"})
        text.replace(QLatin1String(after), QLatin1String(after) + QChar(0x200b));
    return text;
}

}  // namespace

PropertyField::PropertyField(const PropertyInfo& property, const FieldContext& context, QWidget* parent)
    : QWidget(parent),
      m_property(property),
      m_context(context),
      m_message(new QLabel(this)),
      m_reset(new QToolButton(this)) {
    setObjectName(qtext(property.key));
    makeEditor();
    const QString label = propertywords::translated(property.label);
    const QString help = propertywords::description(property, *context.theme);
    m_editor->setAccessibleName(label);
    m_editor->setAccessibleDescription(propertywords::translated(property.help));
    m_editor->setToolTip(help);
    m_editor->installEventFilter(this);
    m_editor->setFocusPolicy(Qt::StrongFocus);

    auto* name = new QLabel(this);
    QString text = label.toHtmlEscaped();
    if (!property.argument.empty()) {
        text += QStringLiteral("<br><span style=\"color:%1;font-size:small\">%2</span>")
                    .arg(context.theme->textMuted.name(), breakable(property.argument).toHtmlEscaped());
    }
    name->setText(text);
    name->setTextFormat(Qt::RichText);
    name->setWordWrap(true);
    name->setToolTip(help);
    name->setBuddy(m_editor);

    m_reset->setAutoRaise(true);
    m_reset->setIcon(icon("undo", *context.theme));
    m_reset->setIconSize({14, 14});
    m_reset->setFixedSize(20, 20);
    m_reset->setToolTip(tr("Reset to the default"));
    m_reset->setAccessibleName(tr("Reset %1 to the default").arg(label));
    QSizePolicy keeping = m_reset->sizePolicy();
    keeping.setRetainSizeWhenHidden(true);
    m_reset->setSizePolicy(keeping);
    connect(m_reset, &QToolButton::clicked, this, [this] {
        // The button goes with what it resets.
        m_editor->setFocus(Qt::OtherFocusReason);
        emit edited(Json());
    });

    if (property.type == PropertyType::Reference || property.type == PropertyType::Message) {
        m_open = new QToolButton(this);
        m_open->setAutoRaise(true);
        m_open->setIcon(icon("chevron-right", *context.theme));
        m_open->setIconSize({14, 14});
        m_open->setFixedSize(20, 20);
        m_open->setToolTip(tr("Go there"));
        m_open->setAccessibleName(tr("Go to what %1 names").arg(label));
        m_open->hide();
        connect(m_open, &QToolButton::clicked, this,
                [this] { emit nameActivated(chosenIn(*static_cast<QComboBox*>(m_editor))); });
    }

    m_message->setWordWrap(true);
    m_message->hide();
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(3);
    grid->setColumnStretch(0, 1);
    // The widest word; a label is not cut, it stands above its editor instead.
    const bool roomy = name->minimumSizeHint().width() <= kLabelWidth;
    const bool tick = property.type == PropertyType::Boolean;
    if (isWide() || (!roomy && !tick) || !choicesFit(kShortWidth)) {
        grid->addWidget(name, 0, 0);
        if (m_open)
            grid->addWidget(m_open, 0, 1);
        grid->addWidget(m_reset, 0, 2);
        grid->addWidget(m_editor, 1, 0, 1, 3);
    } else {
        m_editor->setFixedWidth(roomy ? kShortWidth : kTickWidth);
        grid->addWidget(name, 0, 0, Qt::AlignVCenter);
        grid->addWidget(m_editor, 0, 1, Qt::AlignVCenter);
        grid->addWidget(m_reset, 0, 2, Qt::AlignVCenter);
    }
    grid->addWidget(m_message, 2, 0, 1, 3);
}

/// No choice is cut in an editor of that width.
bool PropertyField::choicesFit(int width) const {
    return std::all_of(m_property.choices.begin(), m_property.choices.end(), [&](std::string_view choice) {
        return m_editor->fontMetrics().horizontalAdvance(readableChoice(choice)) <= width - kArrowRoom;
    });
}

bool PropertyField::isWide() const {
    switch (m_property.type) {
        case PropertyType::Distribution:
        case PropertyType::Text:
        case PropertyType::Message:
        case PropertyType::Reference:
        case PropertyType::TextList:
        case PropertyType::Object:
            return true;
        default:
            return false;
    }
}

Json PropertyField::defaultJson() const {
    return Json::parse(m_property.defaultValue, nullptr, false);
}

void PropertyField::makeEditor() {
    switch (m_property.type) {
        case PropertyType::Boolean: {
            auto* box = new QCheckBox(this);
            m_editor = box;
            m_display = [box](const Json& value, bool mixed) {
                box->setTristate(mixed);
                box->setCheckState(mixed                                     ? Qt::PartiallyChecked
                                   : value.is_boolean() && value.get<bool>() ? Qt::Checked
                                                                             : Qt::Unchecked);
            };
            connect(box, &QCheckBox::clicked, this, [this, box] {
                box->setTristate(false);
                offer(box->checkState() != Qt::Unchecked);
            });
            return;
        }
        case PropertyType::Integer:
        case PropertyType::Number:
        case PropertyType::Fraction:
        case PropertyType::Rate:
        case PropertyType::Bytes:
            makeNumber();
            return;
        case PropertyType::Choice:
        case PropertyType::Message:
        case PropertyType::Reference:
            makeChoice();
            return;
        case PropertyType::Object:
            makeArea();
            return;
        case PropertyType::Text:
            if (m_property.key == "csv" || m_property.key == "text" || m_property.key == "query") {
                makeArea();
                return;
            }
            makeLine();
            return;
        case PropertyType::Duration:
        case PropertyType::Distribution:
        case PropertyType::TextList:
            makeLine();
            return;
    }
}

void PropertyField::makeNumber() {
    auto* box = new NumberBox(m_property, m_property.defaultValue == "null");
    box->setParent(this);
    box->setFont(figureFont());
    const bool fraction = m_property.type == PropertyType::Fraction;
    const bool whole = box->decimals() == 0;
    m_editor = box;
    m_display = [box, fraction](const Json& value, bool mixed) {
        const double number = value.is_number() ? value.get<double>() : box->nothing();
        if (mixed)
            box->showMixed();
        else
            box->showNumber(value.is_number() && fraction ? number * 100 : number);
    };
    connect(box, qOverload<double>(&QDoubleSpinBox::valueChanged), this,
            [this, box, fraction, whole](double value) {
                if (m_property.defaultValue == "null" && value == box->nothing())
                    offer(Json());
                else if (whole)
                    offer(static_cast<std::int64_t>(std::llround(value)));
                else
                    offer(fraction ? value / 100 : value);
            });
}

void PropertyField::makeLine() {
    auto* line = new QLineEdit(this);
    m_editor = line;
    const PropertyType type = m_property.type;
    const QString normal = propertywords::text(defaultJson());
    QString hint = normal.isEmpty() ? tr("none") : normal;
    if (type == PropertyType::Duration)
        hint = normal.isEmpty() ? tr("none, or 250 ms") : normal;
    else if (type == PropertyType::TextList)
        hint = tr("one, two, three");
    m_display = [this, line, type, hint](const Json& value, bool mixed) {
        QString text;
        if (type == PropertyType::TextList && value.is_array()) {
            QStringList parts;
            for (const Json& part : value)
                parts << propertywords::text(part);
            text = parts.join(", ");
        } else if (type == PropertyType::Duration && value.is_number()) {
            text = propertywords::text(value) + " ms";
        } else {
            text = propertywords::text(value);
        }
        line->setPlaceholderText(mixed ? tr("mixed") : hint);
        line->setText(mixed ? QString() : text);
        line->setModified(false);
        if (type == PropertyType::Distribution && !mixed) {
            const auto distribution = Distribution::parse(text.toStdString());
            if (distribution && distribution->shape() != Distribution::Shape::Constant)
                say(tr("mean %1").arg(qtext(describeDuration(distribution->mean()))), false);
        }
    };
    m_commit = [this, line, type] {
        if (!line->isModified())
            return;
        line->setModified(false);
        const QString text = line->text().trimmed();
        if (type == PropertyType::TextList) {
            Json list = Json::array();
            for (const QString& part : text.split(',', Qt::SkipEmptyParts))
                list.push_back(part.trimmed().toStdString());
            offer(list);
        } else if (text.isEmpty()) {
            offer(type == PropertyType::Text ? Json("") : Json());
        } else {
            offer(text.toStdString());
        }
    };
    connect(line, &QLineEdit::editingFinished, this, [this] { m_commit(); });
}

void PropertyField::makeChoice() {
    auto* box = new ElidedComboBox(this);
    m_editor = box;
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    box->setPlaceholderText(tr("mixed"));
    offerChoices(*box);
    m_display = [this, box](const Json& value, bool mixed) {
        // What is drawn may have been renamed since.
        if (m_property.type != PropertyType::Choice)
            offerChoices(*box);
        const std::string id = propertywords::text(value).toStdString();
        if (mixed)
            box->setCurrentIndex(-1);
        else
            choose(*box, id);
        if (m_open)
            m_open->setVisible(!mixed && !id.empty());
    };
    connect(box, &QComboBox::activated, this, [this, box] {
        const std::string value = chosenIn(*box);
        offer(value.empty() ? Json() : Json(value));
    });
}

void PropertyField::offerChoices(QComboBox& box) const {
    Choices choices;
    const auto add = [&](const QString& text, const std::string& value) {
        choices.emplace_back(text, value);
    };
    if (m_property.type == PropertyType::Choice) {
        for (const std::string_view choice : m_property.choices)
            add(readableChoice(choice), std::string(choice));
    } else {
        add(tr("none"), {});
        const Diagram& diagram = m_context.document->diagram();
        if (m_property.type == PropertyType::Message) {
            for (const MessageType& message : diagram.messages)
                add(qtext(message.id), message.id);
        } else if (m_property.key == "link") {
            for (const Link& link : diagram.links) {
                if (m_context.subject.empty() || link.from == m_context.subject ||
                    link.to == m_context.subject)
                    add(nameOf(*m_context.document, link.id), link.id);
            }
        } else {
            for (const Element& element : diagram.elements) {
                const bool exchange = m_property.key == "alternateExchange";
                const bool service = m_property.key == "of";
                if ((!exchange || element.kind == ElementKind::Exchange) &&
                    (!service || element.kind == ElementKind::Service) && element.kind != ElementKind::Note)
                    add(nameOf(*m_context.document, element.id), element.id);
            }
        }
    }
    setChoices(box, choices);
}

void PropertyField::makeArea() {
    auto* area = new QPlainTextEdit(this);
    area->setFixedHeight(84);
    area->setTabChangesFocus(true);
    m_editor = area;
    const bool json = m_property.type == PropertyType::Object;
    m_display = [area, json](const Json& value, bool mixed) {
        area->setPlaceholderText(mixed ? tr("mixed") : json ? QStringLiteral("{ }") : QString());
        area->setPlainText(mixed || value.is_null() ? QString()
                           : json                   ? qtext(value.dump(2))
                                                    : propertywords::text(value));
        area->document()->setModified(false);
    };
    m_commit = [this, area, json] {
        if (!area->document()->isModified())
            return;
        area->document()->setModified(false);
        const std::string text = area->toPlainText().toStdString();
        if (!json) {
            offer(text);
            return;
        }
        const Json value = text.empty() ? Json() : Json::parse(text, nullptr, false);
        if (value.is_discarded())
            say(tr("This is not JSON; write it as {\"name\": \"value\"}"), true);
        else
            offer(value);
    };
}

void PropertyField::offer(const Json& value) {
    if (!value.is_null()) {
        const auto checked = checkValue(m_property, value);
        if (!checked) {
            QString sentence = qtext(checked.error().sentence);
            if (!sentence.isEmpty())
                sentence.front() = sentence.front().toUpper();
            say(sentence, true);
            return;
        }
    }
    say({}, false);
    emit edited(value);
}

void PropertyField::say(const QString& text, bool wrong) {
    m_message->setText(text);
    m_message->setVisible(!text.isEmpty());
    const QColor& color = wrong ? m_context.theme->dangerText : m_context.theme->textMuted;
    m_message->setStyleSheet(QStringLiteral("color: %1; font-size: 9pt;").arg(color.name()));
    m_message->setProperty("wrong", wrong);
}

QString PropertyField::complaint() const {
    return m_message->property("wrong").toBool() ? m_message->text() : QString();
}

void PropertyField::show(const std::vector<const Properties*>& values) {
    const Json normal = defaultJson();
    Json common;
    bool mixed = false;
    bool set = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const Json* own = values[i]->find(m_property.key);
        set = set || own;
        const Json& value = own ? *own : normal;
        if (i == 0)
            common = value;
        else
            mixed = mixed || value != common;
    }
    const QSignalBlocker quiet(m_editor);
    say({}, false);
    m_display(common, mixed);
    m_reset->setVisible(set);
}

bool PropertyField::eventFilter(QObject* watched, QEvent* event) {
    // A wheel over a field scrolls the panel; only the field with the keyboard turns.
    if (event->type() == QEvent::Wheel && !m_editor->hasFocus()) {
        event->ignore();
        return true;
    }
    if (event->type() == QEvent::FocusIn)
        emit focused();
    if (event->type() == QEvent::FocusOut && m_commit && qobject_cast<QPlainTextEdit*>(m_editor))
        m_commit();
    return QWidget::eventFilter(watched, event);
}

}  // namespace sluice
