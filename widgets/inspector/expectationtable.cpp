#include "widgets/inspector/expectationtable.h"

#include <QHeaderView>
#include <QTableWidget>
#include <cmath>

#include "core/diagram/catalogue.h"
#include "widgets/editing/wording.h"

namespace sluice {

namespace {

enum Column : int { MetricColumn, TargetColumn, ComparisonColumn, ValueColumn, NoteColumn };

const MetricInfo* metricOf(const std::string& key) {
    for (const MetricInfo& one : expectationMetrics()) {
        if (one.key == key)
            return &one;
    }
    return nullptr;
}

}  // namespace

ExpectationTable::ExpectationTable()
    : ScenarioTable(tr("Expectations"), {tr("Metric"), tr("Of"), tr("Is"), tr("Value"), tr("Why")},
                    tr("expectation"), false) {
    QHeaderView* header = table()->horizontalHeader();
    for (const int column : {ComparisonColumn, ValueColumn}) {
        header->setSectionResizeMode(column, QHeaderView::Fixed);
        table()->setColumnWidth(column, 84);
    }
}

void ExpectationTable::fillRows() {
    const std::vector<Expectation>& expectations = scenario().expectations;
    table()->setRowCount(static_cast<int>(expectations.size()));
    Choices metrics;
    for (const MetricInfo& one : expectationMetrics())
        metrics.emplace_back(QCoreApplication::translate("Catalogue", std::string(one.label).c_str()),
                             std::string(one.key));
    Choices targets = things(true);
    targets.insert(targets.begin(), {tr("the whole system"), std::string()});
    const Choices comparisons{{"=", "=="}, {"≠", "!="}, {"<", "<"}, {"≤", "<="}, {">", ">"}, {"≥", ">="}};
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        const Expectation& expectation = expectations[i];
        const int row = static_cast<int>(i);
        const auto change = [this](std::string Expectation::*member) {
            return [this, member](int at, const std::string& text) {
                emit changeWanted([at, member, text](Scenario& s) {
                    s.expectations[static_cast<std::size_t>(at)].*member = text;
                });
            };
        };
        setChoice(row, MetricColumn, tr("Metric"), metrics, expectation.metric, change(&Expectation::metric));
        setChoice(row, TargetColumn, tr("Of"), targets, expectation.target, change(&Expectation::target));
        setChoice(row, ComparisonColumn, tr("Is"), comparisons, expectation.comparison,
                  change(&Expectation::comparison));
        const Json& value = expectation.value;
        const MetricInfo* metric = metricOf(expectation.metric);
        const QString unit = !metric              ? QString()
                             : metric->isDuration ? tr("A duration such as 2 s")
                                                  : QCoreApplication::translate(
                                                        "Catalogue", std::string(metric->unit).c_str());
        setText(row, ValueColumn, qtext(value.is_string() ? value.get<std::string>() : value.dump()), true,
                unit);
        setText(row, NoteColumn, qtext(expectation.note), true, qtext(expectation.note));
    }
}

ScenarioTable::Detail ExpectationTable::detailOf(int) const {
    return {};
}

void ExpectationTable::detailEdited(int, const std::string&, const Json&) {}

void ExpectationTable::add() {
    emit changeWanted([](Scenario& s) {
        Expectation expectation;
        expectation.metric = "lost";
        expectation.comparison = "==";
        expectation.value = 0;
        s.expectations.push_back(expectation);
    });
    setCurrentRow(rowCount() - 1);
}

void ExpectationTable::remove(int row) {
    emit changeWanted([row](Scenario& s) { s.expectations.erase(s.expectations.begin() + row); });
}

void ExpectationTable::written(int row, int column, const QString& text) {
    const auto at = static_cast<std::size_t>(row);
    if (column == NoteColumn) {
        emit changeWanted([at, note = text.toStdString()](Scenario& s) { s.expectations[at].note = note; });
        return;
    }
    const MetricInfo* metric = metricOf(scenario().expectations[at].metric);
    bool number = false;
    const double value = text.toDouble(&number);
    // "nan" and "inf" are numbers to Qt.
    number = number && std::isfinite(value);
    if (!number && !parseDuration(text.toStdString())) {
        emit refused(metric && metric->isDuration ? tr("Write a duration such as 2 s or 250 ms")
                                                  : tr("Write a number"));
        return;
    }
    if (!number && metric && !metric->isDuration) {
        emit refused(tr("%1 is a number, not a duration")
                         .arg(QCoreApplication::translate("Catalogue", std::string(metric->label).c_str())));
        return;
    }
    Json json = text.toStdString();
    if (number && std::abs(value) < 1e15 && value == std::floor(value))
        json = static_cast<std::int64_t>(value);
    else if (number)
        json = value;
    emit changeWanted([at, json](Scenario& s) { s.expectations[at].value = json; });
}

}  // namespace sluice
