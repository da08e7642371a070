#pragma once

#include <QDialog>
#include <memory>
#include <vector>

#include "app/brokers/brokerwriting.h"

namespace sluice {

struct Theme;

/// What makes a live broker have what is drawn, as steps of which a person chooses, like a migration: what is
/// to be deleted is never chosen beforehand. Does not block the window; deletes itself when closed. On the
/// window's thread.
class PlanDialog : public QDialog {
    Q_OBJECT

public:
    struct Choice {
        WritableBroker broker;
        BrokerPlan plan;
    };
    PlanDialog(const Theme& theme, const WritableBroker& broker, BrokerPlan plan, QWidget* parent = nullptr);
    /// One of several brokers: a person says first which one is to have what is drawn.
    PlanDialog(const Theme& theme, std::vector<Choice> choices, QWidget* parent = nullptr);
    ~PlanDialog() override;

signals:
    /// Steps were taken, or one was tried: the broker is not what it was.
    void written();

private:
    struct Private;
    void build();
    [[nodiscard]] QWidget* makeQuestion();
    void take(const Choice& choice);
    void start();
    void refresh();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
