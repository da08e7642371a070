#pragma once

#include <QWidget>
#include <memory>

#include "core/diagram/scenario.h"
#include "core/trace/tracestore.h"

namespace sluice {

struct Theme;

/// One message: its payload and headers, what it came from and what it caused, and its whole journey, step by
/// step with the times between. Lives on the window's thread; owned by the window.
class MessageView : public QWidget {
    Q_OBJECT

public:
    explicit MessageView(const Theme& theme, QWidget* parent = nullptr);
    ~MessageView() override;

    void setTheme(const Theme& theme);
    /// Null: no run.
    void setStore(std::shared_ptr<TraceStore> store);
    /// What somebody changed in payloads before a redrive stands in the scenario that was run.
    void setScenario(const Scenario& scenario);
    void showMessage(MessageId message);
    [[nodiscard]] MessageId message() const;
    /// Marks how far the journey has come.
    void setPlayhead(TraceTime time);
    /// Takes in what happened to the message since.
    void refresh();

signals:
    void messageActivated(sluice::MessageId message);
    void eventActivated(sluice::Sequence sequence);
    /// Why it is where it is was asked for.
    void whyRequested(sluice::MessageId message);

private:
    struct Private;
    void fill();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
