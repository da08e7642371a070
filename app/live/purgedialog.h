#pragma once

#include <QDialog>
#include <memory>

#include "app/brokers/brokerwriting.h"

namespace sluice {

struct Theme;

/// Throws away what waits in a live queue or topic: first it is counted, then a person allows it. Does not
/// block the window; deletes itself when closed. On the window's thread.
class PurgeDialog : public QDialog {
    Q_OBJECT

public:
    PurgeDialog(const Theme& theme, const WritableBroker& broker, const QString& place,
                QWidget* parent = nullptr);
    ~PurgeDialog() override;

signals:
    /// A line that says what was thrown away.
    void written(const QString& line);

private:
    struct Private;
    void take(const PurgeResult& result, bool dryRun);
    void refresh();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
