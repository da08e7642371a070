#include "app/menukeys.h"

#include <QAction>
#include <QEvent>
#include <QKeySequence>
#include <QMenu>
#include <QSet>

namespace sluice {
namespace {

/// The places of the letters that a text may be called by: beginnings of words before any other.
QList<qsizetype> placesIn(const QString& text, const QSet<QChar>& taken) {
    QList<qsizetype> places;
    QSet<QChar> seen = taken;
    for (const bool beginning : {true, false}) {
        for (qsizetype i = 0; i < text.size(); ++i) {
            const bool begins = i == 0 || text[i - 1].isSpace();
            if (begins != beginning || !text[i].isLetterOrNumber() || seen.contains(text[i].toUpper()))
                continue;
            seen << text[i].toUpper();
            places << i;
        }
    }
    return places;
}

/// Which entry has which letter, so that as many as can be have one: an entry whose letters are all given
/// away gets one from another that can do with the next (Kuhn's matching).
class Letters {
public:
    Letters(const QList<QAction*>& actions, const QSet<QChar>& taken) {
        for (QAction* action : actions)
            m_places.insert(action, placesIn(action->text(), taken));
        for (QAction* action : actions) {
            QSet<QChar> asked;
            static_cast<void>(find(action, asked));
        }
    }
    /// By entry, where its letter stands.
    [[nodiscard]] QHash<QAction*, qsizetype> places() const {
        QHash<QAction*, qsizetype> places;
        for (auto it = m_owners.cbegin(); it != m_owners.cend(); ++it)
            places.insert(it->first, it->second);
        return places;
    }

private:
    bool find(QAction* action, QSet<QChar>& asked) {
        for (const qsizetype place : m_places.value(action)) {
            const QChar letter = action->text().at(place).toUpper();
            if (asked.contains(letter))
                continue;
            asked << letter;
            const auto owner = m_owners.constFind(letter);
            if (owner == m_owners.cend() || find(owner->first, asked)) {
                m_owners.insert(letter, {action, place});
                return true;
            }
        }
        return false;
    }

    QHash<QAction*, QList<qsizetype>> m_places;
    QHash<QChar, std::pair<QAction*, qsizetype>> m_owners;
};

}  // namespace

bool MenuKeys::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Show || event->type() == QEvent::Hide) {
        if (const auto* menu = qobject_cast<QMenu*>(watched))
            event->type() == QEvent::Show ? mark(*menu) : unmark(*menu);
    }
    return QObject::eventFilter(watched, event);
}

void MenuKeys::mark(const QMenu& menu) {
    QSet<QChar> taken;
    for (const QAction* action : menu.actions()) {
        const QKeySequence key = QKeySequence::mnemonic(action->text());
        if (!key.isEmpty())
            taken << QChar(key[0].key()).toUpper();
    }
    QList<QAction*> plain;
    for (QAction* action : menu.actions()) {
        if (!action->isSeparator() && action->isVisible() && !action->text().contains('&'))
            plain << action;
    }
    const QHash<QAction*, qsizetype> places = Letters(plain, taken).places();
    for (auto it = places.cbegin(); it != places.cend(); ++it) {
        QAction* action = it.key();
        const QString text = action->text();
        const QString marked = QString(text).insert(it.value(), '&');
        m_marked.insert(action, {text, marked});
        connect(action, &QObject::destroyed, this, [this, action] { m_marked.remove(action); });
        action->setText(marked);
    }
}

void MenuKeys::unmark(const QMenu& menu) {
    for (QAction* action : menu.actions()) {
        const auto found = m_marked.find(action);
        if (found == m_marked.end())
            continue;
        const Texts texts = *found;
        m_marked.erase(found);
        disconnect(action, &QObject::destroyed, this, nullptr);
        // Undo and play are called otherwise as soon as they have been done.
        if (action->text() == texts.marked)
            action->setText(texts.plain);
    }
}

}  // namespace sluice
