#include "widgets/findings/findingspanel.h"

#include <QFrame>
#include <QFutureWatcher>
#include <QHBoxLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <QtConcurrent>

#include "widgets/editing/wording.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kQuietFor = 250;  // ms after the last edit
constexpr std::size_t kRowsAtFirst = 40;
constexpr std::size_t kRowsMore = 40;
constexpr int kRowsAtOnce = 4;  // made between two turns of the event loop: a row takes some 2 ms

// One finding; a click or Enter goes to what it speaks of.
class FindingRow : public QFrame {
public:
    explicit FindingRow(std::function<void()> activated) : m_activated(std::move(activated)) {
        setFocusPolicy(Qt::StrongFocus);
        setCursor(Qt::PointingHandCursor);
        setProperty("card", true);
    }

protected:
    void mouseReleaseEvent(QMouseEvent* event) override {
        if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
            m_activated();
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
            m_activated();
        else
            QFrame::keyPressEvent(event);
    }

private:
    std::function<void()> m_activated;
};

// A text over several lines that remembers how high it is: a layout asks again for each row whenever one
// comes or goes, and each answer sets the whole text.
class WrappedLabel : public QLabel {
public:
    explicit WrappedLabel(const QString& text) : QLabel(text) { setWordWrap(true); }

    [[nodiscard]] int heightForWidth(int width) const override {
        const auto known = m_heights.find(width);
        if (known != m_heights.end())
            return *known;
        if (m_heights.size() >= kMostWidths)
            m_heights.clear();
        return *m_heights.insert(width, QLabel::heightForWidth(width));
    }

protected:
    void changeEvent(QEvent* event) override {
        // Another theme has other colours in the same places.
        if (event->type() == QEvent::FontChange)
            m_heights.clear();
        QLabel::changeEvent(event);
    }

private:
    static constexpr qsizetype kMostWidths = 8;
    mutable QHash<int, int> m_heights;
};

QString severityName(Severity severity) {
    switch (severity) {
        case Severity::Error:
            return FindingsPanel::tr("Error");
        case Severity::Warning:
            return FindingsPanel::tr("Warning");
        case Severity::Hint:
            return FindingsPanel::tr("Hint");
    }
    return {};
}

/// A finding that is shown, and its row once that is made.
struct Row {
    Finding finding;
    FindingRow* widget = nullptr;

    /// Reads the same, and its mend does the same.
    [[nodiscard]] bool shows(const Finding& other) const {
        return finding.severity == other.severity && finding.subject == other.subject &&
               finding.sentence == other.sentence && finding.mend == other.mend && finding.fix == other.fix;
    }
};

}  // namespace

struct FindingsPanel::Private {
    Private(FindingsPanel* panel, const Theme& initialTheme)
        : q(panel), theme(&initialTheme), area(new QScrollArea(panel)) {}

    void review();
    void rebuild();
    void makeRows();
    void forgetRows();
    FindingRow* row(const Finding& finding);
    [[nodiscard]] QString emptyText() const;

    FindingsPanel* q;
    const Theme* theme;
    History* history = nullptr;
    std::vector<Finding> findings;
    std::vector<Id> filter;
    QScrollArea* area;
    QVBoxLayout* column = nullptr;  ///< the rows, then what follows them
    QLabel* empty = nullptr;
    QPushButton* more = nullptr;
    std::vector<Row> rows;
    std::size_t most = kRowsAtFirst;
    QTimer making;
    QTimer quiet;
    QFutureWatcher<std::vector<Finding>> watcher;
    std::uint64_t reviewed = 0;
    bool known = false;
};

FindingsPanel::FindingsPanel(const Theme& theme, QWidget* parent)
    : QWidget(parent), d(std::make_unique<Private>(this, theme)) {
    setAccessibleName(tr("Findings"));
    d->area->setWidgetResizable(true);
    d->area->setFrameShape(QFrame::NoFrame);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(d->area);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(8, 8, 8, 8);
    column->setSpacing(6);
    d->column = column;
    d->more = new QPushButton;
    connect(d->more, &QPushButton::clicked, this, [this] {
        d->most += kRowsMore;
        d->rebuild();
    });
    column->addWidget(d->more, 0, Qt::AlignLeft);
    d->empty = new QLabel;
    d->empty->setAlignment(Qt::AlignCenter);
    d->empty->setWordWrap(true);
    d->empty->setProperty("muted", true);
    column->addWidget(d->empty, 1);
    column->addStretch(0);
    d->area->setWidget(content);
    d->making.setSingleShot(true);
    d->making.setInterval(0);
    connect(&d->making, &QTimer::timeout, this, [this] { d->makeRows(); });
    d->quiet.setSingleShot(true);
    d->quiet.setInterval(kQuietFor);
    connect(&d->quiet, &QTimer::timeout, this, [this] { d->review(); });
    connect(&d->watcher, &QFutureWatcherBase::finished, this, [this] {
        if (!d->history)
            return;
        // Edits made meanwhile have started the clock again.
        d->findings = d->watcher.result();
        d->known = true;
        d->rebuild();
        emit findingsChanged();
        if (d->reviewed != d->history->document().revision())
            d->quiet.start();
    });
    d->rebuild();
}

FindingsPanel::~FindingsPanel() {
    d->watcher.disconnect();
    d->watcher.waitForFinished();
}

