#include "widgets/incidents/redrivedialog.h"

#include <QCheckBox>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>
#include <array>
#include <map>
#include <set>

#include "core/trace/payload.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {
namespace {

enum LetterColumn { Chosen, Died, Back, Verdict, LetterColumns };
constexpr std::size_t kMostRows = 5'000;

QString jsonText(const nlohmann::ordered_json& json) {
    return QString::fromStdString(json.is_string() ? json.get<std::string>() : json.dump(2));
}

}  // namespace

struct RedriveDialog::Private {
    const Theme* theme = nullptr;
    std::shared_ptr<const TraceStore> store;
    EntityId queue = kNoEntity;
    std::vector<MessageId> wanted;
    std::vector<RedriveCandidate> plan;
    TraceTime moment{};
    std::map<MessageId, nlohmann::ordered_json> edits;
    std::set<MessageId> invalid;  ///< what stands in the editor of these is no JSON
    bool filling = false;

    QLabel* heading = nullptr;
    QLabel* told = nullptr;
    QTableWidget* table = nullptr;
    QLabel* bodyTitle = nullptr;
    QPlainTextEdit* body = nullptr;
    QPushButton* undo = nullptr;
    QCheckBox* all = nullptr;
    QDoubleSpinBox* rate = nullptr;
    QLineEdit* who = nullptr;
    QPushButton* go = nullptr;

    [[nodiscard]] QString nameOf(MessageId message) const;
    [[nodiscard]] QString verdictOf(const RedriveCandidate& one) const;
    [[nodiscard]] bool isChosen(int row) const {
        return table->item(row, Chosen)->checkState() == Qt::Checked;
    }
    [[nodiscard]] bool mayGo(const RedriveCandidate& one) const {
        return one.backTo != kNoEntity && (one.verdict == RedriveVerdict::Safe || all->isChecked());
    }
    [[nodiscard]] QString original(MessageId message) const {
        const auto info = store->message(message);
        return info ? jsonText(payloadOf(*info, store->table()).body) : QString();
    }
};

QString RedriveDialog::Private::nameOf(MessageId message) const {
    QString text = eventwords::message(message);
    const auto info = store->message(message);
    if (info && info->type < store->table().types.size())
        text += QStringLiteral("  %1  %2")
                    .arg(QString::fromStdString(store->table().types[info->type].id),
                         QString::fromStdString(store->table().keyText(info->type, info->key)));
    return text;
}

QString RedriveDialog::Private::verdictOf(const RedriveCandidate& one) const {
    if (one.backTo == kNoEntity)
        return RedriveDialog::tr("No way back: it did not die, it was published here");
    switch (one.verdict) {
        case RedriveVerdict::Safe:
            return RedriveDialog::tr("Safe");
        case RedriveVerdict::Superseded:
            return RedriveDialog::tr("Superseded: %1, newer, was worked off at %2")
                .arg(eventwords::message(one.newer), eventwords::instant(store->at(one.because).at));
        case RedriveVerdict::Expired:
            return RedriveDialog::tr("Expired: its time to live was over at %1")
                .arg(eventwords::instant(store->at(one.because).at));
    }
    return {};
}

