#include "core/browse/letteredit.h"

#include <fmt/format.h>
#include <zlib.h>

#include <array>

#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

Error inLine(int line, std::string sentence) {
    return {ErrorCode::InvalidInput, std::move(sentence), fmt::format("line {}", line)};
}

std::int64_t wholeIn(const Json& object, const char* name, std::int64_t otherwise) {
    const auto found = object.find(name);
    return found != object.end() && found->is_number_integer() ? found->get<std::int64_t>() : otherwise;
}

std::optional<std::string> textIn(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? std::optional(found->get<std::string>())
                                                       : std::nullopt;
}

Result<LetterEdit> editIn(const Json& object, int line) {
    if (object.contains("schema"))
        return inLine(line, "was read by a schema: only a body as it is can be sent back");
    LetterEdit edit;
    edit.partition = static_cast<int>(wholeIn(object, "partition", -1));
    edit.offset = wholeIn(object, "offset", -1);
    edit.number = wholeIn(object, "letter", edit.partition < 0 && edit.offset >= 0 ? edit.offset + 1 : 0);
    edit.id = textIn(object, "id").value_or("");
    edit.mark = textIn(object, "mark").value_or("");
    if (edit.number <= 0 && edit.id.empty() && (edit.partition < 0 || edit.offset < 0))
        return inLine(line, "names no letter: give its \"letter\", \"id\", or \"partition\" and \"offset\"");
    edit.target = textIn(object, "to");
    edit.key = textIn(object, "key");
    if (const auto headers = object.find("headers"); headers != object.end()) {
        if (!headers->is_object())
            return inLine(line, "must have an object as its headers");
        edit.headers = *headers;
    }
    if (const auto base = textIn(object, "bodyBase64")) {
        edit.body = fromBase64(*base);
        if (!edit.body)
            return inLine(line, "has a bodyBase64 that is no base64");
    } else if (const auto body = object.find("body"); body != object.end() && !body->is_null()) {
        edit.body = body->is_string() ? body->get<std::string>()
                                      : body->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    return edit;
}

/// Two ways to write the same.
bool isSame(std::string_view one, const MessageBody& other) {
    if (one == other.bytes)
        return true;
    if (other.form != MessageBody::Form::Json)
        return false;
    const MessageBody read = readBody(one);
    return read.form == MessageBody::Form::Json && read.json == other.json;
}

}  // namespace

Result<LetterEdits> LetterEdits::parse(std::string_view lines) {
    LetterEdits edits;
    int line = 0;
    while (!lines.empty()) {
        ++line;
        const std::size_t end = lines.find('\n');
        const std::string_view text = lines.substr(0, end);
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
        if (text.find_first_not_of(" \t\r") == std::string_view::npos)
            continue;
        const Json object = Json::parse(text, nullptr, false);
        if (!object.is_object())
            return inLine(line, "is no JSON object: one letter stands on each line");
        Result<LetterEdit> edit = editIn(object, line);
        if (!edit)
            return edit.error();
        const bool byOffset = edit->partition >= 0 && edit->offset >= 0;
        if ((byOffset && edits.m_byOffset.contains({edit->partition, edit->offset})) ||
            (!byOffset && edit->number > 0 && edits.m_byNumber.contains(edit->number)) ||
            (!byOffset && edit->number == 0 && edits.m_byId.contains(edit->id)))
            return inLine(line, "is the second one for the same letter");
        edits.add(std::move(edit).value());
    }
    return edits;
}

void LetterEdits::add(LetterEdit edit) {
    const std::size_t index = m_edits.size();
    if (edit.partition >= 0 && edit.offset >= 0)
        m_byOffset[{edit.partition, edit.offset}] = index;
    else if (edit.number > 0)
        m_byNumber[edit.number] = index;
    else
        m_byId[edit.id] = index;
    m_edits.push_back(std::move(edit));
}

LetterEdits::Found LetterEdits::find(std::int64_t number, const BrokerMessage& message) const {
    const auto checked = [&](std::size_t index) {
        const LetterEdit& edit = m_edits[index];
        const bool strange = (!edit.id.empty() && edit.id != message.id) ||
                             (!edit.mark.empty() && edit.mark != letterMark(message));
        return Found{&edit, strange};
    };
    if (message.partition >= 0) {
        if (const auto found = m_byOffset.find({message.partition, message.offset});
            found != m_byOffset.end())
            return checked(found->second);
    }
    if (const auto found = m_byNumber.find(number); found != m_byNumber.end())
        return checked(found->second);
    if (const auto found = m_byId.find(message.id); !message.id.empty() && found != m_byId.end())
        return checked(found->second);
    return {};
}

std::string letterMark(const BrokerMessage& message) {
    const auto* bytes = reinterpret_cast<const Bytef*>(message.body.data());
    return fmt::format("crc32:{:08x}", crc32_z(0, bytes, message.body.size()));
}

Result<bool> applyEdit(const LetterEdit& edit, BrokerMessage& message) {
    bool changed = false;
    if (edit.body) {
        const MessageBody body = readBody(message.body);
        if (!isSame(*edit.body, body)) {
            if (!body.packing.empty())
                return Error{ErrorCode::Unsupported,
                             fmt::format("its body is packed with {}, and would go unpacked", body.packing),
                             {}};
            message.body = *edit.body;
            changed = true;
        }
    }
    if (edit.headers && *edit.headers != headersJson(message)) {
        const Json before = headersJson(message);
        std::vector<BrokerMessage::Header> headers;
        for (const auto& [name, value] : edit.headers->items()) {
            // Several of one name stay several.
            if (const auto same = before.find(name); same != before.end() && *same == value) {
                for (const BrokerMessage::Header& one : message.headers) {
                    if (one.name == name)
                        headers.push_back(one);
                }
            } else {
                headers.push_back({name, value});
            }
        }
        message.headers = std::move(headers);
        changed = true;
    }
    if (edit.key && edit.key != message.key) {
        message.key = edit.key;
        changed = true;
    }
    return changed;
}

}  // namespace sluice
