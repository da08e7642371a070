#include "app/notebook.h"

#include "app/runcontroller.h"
#include "core/incident/redriveorder.h"

namespace sluice {

Notebook::Notebook(RunSession& session, std::function<std::optional<RunNotes>()> recorded, QObject* parent)
    : QObject(parent), m_session(session), m_recorded(std::move(recorded)) {
    connect(&session, &RunSession::began, this, &Notebook::begin);
}

bool Notebook::isTheSameRun() const {
    return m_diagram && m_session.diagram() && m_session.seed() == m_seed &&
           m_session.scenario().id == m_scenario &&
           runsAlike(withoutInterventions(*m_diagram), withoutInterventions(*m_session.diagram()));
}

void Notebook::begin() {
    // Between two runs there is none for a moment, and it is not known yet what comes.
    if (!m_session.store())
        return;
    const auto recorded = m_recorded();
    if (!recorded && !m_fromRecording && isTheSameRun())
        return;
    // What was said of incidents is of no use in another run.
    const auto count = static_cast<int>(m_notes.bookmarks.size() + m_notes.watches.size());
    const bool unkept = !m_fromRecording && count > 0;
    if (unkept)
        m_former = m_notes;
    m_fromRecording = recorded.has_value();
    m_notes = recorded.value_or(RunNotes());
    m_diagram = m_session.diagram();
    m_scenario = m_session.scenario().id;
    m_seed = m_session.seed();
    emit begun();
    emit changed();
    if (unkept)
        emit leftBehind(count);
}

void Notebook::set(const RunNotes& notes) {
    if (notes == m_notes)
        return;
    m_notes = notes;
    emit keepWanted();
    emit changed();
}

BookmarkId Notebook::addBookmark(const std::string& name) {
    if (!m_session.store())
        return 0;
    Bookmark bookmark;
    bookmark.at = m_session.now();
    // Between two events the moment says it; at an event, which of those that happen at the same time.
    const Sequence next = m_session.system().next;
    if (next > 0 && m_session.store()->at(next - 1).at == bookmark.at)
        bookmark.event = next - 1;
    bookmark.name = name;
    RunNotes notes = m_notes;
    const BookmarkId id = sluice::addBookmark(notes, bookmark);
    set(notes);
    return id;
}

BookmarkId Notebook::addBookmark(const std::string& name, TraceTime at) {
    if (!m_session.store())
        return 0;
    RunNotes notes = m_notes;
    const BookmarkId id = sluice::addBookmark(notes, Bookmark{0, at, {}, name, {}});
    set(notes);
    return id;
}

void Notebook::go(BookmarkId id) {
    const Bookmark* bookmark = findBookmark(m_notes, id);
    if (!bookmark || !m_session.store())
        return;
    m_session.pause();
    // Of a run that has not come so far yet, the time is known and the event not.
    if (bookmark->event && *bookmark->event < m_session.store()->size())
        m_session.seekAfter(*bookmark->event);
    else
        m_session.seek(bookmark->at);
}

bool Notebook::goOn(bool forward) {
    const Sequence happened = m_session.system().next;
    const Bookmark* next = forward ? bookmarkAfter(m_notes, m_session.now(), happened)
                                   : bookmarkBefore(m_notes, m_session.now(), happened);
    if (next)
        go(next->id);
    return next != nullptr;
}

void Notebook::takeFormer() {
    if (m_former.isEmpty())
        return;
    RunNotes notes = m_former;
    for (const Bookmark& bookmark : m_notes.bookmarks)
        sluice::addBookmark(notes, bookmark);
    notes.watches.insert(notes.watches.end(), m_notes.watches.begin(), m_notes.watches.end());
    // Which event it was, the other run knows.
    for (Bookmark& bookmark : notes.bookmarks)
        bookmark.event.reset();
    set(notes);
}

}  // namespace sluice
