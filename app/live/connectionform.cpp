#include "app/live/connectionform.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSpinBox>
#include <QToolButton>
#include <QWheelEvent>

namespace sluice {

namespace {

/// A field whose value the wheel leaves alone: it is turned to scroll the form, and would change a port that
/// nobody looks at.
template <class Field>
class StillField : public Field {
protected:
    void wheelEvent(QWheelEvent* event) override { event->ignore(); }
};

/// A path, and a button that chooses one.
class FileField : public QWidget {
public:
    explicit FileField(const QString& label) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        path = new QLineEdit;
        path->setAccessibleName(label);
        auto* choose = new QToolButton;
        choose->setText(QStringLiteral("…"));
        choose->setToolTip(ConnectionForm::tr("Choose a file"));
        choose->setAccessibleName(ConnectionForm::tr("%1: choose a file").arg(label));
        row->addWidget(path, 1);
        row->addWidget(choose);
        setFocusProxy(path);
        connect(choose, &QToolButton::clicked, this, [this] {
            auto* dialog = new QFileDialog(this, ConnectionForm::tr("Choose a file"));
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->setFileMode(QFileDialog::ExistingFile);
            connect(dialog, &QFileDialog::fileSelected, path, &QLineEdit::setText);
            dialog->open();
        });
    }
    QLineEdit* path;
};

}  // namespace

ConnectionForm::ConnectionForm(const PluginDescription& plugin, QWidget* parent)
    : QWidget(parent), m_plugin(plugin) {
    m_rows = new QFormLayout(this);
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_rows->setLabelAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_rows->setVerticalSpacing(8);
    m_name = new QLineEdit;
    m_name->setObjectName("connectionName");
    m_name->setAccessibleName(tr("Name"));
    m_name->setPlaceholderText(tr("What you call it, such as staging"));
    connect(m_name, &QLineEdit::textEdited, this, &ConnectionForm::edited);
    m_rows->addRow(tr("&Name"), m_name);
    QString section;
    for (const FormField& field : m_plugin.fields) {
        if (field.section != section) {
            section = field.section;
            auto* heading = new QLabel(section);
            heading->setProperty("muted", true);
            heading->setContentsMargins(0, 8, 0, 0);
            m_rows->addRow(heading);
        }
        QWidget* editor = makeEditor(field);
        editor->setObjectName("connection." + field.key);
        editor->setAccessibleName(field.label);
        editor->setToolTip(field.help);
        m_editors.insert(field.key, editor);
        m_rows->addRow(field.type == FormField::Type::Switch ? QString() : field.label, editor);
        setValue(field, field.initial);
    }
    auto* heading = new QLabel(tr("Writing"));
    heading->setProperty("muted", true);
    heading->setContentsMargins(0, 8, 0, 0);
    m_rows->addRow(heading);
    m_mayWrite = new QCheckBox(tr("Allow &writing"));
    m_mayWrite->setObjectName("connection.mayWrite");
    m_mayWrite->setToolTip(
        tr("Redrive, publish, purge and plans; each of them still asks, and is logged. Without it Sluice "
           "cannot write, whatever is clicked"));
    connect(m_mayWrite, &QCheckBox::toggled, this, &ConnectionForm::edited);
    m_rows->addRow(QString(), m_mayWrite);
    refreshRows();
}

QWidget* ConnectionForm::makeEditor(const FormField& field) {
    switch (field.type) {
        case FormField::Type::Number: {
            auto* box = new StillField<QSpinBox>;
            box->setRange(field.least, field.most);
            box->setGroupSeparatorShown(false);
            box->setButtonSymbols(QAbstractSpinBox::NoButtons);
            connect(box, &QSpinBox::valueChanged, this, &ConnectionForm::edited);
            return box;
        }
        case FormField::Type::Switch: {
            auto* box = new QCheckBox(field.label);
            connect(box, &QCheckBox::toggled, this, [this] {
                refreshRows();
                emit edited();
            });
            return box;
        }
        case FormField::Type::Choice: {
            auto* box = new StillField<QComboBox>;
            box->addItems(field.choices);
            connect(box, &QComboBox::currentIndexChanged, this, &ConnectionForm::refreshRows);
            connect(box, &QComboBox::activated, this, &ConnectionForm::edited);
            return box;
        }
        case FormField::Type::File: {
            auto* file = new FileField(field.label);
            connect(file->path, &QLineEdit::textChanged, this, &ConnectionForm::edited);
            return file;
        }
        case FormField::Type::Secret:
        case FormField::Type::Text:
            break;
    }
    auto* line = new QLineEdit;
    if (field.type == FormField::Type::Secret) {
        line->setEchoMode(QLineEdit::Password);
        line->setPlaceholderText(tr("Never written to a file"));
    }
    connect(line, &QLineEdit::textEdited, this, &ConnectionForm::edited);
    return line;
}

