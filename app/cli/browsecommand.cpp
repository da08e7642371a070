#include <fmt/format.h>

#include <QDateTime>
#include <array>
#include <fstream>
#include <iostream>

#include "app/cli/brokersession.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/optionvalues.h"
#include "app/cli/progressline.h"
#include "app/cli/texttable.h"
#include "core/base/writtentime.h"
#include "core/browse/messageexport.h"
#include "core/browse/messagefilter.h"
#include "core/share/masking.h"

namespace sluice::cli {
namespace {

constexpr std::size_t kPreview = 60;  // characters of a body in the table
constexpr qint64 kUsualLimit = 100;

enum class BrowseForm : std::uint8_t { Table, JsonLines, Csv };

struct BrowseOrder {
    BrowseWish wish;
    MessageFilter filter;
    qint64 limit = kUsualLimit;  ///< messages told; 0: all
    BrowseForm form = BrowseForm::Table;
    std::string out;
};

Error noPlaceToBegin(const std::string& text, const char* option) {
    return {ErrorCode::InvalidInput,
            fmt::format("must be beginning, end, an offset, -N for the last N, or a time such as "
                        "2026-11-21T18:00:00Z, is '{}'",
                        text),
            option};
}

std::optional<qint64> millisecondsOf(const std::string& text) {
    const auto at = calendarTime(text);
    return at ? std::optional<qint64>(std::chrono::duration_cast<std::chrono::milliseconds>(*at).count())
              : std::nullopt;
}

Result<void> takeBegin(const Arguments& arguments, BrowseWish& wish) {
    const std::string text = arguments.value("--from");
    using Begin = BrowseWish::Begin;
    qint64 number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || text == "beginning") {
        wish.begin = Begin::First;
    } else if (text == "end") {
        wish.begin = Begin::End;
        wish.follow = true;
    } else if (failure == std::errc() && end == text.data() + text.size()) {
        wish.begin = number < 0 ? Begin::Last : Begin::Offset;
        wish.value = std::abs(number);
    } else if (const auto at = millisecondsOf(text)) {
        wish.begin = Begin::Time;
        wish.value = *at;
    } else {
        return noPlaceToBegin(text, "--from");
    }
    if (arguments.has("--until")) {
        wish.until = millisecondsOf(arguments.value("--until"));
        if (!wish.until)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("must be a time such as 2026-11-21T18:00:00Z, is '{}'",
                                     arguments.value("--until")),
                         "--until"};
    }
    return {};
}

Result<void> takePartitions(const Arguments& arguments, BrowseWish& wish) {
    for (const QString& part :
         QString::fromStdString(arguments.value("--partition")).split(u',', Qt::SkipEmptyParts)) {
        bool isNumber = false;
        wish.partitions << part.toInt(&isNumber);
        if (!isNumber || wish.partitions.back() < 0)
            return Error{ErrorCode::InvalidInput,
                         fmt::format("must be numbers from 0 with commas between them, is '{}'",
                                     arguments.value("--partition")),
                         "--partition"};
    }
    return {};
}

Result<SharedSchema> schemaIn(const Arguments& arguments) {
    const std::string file = arguments.value(arguments.has("--avro") ? "--avro" : "--protobuf");
    if (arguments.has("--avro") && arguments.has("--protobuf"))
        return Error{ErrorCode::InvalidInput, "cannot be given with --protobuf: bodies are one or the other",
                     "--avro"};
    if (arguments.has("--message") && !arguments.has("--protobuf"))
        return Error{ErrorCode::InvalidInput, "is a message of a Protobuf file: give that too", "--message"};
    if (arguments.has("--protobuf"))
        return protobufSchema(file, arguments.value("--message"));
    if (!arguments.has("--avro"))
        return SharedSchema();
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream)
        return Error{ErrorCode::InputOutput, "cannot be read; check the name and your rights", file};
    auto schema = avroSchema(text);
    if (!schema)
        return Error{schema.error().code, schema.error().sentence, file};
    return schema;
}

