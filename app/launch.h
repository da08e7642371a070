#pragma once

#include <QObject>
#include <QPointer>

#include "app/launchoptions.h"
#include "core/trace/event.h"

namespace sluice {

class MainWindow;

/// Does with a new window what the command line asked for, one step after the other, as files are read and
/// runs get ready in the background; at the end writes the screenshot, if one was asked for. Owned by main.
class Launch : public QObject {
    Q_OBJECT

public:
    Launch(MainWindow& window, LaunchOptions options);

    void begin();

signals:
    /// The window is as it was asked for, or (failed) cannot be: with a sentence for the terminal.
    void finished();
    void failed(const QString& sentence);

private:
    void arrange();
    void awaitRun();
    [[nodiscard]] std::optional<MessageId> selectedMessage() const;
    void settle();
    void takeScreenshot();
    void fail(const QString& sentence);

    MainWindow& m_window;
    LaunchOptions m_options;
    bool m_opened = false;
    bool m_settling = false;
    bool m_sought = false;
};

}  // namespace sluice
