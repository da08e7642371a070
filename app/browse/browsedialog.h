#pragma once

#include <QDialog>
#include <memory>

#include "app/brokers/messagesearch.h"

class QSettings;

namespace sluice {

struct Theme;

/// Looks at the messages of a live queue or topic: says what that would do to the broker, searches, shows
/// what was found, and writes it to a file. Does not block the window; deletes itself when closed. On the
/// window's thread.
class BrowseDialog : public QDialog {
    Q_OBJECT

public:
    /// `places`: the queues and topics to choose from; another may be typed.
    BrowseDialog(const Theme& theme, const BrokerPlugin& plugin, const ConnectionSettings& settings,
                 const QStringList& places, QWidget* parent = nullptr);
    ~BrowseDialog() override;

    /// Chooses the queue or topic.
    void setPlace(const QString& place);
    /// What is chosen to read bodies by is remembered from now on.
    void rememberSchemas(QSettings& settings);

private:
    struct Private;
    void build();
    void askForecast();
    void showForecast(const BrowseForecast& forecast);
    void start();
    void finish(const BrowseResult& result, bool full);
    void refresh();
    void save();

    std::unique_ptr<Private> d;
};

}  // namespace sluice