RedriveDialog::RedriveDialog(const Theme& theme, std::shared_ptr<const TraceStore> store, EntityId queue,
                             const std::vector<MessageId>& wanted, const QString& who, QWidget* parent)
    : QDialog(parent), d(std::make_unique<Private>()) {
    setAttribute(Qt::WA_DeleteOnClose);
    setObjectName("redriveDialog");
    setWindowTitle(tr("Redrive"));
    d->theme = &theme;
    d->store = std::move(store);
    d->queue = queue;
    d->wanted = wanted;
    std::sort(d->wanted.begin(), d->wanted.end());
    d->heading = new QLabel;
    d->heading->setProperty("heading", true);
    auto* text = new QLabel(
        tr("Dry run: nothing has happened yet. The chosen letters are published again to the queue they died "
           "in, in the order in which they wait; the run goes on from this moment as another future."));
    text->setWordWrap(true);
    text->setProperty("muted", true);
    d->table = new QTableWidget(0, LetterColumns);
    d->table->setAccessibleName(tr("Dead letters and what a redrive would do with them"));
    d->table->setHorizontalHeaderLabels({tr("Message"), tr("Died of"), tr("Goes back to"), tr("Verdict")});
    d->table->setSelectionBehavior(QAbstractItemView::SelectRows);
    d->table->setSelectionMode(QAbstractItemView::SingleSelection);
    d->table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    d->table->setShowGrid(false);
    d->table->setWordWrap(false);
    d->table->setTabKeyNavigation(false);
    d->table->verticalHeader()->hide();
    d->table->horizontalHeader()->setHighlightSections(false);
    d->table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    d->table->horizontalHeader()->setStretchLastSection(true);
    const int em = fontMetrics().averageCharWidth();
    d->table->setColumnWidth(Chosen, 32 * em);
    d->table->setColumnWidth(Died, 15 * em);
    d->table->setColumnWidth(Back, 16 * em);

    d->bodyTitle = new QLabel;
    d->body = new QPlainTextEdit;
    d->body->setAccessibleName(tr("Payload"));
    d->body->setTabChangesFocus(true);
    QFont font(QStringLiteral("monospace"));
    font.setStyleHint(QFont::Monospace);
    d->body->setFont(font);
    d->bodyTitle->setBuddy(d->body);
    d->undo = new QPushButton(tr("As it was"));
    d->undo->setAutoDefault(false);
    auto* editor = new QWidget;
    auto* editorColumn = new QVBoxLayout(editor);
    editorColumn->setContentsMargins(8, 0, 0, 0);
    editorColumn->addWidget(d->bodyTitle);
    editorColumn->addWidget(d->body, 1);
    editorColumn->addWidget(d->undo, 0, Qt::AlignLeft);
    auto* split = new QSplitter(Qt::Horizontal);
    split->setChildrenCollapsible(false);
    split->addWidget(d->table);
    split->addWidget(editor);
    split->setSizes({700, 260});

    d->all = new QCheckBox(tr("&Also those that are not safe"));
    d->rate = new QDoubleSpinBox;
    d->rate->setRange(0, 1'000'000);
    d->rate->setDecimals(1);
    d->rate->setSpecialValueText(tr("all at once"));
    d->rate->setSuffix(tr(" a second"));
    d->rate->setMinimumWidth(16 * em);
    d->who = new QLineEdit(who);
    auto* options = new QHBoxLayout;
    options->setSpacing(12);
    const auto field = [&](const QString& name, QWidget* widget) {
        auto* label = new QLabel(name);
        label->setBuddy(widget);
        widget->setAccessibleName(QString(name).remove('&'));
        options->addWidget(label);
        options->addWidget(widget);
    };
    options->addWidget(d->all);
    field(tr("&Rate"), d->rate);
    field(tr("&By"), d->who);
    options->addStretch(1);
    d->told = new QLabel;
    d->told->setWordWrap(true);
    d->told->setStyleSheet(QStringLiteral("color: %1;").arg(theme.warningText.name()));
    d->told->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    d->go = buttons->addButton(QString(), QDialogButtonBox::AcceptRole);
    d->go->setObjectName("redrive.go");
    d->go->setProperty("primary", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(24, 24, 24, 16);
    column->setSpacing(12);
    column->addWidget(d->heading);
    column->addWidget(text);
    column->addWidget(split, 1);
    column->addLayout(options);
    column->addWidget(d->told);
    column->addWidget(buttons);
    resize(980, 520);

    connect(d->table, &QTableWidget::currentCellChanged, this, [this](int row) { chooseRow(row); });
    connect(d->table, &QTableWidget::itemChanged, this, [this] {
        if (!d->filling)
            refresh();
    });
    connect(d->table, &QTableWidget::cellDoubleClicked, this, [this](int row) {
        const RedriveCandidate& one = d->plan[static_cast<std::size_t>(row)];
        if (one.verdict != RedriveVerdict::Safe)
            emit eventActivated(one.because);
        else
            emit messageActivated(one.message);
    });
    connect(d->all, &QCheckBox::toggled, this, [this] { fill(); });
    connect(d->body, &QPlainTextEdit::textChanged, this, &RedriveDialog::takeEdit);
    connect(d->undo, &QPushButton::clicked, this, [this] {
        const int row = d->table->currentRow();
        if (row >= 0)
            d->body->setPlainText(d->original(d->plan[static_cast<std::size_t>(row)].message));
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &RedriveDialog::close);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] { emit redriveWanted(order()); });
    for (QPushButton* button : findChildren<QPushButton*>())
        button->setAutoDefault(button == d->go);
    d->table->setFocus();
}

RedriveDialog::~RedriveDialog() = default;

void RedriveDialog::setPlan(std::vector<RedriveCandidate> plan, TraceTime moment) {
    d->plan = std::move(plan);
    if (d->plan.size() > kMostRows)
        d->plan.resize(kMostRows);
    d->moment = moment;
    d->heading->setText(
        tr("Redrive from %1, at %2")
            .arg(eventwords::place(d->queue, d->store->table()), eventwords::instant(moment)));
    fill();
}

TraceTime RedriveDialog::moment() const {
    return d->moment;
}

EntityId RedriveDialog::queue() const {
    return d->queue;
}

void RedriveDialog::tell(const QString& sentence) {
    d->told->setText(sentence);
    d->told->setVisible(!sentence.isEmpty());
}

