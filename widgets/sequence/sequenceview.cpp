#include "widgets/sequence/sequenceview.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QStackedLayout>

#include "widgets/editing/counting.h"
#include "widgets/log/emptystate.h"
#include "widgets/log/eventwords.h"
#include "widgets/sequence/sequencecanvas.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"

namespace sluice {
namespace {

constexpr std::size_t kMostEvents = 4'000;
constexpr std::size_t kMostOfKey = 200;  ///< messages
constexpr Sequence kAround = 150;        ///< events before and after the playhead

}  // namespace

struct SequenceView::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<TraceStore> store;
    std::vector<std::string> groups;
    MessageId message = 0;
    TraceTime playhead{};
    Sequence seen = 0;          ///< size of the trace when it was last looked through
    TraceTime builtAround{-1};  ///< the playhead then
    QComboBox* scope = nullptr;
    RangeChip* chip = nullptr;
    std::optional<TimeRange> range;
    QCheckBox* fold = nullptr;
    QLabel* about = nullptr;
    QPushButton* save = nullptr;
    SequenceCanvas* canvas = nullptr;
    EmptyState* empty = nullptr;
    QStackedLayout* pages = nullptr;

    [[nodiscard]] Scope wanted() const { return static_cast<Scope>(scope->currentData().toInt()); }
    [[nodiscard]] SequenceScope scopeNow() const;
    [[nodiscard]] std::vector<MessageId> withKeyOf(const MessageInfo& info) const;
};

/// Everything with the same key, in the order in which it was made; the ones nearest to it if they are many.
std::vector<MessageId> SequenceView::Private::withKeyOf(const MessageInfo& info) const {
    std::vector<MessageId> found;
    const std::string key = store->table().keyText(info.type, info.key);
    store->visit(0, store->size(), [&](Sequence, const TraceEvent& event) {
        if (event.kind == EventKind::MessageCreated && event.value == info.key &&
            store->table().keyText(event.detail, event.value) == key) {
            if (found.size() == kMostOfKey && event.message <= info.id)
                found.erase(found.begin());
            if (found.size() < kMostOfKey)
                found.push_back(event.message);
        }
        return found.size() < kMostOfKey || event.message <= info.id;
    });
    return found;
}

SequenceScope SequenceView::Private::scopeNow() const {
    SequenceScope made;
    made.mostEvents = kMostEvents;
    if (fold->isChecked())
        made.folds = groups;
    if (range) {
        made.from = range->from;
        made.to = range->to - TraceTime(1);
    }
    if (wanted() == Scope::AroundPlayhead && range)
        return made;
    if (wanted() == Scope::AroundPlayhead) {
        const Sequence at = store->lowerBound(playhead);
        made.from = at > kAround ? store->at(at - kAround).at : TraceTime();
        made.to = at + kAround < store->size() ? store->at(at + kAround).at : store->horizon();
        return made;
    }
    made.messages = {message};
    const auto info = store->message(message);
    if (!info)
        return made;
    if (wanted() == Scope::Chain)
        made.messages = messagesCausedBy(*store, info->correlation);
    else if (wanted() == Scope::Key && info->key >= 0)
        made.messages = withKeyOf(*info);
    return made;
}

SequenceView::SequenceView(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    setAccessibleName(tr("Sequence"));
    d->theme = &theme;
    d->scope = new QComboBox;
    d->scope->setAccessibleName(tr("What the diagram shows"));
    d->scope->addItem(tr("This message"), static_cast<int>(Scope::Message));
    d->scope->addItem(tr("All that it belongs to"), static_cast<int>(Scope::Chain));
    d->scope->addItem(tr("Everything with its key"), static_cast<int>(Scope::Key));
    d->scope->addItem(tr("What happens around the playhead"), static_cast<int>(Scope::AroundPlayhead));
    d->scope->setCurrentIndex(1);
    d->fold = new QCheckBox(tr("Fold groups"));
    d->fold->setToolTip(tr("Elements of one group share a column; what passes between them is left out"));
    d->about = new QLabel;
    d->about->setProperty("muted", true);
    d->save = new QPushButton(tr("Export…"));
    d->save->setToolTip(tr("Write the diagram as a picture (SVG), as Mermaid or as PlantUML"));

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(12, 6, 12, 6);
    bar->setSpacing(12);
    bar->addWidget(d->scope);
    d->chip = new RangeChip(theme);
    connect(d->chip, &RangeChip::cleared, this, &SequenceView::rangeCleared);
    bar->addWidget(d->chip);
    bar->addWidget(d->fold);
    bar->addWidget(d->about, 1);
    bar->addWidget(d->save);
    d->canvas = new SequenceCanvas(theme);
    auto* whole = new QWidget;
    auto* column = new QVBoxLayout(whole);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(bar);
    auto* body = new QWidget;
    d->pages = new QStackedLayout(body);
    d->empty = new EmptyState({}, {});
    d->pages->addWidget(d->empty);
    d->pages->addWidget(d->canvas);
    column->addWidget(body, 1);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(whole);

    connect(d->scope, &QComboBox::currentIndexChanged, this, [this] { rebuild(); });
    connect(d->fold, &QCheckBox::toggled, this, [this] { rebuild(); });
    connect(d->save, &QPushButton::clicked, this, &SequenceView::exportRequested);
    connect(d->canvas, &SequenceCanvas::stepActivated, this, &SequenceView::eventActivated);
    connect(d->canvas, &SequenceCanvas::messageChosen, this, &SequenceView::messageActivated);
    rebuild();
}

