#include "widgets/message/messageview.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedLayout>
#include <QTreeWidget>

#include "core/incident/redriveorder.h"
#include "core/trace/messagepath.h"
#include "core/trace/payload.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventdetail.h"
#include "widgets/log/eventwords.h"
#include "widgets/message/pathwords.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::size_t kMostSteps = 1000;
constexpr std::size_t kMostConsequences = 50;
constexpr int kSequenceRole = Qt::UserRole;
constexpr int kTimeRole = Qt::UserRole + 1;

/// "m-12 UpdateUserEmail" as a link that leads to the message.
QString linkTo(const TraceStore& store, MessageId id, const Theme& theme) {
    QString text = eventwords::message(id);
    const auto info = store.message(id);
    if (info && info->type < store.table().types.size())
        text += QLatin1Char(' ') + QString::fromStdString(store.table().types[info->type].id);
    return QStringLiteral("<a href=\"%1\" style=\"color:%3\">%2</a>")
        .arg(id)
        .arg(text.toHtmlEscaped(), theme.accentText.name());
}

QString textOf(const nlohmann::ordered_json& json) {
    return QString::fromStdString(json.is_string() ? json.get<std::string>() : json.dump(2));
}

}  // namespace

struct MessageView::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<TraceStore> store;
    MessageId message = 0;
    TraceTime playhead{};
    MessageInfo info;
    Scenario scenario;
    std::vector<TraceEvent> events;  ///< of the message, as far as they are shown
    std::size_t told = 0;            ///< how many of them the chain and the headers tell
    Sequence seen = 0;               ///< size of the trace when it was last looked through
    QLabel* title = nullptr;
    QLabel* chain = nullptr;
    QLabel* origin = nullptr;
    QLabel* consequences = nullptr;
    QPlainTextEdit* body = nullptr;
    QPlainTextEdit* headers = nullptr;
    QTreeWidget* journey = nullptr;
    QStackedLayout* pages = nullptr;

    void fillOrigin() const;
    void tellBody() const;
    void tellChain(bool always);
    void fillJourney();
    void markJourney() const;
};

/// The payload as it is at the playhead, and before it what it was.
void MessageView::Private::tellBody() const {
    QString text = textOf(payloadOf(info, store->table()).body);
    for (const PayloadChange& change : payloadChanges(scenario, message)) {
        if (change.at > playhead)
            break;
        const QString who =
            change.by.empty() ? MessageView::tr("somebody") : QString::fromStdString(change.by);
        text = MessageView::tr("%1\n\nChanged by %2 at %3 (%4) before it was redriven. It was:\n%5")
                   .arg(textOf(change.edit.body), who, eventwords::instant(change.at),
                        QString::fromStdString(change.when), text);
    }
    if (body->toPlainText() != text)
        body->setPlainText(text);
}

void MessageView::Private::fillOrigin() const {
    QStringList chain;
    MessageId cause = info.causation;
    for (int i = 0; i < 20 && cause != 0; ++i) {
        chain.prepend(linkTo(*store, cause, *theme));
        const auto before = store->message(cause);
        cause = before ? before->causation : 0;
    }
    const QString creator = eventwords::place(info.creator, store->table()).toHtmlEscaped();
    origin->setText(chain.isEmpty()
                        ? MessageView::tr("Began at %1").arg(creator)
                        : MessageView::tr("From %1, at %2").arg(chain.join(QStringLiteral(" → ")), creator));
    const std::vector<MessageId> caused = store->consequencesOf(info.id);
    QStringList links;
    for (std::size_t i = 0; i < std::min(caused.size(), kMostConsequences); ++i)
        links << linkTo(*store, caused[i], *theme);
    if (caused.size() > kMostConsequences)
        links << MessageView::tr("and %1 more").arg(caused.size() - kMostConsequences);
    consequences->setText(links.isEmpty()
                              ? MessageView::tr("Caused nothing so far")
                              : MessageView::tr("Caused %1").arg(links.join(QStringLiteral(", "))));
}

