#include <fmt/format.h>

#include <array>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "app/brokers/messagedraft.h"
#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/progressline.h"
#include "core/browse/messageexport.h"

namespace sluice::cli {
namespace {

Result<std::string> bodyIn(const Arguments& arguments) {
    if (!arguments.has("--body-file"))
        return arguments.value("--body");
    const std::string file = arguments.value("--body-file");
    if (arguments.has("--body"))
        return Error{ErrorCode::InvalidInput, "there is one body: say --body or --body-file", "--body-file"};
    std::ifstream stream;
    if (file != "-") {
        stream.open(file, std::ios::binary);
        if (!stream)
            return Error{ErrorCode::InputOutput, "cannot be read; check the name and its rights", file};
    }
    std::istream& in = file == "-" ? std::cin : stream;
    return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<MessageTemplate> templateOf(const Arguments& arguments, const std::string& text, const char* option) {
    if (arguments.has("--plain"))
        return MessageTemplate::plain(text);
    Result<MessageTemplate> made = MessageTemplate::parse(text);
    if (!made)
        return Error{ErrorCode::InvalidInput, made.error().sentence + " (--plain sends the text as it is)",
                     option};
    return made;
}

Result<void> takePlace(const Arguments& arguments, PublishWish& wish) {
    const bool named = arguments.files.size() > 1;
    wish.exchange = QString::fromStdString(arguments.value("--exchange"));
    if (named == !wish.exchange.isEmpty())
        return Error{ErrorCode::InvalidInput,
                     named ? "a message goes to a queue or topic, or to an exchange: name one of them"
                           : "name the queue or topic, or --exchange",
                     {}};
    if (named)
        wish.place = QString::fromStdString(arguments.files[1]);
    if (arguments.has("--routing-key") && (named || arguments.has("--key")))
        return Error{ErrorCode::InvalidInput,
                     named ? "goes with --exchange; a queue is reached by its name, a record has a --key"
                           : "is the message's key already: leave out --key",
                     "--routing-key"};
    return {};
}

Result<MessageDraft> draftOf(const Arguments& arguments) {
    MessageDraft draft;
    if (const auto place = takePlace(arguments, draft.wish); !place)
        return place.error();
    const auto count = numberOf<qint64>(arguments, "--count", 1, 1'000'000'000);
    const auto rate = numberOf<double>(arguments, "--rate", 0.001, 1e6);
    const auto partition = numberOf<int>(arguments, "--partition", 0, 1'000'000);
    const Result<std::string> body = bodyIn(arguments);
    if (!count)
        return count.error();
    if (!rate)
        return rate.error();
    if (!partition)
        return partition.error();
    if (!body)
        return body.error();
    draft.wish.count = count->value_or(1);
    draft.wish.perSecond = rate->value_or(0);
    draft.wish.partition = partition->value_or(-1);
    draft.contentType = arguments.value("--content-type");
    for (const char* option : {"--key", "--routing-key"}) {
        if (!arguments.has(option))
            continue;
        const auto key = templateOf(arguments, arguments.value(option), option);
        if (!key)
            return key.error();
        draft.key = *key;
    }
    for (const std::string& header : arguments.values("--header")) {
        const std::size_t equals = header.find('=');
        if (equals == 0 || equals == std::string::npos)
            return Error{ErrorCode::InvalidInput, fmt::format("must be NAME=VALUE, is '{}'", header),
                         "--header"};
        const auto value = templateOf(arguments, header.substr(equals + 1), "--header");
        if (!value)
            return value.error();
        draft.headers.emplace_back(header.substr(0, equals), *value);
    }
    const auto made = templateOf(arguments, *body, arguments.has("--body-file") ? "--body-file" : "--body");
    if (!made)
        return made.error();
    draft.body = *made;
    return draft;
}

/// Fills the draft's places anew for each message.
class Filler : public PublishSource {
public:
    Filler(const MessageDraft& draft, const Interrupt& interrupt) : m_draft(draft), m_interrupt(interrupt) {}

    BrokerMessage message(qint64 number) override {
        return m_draft.message(number, std::chrono::system_clock::now().time_since_epoch(), m_random);
    }
    bool goOn(qint64 confirmed) override {
        if (m_progress.isDue())
            m_progress.show(double(confirmed) / double(m_draft.wish.count),
                            fmt::format("{} confirmed", shortCount(double(confirmed))));
        return !m_interrupt.happened();
    }

private:
    const MessageDraft& m_draft;
    const Interrupt& m_interrupt;
    ProgressLine m_progress;
    RandomStream m_random{std::random_device{}(), std::random_device{}()};
};

int publish(const Arguments& arguments) {
    const Result<MessageDraft> draft = draftOf(arguments);
    if (!draft)
        return complain(draft.error());
    const Interrupt interrupt;
    Filler filler(*draft, interrupt);
    BrokerSession session;
    if (!arguments.has("--send")) {
        if (const Result<void> opened = session.open({arguments.files.front()}); !opened)
            return complain(opened.error());
        fmt::print(
            "{}Nothing was sent, and the broker was not asked: this would be the first of {}; add --send\n",
            messageLine(filler.message(1)), draft->wish.count);
        return kWell;
    }
    const auto changes = session.changes(arguments.files.front(), true);
    if (!changes)
        return complain(changes.error());
    PublishResult result;
    {
        Filler sent(*draft, interrupt);
        result = (*changes)->publish(draft->wish, sent);
    }
    const std::string problem = result.problem.text().toStdString();
    if (arguments.has("--json")) {
        Json json{
            {"confirmed", result.confirmed}, {"unroutable", result.unroutable}, {"refused", result.refused}};
        if (!problem.empty())
            json["problem"] = problem;
        fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
    } else {
        fmt::print("{} of {} confirmed\n", result.confirmed, draft->wish.count);
        if (result.unroutable > 0)
            fmt::print("{} reached no queue: no binding of the exchange matches\n", result.unroutable);
        if (result.refused > 0)
            fmt::print("{} refused by the broker\n", result.refused);
    }
    if (!problem.empty()) {
        complain(Error{ErrorCode::InputOutput, problem, {}});
        return result.confirmed + result.refused + result.unroutable > 0 ? kFailed : kUnusable;
    }
    if (result.cancelled)
        return kInterrupted;
    return result.confirmed == draft->wish.count ? kWell : kFailed;
}

constexpr std::array<Option, 13> kPublishOptions{{
    {"--send", "", "send it; without it only the first message is shown"},
    {"--body", "TEXT",
     "the body, with places that are filled: {{number}}, {{uuid}}, {{now}}, {{random 1..100}}"},
    {"--body-file", "FILE", "the body from a file, - for standard input"},
    {"--key", "KEY", "a record's key, with places as well"},
    {"--header", "NAME=VALUE", "a header, with places in its value; may be repeated"},
    {"--exchange", "NAME", "RabbitMQ: to this exchange instead of a queue"},
    {"--routing-key", "KEY", "the key that goes with --exchange, with places as well"},
    {"--partition", "N", "Kafka: to this partition, whatever the key"},
    {"--content-type", "TYPE", "RabbitMQ: such as application/json"},
    {"--count", "N", "messages (1)"},
    {"--rate", "N", "messages a second at most"},
    {"--plain", "", "the text is sent as it is, braces too"},
    {"--json", "", "print JSON instead of text"},
}};

}  // namespace

const Command& publishCommand() {
    static const Command command{"publish",
                                 "ADDRESS [PLACE] --body TEXT [--key KEY] [--header NAME=VALUE] [--send]",
                                 "Publish messages to a live queue, topic or exchange",
                                 kPublishOptions,
                                 1,
                                 2,
                                 publish};
    return command;
}

}  // namespace sluice::cli
