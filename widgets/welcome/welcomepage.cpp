#include "widgets/welcome/welcomepage.h"

#include <QAction>
#include <QHBoxLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QResizeEvent>
#include <QScrollArea>
#include <QVBoxLayout>

#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"
#include "widgets/welcome/card.h"
#include "widgets/welcome/flowlayout.h"

namespace sluice {

namespace {

constexpr int kSpacing = 20;
constexpr int kMargin = 40;
constexpr int kColumns = 3;

QLabel* section(const QString& text) {
    auto* label = new QLabel(text);
    label->setProperty("section", true);
    return label;
}

void clearLayout(QLayout* layout) {
    while (QLayoutItem* item = layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
}

}  // namespace

struct WelcomePage::Private {
    const Theme* theme;
    QLabel* mark;
    QLabel* title;
    QPushButton* create;
    QPushButton* open;
    QPushButton* watch;
    QWidget* column;
    QWidget* cardArea;
    FlowLayout* cards;
    QLabel* recentTitle;
    QVBoxLayout* recent;
    QHash<QString, Card*> byId;
    QList<RecentRow> rows;

    void applyIcons() {
        mark->setPixmap(QIcon(":/icons/sluice.svg").pixmap(48, 48));
        create->setIcon(icon("new", theme->textOnAccent));
        open->setIcon(icon("open", *theme));
        watch->setIcon(icon("live", *theme));
    }
};

WelcomePage::WelcomePage(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>()) {
    d->theme = &theme;
    setObjectName("welcome");

    d->mark = new QLabel;
    d->title = new QLabel(tr("Sluice"));
    QFont titleFont = textFont(24);
    titleFont.setWeight(QFont::DemiBold);
    d->title->setFont(titleFont);
    // The style sheet's font for all widgets would win otherwise.
    d->title->setStyleSheet("font-size: 24pt; font-weight: 600;");
    auto* line = new QLabel(tr("Draw an event-driven architecture, run it, and watch every message travel."));
    line->setProperty("muted", true);
    line->setWordWrap(true);

    d->create = new QPushButton(tr("New drawing"));
    d->create->setObjectName("welcome.new");
    d->create->setProperty("primary", true);
    d->open = new QPushButton(tr("Open…"));
    d->open->setObjectName("welcome.open");
    d->watch = new QPushButton(tr("Watch a broker…"));
    d->watch->setObjectName("welcome.watch");
    d->watch->setToolTip(tr("Draws what a RabbitMQ or a Kafka has, and watches it"));
    setFocusProxy(d->create);
    connect(d->create, &QPushButton::clicked, this, &WelcomePage::newWanted);
    connect(d->open, &QPushButton::clicked, this, &WelcomePage::openWanted);
    connect(d->watch, &QPushButton::clicked, this, &WelcomePage::watchWanted);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(d->title);
    words->addWidget(line);
    auto* head = new QHBoxLayout;
    head->setSpacing(16);
    head->addWidget(d->mark, 0, Qt::AlignTop);
    head->addLayout(words, 1);
    head->addWidget(d->create, 0, Qt::AlignVCenter);
    head->addWidget(d->open, 0, Qt::AlignVCenter);
    head->addWidget(d->watch, 0, Qt::AlignVCenter);

    d->cardArea = new QWidget;
    d->cards = new FlowLayout(kSpacing, d->cardArea);
    d->recentTitle = section(tr("Recent"));
    d->recent = new QVBoxLayout;
    d->recent->setSpacing(0);

    d->column = new QWidget;
    auto* column = new QVBoxLayout(d->column);
    column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    column->setSpacing(12);
    column->addLayout(head);
    column->addSpacing(20);
    column->addWidget(section(tr("Examples: click one, then press Space")));
    column->addWidget(d->cardArea);
    column->addSpacing(20);
    column->addWidget(d->recentTitle);
    column->addLayout(d->recent);
    column->addStretch(1);

    auto* centred = new QWidget;
    auto* centre = new QHBoxLayout(centred);
    centre->setContentsMargins(0, 0, 0, 0);
    centre->addStretch(1);
    centre->addWidget(d->column);
    centre->addStretch(1);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(centred);
    scroll->setFocusPolicy(Qt::NoFocus);
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    setTheme(theme);
    setRecent({});
}

WelcomePage::~WelcomePage() = default;

void WelcomePage::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->applyIcons();
    for (Card* card : std::as_const(d->byId))
        card->setTheme(theme);
    setRecent(d->rows);
}

void WelcomePage::setExamples(const QList<ExampleCard>& examples) {
    clearLayout(d->cards);
    d->byId.clear();
    for (const ExampleCard& example : examples) {
        auto* card = new Card(*d->theme, example.title, example.summary, kThumbnail, d->cardArea);
        card->setObjectName("example." + example.id);
        connect(card, &Card::clicked, this, [this, id = example.id] { emit exampleChosen(id); });
        d->cards->addWidget(card);
        d->byId.insert(example.id, card);
        card->show();
    }
}

void WelcomePage::setThumbnail(const QString& id, const QImage& image) {
    if (Card* card = d->byId.value(id))
        card->setPicture(image);
}

void WelcomePage::setRecent(const QList<RecentRow>& files) {
    const QList<RecentRow> rows = files;
    d->rows = rows;
    clearLayout(d->recent);
    d->recentTitle->setVisible(!rows.isEmpty());
    for (const RecentRow& file : rows) {
        const bool usable = file.problem.isEmpty();
        auto* row = new QPushButton;
        row->setProperty("flat", true);
        row->setObjectName("recent." + file.name);
        row->setAccessibleName(usable ? file.name : tr("%1: %2").arg(file.name, file.problem));
        row->setToolTip(file.path);
        row->setFixedHeight(36);
        auto* name = new QLabel(file.name);
        auto* folder = new QLabel(usable ? file.folder : tr("%1: %2").arg(file.folder, file.problem));
        folder->setProperty("muted", true);
        name->setEnabled(usable);
        folder->setEnabled(usable);
        auto* mark = new QLabel;
        mark->setPixmap(
            icon(usable ? "new" : "warning", usable ? d->theme->textMuted : d->theme->textDisabled)
                .pixmap(16, 16));
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(12, 0, 12, 0);
        layout->setSpacing(12);
        layout->addWidget(mark);
        layout->addWidget(name);
        layout->addWidget(folder, 1);
        for (QLabel* label : {mark, name, folder})
            label->setAttribute(Qt::WA_TransparentForMouseEvents);
        connect(row, &QPushButton::clicked, this, [this, path = file.path] { emit recentChosen(path); });
        auto* remove = new QAction(tr("Remove from this list"), row);
        connect(remove, &QAction::triggered, this, [this, path = file.path] { emit recentRemoved(path); });
        row->addAction(remove);
        row->setContextMenuPolicy(Qt::ActionsContextMenu);
        d->recent->addWidget(row);
    }
}

/// Outside dialogs Qt's buttons take the space bar only.
void WelcomePage::keyPressEvent(QKeyEvent* event) {
    auto* const button = qobject_cast<QAbstractButton*>(focusWidget());
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && button && isAncestorOf(button))
        button->click();
    else
        QWidget::keyPressEvent(event);
}

void WelcomePage::resizeEvent(QResizeEvent* event) {
    const int card = kThumbnail.width() + 2;
    const int room = event->size().width() - 2 * kMargin - 16;
    const int columns = std::clamp((room + kSpacing) / (card + kSpacing), 1, kColumns);
    d->column->setFixedWidth(columns * (card + kSpacing) - kSpacing + 2 * kMargin);
    QWidget::resizeEvent(event);
}

}  // namespace sluice
