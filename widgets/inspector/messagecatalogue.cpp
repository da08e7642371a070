#include "widgets/inspector/messagecatalogue.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTableWidget>
#include <QVBoxLayout>

#include "widgets/editing/catalogueedits.h"
#include "widgets/editing/wording.h"
#include "widgets/inspector/choices.h"
#include "widgets/inspector/propertyform.h"
#include "widgets/inspector/propertywords.h"
#include "widgets/theme/elidedcombobox.h"
#include "widgets/theme/theme.h"

namespace sluice {

struct MessageCatalogue::Private {
    Private(MessageCatalogue* catalogue, const Theme& initialTheme) : q(catalogue), theme(&initialTheme) {}

    void build();
    QWidget* buildForm();
    QLayout* buildFields();
    void refresh();
    void showType();
    void showFields(const MessageType& shown);
    void buildProperties();
    void complain(const QString& sentence);
    void change(const std::function<void(MessageType&)>& how);
    [[nodiscard]] const MessageType* type() const {
        return history ? history->diagram().findMessage(chosen) : nullptr;
    }

    MessageCatalogue* q;
    const Theme* theme;
    History* history = nullptr;
    std::string chosen;
    QListWidget* list = nullptr;
    QWidget* detail = nullptr;
    QLineEdit* name = nullptr;
    QComboBox* kind = nullptr;
    QComboBox* keying = nullptr;
    QLineEdit* key = nullptr;
    QLineEdit* operation = nullptr;
    QSpinBox* version = nullptr;
    QVBoxLayout* propertiesPlace = nullptr;
    PropertyForm* properties = nullptr;
    QTableWidget* fields = nullptr;
    QPushButton* removeField = nullptr;
    QLabel* message = nullptr;
    QPushButton* remove = nullptr;
};

MessageCatalogue::MessageCatalogue(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Message catalogue"));
    d->build();
    d->refresh();
}

MessageCatalogue::~MessageCatalogue() = default;

void MessageCatalogue::setHistory(History* history) {
    if (d->history)
        disconnect(d->history, nullptr, this, nullptr);
    d->history = history;
    d->chosen.clear();
    if (history) {
        connect(history, &History::changed, this, [this] { d->refresh(); });
        connect(history, &QObject::destroyed, this, [this] {
            d->history = nullptr;
            d->buildProperties();
            d->refresh();
        });
    }
    d->buildProperties();
    d->complain({});
    d->refresh();
}

void MessageCatalogue::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->buildProperties();
    d->complain(d->message->text());
    d->showType();
}

void MessageCatalogue::choose(const std::string& id) {
    if (!d->history || !d->history->diagram().findMessage(id))
        return;
    d->chosen = id;
    d->refresh();
}

void MessageCatalogue::Private::build() {
    // Three columns: the panel is wide and low.
    auto* layout = new QHBoxLayout(q);
    layout->setContentsMargins(12, 12, 12, 8);
    layout->setSpacing(16);
    auto* left = new QVBoxLayout;
    list = new QListWidget;
    list->setAccessibleName(MessageCatalogue::tr("Message types"));
    list->setMinimumSize(160, 48);
    left->addWidget(list, 1);
    auto* buttons = new QHBoxLayout;
    auto* add = new QPushButton(MessageCatalogue::tr("Add message"));
    remove = new QPushButton(MessageCatalogue::tr("Remove"));
    buttons->addWidget(add);
    buttons->addWidget(remove);
    left->addLayout(buttons);
    detail = new QWidget;
    auto* columns = new QHBoxLayout(detail);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(16);
    columns->addWidget(buildForm(), 2);
    columns->addLayout(buildFields(), 3);
    layout->addLayout(left, 1);
    layout->addWidget(detail, 4);

    QObject::connect(list, &QListWidget::currentTextChanged, q, [this](const QString& text) {
        if (text.isEmpty() || text.toStdString() == chosen)
            return;
        chosen = text.toStdString();
        showType();
    });
    QObject::connect(add, &QPushButton::clicked, q, [this] {
        if (!history)
            return;
        MessageType created;
        created.id = freeMessageId(history->diagram(), MessageCatalogue::tr("NewMessage").toStdString());
        chosen = created.id;
        const auto edit = putMessage(history->document(), {}, created);
        if (edit && history->apply(*edit))
            name->setFocus();
    });
    QObject::connect(remove, &QPushButton::clicked, q, [this] {
        if (type()) {
            const auto result = history->apply(removeMessage(history->document(), chosen));
            Q_UNUSED(result);
        }
    });
}