void FindingsPanel::setHistory(History* history) {
    if (d->history)
        disconnect(d->history, nullptr, this, nullptr);
    d->history = history;
    d->findings.clear();
    d->filter.clear();
    d->known = false;
    d->most = kRowsAtFirst;
    d->forgetRows();
    d->quiet.stop();
    if (history) {
        connect(history, &History::changed, this, [this] { d->quiet.start(); });
        connect(history, &QObject::destroyed, this, [this] { d->history = nullptr; });
        d->quiet.start(0);
        d->quiet.setInterval(kQuietFor);
    }
    d->rebuild();
    emit findingsChanged();
}

void FindingsPanel::setTheme(const Theme& theme) {
    d->theme = &theme;
    d->forgetRows();
    d->rebuild();
}

const std::vector<Finding>& FindingsPanel::findings() const {
    return d->findings;
}

void FindingsPanel::setFilter(const std::vector<Id>& ids) {
    d->filter = ids;
    d->rebuild();
}

void FindingsPanel::Private::review() {
    if (!history || watcher.isRunning())
        return;
    reviewed = history->document().revision();
    watcher.setFuture(
        QtConcurrent::run([snapshot = history->document().snapshot()] { return sluice::review(*snapshot); }));
}

QString FindingsPanel::Private::emptyText() const {
    if (!history)
        return FindingsPanel::tr("What a reviewer would say about the drawing appears here.");
    return known ? FindingsPanel::tr("Nothing to mend. Findings appear here as you draw.")
                 : FindingsPanel::tr("Reviewing");
}

FindingRow* FindingsPanel::Private::row(const Finding& finding) {
    auto* frame = new FindingRow([this, subject = finding.subject] { emit q->subjectActivated(subject); });
    auto* layout = new QHBoxLayout(frame);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(10);
    const QString severity = severityName(finding.severity);
    const QColor color = finding.severity == Severity::Error     ? theme->danger
                         : finding.severity == Severity::Warning ? theme->warning
                                                                 : theme->info;
    const char* picture = finding.severity == Severity::Error     ? "error"
                          : finding.severity == Severity::Warning ? "warning"
                                                                  : "info";
    auto* mark = new QLabel;
    mark->setPixmap(icon(picture, color).pixmap(18, 18));
    mark->setToolTip(severity);
    layout->addWidget(mark, 0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    const QString subject =
        finding.subject.empty() ? FindingsPanel::tr("Diagram") : nameOf(history->diagram(), finding.subject);
    auto* sentence = new WrappedLabel(
        QStringLiteral("<b>%1</b> · %2: %3")
            .arg(subject.toHtmlEscaped(), severity, qtext(finding.sentence).toHtmlEscaped()));
    texts->addWidget(sentence);
    if (!finding.mend.empty()) {
        auto* mend = new WrappedLabel(qtext(finding.mend));
        mend->setProperty("muted", true);
        texts->addWidget(mend);
    }
    layout->addLayout(texts, 1);
    frame->setAccessibleName(QStringLiteral("%1: %2, %3").arg(severity, subject, qtext(finding.sentence)));
    if (finding.fix) {
        auto* fix = new QPushButton(FindingsPanel::tr("Fix"));
        fix->setToolTip(qtext(finding.fix->label));
        QObject::connect(fix, &QPushButton::clicked, q, [this, fix, edit = *finding.fix] {
            if (history) {
                const auto result = history->apply(edit);
                if (!result)
                    fix->setToolTip(qtext(result.error().sentence));
            }
        });
        layout->addWidget(fix, 0, Qt::AlignTop);
    }
    return frame;
}

void FindingsPanel::Private::forgetRows() {
    for (const Row& row : rows) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        row.widget->deleteLater();
    }
    rows.clear();
}

// Rows whose finding is still there stay, with the focus and the place in the list; the others are made
// little by little, so that many of them hold nothing up.
void FindingsPanel::Private::rebuild() {
    std::vector<Row> old = std::exchange(rows, {});
    std::size_t hidden = 0;
    for (const Finding& finding : findings) {
        if (!filter.empty() && std::find(filter.begin(), filter.end(), finding.subject) == filter.end())
            continue;
        if (rows.size() == most) {
            ++hidden;
            continue;
        }
        rows.push_back({finding});
        const auto same = std::find_if(old.begin(), old.end(),
                                       [&](const Row& row) { return row.widget && row.shows(finding); });
        if (same != old.end())
            rows.back().widget = std::exchange(same->widget, nullptr);
    }
    for (const Row& row : old) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        row.widget->hide();
        row.widget->deleteLater();
    }
    int place = 0;
    for (const Row& row : rows) {
        if (!row.widget)
            continue;
        column->removeWidget(row.widget);
        column->insertWidget(place++, row.widget);
    }
    empty->setText(emptyText());
    empty->setVisible(rows.empty());
    more->setText(FindingsPanel::tr("Show more of the %n others", nullptr, static_cast<int>(hidden)));
    more->setVisible(hidden > 0);
    makeRows();
}

void FindingsPanel::Private::makeRows() {
    int made = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].widget)
            continue;
        if (made++ == kRowsAtOnce) {
            making.start();
            return;
        }
        rows[i].widget = row(rows[i].finding);
        column->insertWidget(static_cast<int>(i), rows[i].widget);
    }
}

}  // namespace sluice
