#pragma once

#include <QDialog>
#include <memory>

#include "app/brokers/brokerwriting.h"

namespace sluice {

struct Theme;

/// Publishes messages to a live queue or topic, from a text with places that are filled anew for each. Does
/// not block the window; deletes itself when closed. On the window's thread.
class PublishDialog : public QDialog {
    Q_OBJECT

public:
    PublishDialog(const Theme& theme, const WritableBroker& broker, const QString& place, bool hasKey,
                  QWidget* parent = nullptr);
    ~PublishDialog() override;

signals:
    /// A line that says what was published.
    void written(const QString& line);

private:
    struct Private;
    void build(bool hasKey);
    [[nodiscard]] Result<MessageDraft> draft() const;
    void take(const PublishResult& result);
    void refresh();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
