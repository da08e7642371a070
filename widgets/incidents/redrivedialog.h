#pragma once

#include <QDialog>
#include <memory>

#include "core/incident/redriveorder.h"
#include "core/incident/redriveplan.h"

namespace sluice {

struct Theme;

/// What a redrive of a dead-letter queue would do, letter by letter, before it is done: which are safe, which
/// go, how fast, by whom, and with which payload. Does not block the window; deletes itself when closed. On
/// the window's thread.
class RedriveDialog : public QDialog {
    Q_OBJECT

public:
    /// `wanted`: the messages that are chosen at first, as far as they are safe; empty: all.
    RedriveDialog(const Theme& theme, std::shared_ptr<const TraceStore> store, EntityId queue,
                  const std::vector<MessageId>& wanted, const QString& who, QWidget* parent = nullptr);
    ~RedriveDialog() override;

    /// The dry run, of that moment. Keeps what was edited.
    void setPlan(std::vector<RedriveCandidate> plan, TraceTime moment);
    [[nodiscard]] TraceTime moment() const;
    [[nodiscard]] EntityId queue() const;
    /// A sentence above the buttons; empty: none.
    void tell(const QString& sentence);
    /// What would be redriven: those that are checked.
    [[nodiscard]] RedriveOrder order() const;

signals:
    void redriveWanted(const sluice::RedriveOrder& order);
    /// The event behind a verdict is to be seen.
    void eventActivated(sluice::Sequence sequence);
    void messageActivated(sluice::MessageId message);

private:
    struct Private;
    void fill();
    void refresh();
    void chooseRow(int row);
    void takeEdit();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
