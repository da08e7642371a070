#include "app/browse/browseform.h"

#include <QComboBox>
#include <QDateTimeEdit>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStackedWidget>

#include "core/share/masking.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

using Begin = BrowseWish::Begin;
constexpr int kTypingPause = 400;  // ms after the last letter of a name before the broker is asked about it

/// A label whose underlined letter leads to the field.
QLabel* labelOf(const QString& words, QWidget* field) {
    auto* label = new QLabel(words);
    label->setBuddy(field);
    return label;
}

}  // namespace

BrowseForm::BrowseForm(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      m_theme(theme),
      m_place(new QComboBox),
      m_begin(new QComboBox),
      m_beginValue(new QStackedWidget),
      m_last(new QSpinBox),
      m_offset(new QLineEdit(QStringLiteral("0"))),
      m_time(new QDateTimeEdit(QDateTime::currentDateTime().addSecs(-3600))),
      m_most(new QSpinBox),
      m_query(new QLineEdit),
      m_masked(new QLineEdit),
      m_schema(new SchemaChooser),
      m_look(new QPushButton(tr("Look"))),
      m_mistake(new QLabel) {
    auto* form = new QFormLayout(this);
    form->setContentsMargins({});
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    addPlace(*form);
    addFilter(*form);
    form->addRow(labelOf(tr("Read b&y"), m_schema), m_schema);
    m_mistake->setWordWrap(true);
    m_mistake->setStyleSheet(QStringLiteral("color: %1").arg(theme.dangerText.name()));
    m_mistake->hide();
    form->addRow(m_mistake);
    m_typing.setSingleShot(true);
    m_typing.setInterval(kTypingPause);
    connect(&m_typing, &QTimer::timeout, this, &BrowseForm::placeChanged);
    setFocusProxy(m_query);
}

void BrowseForm::addPlace(QFormLayout& form) {
    m_place->setEditable(true);
    m_place->setInsertPolicy(QComboBox::NoInsert);
    m_place->setMinimumContentsLength(24);
    connect(m_place, &QComboBox::editTextChanged, &m_typing, qOverload<>(&QTimer::start));
    m_begin->addItem(tr("the beginning"), int(Begin::First));
    m_begin->addItem(tr("the last"), int(Begin::Last));
    m_begin->addItem(tr("offset"), int(Begin::Offset));
    m_begin->addItem(tr("time"), int(Begin::Time));
    m_begin->addItem(tr("now on"), int(Begin::End));
    m_last->setAccessibleName(tr("How many of the last messages, of each partition"));
    m_last->setRange(1, 1'000'000);
    m_last->setValue(100);
    m_offset->setAccessibleName(tr("The offset to begin with"));
    m_time->setAccessibleName(tr("The time to begin with"));
    m_time->setDisplayFormat(QStringLiteral("yyyy-MM-dd HH:mm:ss"));
    for (QWidget* page : {new QWidget, static_cast<QWidget*>(m_last), static_cast<QWidget*>(m_offset),
                          static_cast<QWidget*>(m_time), new QWidget})
        m_beginValue->addWidget(page);
    m_beginValue->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(m_begin, &QComboBox::currentIndexChanged, m_beginValue, &QStackedWidget::setCurrentIndex);
    connect(m_begin, &QComboBox::currentIndexChanged, this, &BrowseForm::placeChanged);
    m_most->setRange(0, 1'000'000'000);
    m_most->setSpecialValueText(tr("all"));
    m_most->setGroupSeparatorShown(true);
    m_most->setToolTip(tr("How many messages are looked at"));
    connect(m_most, &QSpinBox::valueChanged, this, [this] {
        m_mostChosen = true;
        m_typing.start();
    });
    auto* row = new QHBoxLayout;
    row->addWidget(m_place, 2);
    row->addWidget(labelOf(tr("&From"), m_begin));
    row->addWidget(m_begin);
    row->addWidget(m_beginValue, 1);
    row->addWidget(labelOf(tr("&At most"), m_most));
    row->addWidget(m_most);
    form.addRow(labelOf(tr("&Queue or topic"), m_place), row);
}

void BrowseForm::addFilter(QFormLayout& form) {
    m_query->setPlaceholderText(tr("All of them; or such as field.email:ada key:user-17 header.tenant:a"));
    m_query->setClearButtonEnabled(true);
    m_query->setToolTip(
        tr("Words are looked for in key, type, headers and body. Fields compare: key:user-17, "
           "field.address.city=London, "
           "header.tenant:a, partition:3, offset>1000, time>2026-11-21T18:00:00Z. Join them with and, or, "
           "not and "
           "brackets"));
    m_masked->setPlaceholderText(tr("Nothing; or such as email, iban"));
    m_masked->setToolTip(
        tr("Fields of bodies and headers whose values nobody sees: neither shown, nor searched, nor "
           "written. key and body stand for all of these"));
    m_look->setObjectName("browseDialog.look");
    m_look->setProperty("primary", true);
    m_look->setDefault(true);
    connect(m_look, &QPushButton::clicked, this, &BrowseForm::lookPressed);
    auto* row = new QHBoxLayout;
    row->addWidget(m_query, 2);
    row->addWidget(labelOf(tr("&Mask"), m_masked));
    row->addWidget(m_masked, 1);
    row->addWidget(m_look);
    form.addRow(labelOf(tr("On&ly these"), m_query), row);
}

void BrowseForm::addPlaces(const QStringList& places) {
    m_place->addItems(places);
}

void BrowseForm::setPlace(const QString& place) {
    m_place->setCurrentText(place);
    m_typing.stop();
    emit placeChanged();
}

QString BrowseForm::place() const {
    return m_place->currentText().trimmed();
}

qint64 BrowseForm::most() const {
    return m_most->value();
}

bool BrowseForm::suggestMost(int messages) {
    if (m_mostChosen || m_most->value() == messages)
        return false;
    const QSignalBlocker quiet(m_most);
    m_most->setValue(messages);
    return true;
}

void BrowseForm::setRunning(bool running) {
    m_look->setText(running ? tr("Stop") : tr("Look"));
}

void BrowseForm::setMayLook(bool may) {
    m_look->setEnabled(may);
}

/// Empty: nothing is wrong.
void BrowseForm::complain(const QString& mistake) {
    m_mistake->setText(QStringLiteral("✕ ") + mistake);
    m_mistake->setVisible(!mistake.isEmpty());
}

std::optional<BrowseWish> BrowseForm::wish() {
    BrowseWish wish{.place = place()};
    wish.begin = static_cast<Begin>(m_begin->currentData().toInt());
    wish.follow = wish.begin == Begin::End;
    wish.most = m_most->value();
    QString mistake;
    if (wish.place.isEmpty())
        mistake = tr("Choose a queue or topic.");
    if (wish.begin == Begin::Last) {
        wish.value = m_last->value();
    } else if (wish.begin == Begin::Time) {
        wish.value = m_time->dateTime().toMSecsSinceEpoch();
    } else if (wish.begin == Begin::Offset) {
        bool isNumber = false;
        wish.value = m_offset->text().trimmed().toLongLong(&isNumber);
        if (!isNumber || wish.value < 0)
            mistake = tr("An offset is a whole number from 0.");
    }
    complain(mistake);
    return mistake.isEmpty() ? std::optional(wish) : std::nullopt;
}

std::optional<MessageFilter> BrowseForm::filter() {
    const auto wrong = [this](QWidget* field, const Error& error) {
        complain(QString::fromStdString(error.text()));
        field->setFocus();
        return std::nullopt;
    };
    const auto query = EventQuery::parseForMessages(m_query->text().toStdString());
    if (!query)
        return wrong(m_query, query.error());
    const Result<SharedSchema> schema = m_schema->schema();
    if (!schema)
        return wrong(m_schema, schema.error());
    return MessageFilter(*query, maskNames(m_masked->text().toStdString()), *schema);
}

}  // namespace sluice