void MessageView::Private::fillJourney() {
    const std::vector<Sequence> sequences = store->eventsOf(message, kMostSteps);
    if (sequences.size() == events.size())
        return;
    journey->clear();
    events.clear();
    TraceTime before{};
    bool first = true;
    for (const Sequence sequence : sequences) {
        const TraceEvent event = store->at(sequence);
        events.push_back(event);
        const QString detail = eventwords::detail(event, store->table());
        const QString waited = first || event.at == before
                                   ? QString()
                                   : QStringLiteral("+") + eventwords::duration(event.at - before);
        auto* item = new QTreeWidgetItem(
            journey, {eventwords::instant(event.at), waited, eventwords::place(event.subject, store->table()),
                      detail.isEmpty() ? eventwords::title(event.kind)
                                       : eventwords::title(event.kind) + QStringLiteral(" · ") + detail});
        item->setFont(0, figureFont());
        item->setFont(1, figureFont());
        item->setTextAlignment(1, Qt::AlignRight | Qt::AlignVCenter);
        item->setData(0, kSequenceRole, static_cast<qulonglong>(sequence));
        item->setData(0, kTimeRole, static_cast<qlonglong>(event.at.count()));
        item->setToolTip(3, item->text(3));
        const bool bad = event.kind == EventKind::DeadLettered || event.kind == EventKind::Discarded ||
                         event.kind == EventKind::Lost || event.kind == EventKind::Failed;
        item->setData(3, kTimeRole, bad);
        before = event.at;
        first = false;
    }
    markJourney();
    tellChain(true);
}

/// What has happened to the message up to the playhead, in a sentence, and the headers that it has by now.
void MessageView::Private::tellChain(bool always) {
    const auto past = std::upper_bound(events.begin(), events.end(), playhead,
                                       [](TraceTime at, const TraceEvent& event) { return at < event.at; });
    const auto count = static_cast<std::size_t>(past - events.begin());
    if (!always && count == told)
        return;
    told = count;
    const EntityTable& table = store->table();
    const MessageHistory history = historyOf(message, std::span(events).first(count), table);
    const QStringList lines = pathwords::lines(history, table);
    chain->setText(lines.isEmpty() ? MessageView::tr("Has been in no queue so far")
                                   : lines.join(QLatin1Char('\n')));
    QStringList texts;
    const Payload payload = payloadOf(info, table);
    for (const auto& [key, value] : payload.headers.items())
        texts << QStringLiteral("%1: %2").arg(QString::fromStdString(key), textOf(value));
    for (const MessagePath& path : history.paths)
        texts << pathwords::deathHeaders(path, table);
    const QString all = texts.join(QLatin1Char('\n'));
    if (headers->toPlainText() != all)
        headers->setPlainText(all);
}

/// What has not happened yet at the playhead is quiet.
void MessageView::Private::markJourney() const {
    for (int i = 0; i < journey->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = journey->topLevelItem(i);
        const bool happened = item->data(0, kTimeRole).toLongLong() <= playhead.count();
        const bool bad = item->data(3, kTimeRole).toBool();
        for (int column = 0; column < 4; ++column) {
            const QColor plain = column < 2 ? theme->textMuted : theme->text;
            const QColor color = !happened            ? theme->textDisabled
                                 : bad && column == 3 ? theme->dangerText
                                                      : plain;
            if (item->foreground(column).color() != color)
                item->setForeground(column, color);
        }
    }
}

