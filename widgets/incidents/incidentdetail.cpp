#include "widgets/incidents/incidentdetail.h"

#include <QBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QLocale>
#include <QPushButton>
#include <QScrollArea>

#include "widgets/editing/counting.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/boldtext.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

constexpr std::size_t kListedMessages = 500;
constexpr std::size_t kToldOvertakings = 6;
constexpr std::size_t kToldUsers = 6;

QString several(const std::vector<std::string>& values, std::size_t most) {
    QStringList told;
    for (std::size_t i = 0; i < std::min(values.size(), most); ++i)
        told << QString::fromStdString(values[i]);
    if (values.size() > most)
        told << IncidentDetail::tr("%1 more").arg(values.size() - most);
    return told.join(QStringLiteral(", "));
}

QString textOf(const IncidentMark& mark) {
    const QString who = mark.by.empty() ? IncidentDetail::tr("somebody") : QString::fromStdString(mark.by);
    const QString what = mark.state == IncidentState::Acknowledged ? IncidentDetail::tr("Acknowledged")
                         : mark.state == IncidentState::Discarded  ? IncidentDetail::tr("Discarded")
                         : mark.state == IncidentState::Redriven   ? IncidentDetail::tr("Redriven")
                                                                   : IncidentDetail::tr("Opened again");
    const QString told = IncidentDetail::tr("%1 by %2 at %3 (%4)")
                             .arg(what, who, eventwords::instant(mark.at), QString::fromStdString(mark.when));
    return mark.why.empty() ? told : IncidentDetail::tr("%1: %2").arg(told, QString::fromStdString(mark.why));
}

}  // namespace

struct IncidentDetail::Private {
    const Theme* theme = nullptr;
    QLabel* sentence = nullptr;
    QLabel* facts = nullptr;
    QListWidget* messages = nullptr;
    QPushButton* why = nullptr;
    QPushButton* redrive = nullptr;
    QPushButton* acknowledge = nullptr;
    QPushButton* discard = nullptr;
    QPushButton* share = nullptr;
    IncidentState state = IncidentState::Open;
    std::vector<MessageId> listed;

    [[nodiscard]] QString overtakings(const IncidentImpact& impact) const;
    void list(const Incident& incident, const TraceStore& store);
};

QString IncidentDetail::Private::overtakings(const IncidentImpact& impact) const {
    if (impact.outOfOrder.empty())
        return {};
    QStringList told;
    for (std::size_t i = 0; i < std::min(impact.outOfOrder.size(), kToldOvertakings); ++i) {
        const Overtaking& one = impact.outOfOrder[i];
        told << QStringLiteral("<a href=\"%1\" style=\"color:%4\">%2</a> %3")
                    .arg(one.sequence)
                    .arg(eventwords::message(one.later),
                         IncidentDetail::tr("before %1").arg(eventwords::message(one.letter)),
                         theme->accentText.name());
    }
    if (impact.outOfOrder.size() > kToldOvertakings)
        told << IncidentDetail::tr("%1 more").arg(impact.outOfOrder.size() - kToldOvertakings);
    return IncidentDetail::tr("Out of order now: %1").arg(told.join(QStringLiteral(", ")));
}

void IncidentDetail::Private::list(const Incident& incident, const TraceStore& store) {
    const std::size_t count = std::min(incident.messages.size(), kListedMessages);
    const std::vector<MessageId> wanted(incident.messages.begin(),
                                        incident.messages.begin() + static_cast<std::ptrdiff_t>(count));
    if (wanted == listed)
        return;
    listed = wanted;
    messages->clear();
    const EntityTable& names = store.table();
    for (const MessageId id : listed) {
        QString text = eventwords::message(id);
        if (const auto info = store.message(id); info && info->type < names.types.size())
            text += QStringLiteral("  %1  %2")
                        .arg(QString::fromStdString(names.types[info->type].id),
                             QString::fromStdString(names.keyText(info->type, info->key)));
        auto* item = new QListWidgetItem(text, messages);
        item->setData(Qt::UserRole, id);
    }
}

