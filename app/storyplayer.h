#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

#include "core/story/runnotes.h"

class QWidget;

namespace sluice {

class CaptionCard;
class Notebook;
struct Theme;

/// Tells the story of a run: station by station, with the view that belongs to it, under a caption. Lives on
/// the window's thread; owned by the main window.
class StoryPlayer : public QObject {
    Q_OBJECT

public:
    /// How the window is looked at, and how it comes to look like that.
    struct Stage {
        std::function<StoryView()> view;
        std::function<void(const StoryView&)> show;
    };

    /// The caption lies over `canvas`.
    StoryPlayer(Notebook& notebook, Stage stage, QWidget& canvas, const Theme& theme, QObject* parent);

    void setTheme(const Theme& theme);
    /// From that station on; passes over a story that has none.
    void tell(std::size_t station = 0);
    void goOn(bool forward);
    /// Goes on by itself, when there was time to read.
    void setAutomatic(bool automatic);
    void end();
    [[nodiscard]] bool isTelling() const { return m_telling; }
    [[nodiscard]] std::size_t station() const { return m_station; }
    /// How the window is looked at now: for a new station.
    [[nodiscard]] StoryView currentView() const { return m_stage.view(); }

    /// How long a text needs to be read: nanoseconds, at least four seconds.
    static Duration timeToRead(const std::string& text);

signals:
    /// Another station, or none any more.
    void changed();

private:
    void show();

    Notebook& m_notebook;
    Stage m_stage;
    CaptionCard* m_card;
    std::size_t m_station = 0;
    bool m_telling = false;
    QTimer m_next;
};

}  // namespace sluice