Result<BrowseOrder> browseOrderOf(const Arguments& arguments) {
    BrowseOrder order;
    order.wish.place = QString::fromStdString(arguments.files[1]);
    order.wish.follow = arguments.has("--follow");
    if (const auto begin = takeBegin(arguments, order.wish); !begin)
        return begin.error();
    if (const auto partitions = takePartitions(arguments, order.wish); !partitions)
        return partitions.error();
    const auto most = numberOf<qint64>(arguments, "--most", 1, 1'000'000'000'000);
    const auto limit = numberOf<qint64>(arguments, "--limit", 0, 1'000'000'000'000);
    const auto query = EventQuery::parseForMessages(arguments.value("--where"));
    if (!most)
        return most.error();
    if (!limit)
        return limit.error();
    if (!query)
        return Error{ErrorCode::InvalidInput, query.error().text(), "--where"};
    order.wish.most = most->value_or(0);
    order.limit = limit->value_or(kUsualLimit);
    const auto schema = schemaIn(arguments);
    if (!schema)
        return schema.error();
    order.filter = MessageFilter(*query, maskNames(arguments.value("--mask")), *schema);
    order.out = arguments.value("-o");
    const bool csv = arguments.has("--csv") || order.out.ends_with(".csv");
    if (csv || arguments.has("--json") || !order.out.empty())
        order.form = csv ? BrowseForm::Csv : BrowseForm::JsonLines;
    return order;
}

std::string preview(const BrokerMessage& message) {
    const MessageBody body = readBody(message.body);
    std::string text = body.form == MessageBody::Form::Json
                           ? body.json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                       : body.form == MessageBody::Form::Binary
                           ? fmt::format("{} bytes that are no text", body.bytes.size())
                           : body.bytes;
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    if (lengthOf(text) <= kPreview)
        return text;
    return QString::fromStdString(text).left(int(kPreview) - 1).toStdString() + "…";
}

/// Tells what the query holds for, until there is enough of it.
class Teller : public BrowseListener {
public:
    Teller(const BrowseOrder& order, std::ostream& out, const Interrupt& interrupt)
        : m_order(order), m_out(out), m_interrupt(interrupt) {
        if (order.form == BrowseForm::Csv)
            m_out << messageCsvTitle();
    }

    bool take(BrokerMessage message) override {
        if (!m_order.filter.take(message))
            return true;
        ++m_found;
        if (m_firstProblem.empty())
            m_firstProblem = message.problem;
        switch (m_order.form) {
            case BrowseForm::Table:
                m_table.add({message.partition < 0 ? "" : std::to_string(message.partition),
                             std::to_string(message.offset), message.time ? calendarText(*message.time) : "",
                             message.key ? (isText(*message.key) ? *message.key : base64(*message.key)) : "",
                             message.type, message.redelivered ? "redelivered" : "",
                             std::to_string(message.body.size()), preview(message)});
                break;
            case BrowseForm::JsonLines:
                m_out << messageLine(message);
                break;
            case BrowseForm::Csv:
                m_out << messageCsv(message);
                break;
        }
        return !isEnough();
    }
    bool goOn(qint64 looked, qint64 total) override {
        if (m_progress.isDue())
            m_progress.show(total > 0 ? double(looked) / double(total) : 0,
                            fmt::format("{} looked at, {} found", shortCount(double(looked)), m_found));
        if (m_order.wish.follow)
            m_out.flush();
        return !isEnough() && !m_interrupt.happened() && m_out.good();
    }
    [[nodiscard]] bool isEnough() const { return m_order.limit > 0 && m_found >= m_order.limit; }
    [[nodiscard]] qint64 found() const { return m_found; }
    /// Of a body that the schema does not fit; empty: there was none.
    [[nodiscard]] const std::string& firstProblem() const { return m_firstProblem; }
    [[nodiscard]] std::string table() const { return m_table.empty() ? std::string() : m_table.text(); }

private:
    const BrowseOrder& m_order;
    std::ostream& m_out;
    const Interrupt& m_interrupt;
    qint64 m_found = 0;
    std::string m_firstProblem;
    ProgressLine m_progress;
    TextTable m_table{std::vector<TextTable::Column>{{"partition", true},
                                                     {"offset", true},
                                                     {"time", false},
                                                     {"key", false},
                                                     {"type", false},
                                                     {"", false},
                                                     {"bytes", true},
                                                     {"body", false}}};
};