IncidentDetail::IncidentDetail(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    d->theme = &theme;
    d->sentence = new QLabel;
    d->sentence->setWordWrap(true);
    makeBold(*d->sentence);
    d->facts = new QLabel;
    d->facts->setWordWrap(true);
    d->facts->setTextFormat(Qt::RichText);
    d->facts->setTextInteractionFlags(Qt::TextBrowserInteraction);
    d->facts->setProperty("muted", true);
    d->facts->setAccessibleName(tr("What the incident touches"));
    d->messages = new QListWidget;
    d->messages->setAccessibleName(tr("Messages of the incident"));
    d->messages->setFrameShape(QFrame::NoFrame);
    d->messages->setUniformItemSizes(true);
    d->messages->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    d->messages->setTextElideMode(Qt::ElideRight);
    const auto button = [](const QString& text, const char* name, const QString& tip) {
        auto* made = new QPushButton(text);
        made->setObjectName(name);
        made->setToolTip(tip);
        return made;
    };
    d->why = button(tr("Why?"), "incidents.why",
                    tr("What led the chosen message there, back to what a client did (Ctrl+I)"));
    d->why->setAccessibleName(tr("Why is this message here?"));
    d->redrive = button(tr("Redrive…"), "incidents.redriveChosen", {});
    d->acknowledge = button(tr("Acknowledge"), "incidents.acknowledge",
                            tr("Somebody has seen it; it is not counted as open any more"));
    d->discard = button(tr("Discard…"), "incidents.discard", {});
    d->share =
        button(tr("Share…"), "incidents.share",
               tr("A report on this incident, or a page that plays it, for somebody who was not there"));
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(6);
    for (QPushButton* one : {d->why, d->redrive, d->acknowledge, d->discard, d->share})
        buttons->addWidget(one);
    buttons->addStretch(1);
    // The messages beside the words: the panel is wide and low.
    auto* told = new QWidget;
    auto* lines = new QVBoxLayout(told);
    lines->setContentsMargins(0, 0, 4, 0);
    lines->setSpacing(4);
    lines->addWidget(d->sentence);
    lines->addWidget(d->facts);
    lines->addStretch(1);
    auto* area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setWidget(told);
    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(area, 3);
    row->addWidget(d->messages, 2);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 8, 12, 8);
    column->setSpacing(4);
    column->addLayout(row, 1);
    column->addLayout(buttons);

    connect(d->why, &QPushButton::clicked, this, [this] { emit whyRequested(chosenMessage()); });
    connect(d->redrive, &QPushButton::clicked, this, &IncidentDetail::redriveRequested);
    connect(d->acknowledge, &QPushButton::clicked, this, [this] {
        emit stateRequested(d->state == IncidentState::Acknowledged ? IncidentState::Open
                                                                    : IncidentState::Acknowledged);
    });
    connect(d->discard, &QPushButton::clicked, this, [this] {
        emit stateRequested(d->state == IncidentState::Discarded ? IncidentState::Open
                                                                 : IncidentState::Discarded);
    });
    connect(d->share, &QPushButton::clicked, this, &IncidentDetail::shareRequested);
    connect(d->facts, &QLabel::linkActivated, this,
            [this](const QString& link) { emit eventActivated(link.toULongLong()); });
    const auto choose = [this](const QListWidgetItem* item) {
        if (item)
            emit messageActivated(item->data(Qt::UserRole).toUInt());
    };
    connect(d->messages, &QListWidget::itemClicked, this, choose);
    connect(d->messages, &QListWidget::itemActivated, this, choose);
}

IncidentDetail::~IncidentDetail() = default;

void IncidentDetail::setTheme(const Theme& theme) {
    d->theme = &theme;
}

void IncidentDetail::clear() {
    d->listed.clear();
    d->messages->clear();
    d->sentence->clear();
    d->facts->clear();
    setEnabled(false);
}

MessageId IncidentDetail::chosenMessage() const {
    if (d->listed.empty())
        return 0;
    return d->listed[static_cast<std::size_t>(std::max(d->messages->currentRow(), 0))];
}

void IncidentDetail::show(const Incident& incident, const IncidentImpact& impact,
                          const std::vector<IncidentMark>& marks, const TraceStore& store, bool replay) {
    setEnabled(true);
    d->state = incident.state;
    d->sentence->setText(QString::fromStdString(incident.sentence));
    const QLocale locale;
    QStringList lines;
    const QString where =
        incident.deadLetterQueue == kNoEntity
            ? tr("kept nowhere")
            : tr("wait in %1").arg(eventwords::place(incident.deadLetterQueue, store.table()));
    QString first = tr("%1 of %2 %3 · over %4")
                        .arg(locale.toString(static_cast<qulonglong>(incident.waiting)),
                             locale.toString(static_cast<qulonglong>(incident.count)), where,
                             eventwords::duration(incident.last - incident.opened));
    if (impact.perSecond > 0)
        first += tr(" · %1 a second").arg(locale.toString(impact.perSecond, 'g', 3));
    lines << first.toHtmlEscaped();
    if (!impact.users.empty() && impact.users != impact.keys)
        lines << tr("%1: %2")
                     .arg(counted(impact.users.size(), tr("1 user"), tr("%1 users")),
                          several(impact.users, kToldUsers))
                     .toHtmlEscaped();
    if (!impact.keys.empty())
        lines << tr("%1: %2")
                     .arg(impact.users == impact.keys
                              ? counted(impact.keys.size(), tr("1 user and key"), tr("%1 users and keys"))
                              : counted(impact.keys.size(), tr("1 key"), tr("%1 keys")),
                          several(impact.keys, kToldUsers))
                     .toHtmlEscaped();
    if (const QString late = d->overtakings(impact); !late.isEmpty())
        lines << late;
    // The latest is what holds.
    for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark)
        lines << textOf(*mark).toHtmlEscaped();
    d->facts->setText(lines.join(QStringLiteral("<br>")));
    d->redrive->setEnabled(!replay && incident.waiting > 0 && incident.deadLetterQueue != kNoEntity);
    d->redrive->setToolTip(replay ? tr("A recording cannot be changed: run the drawing to redrive")
                                  : tr("First what it would do, then send its messages back (Ctrl+Shift+D)"));
    const bool ended = incident.state == IncidentState::Redriven ||
                       (incident.state == IncidentState::Discarded && incident.waiting == 0);
    d->acknowledge->setEnabled(!ended);
    d->acknowledge->setText(incident.state == IncidentState::Acknowledged ? tr("Open again")
                                                                          : tr("Acknowledge"));
    d->discard->setEnabled(!ended);
    d->discard->setText(incident.state == IncidentState::Discarded && !ended ? tr("Open again")
                                                                             : tr("Discard…"));
    d->discard->setToolTip(replay
                               ? tr("It is done with: nobody has to look after it; it opens again when "
                                    "another message joins it")
                               : tr("Takes its messages out of the dead-letter queue for good, and says by "
                                    "whom and why"));
    d->list(incident, store);
}

}  // namespace sluice
