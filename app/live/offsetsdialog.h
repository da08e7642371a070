#pragma once

#include <QDialog>
#include <memory>
#include <optional>

#include "app/brokers/brokerwriting.h"

namespace sluice {

struct Theme;

/// Moves where a consumer group reads on in a live topic: first a dry run says what would be read again or
/// skipped, then a person allows it. Does not block the window; deletes itself when closed. On the window's
/// thread.
class OffsetsDialog : public QDialog {
    Q_OBJECT

public:
    /// `groups` are those that are known to read the topic.
    OffsetsDialog(const Theme& theme, const WritableBroker& broker, const QString& topic,
                  const QStringList& groups, QWidget* parent = nullptr);
    ~OffsetsDialog() override;

signals:
    /// A line that says what was moved.
    void written(const QString& line);

private:
    struct Private;
    void build(const QStringList& groups);
    /// Nothing: something cannot be read, which is said.
    [[nodiscard]] std::optional<OffsetsWish> wish(bool dryRun);
    void start(bool dryRun);
    void take(const OffsetsResult& result, bool dryRun);
    void refresh();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
