#include "widgets/log/queryfield.h"

#include <QAbstractItemView>
#include <QCompleter>
#include <QKeyEvent>
#include <QStandardItemModel>
#include <QStyle>

namespace sluice {

namespace {

/// The popup is as wide as its longest line, within reason.
constexpr int kWidest = 560;

}  // namespace

QueryField::QueryField(QWidget* parent)
    : QLineEdit(parent),
      m_table(std::make_shared<EntityTable>()),
      m_completer(new QCompleter(this)),
      m_choices(new QStandardItemModel(this)) {
    setPlaceholderText(tr("Ask: dead-lettered queue:orders duration>2s"));
    setClearButtonEnabled(true);
    setAccessibleName(tr("Query over the events"));
    setToolTip(
        tr("Words are looked for in event, element, type and key. Fields compare: kind:failed, "
           "queue:orders, key:user-17, message:m-17, correlation:m-3, cause:bad-data, "
           "duration>250ms, time:10s..12s, field.email:ada. Join them with and, or, not and "
           "brackets; Down proposes what may come next"));
    m_completer->setModel(m_choices);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_completer->setMaxVisibleItems(10);
    m_completer->setWidget(this);
    m_completer->popup()->setObjectName("completions");
    m_completer->popup()->setTextElideMode(Qt::ElideRight);
    connect(m_completer, qOverload<const QModelIndex&>(&QCompleter::activated), this, &QueryField::take);
    connect(this, &QLineEdit::textEdited, this, &QueryField::propose);
    connect(this, &QLineEdit::textChanged, this, &QueryField::read);
}

void QueryField::setTable(std::shared_ptr<const EntityTable> table) {
    m_table = table ? std::move(table) : std::make_shared<const EntityTable>();
}

void QueryField::read() {
    auto parsed = EventQuery::parse(text().toStdString());
    m_mistake = parsed ? QString() : QString::fromStdString(parsed.error().text());
    if (parsed)
        m_query = *std::move(parsed);
    if (property("invalid").toBool() == m_mistake.isEmpty()) {
        setProperty("invalid", !m_mistake.isEmpty());
        style()->unpolish(this);
        style()->polish(this);
    }
    setAccessibleDescription(m_mistake);
    emit queryChanged();
}

void QueryField::propose() {
    const QByteArray before = text().left(cursorPosition()).toUtf8();
    m_found = completeQuery(text().toStdString(), static_cast<std::size_t>(before.size()), *m_table);
    m_choices->clear();
    int widest = 0;
    for (const QueryCompletion& choice : m_found.choices) {
        const QString name = QString::fromStdString(choice.text);
        const QString about = QString::fromStdString(choice.description);
        auto* item =
            new QStandardItem(about.isEmpty() ? name : QStringLiteral("%1   –  %2").arg(name, about));
        m_choices->appendRow(item);
        widest = std::max(widest, fontMetrics().horizontalAdvance(item->text()));
    }
    const QByteArray typed = before.mid(static_cast<qsizetype>(m_found.from));
    const bool done = m_found.choices.size() == 1 &&
                      QByteArray::fromStdString(m_found.choices.front().text).toLower() == typed.toLower();
    if (m_found.choices.empty() || done) {
        m_completer->popup()->hide();
        return;
    }
    QRect place = rect();
    place.setWidth(std::min(widest + 48, kWidest));
    m_completer->complete(place);
}

void QueryField::take(const QModelIndex& index) {
    if (index.row() < 0 || index.row() >= static_cast<int>(m_found.choices.size()))
        return;
    const QString chosen =
        QString::fromStdString(m_found.choices[static_cast<std::size_t>(index.row())].text);
    const QByteArray before = text().left(cursorPosition()).toUtf8();
    const QString kept = QString::fromUtf8(before.left(static_cast<qsizetype>(m_found.from)));
    const QString after = text().mid(cursorPosition());
    // After a field its value comes next; after everything else, another word.
    const bool field = chosen.endsWith(u':') || chosen.endsWith(u'.');
    const QString put = kept + chosen + (field || after.startsWith(u' ') ? QString() : QStringLiteral(" "));
    setText(put + after);
    setCursorPosition(static_cast<int>(put.size()));
    if (field)
        propose();
}

void QueryField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Down && !m_completer->popup()->isVisible()) {
        propose();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

}  // namespace sluice
