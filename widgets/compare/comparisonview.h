#pragma once

#include <QWidget>
#include <memory>
#include <optional>

#include "core/compare/comparison.h"

namespace sluice {

struct Theme;

/// One of the two traces that are compared.
struct ComparedSide {
    QString title;  ///< "This run"
    std::shared_ptr<TraceStore> store;
    std::vector<Expectation> expectations{};  ///< judged once both are at their ends
};

/// Two traces side by side in words and figures: where they part, which conversations went another way, what
/// became of the figures, and two conversations step by step. Lives on the window's thread; owned by the
/// window.
class ComparisonView : public QWidget {
    Q_OBJECT

public:
    explicit ComparisonView(const Theme& theme, QWidget* parent = nullptr);
    ~ComparisonView() override;

    void setTheme(const Theme& theme);
    /// Stores that are null: nothing is compared.
    void setSides(const ComparedSide& left, const ComparedSide& right);
    /// `upTo`: the runs have only come so far; nothing: to their ends.
    void setComparison(std::shared_ptr<const Comparison> comparison, std::optional<TraceTime> upTo);
    /// The right run repeats the left one: how much of the way to where they fork it has done, 0 to 1;
    /// nothing: it is there.
    void setCatchingUp(std::optional<double> share);
    /// Shows that message of the left trace, or else of the right one, on both sides, step by step: alone or
    /// with all of its correlation. 0: the chosen conversation instead.
    void follow(MessageId message, bool alone);

signals:
    /// The first event of the left trace that is another one on the right is to be seen in the log.
    void differenceWanted(sluice::Sequence sequence);
    void forkWanted();
    void recordingWanted();
    /// The comparison is to be closed.
    void endWanted();
    void alignmentChosen(sluice::Alignment alignment);
    /// Both runs are to come to their ends.
    void wholeWanted();
    /// Something happened then, and there.
    void momentActivated(sluice::TraceTime time, sluice::EntityId leftEntity);
    /// A message of the left trace.
    void messageActivated(sluice::MessageId message);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

}  // namespace sluice
