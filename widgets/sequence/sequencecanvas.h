#pragma once

#include <QAbstractScrollArea>
#include <functional>
#include <memory>
#include <optional>

#include "core/base/result.h"
#include "widgets/sequence/sequencepainter.h"

namespace sluice {

/// The scrolling picture of the SequenceView: its heads stay at the top, its rows are chosen with the pointer
/// or the arrow keys. Lives on the window's thread; owned by the view.
class SequenceCanvas : public QAbstractScrollArea {
    Q_OBJECT

public:
    explicit SequenceCanvas(const Theme& theme, QWidget* parent = nullptr);

    void setTheme(const Theme& theme);
    void setLookup(MessageLookup lookup) { m_look = std::move(lookup); }
    /// The chosen step stays chosen if it is still there.
    void setDiagram(SequenceDiagram diagram, std::shared_ptr<const EntityTable> table, MessageId focus);
    void setPlayhead(TraceTime time);
    [[nodiscard]] const SequenceDiagram& diagram() const { return m_diagram; }
    [[nodiscard]] bool isEmpty() const { return m_layout.rows().empty(); }
    /// Writes the whole as it is now, see writeSequence(); on any thread, at any time.
    [[nodiscard]] std::function<Result<void>()> writerTo(const QString& path) const;

signals:
    void stepActivated(sluice::Sequence sequence);
    void messageChosen(sluice::MessageId message);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    [[nodiscard]] SequencePicture picture() const;
    [[nodiscard]] int rowUnder(const QPoint& place) const;
    [[nodiscard]] MessageId messageOf(int row) const;
    void layOut();
    void updateBars();
    void choose(int row);

    const Theme* m_theme;
    MessageLookup m_look;
    SequenceDiagram m_diagram;
    std::shared_ptr<const EntityTable> m_table;
    SequenceLayout m_layout;
    MessageId m_focus = 0;
    std::optional<TraceTime> m_playhead;
    int m_chosen = -1;
};

}  // namespace sluice
