#include "widgets/compare/comparedsteps.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QTableWidget>

#include "core/compare/followedmessage.h"
#include "widgets/compare/comparisontable.h"
#include "widgets/log/eventwords.h"
#include "widgets/theme/theme.h"

namespace sluice {

namespace {

constexpr int kTimeRole = Qt::UserRole;
constexpr int kEntityRole = Qt::UserRole + 1;

}  // namespace

ComparedSteps::ComparedSteps(const Theme& theme, QWidget* parent) : QWidget(parent), m_theme(&theme) {
    m_steps = new QTableWidget(0, 4);
    m_steps->setObjectName("compare.steps");
    m_steps->setAccessibleName(tr("The chosen conversation step by step"));
    m_steps->setHorizontalHeaderLabels({tr("Left at"), tr("Left"), tr("Right at"), tr("Right")});
    dress(*m_steps);
    for (const int column : {1, 3})
        m_steps->horizontalHeader()->setSectionResizeMode(column, QHeaderView::Stretch);
    for (const int column : {0, 2})
        m_steps->setColumnWidth(column, 15 * fontMetrics().averageCharWidth());
    m_message = new QLineEdit;
    m_message->setObjectName("compare.message");
    m_message->setAccessibleName(tr("Message to follow on both sides"));
    m_message->setPlaceholderText(tr("m-17"));
    m_message->setToolTip(
        tr("A message of the left run, or of the right one, to be followed on "
           "both sides; empty: the conversation that is chosen"));
    m_message->setClearButtonEnabled(true);
    m_message->setMaximumWidth(14 * m_message->fontMetrics().averageCharWidth());
    m_extent = new QComboBox;
    m_extent->setObjectName("compare.extent");
    m_extent->setAccessibleName(tr("How much of it"));
    m_extent->addItems({tr("All of its correlation"), tr("This message alone")});
    m_followed = new QLabel;
    m_followed->setProperty("muted", true);
    auto* label = new QLabel(tr("Follow"));
    label->setBuddy(m_message);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 4, 8, 4);
    row->setSpacing(8);
    row->addWidget(label);
    row->addWidget(m_message);
    row->addWidget(m_extent);
    row->addWidget(m_followed, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_steps, 1);
    connect(m_message, &QLineEdit::textChanged, this, &ComparedSteps::fill);
    connect(m_extent, &QComboBox::currentIndexChanged, this, &ComparedSteps::fill);
    connect(m_steps, &QTableWidget::cellActivated, this, [this](int at, int) {
        const QTableWidgetItem* item = m_steps->item(at, 0);
        emit momentActivated(TraceTime(item->data(kTimeRole).toLongLong()), item->data(kEntityRole).toUInt());
    });
}

void ComparedSteps::setTheme(const Theme& theme) {
    m_theme = &theme;
    fill();
}

void ComparedSteps::setComparison(std::shared_ptr<const Comparison> comparison,
                                  std::shared_ptr<TraceStore> left, std::shared_ptr<TraceStore> right) {
    m_comparison = std::move(comparison);
    m_left = std::move(left);
    m_right = std::move(right);
    chooseNothing();
}

void ComparedSteps::choose(MessageId left, MessageId right) {
    m_isChosen = true;
    m_chosenLeft = left;
    m_chosenRight = right;
    fill();
}

void ComparedSteps::chooseNothing() {
    m_isChosen = false;
    fill();
}

void ComparedSteps::follow(MessageId message, bool alone) {
    m_extent->setCurrentIndex(alone ? 1 : 0);
    m_message->setText(message == 0 ? QString() : eventwords::message(message));
}

void ComparedSteps::enter() {
    m_message->clear();
    m_steps->setFocus();
}

/// Those of the message that is to be followed, or else of the chosen conversations; tells which.
std::vector<ComparedStep> ComparedSteps::wantedSteps() const {
    m_followed->clear();
    const QString wanted = m_message->text().trimmed();
    m_extent->setEnabled(!wanted.isEmpty());
    if (wanted.isEmpty()) {
        if (!m_isChosen)
            return {};
        m_followed->setText(tr("The conversation that is chosen"));
        return compareSteps(*m_left, m_chosenLeft, *m_right, m_chosenRight);
    }
    bool isNumber = false;
    const MessageId id =
        (wanted.startsWith(u"m-", Qt::CaseInsensitive) ? wanted.mid(2) : wanted).toUInt(&isNumber);
    const auto found =
        isNumber ? followMessage(*m_comparison, *m_left, *m_right, id, m_extent->currentIndex() == 1)
                 : std::nullopt;
    if (!found) {
        m_followed->setText(isNumber ? tr("There is no %1 on either side").arg(wanted)
                                     : tr("Give a message by its number, such as m-17"));
        return {};
    }
    const auto name = [](MessageId which) { return which == 0 ? tr("nothing") : eventwords::message(which); };
    m_followed->setText(tr("%1 on the left, %2 on the right").arg(name(found->left), name(found->right)));
    return found->steps;
}

void ComparedSteps::fill() const {
    m_steps->setRowCount(0);
    if (!m_comparison)
        return;
    const std::vector<ComparedStep> rows = wantedSteps();
    m_steps->setRowCount(static_cast<int>(rows.size()));
    int row = 0;
    for (const ComparedStep& step : rows) {
        const bool both = step.left && step.right;
        const auto tell = [&](const std::optional<Sequence>& sequence, const TraceStore& side, int column) {
            if (!sequence) {
                m_steps->setItem(row, column, comparisonCell({}, m_theme->textMuted, true));
                m_steps->setItem(row, column + 1, comparisonCell(QStringLiteral("–"), m_theme->textMuted));
                return;
            }
            const TraceEvent event = side.at(*sequence);
            const QColor color = both ? m_theme->text : m_theme->warningText;
            const QString mark = both ? QString() : QStringLiteral("≠ ");
            m_steps->setItem(row, column, comparisonCell(eventwords::instant(event.at), color, true));
            m_steps->setItem(row, column + 1, comparisonCell(mark + eventText(event, side.table()), color));
        };
        tell(step.left, *m_left, 0);
        tell(step.right, *m_right, 2);
        const TraceEvent event = step.left ? m_left->at(*step.left) : m_right->at(*step.right);
        m_steps->item(row, 0)->setData(kTimeRole, static_cast<qlonglong>(event.at.count()));
        m_steps->item(row, 0)->setData(kEntityRole, step.left ? event.subject : kNoEntity);
        ++row;
    }
}

}  // namespace sluice
