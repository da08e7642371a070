#include "core/query/querycompletion.h"

#include <algorithm>
#include <cctype>

#include "core/query/queryterms.h"
#include "core/query/querytext.h"

namespace sluice {
namespace {

constexpr std::size_t kMost = 50;

bool separates(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '(' || c == ')';
}

/// Where the word begins in which the cursor stands, minding quotes.
std::size_t wordStart(std::string_view text) {
    std::size_t from = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"')
            quoted = !quoted;
        else if (!quoted && separates(text[at]))
            from = at + 1;
    }
    return from < text.size() && text[from] == '-' ? from + 1 : from;
}

std::string inQuotes(std::string_view text) {
    const bool plain =
        std::ranges::none_of(text, [](char c) { return separates(c) || c == ',' || c == '"'; });
    return plain ? std::string(text) : '"' + std::string(text) + '"';
}

/// A name whose spaces a query may write as dashes.
std::string dashed(std::string_view name) {
    std::string text(name);
    std::ranges::replace(text, ' ', '-');
    return text;
}

class Choices {
public:
    explicit Choices(std::string_view typed) : m_typed(lowered(typed)) { std::erase(m_typed, '"'); }

    void offer(std::string text, std::string_view description) {
        const std::string name = lowered(text);
        const std::size_t at = name.find(m_typed);
        const bool known =
            std::ranges::any_of(m_ranked, [&](const Ranked& one) { return one.completion.text == text; });
        if (at == std::string::npos || known)
            return;
        const bool begins = at == 0 || (at == 1 && name.front() == '"');
        m_ranked.push_back({begins ? 0 : 1, {std::move(text), std::string(description)}});
    }

    std::vector<QueryCompletion> take() {
        std::ranges::stable_sort(m_ranked, {}, &Ranked::rank);
        std::vector<QueryCompletion> choices;
        for (Ranked& one : m_ranked) {
            if (choices.size() < kMost)
                choices.push_back(std::move(one.completion));
        }
        return choices;
    }

private:
    struct Ranked {
        int rank;
        QueryCompletion completion;
    };
    std::string m_typed;
    std::vector<Ranked> m_ranked;
};

void offerEntities(Choices& choices, const QueryTerm& term, const EntityTable& table) {
    for (const Entity& entity : table.entities) {
        if (term.subject == QuerySubject::ElementOfKind &&
            (entity.isLink != !term.elementKind ||
             (!entity.isLink && entity.elementKind != *term.elementKind)))
            continue;
        if (term.subject == QuerySubject::Element && entity.isLink)
            continue;
        const std::string& name = entity.name.empty() ? entity.id : entity.name;
        choices.offer(inQuotes(name),
                      entity.isLink ? kindName(entity.linkKind) : kindName(entity.elementKind));
    }
}

void offerValues(Choices& choices, const QueryTerm& term, const EntityTable& table) {
    switch (term.subject) {
        case QuerySubject::Kind:
            for (int kind = 0; kind < kEventKindCount; ++kind)
                choices.offer(dashed(kindName(static_cast<EventKind>(kind))), {});
            break;
        case QuerySubject::Element:
        case QuerySubject::ElementOfKind:
            offerEntities(choices, term, table);
            break;
        case QuerySubject::Type:
            for (const TracedType& type : table.types)
                choices.offer(inQuotes(type.id), kindName(type.kind));
            break;
        case QuerySubject::Cause:
            for (std::size_t cause = 1; cause < kFailureKindNames.size(); ++cause)
                choices.offer(dashed(kFailureKindNames[cause]), {});
            break;
        case QuerySubject::Reason:
            for (int reason = 0; reason <= static_cast<int>(DeathReason::BrokerStopped); ++reason)
                choices.offer(dashed(reasonName(static_cast<DeathReason>(reason))), {});
            for (const auto reason : {RequeueReason::ChannelClosed, RequeueReason::Nacked})
                choices.offer(dashed(reasonName(reason)), {});
            break;
        case QuerySubject::Mark:
            for (const QueryMark& mark : queryMarks())
                choices.offer(std::string(mark.name), {});
            break;
        default:
            break;
    }
}

void offerFields(Choices& choices, const EntityTable& table) {
    for (const QueryFieldInfo& field : queryFields()) {
        if (field.name == "field.") {
            for (const TracedType& type : table.types) {
                for (const TracedField& one : type.fields)
                    choices.offer("field." + one.name + ':', type.id);
            }
        } else {
            const bool whole = field.name.ends_with('.');
            choices.offer(std::string(field.name) + (whole ? "" : ":"), field.description);
        }
    }
    for (const std::string_view keyword : {"and", "or", "not"})
        choices.offer(std::string(keyword), {});
    for (int kind = 0; kind < kEventKindCount; ++kind)
        choices.offer(dashed(kindName(static_cast<EventKind>(kind))), "what happened");
}

}  // namespace

QueryCompletions completeQuery(std::string_view text, std::size_t cursor, const EntityTable& table) {
    const std::string_view before = text.substr(0, std::min(cursor, text.size()));
    QueryCompletions found;
    found.from = wordStart(before);
    std::string_view word = before.substr(found.from);
    const std::size_t sign = word.find_first_of(":=<>!");
    const auto term = sign == std::string_view::npos ? std::nullopt : termFor(word.substr(0, sign));
    if (term) {
        std::size_t value = word.find_first_not_of(":=<>!", sign);
        value = value == std::string_view::npos ? word.size() : value;
        // After a comma another value begins, but not after one in quotes.
        const std::size_t comma = word.rfind(',');
        if (comma != std::string_view::npos && comma >= value &&
            std::ranges::count(word.substr(0, comma), '"') % 2 == 0)
            value = comma + 1;
        found.from += value;
        word.remove_prefix(value);
    }
    Choices choices(word);
    if (term)
        offerValues(choices, *term, table);
    else
        offerFields(choices, table);
    found.choices = choices.take();
    return found;
}

}  // namespace sluice
