#include <fmt/format.h>

#include <array>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/texttable.h"

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
        case LetterVerdict::Unroutable:
            return "no such queue";
        case LetterVerdict::Refused:
            break;
    }
    return "refused by the broker";
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
        if (letter.verdict == LetterVerdict::Sent || letter.verdict == LetterVerdict::NotChosen)
            return;
        if (++m_staying <= kMostLettersTold)
            m_table.add({std::to_string(letter.number), letter.id.toStdString(), letter.origin.toStdString(),
                         letter.reason.toStdString(), letter.target.toStdString(),
                         std::string(wordOf(letter.verdict, m_dryRun))});
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
    }

private:
    bool m_dryRun;
    std::map<LetterVerdict, qint64> m_counts;
    qint64 m_staying = 0;
    TextTable m_table{std::vector<TextTable::Column>{
        {"letter", true}, {"id", false}, {"died in", false}, {"of", false}, {"to", false}, {"", false}}};
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
    Account account(wish->dryRun);
    const RedriveResult result = (*redrive)->run(*wish, [&](const RedrivenLetter& letter) {
        account.add(letter);
        return !interrupt.happened();
    });
    const std::string problem = result.problem.text().toStdString();
    if (arguments.has("--json")) {
        Json json{{"waiting", result.waiting}, {"dryRun", wish->dryRun}, {"letters", account.json()}};
        if (!problem.empty())
            json["problem"] = problem;
        fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
        account.print();
        if (result.waiting == 0 && problem.empty())
            fmt::print("{} is empty\n", arguments.files[1]);
        else if (wish->dryRun && problem.empty())
            fmt::print(
                "Nothing was sent, but each message now counts as redelivered; add --send to send them\n");
    }
    if (!problem.empty())
        return complain(Error{ErrorCode::InputOutput, problem, {}});
    if (result.cancelled)
        return kInterrupted;
    return account.allGone() ? kWell : kFailed;
}

constexpr std::array<Option, 9> kRedriveOptions{{
    {"--send", "", "send them; without it only what would happen is told"},
    {"--to", "QUEUE", "the queue to send them to; by default each goes back to where it died"},
    {"--died-in", "QUEUE", "only those that died in this queue"},
    {"--reason", "REASON", "only those that died of this: rejected, expired, maxlen, delivery_limit"},
    {"--rate", "N", "messages a second at most"},
    {"--most", "N", "messages at most"},
    {"--window", "N",
     "messages sent and not yet confirmed (500): no more than these can be doubled by a crash"},
    {"--times", "N", "leave what was redriven so often already (3)"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& redriveCommand() {
    static const Command command{"redrive",
                                 "ADDRESS QUEUE [--send] [--to QUEUE] [--rate N]",
                                 "Send the dead letters of a live queue back: amqp://HOST",
                                 kRedriveOptions,
                                 2,
                                 2,
                                 redrive};
    return command;
}

}  // namespace sluice::cli
