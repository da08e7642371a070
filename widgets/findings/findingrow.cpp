#include "widgets/findings/findingrow.h"

#include <QHBoxLayout>
#include <QHash>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QPushButton>

#include "widgets/editing/wording.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

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
            return FindingRow::tr("Error");
        case Severity::Warning:
            return FindingRow::tr("Warning");
        case Severity::Hint:
            return FindingRow::tr("Hint");
    }
    return {};
}

QIcon severityIcon(Severity severity, const Theme& theme) {
    switch (severity) {
        case Severity::Error:
            return icon("error", theme.danger);
        case Severity::Warning:
            return icon("warning", theme.warning);
        case Severity::Hint:
            return icon("info", theme.info);
    }
    return {};
}

}  // namespace

FindingRow::FindingRow(const Finding& finding, const QString& subject, const Theme& theme) {
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setProperty("card", true);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 8, 10, 8);
    layout->setSpacing(10);
    const QString severity = severityName(finding.severity);
    auto* mark = new QLabel;
    mark->setPixmap(severityIcon(finding.severity, theme).pixmap(18, 18));
    mark->setToolTip(severity);
    layout->addWidget(mark, 0, Qt::AlignTop);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
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
    setAccessibleName(QStringLiteral("%1: %2, %3").arg(severity, subject, qtext(finding.sentence)));
    setAccessibleDescription(qtext(finding.mend));
    if (!finding.fix)
        return;
    auto* fix = new QPushButton(tr("Fix"));
    fix->setToolTip(qtext(finding.fix->label));
    fix->setAccessibleDescription(qtext(finding.fix->label));
    connect(fix, &QPushButton::clicked, this, &FindingRow::fixWanted);
    layout->addWidget(fix, 0, Qt::AlignTop);
    m_fix = fix;
}

void FindingRow::tell(const QString& why) {
    if (m_fix)
        m_fix->setToolTip(why);
}

void FindingRow::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        emit activated();
}

void FindingRow::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter || event->key() == Qt::Key_Space)
        emit activated();
    else
        QFrame::keyPressEvent(event);
}

}  // namespace sluice