QWidget* MessageCatalogue::Private::buildForm() {
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 8, 0);
    message = new QLabel;
    message->setWordWrap(true);
    message->hide();
    column->addWidget(message);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    const auto line = [&](const QString& label, const auto& set) {
        auto* edit = new QLineEdit;
        edit->setAccessibleName(label);
        QObject::connect(edit, &QLineEdit::editingFinished, q, [this, edit, set] {
            if (edit->isModified())
                change([&](MessageType& message) { set(message, edit->text().trimmed().toStdString()); });
        });
        form->addRow(label, edit);
        return edit;
    };
    const auto choice = [&](const QString& label, const auto& names, const auto& set) {
        auto* box = new ElidedComboBox;
        box->setAccessibleName(label);
        for (const std::string_view one : names)
            box->addItem(readableChoice(one));
        QObject::connect(box, &QComboBox::activated, q, [this, set](int index) {
            change([&](MessageType& message) { set(message, index); });
        });
        form->addRow(label, box);
        return box;
    };
    name = line(MessageCatalogue::tr("Name"), [](MessageType& m, const std::string& text) { m.id = text; });
    kind = choice(MessageCatalogue::tr("Kind"), kMessageKindNames,
                  [](MessageType& m, int index) { m.kind = static_cast<MessageKind>(index); });
    keying = choice(MessageCatalogue::tr("Keying"), kKeyingNames,
                    [](MessageType& m, int index) { m.keying = static_cast<Keying>(index); });
    key = line(MessageCatalogue::tr("Key field"),
               [](MessageType& m, const std::string& text) { m.key = text; });
    operation = line(MessageCatalogue::tr("Operation"),
                     [](MessageType& m, const std::string& text) { m.operation = text; });
    operation->setToolTip(MessageCatalogue::tr(
        "Late arrivals are told among events of one operation and key; empty: the name"));
    version = new QSpinBox;
    version->setRange(1, 9999);
    version->setKeyboardTracking(false);
    version->setAccessibleName(MessageCatalogue::tr("Schema version"));
    QObject::connect(version, qOverload<int>(&QSpinBox::valueChanged), q,
                     [this](int value) { change([&](MessageType& m) { m.version = value; }); });
    form->addRow(MessageCatalogue::tr("Schema version"), version);
    column->addLayout(form);
    propertiesPlace = new QVBoxLayout;
    column->addLayout(propertiesPlace);
    column->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setMinimumWidth(280);
    area->setWidget(content);
    return area;
}

QLayout* MessageCatalogue::Private::buildFields() {
    auto* column = new QVBoxLayout;
    fields = new QTableWidget(0, 3);
    fields->setAccessibleName(MessageCatalogue::tr("Fields"));
    fields->setHorizontalHeaderLabels(
        {MessageCatalogue::tr("Field"), MessageCatalogue::tr("Type"), MessageCatalogue::tr("Example")});
    fields->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    fields->verticalHeader()->hide();
    fields->verticalHeader()->setDefaultSectionSize(36);
    fields->setTabKeyNavigation(false);
    fields->setMinimumHeight(72);
    column->addWidget(fields, 1);
    auto* fieldButtons = new QHBoxLayout;
    auto* addField = new QPushButton(MessageCatalogue::tr("Add field"));
    removeField = new QPushButton(MessageCatalogue::tr("Remove field"));
    fieldButtons->addWidget(addField);
    fieldButtons->addWidget(removeField);
    fieldButtons->addStretch(1);
    column->addLayout(fieldButtons);
    QObject::connect(addField, &QPushButton::clicked, q, [this] {
        change([](MessageType& m) {
            Field field;
            field.name = "field" + std::to_string(m.fields.size() + 1);
            m.fields.push_back(field);
        });
        // The next thing to do is to name it.
        if (fields->rowCount() > 0) {
            fields->setCurrentCell(fields->rowCount() - 1, 0);
            fields->setFocus();
            fields->edit(fields->currentIndex());
        }
    });
    QObject::connect(removeField, &QPushButton::clicked, q, [this] {
        const int row = fields->currentRow();
        if (row >= 0)
            change([row](MessageType& m) { m.fields.erase(m.fields.begin() + row); });
    });
    QObject::connect(fields, &QTableWidget::cellChanged, q, [this](int row, int cell) {
        const std::string text = fields->item(row, cell)->text().trimmed().toStdString();
        change([&](MessageType& m) {
            Field& field = m.fields[static_cast<std::size_t>(row)];
            (cell == 0 ? field.name : field.example) = text;
        });
    });
    return column;
}