int tellForecast(const BrowseForecast& forecast) {
    if (forecast.problem.kind != BrokerProblem::Kind::None)
        return complain(Error{ErrorCode::InputOutput, forecast.problem.text().toStdString(), {}});
    fmt::print("{}{}\n", forecast.kind.toStdString(),
               forecast.messages < 0
                   ? ""
                   : fmt::format(", {} message{}", forecast.messages, forecast.messages == 1 ? "" : "s"));
    for (const QString& sentence : forecast.sentences)
        fmt::print("{}\n", sentence.toStdString());
    return forecast.effect == BrowseForecast::Effect::Refused ? kFailed : kWell;
}

/// Before it is looked at, for who may still stop it. What cannot be found out or is refused, the look says.
void warn(const BrowseForecast& forecast) {
    if (forecast.effect != BrowseForecast::Effect::Redelivered &&
        forecast.effect != BrowseForecast::Effect::Counted)
        return;
    for (const QString& sentence : forecast.sentences)
        fmt::print(stderr, "sluice-cli: {}\n", sentence.toStdString());
}

int browse(const Arguments& arguments) {
    const Result<BrowseOrder> order = browseOrderOf(arguments);
    if (!order)
        return complain(order.error());
    const Interrupt interrupt;
    BrokerSession session;
    const auto browse = session.browse(arguments.files.front());
    if (!browse)
        return complain(browse.error());
    const BrowseForecast forecast = (*browse)->forecast(order->wish);
    if (arguments.has("--forecast"))
        return tellForecast(forecast);
    warn(forecast);
    std::ofstream file;
    if (!order->out.empty()) {
        file.open(order->out, std::ios::binary | std::ios::trunc);
        if (!file)
            return complain(Error{ErrorCode::InputOutput,
                                  "cannot be written; check the folder and its rights", order->out});
    }
    BrowseResult result;
    Teller teller(*order, order->out.empty() ? std::cout : file, interrupt);
    result = (*browse)->run(order->wish, teller);
    fmt::print("{}", teller.table());
    if (!order->out.empty()) {
        file.flush();
        if (!file)
            return complain(Error{ErrorCode::InputOutput,
                                  "could not be written to its end; is the disk full?", order->out});
    }
    const bool failed = result.problem.kind != BrokerProblem::Kind::None;
    if ((order->form == BrowseForm::Table || !order->out.empty()) && (!failed || result.looked > 0))
        fmt::print("{} of {} looked at{}\n", teller.found(), result.looked,
                   teller.isEnough() ? "; there may be more (--limit)" : "");
    if (!teller.firstProblem().empty())
        fmt::print(stderr, "sluice-cli: not all bodies are as the schema says; of the first: {}\n",
                   teller.firstProblem());
    if (failed)
        return complain(Error{ErrorCode::InputOutput, result.problem.text().toStdString(), {}});
    return interrupt.happened() && !order->wish.follow ? kInterrupted : kWell;
}

constexpr std::array<Option, 15> kBrowseOptions{{
    {"--where", "QUERY",
     "only these: key:user-17, field.email:ada, header.tenant:a, time>2026-11-21T18:00:00Z"},
    {"--from", "PLACE", "beginning (as a rule), end, an offset, -N for the last N, or a time"},
    {"--until", "TIME", "records newer than this are left out"},
    {"--partition", "N,N", "only these partitions"},
    {"--limit", "N", "messages that are told, 100 as a rule; 0: all"},
    {"--most", "N", "messages that are looked at"},
    {"--follow", "", "go on with what comes, until Ctrl-C"},
    {"--mask", "NAMES",
     "replace the values of these members and headers by ***; key and body for all of them"},
    {"--avro", "FILE", "read bodies by this Avro schema (.avsc), framed by Confluent's serializers or not"},
    {"--protobuf", "FILE", "read bodies by this Protobuf file: .proto or a descriptor set"},
    {"--message", "NAME", "of a Protobuf file: which message bodies are, such as acme.Order"},
    {"--forecast", "", "say only what looking would do to the broker"},
    {"--csv", "", "print CSV instead of a table"},
    {"--json", "", "print JSON Lines instead of a table"},
    {"-o", "FILE", "write them to a file: CSV if it ends in .csv, else JSON Lines"},
}};

}  // namespace

const Command& browseCommand() {
    static const Command command{"browse",
                                 "ADDRESS PLACE [--where QUERY] [--from PLACE] [--follow]",
                                 "Look at the messages of a live queue or topic without taking them",
                                 kBrowseOptions,
                                 2,
                                 2,
                                 browse};
    return command;
}

}  // namespace sluice::cli