void RedriveDialog::fill() {
    d->filling = true;
    const int current = std::max(d->table->currentRow(), 0);
    const EntityTable& names = d->store->table();
    d->table->setRowCount(static_cast<int>(d->plan.size()));
    for (std::size_t i = 0; i < d->plan.size(); ++i) {
        const RedriveCandidate& one = d->plan[i];
        const bool may = d->mayGo(one);
        const bool wanted =
            d->wanted.empty() || std::binary_search(d->wanted.begin(), d->wanted.end(), one.message);
        const std::array texts{d->nameOf(one.message),
                               one.backTo == kNoEntity          ? QString()
                               : one.cause == FailureKind::None ? eventwords::reason(one.reason)
                                                                : eventwords::cause(one.cause),
                               one.backTo == kNoEntity ? QString() : eventwords::place(one.backTo, names),
                               d->verdictOf(one)};
        for (int column = 0; column < LetterColumns; ++column) {
            auto* item = new QTableWidgetItem(texts[static_cast<std::size_t>(column)]);
            item->setFlags(Qt::ItemIsSelectable | Qt::ItemIsEnabled);
            item->setToolTip(item->text());
            if (column == Chosen) {
                if (may)
                    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
                item->setCheckState(may && wanted ? Qt::Checked : Qt::Unchecked);
            }
            const bool bad = column == Verdict && one.verdict != RedriveVerdict::Safe;
            item->setForeground(bad ? d->theme->warningText : may ? d->theme->text : d->theme->textMuted);
            d->table->setItem(static_cast<int>(i), column, item);
        }
    }
    d->filling = false;
    if (!d->plan.empty())
        d->table->setCurrentCell(std::min(current, static_cast<int>(d->plan.size()) - 1), 0);
    chooseRow(d->table->currentRow());
    refresh();
}

void RedriveDialog::chooseRow(int row) {
    const bool there = row >= 0 && row < static_cast<int>(d->plan.size());
    d->body->setEnabled(there);
    d->filling = true;
    if (!there) {
        d->body->clear();
        d->bodyTitle->setText(tr("&Payload"));
    } else {
        const MessageId message = d->plan[static_cast<std::size_t>(row)].message;
        const auto edited = d->edits.find(message);
        d->body->setPlainText(edited == d->edits.end() ? d->original(message) : jsonText(edited->second));
    }
    d->filling = false;
    refresh();
}

/// What is typed is this message's payload from now on, if it can be read.
void RedriveDialog::takeEdit() {
    const int row = d->table->currentRow();
    if (d->filling || row < 0 || row >= static_cast<int>(d->plan.size()))
        return;
    const MessageId message = d->plan[static_cast<std::size_t>(row)].message;
    const QString text = d->body->toPlainText();
    d->edits.erase(message);
    d->invalid.erase(message);
    if (text != d->original(message)) {
        auto json = nlohmann::ordered_json::parse(text.toStdString(), nullptr, false);
        if (json.is_discarded())
            d->invalid.insert(message);
        else
            d->edits.insert_or_assign(message, std::move(json));
    }
    refresh();
}

void RedriveDialog::refresh() {
    int chosen = 0;
    for (int row = 0; row < d->table->rowCount(); ++row)
        chosen += d->isChosen(row) ? 1 : 0;
    d->go->setText(chosen == 1 ? tr("Redrive 1 message") : tr("Redrive %1 messages").arg(chosen));
    d->go->setEnabled(chosen > 0 && d->invalid.empty());
    const int row = d->table->currentRow();
    if (row < 0 || row >= static_cast<int>(d->plan.size()))
        return;
    const MessageId message = d->plan[static_cast<std::size_t>(row)].message;
    const bool invalid = d->invalid.contains(message);
    const bool edited = d->edits.contains(message);
    d->undo->setEnabled(invalid || edited);
    d->bodyTitle->setText(invalid
                              ? tr("&Payload of %1: this is no JSON yet").arg(eventwords::message(message))
                          : edited ? tr("&Payload of %1, changed").arg(eventwords::message(message))
                                   : tr("&Payload of %1").arg(eventwords::message(message)));
    d->bodyTitle->setStyleSheet(invalid ? QStringLiteral("color: %1;").arg(d->theme->dangerText.name())
                                        : QString());
}

RedriveOrder RedriveDialog::order() const {
    RedriveOrder order;
    order.queue = d->store->table().entities[d->queue].id;
    order.at = d->moment;
    order.all = d->all->isChecked();
    order.rate = d->rate->value();
    order.by = d->who->text().trimmed().toStdString();
    order.when = QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString();
    for (std::size_t i = 0; i < d->plan.size(); ++i) {
        if (!d->isChosen(static_cast<int>(i)))
            continue;
        const MessageId message = d->plan[i].message;
        order.messages.push_back(message);
        if (const auto edit = d->edits.find(message); edit != d->edits.end())
            order.edits.push_back({message, edit->second});
    }
    return order;
}

}  // namespace sluice