void MessageCatalogue::Private::change(const std::function<void(MessageType&)>& how) {
    const MessageType* old = type();
    if (!old)
        return;
    MessageType changed = *old;
    how(changed);
    const std::string before = std::exchange(chosen, changed.id);
    auto edit = putMessage(history->document(), before, changed);
    const auto result = edit ? history->apply(*edit) : Result<void>(edit.error());
    complain(result ? QString() : qtext(result.error().sentence));
    if (!result) {
        chosen = before;
        showType();
    }
}

void MessageCatalogue::Private::complain(const QString& sentence) {
    message->setText(sentence);
    message->setStyleSheet(QStringLiteral("color: %1").arg(theme->dangerText.name()));
    message->setVisible(!sentence.isEmpty());
}

/// What the catalogue of properties knows of message types.
void MessageCatalogue::Private::buildProperties() {
    delete std::exchange(properties, nullptr);
    if (!history)
        return;
    properties =
        new PropertyForm(propertiesIn(messageTypeProperties()), {&history->document(), theme, {}}, false);
    propertiesPlace->addWidget(properties);
    QObject::connect(properties, &PropertyForm::edited, q,
                     [this](const std::string& key_, const Json& value) {
                         change([&](MessageType& m) { m.properties.set(key_, value); });
                     });
}

void MessageCatalogue::Private::refresh() {
    const QSignalBlocker quiet(list);
    list->clear();
    if (history) {
        for (const MessageType& message_ : history->diagram().messages)
            list->addItem(qtext(message_.id));
        if (!type() && !history->diagram().messages.empty())
            chosen = history->diagram().messages.front().id;
    }
    // What was measured before the list was first shown was measured without its style.
    QMetaObject::invokeMethod(list, &QListWidget::doItemsLayout, Qt::QueuedConnection);
    const auto found = list->findItems(qtext(chosen), Qt::MatchExactly | Qt::MatchCaseSensitive);
    if (!found.isEmpty())
        list->setCurrentItem(found.front());
    showType();
}

void MessageCatalogue::Private::showType() {
    const MessageType* shown = type();
    detail->setEnabled(shown);
    remove->setEnabled(shown);
    const QSignalBlocker quietVersion(version);
    const QSignalBlocker quietFields(fields);
    const MessageType empty;
    const MessageType& m = shown ? *shown : empty;
    const auto set = [](QLineEdit* edit, const std::string& text) {
        if (edit->text() != qtext(text))
            edit->setText(qtext(text));
        edit->setModified(false);
    };
    set(name, m.id);
    set(key, m.key);
    set(operation, m.operation);
    kind->setCurrentIndex(static_cast<int>(m.kind));
    keying->setCurrentIndex(static_cast<int>(m.keying));
    version->setValue(m.version);
    if (properties)
        properties->show({&m.properties});
    showFields(m);
}

void MessageCatalogue::Private::showFields(const MessageType& shown) {
    const Choices types{
        {"text", "text"}, {"integer", "integer"}, {"number", "number"}, {"boolean", "boolean"},
        {"time", "time"}, {"email", "email"},     {"money", "money"},   {"id", "id"}};
    fields->setRowCount(static_cast<int>(shown.fields.size()));
    for (std::size_t i = 0; i < shown.fields.size(); ++i) {
        const int row = static_cast<int>(i);
        fields->setItem(row, 0, new QTableWidgetItem(qtext(shown.fields[i].name)));
        fields->setItem(row, 2, new QTableWidgetItem(qtext(shown.fields[i].example)));
        auto* box = qobject_cast<QComboBox*>(fields->cellWidget(row, 1));
        if (!box) {
            box = new ElidedComboBox;
            box->setAccessibleName(MessageCatalogue::tr("Type of the field"));
            fields->setCellWidget(row, 1, box);
            QObject::connect(box, &QComboBox::activated, q, [this, box, i] {
                change([&](MessageType& m) { m.fields[i].type = chosenIn(*box); });
            });
        }
        setChoices(*box, types);
        ::sluice::choose(*box, shown.fields[i].type);
    }
    removeField->setEnabled(!shown.fields.empty());
}

}  // namespace sluice