SequenceView::~SequenceView() = default;

void SequenceView::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->canvas->setTheme(theme);
    d->chip->setTheme(theme);
}

void SequenceView::setStore(std::shared_ptr<TraceStore> store) {
    d->store = std::move(store);
    d->message = 0;
    d->playhead = {};
    rebuild();
}

void SequenceView::setLookup(MessageLookup lookup) {
    d->canvas->setLookup(std::move(lookup));
}

void SequenceView::setGroups(std::vector<std::string> groups) {
    d->groups = std::move(groups);
    d->fold->setEnabled(
        std::ranges::any_of(d->groups, [](const std::string& group) { return !group.empty(); }));
}

void SequenceView::showMessage(MessageId message) {
    if (d->message == message)
        return;
    d->message = message;
    rebuild();
}

MessageId SequenceView::message() const {
    return d->message;
}

void SequenceView::setScope(Scope scope) {
    d->scope->setCurrentIndex(d->scope->findData(static_cast<int>(scope)));
}

SequenceView::Scope SequenceView::scope() const {
    return d->wanted();
}

void SequenceView::setPlayhead(TraceTime time) {
    d->playhead = time;
    d->canvas->setPlayhead(time);
    if (d->store && d->wanted() == Scope::AroundPlayhead && !d->range && time != d->builtAround)
        rebuild();
}

void SequenceView::setRange(const std::optional<TimeRange>& range) {
    if (range == d->range)
        return;
    d->range = range;
    d->chip->setRange(range);
    d->scope->setItemText(
        d->scope->findData(static_cast<int>(Scope::AroundPlayhead)),
        range ? tr("What happens in the selected time") : tr("What happens around the playhead"));
    rebuild();
}

void SequenceView::refresh() {
    if (d->store && d->store->size() != d->seen)
        rebuild();
}

void SequenceView::rebuild() {
    const bool around = d->wanted() == Scope::AroundPlayhead;
    SequenceDiagram diagram;
    if (d->store && (around || d->message != 0)) {
        diagram = sequenceOf(*d->store, d->scopeNow());
        d->seen = d->store->size();
        d->builtAround = d->playhead;
    }
    const bool truncated = diagram.truncated;
    const std::size_t steps = diagram.hops.size() + diagram.marks.size();
    const auto table = d->store ? d->store->sharedTable() : std::make_shared<const EntityTable>();
    d->canvas->setDiagram(std::move(diagram), table, around ? 0 : d->message);
    d->canvas->setPlayhead(d->playhead);
    const bool empty = d->canvas->isEmpty();
    d->pages->setCurrentIndex(empty ? 0 : 1);
    d->save->setEnabled(!empty);
    if (!d->store)
        d->empty->setTexts(tr("No run"), tr("Play a scenario: who sends what to whom is drawn here."));
    else if (d->message == 0 && !around)
        d->empty->setTexts(tr("No message chosen"),
                           tr("Click a message on the drawing, in the events or in an incident, or show what "
                              "happens around the playhead."));
    else
        d->empty->setTexts(tr("Nothing yet"), tr("Up to now nothing has passed between two elements."));
    QString about;
    const QString told = counted(static_cast<qulonglong>(steps), tr("1 step"), tr("%1 steps"));
    if (!empty && !around)
        about = tr("%1, %2").arg(eventwords::message(d->message), told);
    else if (!empty)
        about = told;
    if (truncated)
        about += tr(", there is more than can be drawn");
    d->about->setText(about);
}

std::function<Result<void>()> SequenceView::writerTo(const QString& path) const {
    if (d->canvas->isEmpty())
        return []() -> Result<void> {
            return Error{ErrorCode::NotFound, "there is no sequence diagram to write", {}};
        };
    return d->canvas->writerTo(path);
}

}  // namespace sluice
