#pragma once

#include <QWidget>
#include <memory>

#include "core/incident/causalchain.h"

namespace sluice {

struct Theme;

/// Why a message is where it is: the chain of causes backwards, each step with the rule behind it. A step
/// that is clicked, or chosen with Enter, asks to be seen. Lives on the window's thread; owned by the window.
class WhyView : public QWidget {
    Q_OBJECT

public:
    explicit WhyView(const Theme& theme, QWidget* parent = nullptr);
    ~WhyView() override;

    void setTheme(const Theme& theme);
    /// Names come from the table; null: no run. What was shown goes.
    void setTable(std::shared_ptr<const EntityTable> table);
    /// As it was at that time of the run.
    void showChain(const CausalChain& chain, TraceTime asked);
    [[nodiscard]] const CausalChain& chain() const;
    /// The chain as it can be pasted elsewhere: a line a step, and its rule.
    [[nodiscard]] QString text() const;

signals:
    /// The moment right after the step's event, and its place.
    void stepActivated(sluice::Sequence sequence, sluice::EntityId place);
    void messageActivated(sluice::MessageId message);

private:
    struct Private;
    void fill();
    void activate(int row);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
