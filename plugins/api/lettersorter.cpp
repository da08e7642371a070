#include "plugins/api/lettersorter.h"

#include <QCoreApplication>
#include <chrono>

namespace sluice {
namespace {

struct SorterWords {
    Q_DECLARE_TR_FUNCTIONS(LetterSorter)
};

}  // namespace

LetterSorter::LetterSorter(const RedriveWish& wish) : m_wish(wish), m_judge(wish.rule) {}

LetterSorter::Letter LetterSorter::take(const BrokerMessage& message, const LetterPast& past, bool isReason) {
    Letter letter;
    RedrivenLetter& told = letter.told;
    told.number = ++m_number;
    told.id = QString::fromStdString(message.id);
    told.origin = past.origin;
    told.reason = past.reason;
    told.size = static_cast<qint64>(message.body.size());
    if (m_wish.messages)
        told.message = std::make_shared<BrokerMessage>(message);
    const LetterEdits::Found edit = m_wish.edits.find(told.number, message);
    letter.edit = edit.edit;
    if (letter.edit)
        m_used.insert(letter.edit);
    told.target = m_wish.to.isEmpty() ? past.origin : m_wish.to;
    if (letter.edit && letter.edit->target && !letter.edit->target->empty()) {
        const QString other = QString::fromStdString(*letter.edit->target);
        told.edited = other != told.target;
        told.target = other;
    }
    if ((!m_wish.only.isEmpty() && past.origin != m_wish.only) || !isReason)
        told.verdict = LetterVerdict::NotChosen;
    else if (told.target.isEmpty())
        told.verdict = LetterVerdict::NoOrigin;
    // One that has come back since this began would go round and round.
    else if (past.ofThisRun || past.redriven >= m_wish.mostTimes)
        told.verdict = LetterVerdict::TooOften;
    else if (edit.strange)
        told.verdict = LetterVerdict::EditUnfit;
    if (edit.strange)
        told.why = SorterWords::tr("the edit is for another message");
    if (told.verdict != LetterVerdict::Sent)
        return letter;
    letter.facts = m_judge.read(message);
    LetterFacts& facts = letter.facts;
    facts.number = told.number;
    facts.target = told.target.toStdString();
    facts.validity = past.validity;
    if (!facts.born)
        facts.born = past.died;
    if (past.outlived)
        facts.diedIn = past.origin.toStdString();
    const LetterJudgement expiry = m_judge.expiry(facts, std::chrono::system_clock::now().time_since_epoch());
    told.why = QString::fromStdString(expiry.why);
    if (m_judge.stays(expiry.verdict))
        told.verdict = LetterVerdict::Expired;
    else
        m_judge.note(facts);
    return letter;
}

void LetterSorter::see(const BrokerMessage& message, const std::string& target, const std::string& place) {
    LetterFacts facts = m_judge.read(message);
    facts.target = target;
    m_judge.note(facts, place);
}

void LetterSorter::decide(Letter& letter, BrokerMessage& message) {
    if (letter.told.verdict != LetterVerdict::Sent)
        return;
    const LetterJudgement newer = m_judge.supersession(letter.facts);
    if (!newer.why.empty())
        letter.told.why = QString::fromStdString(newer.why);
    if (m_judge.stays(newer.verdict)) {
        letter.told.verdict = LetterVerdict::Superseded;
        return;
    }
    if (!letter.edit)
        return;
    const Result<bool> edited = applyEdit(*letter.edit, message);
    if (!edited) {
        letter.told.verdict = LetterVerdict::EditUnfit;
        letter.told.why = QString::fromStdString(edited.error().sentence);
        return;
    }
    letter.told.edited = letter.told.edited || *edited;
}

QStringList LetterSorter::notes() const {
    QStringList notes;
    for (const LetterEdit& edit : m_wish.edits.all()) {
        if (m_used.contains(&edit))
            continue;
        const QString which =
            edit.number > 0 ? SorterWords::tr("letter %1").arg(edit.number)
            : edit.partition >= 0
                ? SorterWords::tr("partition %1, offset %2").arg(edit.partition).arg(edit.offset)
                : QString::fromStdString(edit.id);
        notes << SorterWords::tr("The edit for %1 fits no letter.").arg(which);
    }
    return notes;
}

}  // namespace sluice