MessageView::MessageView(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Message"));
    d->theme = &theme;
    d->title = new QLabel;
    makeBold(*d->title);
    d->title->setWordWrap(true);
    d->title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    d->chain = new QLabel;
    d->chain->setWordWrap(true);
    d->chain->setTextFormat(Qt::PlainText);
    d->chain->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    d->chain->setAccessibleName(tr("What became of it"));
    d->origin = new QLabel;
    d->consequences = new QLabel;
    for (QLabel* label : {d->origin, d->consequences}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::RichText);
        label->setTextInteractionFlags(Qt::TextBrowserInteraction);
        connect(label, &QLabel::linkActivated, this, [this](const QString& link) {
            const MessageId id = link.toUInt();
            showMessage(id);
            emit messageActivated(id);
        });
    }
    d->origin->setAccessibleName(tr("Where it came from"));
    d->consequences->setAccessibleName(tr("What it caused"));
    const auto reader = [](const QString& name) {
        auto* edit = new QPlainTextEdit;
        edit->setReadOnly(true);
        edit->setFrameShape(QFrame::NoFrame);
        edit->setAccessibleName(name);
        edit->setTabChangesFocus(true);
        edit->setLineWrapMode(QPlainTextEdit::WidgetWidth);
        QFont font(QStringLiteral("monospace"));
        font.setStyleHint(QFont::Monospace);
        edit->setFont(font);
        return edit;
    };
    d->body = reader(tr("Body"));
    d->body->setObjectName("message.body");
    d->headers = reader(tr("Headers"));
    d->journey = new QTreeWidget;
    d->journey->setAccessibleName(tr("Journey of the message"));
    d->journey->setHeaderLabels({tr("Time"), tr("Passed"), tr("Where"), tr("What happened")});
    d->journey->setRootIsDecorated(false);
    d->journey->setUniformRowHeights(true);
    d->journey->setFrameShape(QFrame::NoFrame);
    const int em = fontMetrics().averageCharWidth();
    d->journey->setColumnWidth(0, 17 * em);
    d->journey->setColumnWidth(1, 11 * em);
    d->journey->setColumnWidth(2, 18 * em);
    connect(d->journey, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem* item) {
        emit eventActivated(item->data(0, kSequenceRole).toULongLong());
    });

    const auto column = [](const QString& name, QWidget* content) {
        auto* holder = new QWidget;
        auto* layout = new QVBoxLayout(holder);
        layout->setContentsMargins(8, 0, 0, 0);
        layout->setSpacing(4);
        auto* label = new QLabel(name);
        label->setProperty("muted", true);
        layout->addWidget(label);
        layout->addWidget(content, 1);
        return holder;
    };
    // The words beside the lists and not above them: the panel is wide and low.
    auto* words = new QWidget;
    auto* lines = new QVBoxLayout(words);
    lines->setContentsMargins(0, 0, 8, 0);
    lines->setSpacing(6);
    auto* why = new QPushButton(tr("Why is it here?"));
    why->setObjectName("message.why");
    why->setToolTip(tr("What led to it, back to what a client did (Ctrl+I)"));
    connect(why, &QPushButton::clicked, this, [this] { emit whyRequested(d->message); });
    for (QLabel* label : {d->title, d->chain})
        lines->addWidget(label);
    lines->addWidget(why, 0, Qt::AlignLeft);
    for (QLabel* label : {d->origin, d->consequences})
        lines->addWidget(label);
    lines->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setMinimumWidth(200);
    area->setWidget(words);
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(area);
    split->addWidget(column(tr("Journey"), d->journey));
    split->addWidget(column(tr("Headers"), d->headers));
    split->addWidget(column(tr("Body"), d->body));
    split->setSizes({300, 500, 240, 200});
    for (int i = 0; i < split->count(); ++i)
        split->setStretchFactor(i, i == 1 ? 3 : 2);

    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addWidget(split, 1);
    d->pages = new QStackedLayout(this);
    d->pages->addWidget(
        new EmptyState(tr("No message chosen"),
                       tr("Click a token, a queue or a line of the events to see a message: what is in "
                          "it, where it came from, what it caused and its whole journey.")));
    d->pages->addWidget(page);
}

MessageView::~MessageView() = default;

void MessageView::setTheme(const Theme& theme) {
    d->theme = &theme;
    fill();
}

void MessageView::setStore(std::shared_ptr<TraceStore> store) {
    d->store = std::move(store);
    d->message = 0;
    d->playhead = TraceTime::zero();
    fill();
}

void MessageView::setScenario(const Scenario& scenario) {
    d->scenario = scenario;
}

MessageId MessageView::message() const {
    return d->message;
}

void MessageView::showMessage(MessageId message) {
    if (message == d->message)
        return;
    d->message = message;
    fill();
}

void MessageView::fill() {
    const auto info = d->store ? d->store->message(d->message) : std::nullopt;
    d->journey->clear();
    d->events.clear();
    d->pages->setCurrentIndex(info ? 1 : 0);
    if (!info)
        return;
    const EntityTable& table = d->store->table();
    QStringList title{eventwords::message(info->id)};
    if (info->type < table.types.size()) {
        const TracedType& type = table.types[info->type];
        title << QString::fromStdString(type.id) << QString::fromStdString(std::string(kindName(type.kind)));
    }
    if (info->key >= 0)
        title << QString::fromStdString(table.keyText(info->type, info->key));
    d->title->setText(title.join(QStringLiteral(" · ")));
    d->info = *info;
    d->tellBody();
    d->fillOrigin();
    d->fillJourney();
    d->seen = d->store->size();
}

void MessageView::setPlayhead(TraceTime time) {
    d->playhead = time;
    if (d->store && d->message != 0 && isVisible()) {
        d->markJourney();
        d->tellChain(false);
        d->tellBody();
    }
}

void MessageView::refresh() {
    if (!d->store || d->message == 0 || !isVisible() || d->store->size() == d->seen)
        return;
    d->seen = d->store->size();
    const std::size_t before = d->events.size();
    d->fillJourney();
    if (d->events.size() != before)
        d->fillOrigin();
}

}  // namespace sluice