QVariant ConnectionForm::valueOf(const FormField& field) const {
    QWidget* editor = m_editors.value(field.key);
    switch (field.type) {
        case FormField::Type::Number:
            return static_cast<QSpinBox*>(editor)->value();
        case FormField::Type::Switch:
            return static_cast<QCheckBox*>(editor)->isChecked();
        case FormField::Type::Choice:
            return static_cast<QComboBox*>(editor)->currentText();
        case FormField::Type::File:
            return static_cast<FileField*>(editor)->path->text().trimmed();
        case FormField::Type::Secret:
            return static_cast<QLineEdit*>(editor)->text();
        case FormField::Type::Text:
            break;
    }
    return static_cast<QLineEdit*>(editor)->text().trimmed();
}

void ConnectionForm::setValue(const FormField& field, const QVariant& value) {
    QWidget* editor = m_editors.value(field.key);
    switch (field.type) {
        case FormField::Type::Number:
            return static_cast<QSpinBox*>(editor)->setValue(value.toInt());
        case FormField::Type::Switch:
            return static_cast<QCheckBox*>(editor)->setChecked(value.toBool());
        case FormField::Type::Choice:
            return static_cast<QComboBox*>(editor)->setCurrentText(value.toString());
        case FormField::Type::File:
            return static_cast<FileField*>(editor)->path->setText(value.toString());
        case FormField::Type::Secret:
        case FormField::Type::Text:
            break;
    }
    static_cast<QLineEdit*>(editor)->setText(value.toString());
}

void ConnectionForm::refreshRows() {
    for (const FormField& field : m_plugin.fields) {
        QWidget* editor = m_editors.value(field.key);
        if (field.onlyWith.isEmpty() || !editor)
            continue;
        QWidget* other = m_editors.value(field.onlyWith);
        const auto* needed = qobject_cast<QCheckBox*>(other);
        const auto* choice = qobject_cast<QComboBox*>(other);
        const bool shown =
            (!needed || needed->isChecked()) && (!choice || field.onlyWhen.contains(choice->currentText()));
        editor->setVisible(shown);
        if (QWidget* label = m_rows->labelForField(editor))
            label->setVisible(shown);
    }
}

void ConnectionForm::setSettings(const ConnectionSettings& settings) {
    const QSignalBlocker quiet(this);
    m_settings = settings;
    m_name->setText(settings.name);
    m_mayWrite->setChecked(settings.mayWrite);
    for (const FormField& field : m_plugin.fields) {
        const bool secret = field.type == FormField::Type::Secret;
        const QVariantMap& from = secret ? settings.secrets : settings.values;
        setValue(field, from.value(field.key, field.initial));
    }
    refreshRows();
}

ConnectionSettings ConnectionForm::settings() const {
    ConnectionSettings made = m_settings;
    made.plugin = m_plugin.id;
    made.mayWrite = m_mayWrite->isChecked();
    for (const FormField& field : m_plugin.fields) {
        const bool secret = field.type == FormField::Type::Secret;
        (secret ? made.secrets : made.values).insert(field.key, valueOf(field));
    }
    made.name = m_name->text().trimmed();
    if (made.name.isEmpty())
        made.name = QStringLiteral("%1 %2").arg(m_plugin.name, made.text(m_plugin.fields.value(0).key));
    return made;
}

QString ConnectionForm::missing() const {
    for (const FormField& field : m_plugin.fields) {
        if (field.required && valueOf(field).toString().isEmpty())
            return field.label;
    }
    return {};
}

}  // namespace sluice
