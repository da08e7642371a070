#pragma once

#include <QWidget>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/result.h"
#include "core/trace/timerange.h"
#include "core/trace/tracestore.h"
#include "widgets/paint/messagelook.h"

namespace sluice {

/// A part of the trace as a sequence diagram: one message, all that it set off, everything with its key, or
/// what happened around the playhead. Who took part stands side by side, time goes down. Lives on the
/// window's thread; owned by the window.
class SequenceView : public QWidget {
    Q_OBJECT

public:
    enum class Scope { Message, Chain, Key, AroundPlayhead };

    explicit SequenceView(const Theme& theme, QWidget* parent = nullptr);
    ~SequenceView() override;

    void setTheme(const Theme& theme);
    /// Null: no run.
    void setStore(std::shared_ptr<TraceStore> store);
    /// How messages look; may be empty.
    void setLookup(MessageLookup lookup);
    /// By entity, the group that it is folded into when folding is on; empty texts stay alone.
    void setGroups(std::vector<std::string> groups);
    void showMessage(MessageId message);
    [[nodiscard]] MessageId message() const;
    void setScope(Scope scope);
    [[nodiscard]] Scope scope() const;
    /// Draws only what happened in it; nothing: all.
    void setRange(const std::optional<TimeRange>& range);
    void setPlayhead(TraceTime time);
    /// Takes in what has happened since.
    void refresh();

    /// Writes the diagram as it is shown now, in the language of that file: svg, mmd (Mermaid), puml
    /// (PlantUML). To be called on any thread: a long one takes its time.
    /// Errors: another suffix, nothing to show, a folder that cannot be written.
    [[nodiscard]] std::function<Result<void>()> writerTo(const QString& path) const;

signals:
    void messageActivated(sluice::MessageId message);
    /// The whole run is wanted again.
    void rangeCleared();
    /// Enter or double click on a step: seek to right after it.
    void eventActivated(sluice::Sequence sequence);
    /// To a file that is yet to be asked for: writerTo() writes it.
    void exportRequested();

private:
    struct Private;
    void rebuild();
    void chooseRow(int row);
    std::unique_ptr<Private> d;
};

}  // namespace sluice
