#include "core/live/messagemask.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/lettercase.h"
#include "core/browse/messagebody.h"
#include "core/browse/messagefilter.h"
#include "core/live/messagemarks.h"

namespace sluice {
namespace {

constexpr const char* kMask = "***";

/// The header that carries this text goes too, whatever it is called.
void hide(BrokerMessage& message, const std::string& text) {
    if (text.empty())
        return;
    for (BrokerMessage::Header& header : message.headers) {
        if (header.value.is_string() &&
            header.value.get_ref<const std::string&>().find(text) != std::string::npos)
            header.value = kMask;
    }
}

}  // namespace

MessageMask::MessageMask(std::vector<std::string> names) : m_names(std::move(names)) {
    for (std::string& name : m_names)
        name = lowered(name);
}

bool MessageMask::has(const char* name) const {
    return std::find(m_names.begin(), m_names.end(), name) != m_names.end();
}

void MessageMask::apply(BrokerMessage& message) const {
    if (m_names.empty())
        return;
    if (has("correlation")) {
        hide(message, correlationOf(message));
        message.correlation.clear();
    }
    if (has("id")) {
        hide(message, identityOf(message));
        message.id.clear();
    }
    if (has("type") && !message.type.empty())
        message.type = kMask;
    const std::size_t size = message.body.size();
    const bool large = size > kMostMasked;
    if (large)
        message.body.clear();
    // A field that is masked may be what the message is keyed by.
    const MessageBody body = readBody(message.body);
    if (body.form == MessageBody::Form::Json && body.json.is_object() && message.key) {
        for (const auto& [name, value] : body.json.items()) {
            const bool named = std::find(m_names.begin(), m_names.end(), lowered(name)) != m_names.end();
            if (named && (value.is_string() ? value.get<std::string>() : value.dump()) == *message.key)
                message.key = kMask;
        }
    }
    mask(message, m_names);
    const bool readable = body.form == MessageBody::Form::Json || body.form == MessageBody::Form::Empty;
    if (large || (!readable && !has("body")))
        message.body = fmt::format("{} ({} bytes in which no field can be masked)", kMask, size);
}

}  // namespace sluice
