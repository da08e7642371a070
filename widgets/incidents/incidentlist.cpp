#include "widgets/incidents/incidentlist.h"

#include <QApplication>
#include <QBoxLayout>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QSplitter>
#include <QStackedLayout>
#include <QTimer>

#include "core/incident/incidentimpact.h"
#include "widgets/incidents/incidentdetail.h"
#include "widgets/incidents/incidenttree.h"
#include "widgets/log/emptystate.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"

namespace sluice {
namespace {

constexpr int kLookAgain = 1000;  // ms, while a run goes on: what is out of order needs a look at the trace

}  // namespace

struct IncidentList::Private {
    std::shared_ptr<TraceStore> store;
    std::vector<Incident> incidents;
    IncidentStates states;
    Sequence happened = 0;
    bool replay = false;
    IncidentTree* tree = nullptr;
    IncidentDetail* detail = nullptr;
    RangeChip* chip = nullptr;
    EmptyState* empty = nullptr;
    QStackedLayout* pages = nullptr;
    QTimer lookAgain;

    [[nodiscard]] const Incident* chosen() const {
        const int row = tree->chosen();
        return store && row >= 0 && row < static_cast<int>(incidents.size())
                   ? &incidents[static_cast<std::size_t>(row)]
                   : nullptr;
    }
    [[nodiscard]] std::string typeOf(const Incident& incident) const;
};

std::string IncidentList::Private::typeOf(const Incident& incident) const {
    const auto info = incident.messages.empty() ? std::nullopt : store->message(incident.messages.front());
    return info && info->type < store->table().types.size() ? store->table().types[info->type].id
                                                            : std::string();
}

IncidentList::IncidentList(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Incidents"));
    d->tree = new IncidentTree(theme);
    d->detail = new IncidentDetail(theme);
    auto* grouping = new QComboBox;
    grouping->setObjectName("incidents.grouping");
    grouping->setAccessibleName(tr("Incidents together by"));
    grouping->addItems({tr("One by one"), tr("By queue"), tr("By reason"), tr("By message type")});
    auto* copy = new QPushButton(tr("Copy"));
    copy->setObjectName("incidents.copy");
    copy->setToolTip(tr("Copy the whole list as text"));
    auto* choices = new QHBoxLayout;
    choices->setContentsMargins(8, 4, 8, 4);
    choices->addWidget(grouping);
    d->chip = new RangeChip(theme);
    connect(d->chip, &RangeChip::cleared, this, &IncidentList::rangeCleared);
    choices->addWidget(d->chip);
    choices->addStretch(1);
    choices->addWidget(copy);
    auto* left = new QWidget;
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(d->tree, 1);
    column->addLayout(choices);

    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(d->detail);
    split->setStretchFactor(0, 4);
    split->setStretchFactor(1, 3);
    split->setSizes({740, 540});
    split->setChildrenCollapsible(false);
    d->pages = new QStackedLayout(this);
    d->empty = new EmptyState({}, {});
    d->pages->addWidget(d->empty);
    setRange(std::nullopt);
    d->pages->addWidget(split);
    setFocusProxy(d->tree);
    d->lookAgain.setSingleShot(true);
    d->lookAgain.setInterval(kLookAgain);
    connect(&d->lookAgain, &QTimer::timeout, this, &IncidentList::showDetail);

    connect(d->tree, &IncidentTree::chosenChanged, this, &IncidentList::showDetail);
    connect(d->tree, &IncidentTree::incidentActivated, this, [this](int row) {
        const Incident incident = d->incidents[static_cast<std::size_t>(row)];
        emit seekRequested(incident.opened);
        emit entityActivated(incident.queue);
    });
    d->tree->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(d->tree, &QWidget::customContextMenuRequested, this, &IncidentList::openMenu);
    connect(grouping, &QComboBox::currentIndexChanged, this,
            [this](int index) { d->tree->setGrouping(static_cast<IncidentTree::Grouping>(index)); });
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    connect(d->detail, &IncidentDetail::messageActivated, this, &IncidentList::messageActivated);
    connect(d->detail, &IncidentDetail::eventActivated, this, &IncidentList::eventActivated);
    connect(d->detail, &IncidentDetail::whyRequested, this,
            [this](MessageId message) { emit whyRequested(message, kNoEntity); });
    connect(d->detail, &IncidentDetail::redriveRequested, this, [this] {
        if (const Incident* chosen = d->chosen())
            emit redriveRequested(chosen->deadLetterQueue, std::vector<MessageId>(chosen->messages));
    });
    connect(d->detail, &IncidentDetail::shareRequested, this, [this] {
        if (const Incident* chosen = d->chosen())
            emit shareRequested(Incident(*chosen));
    });
    connect(d->detail, &IncidentDetail::stateRequested, this, [this](IncidentState state) {
        if (const Incident* chosen = d->chosen())
            emit stateRequested(Incident(*chosen), state);
    });
}

IncidentList::~IncidentList() = default;

void IncidentList::setTheme(const Theme& theme) {
    d->tree->setTheme(theme);
    d->detail->setTheme(theme);
    d->chip->setTheme(theme);
    showDetail();
}

void IncidentList::setStore(std::shared_ptr<TraceStore> store) {
    d->store = std::move(store);
    d->incidents.clear();
    if (d->store)
        d->tree->setIncidents({}, {}, d->store->table());
    else
        d->tree->clear();
    d->detail->clear();
    d->pages->setCurrentIndex(0);
}

void IncidentList::setRange(const std::optional<TimeRange>& range) {
    d->chip->setRange(range);
    if (range)
        d->empty->setTexts(
            tr("No incidents in the selected time"),
            tr("Up to the playhead nothing died there. Select another part of the timeline, or "
               "clear the selection there."));
    else
        d->empty->setTexts(tr("No incidents"),
                           tr("A dead letter opens an incident here: where it died, why, and who is touched. "
                              "Until the playhead meets one, there is nothing to see."));
}

void IncidentList::setReplay(bool replay) {
    d->replay = replay;
}

void IncidentList::setStates(const IncidentStates& states) {
    if (states == d->states)
        return;
    d->states = states;
    d->lookAgain.stop();
}

void IncidentList::setIncidents(const std::vector<Incident>& incidents, Sequence happened) {
    if (!d->store)
        return;
    std::vector<Incident> shown = incidents;
    d->states.apply(shown);
    d->happened = std::min(happened, d->store->size());
    if (shown == d->incidents) {
        // What is out of order may have become more.
        if (d->chosen() && !d->lookAgain.isActive())
            d->lookAgain.start();
        return;
    }
    d->incidents = std::move(shown);
    d->pages->setCurrentIndex(d->incidents.empty() ? 0 : 1);
    std::vector<std::string> types;
    types.reserve(d->incidents.size());
    for (const Incident& incident : d->incidents)
        types.push_back(d->typeOf(incident));
    d->tree->setIncidents(d->incidents, types, d->store->table());
    if (!d->lookAgain.isActive()) {
        showDetail();
        d->lookAgain.start();
    }
}

int IncidentList::openCount() const {
    return static_cast<int>(std::count_if(d->incidents.begin(), d->incidents.end(), [](const Incident& one) {
        return one.state == IncidentState::Open;
    }));
}

bool IncidentList::askWhy() {
    const MessageId message = d->chosen() ? d->detail->chosenMessage() : 0;
    if (message != 0)
        emit whyRequested(message, kNoEntity);
    return message != 0;
}

QString IncidentList::text() const {
    return d->store ? QString::fromStdString(textOf(d->incidents, *d->store, d->happened)) : QString();
}

void IncidentList::openMenu(const QPoint& at) {
    const Incident* chosen = d->chosen();
    if (!chosen)
        return;
    const Incident incident = *chosen;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Go to its beginning"), this, [this, incident] {
        emit seekRequested(incident.opened);
        emit entityActivated(incident.queue);
    });
    menu->addAction(tr("Go to its last message"), this, [this, incident] {
        emit seekRequested(incident.last);
        emit entityActivated(incident.queue);
    });
    menu->addAction(tr("Why is this message here?"), this, [this] { askWhy(); });
    QAction* redrive = menu->addAction(tr("Redrive…"), this, [this, incident] {
        emit redriveRequested(incident.deadLetterQueue, incident.messages);
    });
    redrive->setEnabled(!d->replay && incident.waiting > 0 && incident.deadLetterQueue != kNoEntity);
    menu->addAction(tr("Share…"), this, [this, incident] { emit shareRequested(incident); });
    menu->addSeparator();
    menu->addAction(tr("Acknowledge"), this,
                    [this, incident] { emit stateRequested(incident, IncidentState::Acknowledged); });
    menu->addAction(tr("Discard…"), this,
                    [this, incident] { emit stateRequested(incident, IncidentState::Discarded); });
    menu->addAction(tr("Open again"), this,
                    [this, incident] { emit stateRequested(incident, IncidentState::Open); });
    menu->popup(d->tree->viewport()->mapToGlobal(at));
}

void IncidentList::showDetail() {
    const Incident* incident = d->chosen();
    if (!incident)
        return d->detail->clear();
    d->detail->show(*incident, impactOf(*incident, *d->store, d->happened), d->states.marksOf(*incident),
                    *d->store, d->replay);
}

}  // namespace sluice
