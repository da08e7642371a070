#pragma once

#include <QWidget>
#include <memory>
#include <vector>

#include "widgets/log/eventfilter.h"

namespace sluice {

struct Theme;

/// Every event of the trace as a line that can be filtered and followed. However long the trace, only the
/// lines that can be seen are looked up. Lives on the window's thread; owned by the window.
class EventLog : public QWidget {
    Q_OBJECT

public:
    explicit EventLog(const Theme& theme, QWidget* parent = nullptr);
    ~EventLog() override;

    void setTheme(const Theme& theme);
    /// Null: no run.
    void setStore(std::shared_ptr<TraceStore> store);
    /// Marks the last event up to that time and, while following, scrolls to it. `next`: the first that has
    /// not happened yet, since of events of one time some may have.
    void setPlayhead(TraceTime time, std::optional<Sequence> next = {});
    /// Takes in what the trace has grown by: once a frame at most; cheap when it has not.
    void refresh();
    void setFollowing(bool following);
    /// Lists only what happened in it; nothing: all.
    void setRange(const std::optional<TimeRange>& range);

    /// Marks the first event that is another one in what the run is compared with, and offers to go there;
    /// nothing: there is none.
    void setDifference(std::optional<Sequence> difference);

    [[nodiscard]] EventFilter filter() const;
    /// The line of that event, where it is listed.
    void choose(Sequence sequence);
    /// Where a query is written.
    void focusQuery();

signals:
    /// A step to the next or previous event that passes the filter.
    void matchWanted(bool forward);
    /// A line was double-clicked or Enter pressed on it: seek to right after that event.
    void eventActivated(sluice::Sequence sequence);
    /// A line that concerns a message was chosen: where the message can be seen beside the log, show it.
    void messageChosen(sluice::MessageId message);
    /// The chosen line's message was asked for.
    void messageActivated(sluice::MessageId message);
    /// The whole run is wanted again.
    void rangeCleared();
    /// Why the chosen line's message is where it is was asked for.
    void whyRequested(sluice::MessageId message);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct Private;
    void applyFilter();
    void updateWindow();
    void scrollTo(qint64 first);
    void moveCurrent(qint64 by);
    void chooseRow(qint64 index);
    void forgetChosen();
    [[nodiscard]] MessageId chosenMessage() const;
    void goToChosen();
    void openMessage();
    void openMenu(const QPoint& at);
    void updateState();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
