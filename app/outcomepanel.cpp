#include "app/outcomepanel.h"

#include <QHeaderView>
#include <QLabel>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "core/diagram/catalogue.h"
#include "widgets/editing/wording.h"
#include "widgets/theme/icon.h"
#include "widgets/theme/theme.h"
#include "widgets/timeline/rangechip.h"

namespace sluice {

namespace {

constexpr int kLeastColumn = 96;

/// As it will be judged, without what was measured.
QString wordsOf(const Expectation& expectation, const Diagram* diagram) {
    const QString value = qtext(expectation.value.is_string() ? expectation.value.get<std::string>()
                                                              : expectation.value.dump());
    const auto metrics = expectationMetrics();
    const auto metric = std::find_if(metrics.begin(), metrics.end(),
                                     [&](const MetricInfo& one) { return one.key == expectation.metric; });
    const QString what = metric == metrics.end() ? qtext(expectation.metric) : qtext(metric->label);
    const QString target = expectation.target.empty() ? OutcomePanel::tr("the whole system")
                           : diagram                  ? nameOf(*diagram, expectation.target)
                                                      : qtext(expectation.target);
    return OutcomePanel::tr("%1 of %2: expected %3 %4")
        .arg(what, target, qtext(expectation.comparison), value);
}

}  // namespace

OutcomePanel::OutcomePanel(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(&theme) {
    m_head = new QLabel;
    m_head->setWordWrap(true);
    m_head->setContentsMargins(12, 8, 12, 8);
    m_list = new QTreeWidget;
    m_list->setColumnCount(3);
    m_list->setHeaderLabels({tr("Result"), tr("Expectation"), tr("Why")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAccessibleName(tr("Expectations"));
    m_list->header()->setSectionResizeMode(0, QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    m_list->header()->setStretchLastSection(true);
    // Its titles are bolder than what a column is measured with.
    m_list->header()->setMinimumSectionSize(kLeastColumn);
    connect(m_list, &QTreeWidget::itemActivated, this, [this](const QTreeWidgetItem* item) {
        const QString id = item->data(0, Qt::UserRole).toString();
        if (!id.isEmpty())
            emit subjectActivated(id);
    });
    m_chip = new RangeChip(theme);
    connect(m_chip, &RangeChip::cleared, this, &OutcomePanel::rangeCleared);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, 12, 0);
    top->addWidget(m_head, 1);
    top->addWidget(m_chip);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(top);
    column->addWidget(m_list, 1);
    show();
}

void OutcomePanel::setTheme(const Theme& theme) {
    m_theme = &theme;
    m_chip->setTheme(theme);
    show();
}

void OutcomePanel::setPart(const std::optional<TimeRange>& range,
                           const std::optional<std::vector<Judgement>>& judgements, const QString& summary) {
    m_range = range;
    m_part = judgements;
    m_partSummary = summary;
    m_chip->setRange(range);
    show();
}

void OutcomePanel::expect(const std::vector<Expectation>& expectations, const Diagram* diagram) {
    m_judged = false;
    m_summary.clear();
    m_judgements.clear();
    for (const Expectation& expectation : expectations)
        m_judgements.push_back({expectation, false, wordsOf(expectation, diagram).toStdString()});
    show();
}

void OutcomePanel::setJudgements(const std::vector<Judgement>& judgements, const QString& summary) {
    m_judged = true;
    m_summary = summary;
    m_judgements = judgements;
    show();
}

void OutcomePanel::show() {
    // Of a part everything is known at once; what is expected stays until then.
    const bool judged = m_range ? m_part.has_value() : m_judged;
    const std::vector<Judgement>& judgements = m_range && m_part ? *m_part : m_judgements;
    m_list->clear();
    m_list->setVisible(!judgements.empty());
    m_head->setAlignment(judgements.empty() ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignVCenter);
    m_head->setProperty("muted", !judged);
    if (m_range)
        m_head->setText(judged ? m_partSummary : tr("The selected part of the run is being read."));
    else if (judgements.empty() && !judged)
        m_head->setText(
            tr("What the scenario expects of its run is judged here when the run comes to its end.\n"
               "This scenario expects nothing yet: add expectations to it in the Scenarios panel."));
    else if (!judged)
        m_head->setText(
            tr("Judged when the run comes to its end. Press End to run there as fast as possible."));
    else
        m_head->setText(m_summary);
    m_head->setStyleSheet(judged ? QString("color: %1;").arg(m_theme->text.name()) : QString());
    for (const Judgement& judgement : judgements)
        addRow(judgement, judged);
}

void OutcomePanel::addRow(const Judgement& judgement, bool judged) {
    auto* item = new QTreeWidgetItem(m_list);
    if (judged) {
        item->setIcon(0, judgement.met ? icon("ok", m_theme->ok) : icon("error", m_theme->danger));
        item->setText(0, judgement.met ? tr("Met") : tr("Not met"));
        item->setForeground(0, judgement.met ? m_theme->okText : m_theme->dangerText);
    } else {
        item->setText(0, tr("Open"));
        item->setForeground(0, m_theme->textMuted);
    }
    item->setText(1, QString::fromStdString(judgement.sentence));
    item->setText(2, QString::fromStdString(judgement.expectation.note));
    item->setToolTip(2, item->text(2));
    item->setData(0, Qt::UserRole, QString::fromStdString(judgement.expectation.target));
}

}  // namespace sluice
