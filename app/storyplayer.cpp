#include "app/storyplayer.h"

#include "app/notebook.h"
#include "widgets/notes/captioncard.h"

namespace sluice {

StoryPlayer::StoryPlayer(Notebook& notebook, Stage stage, QWidget& canvas, const Theme& theme,
                         QObject* parent)
    : QObject(parent),
      m_notebook(notebook),
      m_stage(std::move(stage)),
      m_card(new CaptionCard(theme, &canvas)) {
    m_next.setSingleShot(true);
    connect(&m_next, &QTimer::timeout, this, [this] { goOn(true); });
    connect(m_card, &CaptionCard::previousWanted, this, [this] { goOn(false); });
    connect(m_card, &CaptionCard::nextWanted, this, [this] { goOn(true); });
    connect(m_card, &CaptionCard::automaticChosen, this, &StoryPlayer::setAutomatic);
    connect(m_card, &CaptionCard::closed, this, &StoryPlayer::end);
    connect(&notebook, &Notebook::changed, this, [this] {
        if (m_telling && m_station >= m_notebook.notes().story.size())
            end();
    });
}

void StoryPlayer::setTheme(const Theme& theme) {
    m_card->setTheme(theme);
}

Duration StoryPlayer::timeToRead(const std::string& text) {
    // Some 200 words a minute, and a moment to look at the drawing.
    constexpr Duration kWord = std::chrono::milliseconds(300);
    const auto words = 1 + std::count(text.begin(), text.end(), ' ');
    return std::max<Duration>(std::chrono::seconds(4), std::chrono::seconds(2) + words * kWord);
}

void StoryPlayer::tell(std::size_t station) {
    if (station >= m_notebook.notes().story.size())
        return;
    m_telling = true;
    m_station = station;
    show();
}

void StoryPlayer::show() {
    const RunNotes& notes = m_notebook.notes();
    const StoryStep& step = notes.story[m_station];
    m_notebook.go(step.bookmark);
    m_stage.show(step.view);
    const Bookmark* bookmark = findBookmark(notes, step.bookmark);
    CaptionCard::Caption caption;
    caption.title = QString::fromStdString(bookmark ? bookmark->name : std::string());
    caption.text = QString::fromStdString(textOf(notes, step));
    caption.station = static_cast<int>(m_station) + 1;
    caption.stations = static_cast<int>(notes.story.size());
    m_card->tell(caption);
    setAutomatic(m_card->isAutomatic());
    emit changed();
}

void StoryPlayer::goOn(bool forward) {
    if (!m_telling)
        return;
    const std::size_t count = m_notebook.notes().story.size();
    if (forward && m_station + 1 >= count) {
        // The end stays to be looked at.
        m_card->setAutomatic(false);
        m_next.stop();
        return;
    }
    if (forward)
        tell(m_station + 1);
    else if (m_station > 0)
        tell(m_station - 1);
}

void StoryPlayer::setAutomatic(bool automatic) {
    m_card->setAutomatic(automatic);
    m_next.stop();
    if (!automatic || !m_telling)
        return;
    const std::string& text = textOf(m_notebook.notes(), m_notebook.notes().story[m_station]);
    m_next.start(static_cast<int>(timeToRead(text).count() / 1'000'000));
}

void StoryPlayer::end() {
    m_next.stop();
    m_card->hide();
    if (std::exchange(m_telling, false))
        emit changed();
}

}  // namespace sluice
