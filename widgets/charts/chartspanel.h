#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "core/trace/timerange.h"
#include "core/trace/tracestore.h"
#include "widgets/charts/tracedigest.h"

namespace sluice {

struct Theme;

/// Throughput, depth, latency and dead letters over time, of what is selected or else of the whole system.
/// Lives on the window's thread; owned by the window.
class ChartsPanel : public QWidget {
    Q_OBJECT

public:
    explicit ChartsPanel(const Theme& theme, QWidget* parent = nullptr);
    ~ChartsPanel() override;

    void setTheme(const Theme& theme);
    /// Null: no run. Without a digest it makes its own.
    void setStore(std::shared_ptr<TraceStore> store, std::shared_ptr<TraceDigest> digest = {});
    /// Empty: the whole system. The first four are drawn.
    void setSelection(const std::vector<EntityId>& entities);
    void setPlayhead(TraceTime time);
    /// Draws only what happened in it; nothing: all.
    void setRange(const std::optional<TimeRange>& range);
    void refresh();

signals:
    void seekRequested(sluice::TraceTime time);
    /// The whole run is wanted again.
    void rangeCleared();

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Private;
    void draw();
    std::unique_ptr<Private> d;
};

}  // namespace sluice
