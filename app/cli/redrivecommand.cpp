#include <fmt/format.h>

#include <array>
#include <fstream>
#include <iterator>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/progressline.h"
#include "app/cli/texttable.h"
#include "core/browse/messageexport.h"

namespace sluice::cli {
namespace {

constexpr qint64 kMostLettersTold = 20;

std::string_view wordOf(LetterVerdict verdict, bool dryRun) {
    switch (verdict) {
        case LetterVerdict::Sent:
            return dryRun ? "would be sent" : "sent";
        case LetterVerdict::NotChosen:
            return "not chosen";
        case LetterVerdict::TooOften:
            return "redriven too often";
        case LetterVerdict::NoOrigin:
            return "does not say where it died";
        case LetterVerdict::Superseded:
            return "superseded";
        case LetterVerdict::Expired:
            return "expired";
        case LetterVerdict::EditUnfit:
            return "edit does not fit";
        case LetterVerdict::Unroutable:
            return "no such queue or topic";
        case LetterVerdict::Refused:
            break;
    }
    return "refused by the broker";
}

/// By what it is said which letter is newer.
Result<void> takeRule(const Arguments& arguments, LetterRule& rule) {
    for (const auto& [option, field] :
         {std::pair("--operation", &rule.operation), std::pair("--key", &rule.key),
          std::pair("--event-time", &rule.time)}) {
        if (!arguments.has(option))
            continue;
        const auto read = MessageField::parse(arguments.value(option));
        if (!read)
            return Error{ErrorCode::InvalidInput, read.error().sentence, option};
        *field = *read;
    }
    const auto age = durationOf(arguments, "--max-age");
    if (!age)
        return age.error();
    rule.mostAge = *age;
    rule.superseded = arguments.has("--superseded");
    rule.expired = arguments.has("--expired");
    return {};
}

Result<void> takeEdits(const Arguments& arguments, LetterEdits& edits) {
    if (!arguments.has("--edits"))
        return {};
    const std::string name = arguments.value("--edits");
    std::ifstream file(name, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return Error{ErrorCode::InputOutput, "cannot be read; check the name and your rights", name};
    auto read = LetterEdits::parse(text);
    if (!read)
        return Error{ErrorCode::InvalidInput, read.error().sentence, name + ", " + read.error().where};
    edits = std::move(read).value();
    return {};
}

Result<RedriveWish> wishOf(const Arguments& arguments) {
    RedriveWish wish;
    wish.queue = QString::fromStdString(arguments.files[1]);
    wish.to = QString::fromStdString(arguments.value("--to"));
    wish.only = QString::fromStdString(arguments.value("--died-in"));
    wish.reason = QString::fromStdString(arguments.value("--reason"));
    wish.dryRun = !arguments.has("--send");
    const auto most = numberOf<qint64>(arguments, "--most", 1, 1'000'000'000);
    const auto rate = numberOf<double>(arguments, "--rate", 0.001, 1e6);
    const auto window = numberOf<int>(arguments, "--window", 1, 10'000);
    const auto times = numberOf<int>(arguments, "--times", 1, 1'000);
    if (!most)
        return most.error();
    if (!rate)
        return rate.error();
    if (!window)
        return window.error();
    if (!times)
        return times.error();
    if (const auto rule = takeRule(arguments, wish.rule); !rule)
        return rule.error();
    if (const auto edits = takeEdits(arguments, wish.edits); !edits)
        return edits.error();
    wish.messages = arguments.has("--letters");
    wish.most = most->value_or(wish.most);
    wish.perSecond = rate->value_or(wish.perSecond);
    wish.window = window->value_or(wish.window);
    wish.mostTimes = times->value_or(wish.mostTimes);
    return wish;
}

/// What became of the letters, by verdict, and the first of those that stay.
class Account {
public:
    explicit Account(bool dryRun) : m_dryRun(dryRun) {}

    void add(const RedrivenLetter& letter) {
        ++m_counts[letter.verdict];
        m_edited += letter.edited && letter.verdict == LetterVerdict::Sent ? 1 : 0;
        if (letter.verdict == LetterVerdict::Sent || letter.verdict == LetterVerdict::NotChosen)
            return;
        if (++m_staying <= kMostLettersTold)
            m_table.add({std::to_string(letter.number), letter.id.toStdString(), letter.origin.toStdString(),
                         letter.reason.toStdString(), letter.target.toStdString(),
                         fmt::format("{}{}{}", wordOf(letter.verdict, m_dryRun),
                                     letter.why.isEmpty() ? "" : ": ", letter.why.toStdString())});
    }
    [[nodiscard]] bool allGone() const { return m_staying == 0; }
    [[nodiscard]] Json json() const {
        Json json = Json::object();
        for (const auto& [verdict, count] : m_counts)
            json[std::string(wordOf(verdict, m_dryRun))] = count;
        return json;
    }
    void print() const {
        if (m_staying > 0)
            fmt::print("{}", m_table.text());
        if (m_staying > kMostLettersTold)
            fmt::print("and {} more that stay\n", m_staying - kMostLettersTold);
        for (const auto& [verdict, count] : m_counts)
            fmt::print("{} {}\n", count, wordOf(verdict, m_dryRun));
        if (m_edited > 0)
            fmt::print("{} of them edited\n", m_edited);
    }

private:
    bool m_dryRun;
    std::map<LetterVerdict, qint64> m_counts;
    qint64 m_staying = 0;
    qint64 m_edited = 0;
    TextTable m_table{std::vector<TextTable::Column>{
        {"letter", true}, {"id", false}, {"died in", false}, {"of", false}, {"to", false}, {"", false}}};
};

/// A letter as browsing writes messages, and what becomes of it: to be read, changed and given back as edits.
std::string lineOf(const RedrivenLetter& letter, bool dryRun) {
    nlohmann::ordered_json line{
        {"letter", letter.number},           {"becomes", wordOf(letter.verdict, dryRun)},
        {"why", letter.why.toStdString()},   {"diedIn", letter.origin.toStdString()},
        {"of", letter.reason.toStdString()}, {"to", letter.target.toStdString()}};
    if (letter.message) {
        line["mark"] = letterMark(*letter.message);
        line.update(messageJson(*letter.message));
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

class LetterTeller : public RedriveListener {
public:
    LetterTeller(bool dryRun, std::ostream* letters, const Interrupt& interrupt)
        : account(dryRun), m_dryRun(dryRun), m_letters(letters), m_interrupt(interrupt) {}
    void told(const RedrivenLetter& letter) override {
        account.add(letter);
        ++m_done;
        if (m_letters)
            *m_letters << lineOf(letter, m_dryRun);
    }
    RedriveFlow goOn(qint64 waiting) override {
        if (m_progress.isDue())
            m_progress.show(double(m_done) / double(std::max<qint64>(waiting, 1)),
                            fmt::format("{} letters", shortCount(double(m_done))));
        return m_interrupt.happened() ? RedriveFlow::Stop : RedriveFlow::GoOn;
    }
    Account account;

private:
    bool m_dryRun;
    std::ostream* m_letters;
    const Interrupt& m_interrupt;
    qint64 m_done = 0;
    ProgressLine m_progress;
};

int redrive(const Arguments& arguments) {
    const Result<RedriveWish> wish = wishOf(arguments);
    if (!wish)
        return complain(wish.error());
    const Interrupt interrupt;
    BrokerSession session;
    const auto redrive = session.redrive(arguments.files.front(), !wish->dryRun);
    if (!redrive)
        return complain(redrive.error());
    std::ofstream letters;
    if (wish->messages) {
        letters.open(arguments.value("--letters"), std::ios::binary | std::ios::trunc);
        if (!letters)
            return complain(Error{ErrorCode::InputOutput,
                                  "cannot be written; check the folder and its rights",
                                  arguments.value("--letters")});
    }
    RedriveResult result;
    LetterTeller teller(wish->dryRun, wish->messages ? &letters : nullptr, interrupt);
    const Account& account = teller.account;
    result = (*redrive)->run(*wish, teller);
    letters.flush();
    if (wish->messages && !letters)
        return complain(Error{ErrorCode::InputOutput, "could not be written to its end; is the disk full?",
                              arguments.value("--letters")});
    const std::string problem = result.problem.text().toStdString();
    if (arguments.has("--json")) {
        Json json{{"waiting", result.waiting}, {"dryRun", wish->dryRun}, {"letters", account.json()}};
        for (const QString& note : result.notes)
            json["notes"].push_back(note.toStdString());
        if (!problem.empty())
            json["problem"] = problem;
        fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
        account.print();
        if (result.waiting == 0 && problem.empty())
            fmt::print("{} is empty\n", arguments.files[1]);
        else if (wish->dryRun && problem.empty())
            fmt::print("Nothing was sent; add --send to send them\n");
        for (const QString& note : result.notes)
            fmt::print("{}\n", note.toStdString());
    }
    if (!problem.empty())
        return complain(Error{ErrorCode::InputOutput, problem, {}});
    if (result.cancelled)
        return kInterrupted;
    return account.allGone() ? kWell : kFailed;
}

constexpr std::array<Option, 17> kRedriveOptions{{
    {"--send", "", "send them; without it only what would happen is told"},
    {"--to", "PLACE", "the queue or topic to send them to; by default each goes back to where it died"},
    {"--died-in", "PLACE", "only those that died in this queue or topic"},
    {"--reason", "REASON",
     "only those that died of this: rejected, expired, maxlen, delivery_limit; or a part of an exception's "
     "name"},
    {"--superseded", "", "send those too that a newer one of the same operation and key supersedes"},
    {"--expired", "", "send those too whose time to live is over"},
    {"--max-age", "TIME", "older ones are expired: 2h, 7d"},
    {"--operation", "NAMES", "where the operation is read: type, header.operation, field.type"},
    {"--key", "NAMES", "where it is read what it is about: key, header.user, field.user.id"},
    {"--event-time", "NAMES", "where it is read when that was so: time, header.at, field.updatedAt"},
    {"--letters", "FILE", "write the letters and what becomes of them to a file of JSON Lines"},
    {"--edits", "FILE", "send letters as such a file says, changed by you: to, key, headers, body"},
    {"--rate", "N", "messages a second at most"},
    {"--most", "N", "messages at most"},
    {"--window", "N",
     "messages sent and not yet known to have left (500): no more than these can be doubled by a crash"},
    {"--times", "N", "leave what was redriven so often already (3)"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& redriveCommand() {
    static const Command command{
        "redrive",
        "ADDRESS PLACE [--send] [--to PLACE] [--edits FILE] [--rate N]",
        "Send the dead letters of a live queue or topic back: amqp://HOST, kafka://HOST",
        kRedriveOptions,
        2,
        2,
        redrive};
    return command;
}

}  // namespace sluice::cli
