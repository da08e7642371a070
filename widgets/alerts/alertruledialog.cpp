#include "widgets/alerts/alertruledialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStringListModel>

#include "core/alerts/alertrules.h"
#include "widgets/alerts/alertlook.h"

namespace sluice {

namespace {

/// Completes the word before the cursor, as a condition is written from left to right.
class ConditionCompleter : public QCompleter {
public:
    ConditionCompleter(const QStringList& words, QLineEdit* field)
        : QCompleter(words, field), m_field(field) {
        setCaseSensitivity(Qt::CaseInsensitive);
    }
    QString pathFromIndex(const QModelIndex& index) const override {
        const QString text = m_field->text();
        return text.left(text.lastIndexOf(u' ') + 1) + QCompleter::pathFromIndex(index);
    }
    QStringList splitPath(const QString& path) const override {
        return {path.mid(path.lastIndexOf(u' ') + 1)};
    }

private:
    QLineEdit* m_field;
};

QStringList wordsFor(const Diagram& diagram) {
    QStringList words;
    for (const Element& element : diagram.elements) {
        const QString id = QString::fromStdString(element.id);
        const QString quote = id.contains(u' ') ? QStringLiteral("\"") : QString();
        if (element.kind != ElementKind::Note)
            words << QString::fromLatin1(kindName(element.kind).data(),
                                         qsizetype(kindName(element.kind).size())) +
                         u':' + quote + id + quote;
    }
    for (int i = 0; i < kAlertMetricCount; ++i) {
        const std::string_view name = infoOf(static_cast<AlertMetric>(i)).name;
        words << QString::fromLatin1(name.data(), qsizetype(name.size()));
    }
    words << QStringLiteral("rises by") << QStringLiteral("falls by") << QStringLiteral("silent for")
          << QStringLiteral("no consumer") << QStringLiteral("clear <")
          << QStringLiteral("broker unreachable");
    return words;
}

}  // namespace

AlertRuleDialog::AlertRuleDialog(const Diagram& diagram, AlertRule rule, QWidget* parent)
    : QDialog(parent),
      m_diagram(diagram),
      m_rule(std::move(rule)),
      m_name(new QLineEdit(QString::fromStdString(m_rule.name))),
      m_when(new QLineEdit(QString::fromStdString(m_rule.when))),
      m_mistake(new QLabel),
      m_severity(new QComboBox),
      m_quiet(new QLineEdit),
      m_record(new QCheckBox(tr("&Keep a recording of the minutes before and after"))),
      m_enabled(new QCheckBox(tr("&On"))),
      m_note(new QLineEdit(QString::fromStdString(m_rule.note))),
      m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setWindowTitle(m_rule.id.empty() ? tr("New alert rule") : tr("Alert rule"));
    setAccessibleName(windowTitle());
    m_name->setPlaceholderText(tr("Orders pile up"));
    m_name->setAccessibleName(tr("Name of the rule"));
    m_when->setPlaceholderText(QStringLiteral("queue:orders depth > 1000 for 30s, clear < 500"));
    m_when->setAccessibleName(tr("When the alert is raised"));
    m_when->setMinimumWidth(460);
    m_when->setCompleter(new ConditionCompleter(wordsFor(m_diagram), m_when));
    m_mistake->setWordWrap(true);
    m_mistake->setAccessibleName(tr("What is wrong with the rule"));
    auto* examples =
        new QLabel(tr("For example:\n"
                      "queue:* depth rises by 500 in 5min\n"
                      "topic:prices silent for 30s\n"
                      "service:billing lag > 30s for 1min, clear for 2min\n"
                      "queue:orders no consumer for 10s\n"
                      "queue:*-dead any dead letter in 10min\n"
                      "broker unreachable for 1min"));
    examples->setProperty("muted", true);
    examples->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    examples->setAccessibleName(tr("Examples of conditions"));
    for (const AlertSeverity severity :
         {AlertSeverity::Info, AlertSeverity::Warning, AlertSeverity::Critical})
        m_severity->addItem(alertlook::word(severity), static_cast<int>(severity));
    m_severity->setCurrentIndex(static_cast<int>(m_rule.severity));
    m_severity->setAccessibleName(tr("How much the alert matters"));
    QStringList quiet;
    for (const std::string& range : m_rule.quiet)
        quiet << QString::fromStdString(range);
    m_quiet->setText(quiet.join(QStringLiteral(", ")));
    m_quiet->setPlaceholderText(QStringLiteral("22:00-07:00, 12:00-13:00"));
    m_quiet->setAccessibleName(tr("Times of the day in which nobody is disturbed"));
    m_quiet->setToolTip(tr("The alert is raised and recorded as ever, but nobody is notified"));
    m_record->setChecked(m_rule.record);
    m_enabled->setChecked(m_rule.enabled);
    m_note->setAccessibleName(tr("Note"));
    m_note->setPlaceholderText(tr("What to do when it is raised"));

    auto* form = new QFormLayout(this);
    form->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&When"), m_when);
    form->addRow(QString(), m_mistake);
    form->addRow(QString(), examples);
    form->addRow(tr("&Severity"), m_severity);
    form->addRow(tr("&Quiet"), m_quiet);
    form->addRow(tr("No&te"), m_note);
    form->addRow(QString(), m_record);
    form->addRow(QString(), m_enabled);
    form->addRow(m_buttons);
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_when, &QLineEdit::textChanged, this, &AlertRuleDialog::check);
    connect(m_quiet, &QLineEdit::textChanged, this, &AlertRuleDialog::check);
    check();
    m_when->setFocus();
}

AlertRule AlertRuleDialog::rule() const {
    AlertRule rule = m_rule;
    rule.name = m_name->text().trimmed().toStdString();
    rule.when = m_when->text().trimmed().toStdString();
    rule.severity = static_cast<AlertSeverity>(m_severity->currentData().toInt());
    rule.quiet.clear();
    for (const QString& range : m_quiet->text().split(u',', Qt::SkipEmptyParts)) {
        if (!range.trimmed().isEmpty())
            rule.quiet.push_back(range.trimmed().toStdString());
    }
    rule.record = m_record->isChecked();
    rule.enabled = m_enabled->isChecked();
    rule.note = m_note->text().trimmed().toStdString();
    return rule;
}

void AlertRuleDialog::check() {
    const auto checked = checkAlertRule(rule(), m_diagram);
    // Nothing was written yet: that is no mistake to complain of.
    const bool empty = m_when->text().trimmed().isEmpty();
    m_mistake->setProperty("warning", !checked && !empty);
    m_mistake->setText(checked || empty ? QString() : QString::fromStdString(checked.error().sentence));
    m_mistake->setVisible(!m_mistake->text().isEmpty());
    m_buttons->button(QDialogButtonBox::Ok)->setEnabled(checked.ok());
}

}  // namespace sluice
