#include <avro.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "core/browse/bodyschema.h"
#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"

namespace sluice {
namespace {

using Json = nlohmann::ordered_json;

/// The library walks into a value as deep as a recursive schema lets it, a level for a byte at the worst.
constexpr std::size_t kMostRecursive = 16U << 10U;

struct SchemaEnd {
    void operator()(avro_schema_t schema) const { avro_schema_decref(schema); }
};
struct ClassEnd {
    void operator()(avro_value_iface_t* type) const { avro_value_iface_decref(type); }
};
struct ReaderEnd {
    void operator()(avro_reader_t reader) const { avro_reader_free(reader); }
};
using Schema = std::unique_ptr<std::remove_pointer_t<avro_schema_t>, SchemaEnd>;
using Class = std::unique_ptr<avro_value_iface_t, ClassEnd>;
using Reader = std::unique_ptr<std::remove_pointer_t<avro_reader_t>, ReaderEnd>;

/// A value of the library's, given back at the end.
struct Value {
    explicit Value(avro_value_iface_t* type) { isMade = avro_generic_value_new(type, &value) == 0; }
    ~Value() {
        if (isMade)
            avro_value_decref(&value);
    }
    Value(const Value&) = delete;
    Value& operator=(const Value&) = delete;
    avro_value_t value{};
    bool isMade = false;
};

Json shownBytes(const void* bytes, std::size_t size) {
    const std::string_view text(static_cast<const char*>(bytes), size);
    return isText(text) ? std::string(text) : "base64:" + base64(text);
}

Json jsonOf(avro_value_t& value);

Json itemsOf(avro_value_t& value, bool named) {
    Json made = named ? Json::object() : Json::array();
    std::size_t count = 0;
    avro_value_get_size(&value, &count);
    for (std::size_t i = 0; i < count; ++i) {
        avro_value_t item{};
        const char* name = nullptr;
        if (avro_value_get_by_index(&value, i, &item, &name) != 0)
            break;
        if (named)
            made[name ? name : ""] = jsonOf(item);
        else
            made.push_back(jsonOf(item));
    }
    return made;
}

/// A union is its value: what it is of is to be seen.
Json jsonOf(avro_value_t& value) {
    switch (avro_value_get_type(&value)) {
        case AVRO_BOOLEAN: {
            int of = 0;
            avro_value_get_boolean(&value, &of);
            return of != 0;
        }
        case AVRO_BYTES: {
            const void* bytes = nullptr;
            std::size_t size = 0;
            avro_value_get_bytes(&value, &bytes, &size);
            return shownBytes(bytes, size);
        }
        case AVRO_FIXED: {
            const void* bytes = nullptr;
            std::size_t size = 0;
            avro_value_get_fixed(&value, &bytes, &size);
            return shownBytes(bytes, size);
        }
        case AVRO_STRING: {
            const char* text = nullptr;
            std::size_t size = 0;  // with the zero at its end
            avro_value_get_string(&value, &text, &size);
            return std::string(text ? text : "", size > 0 ? size - 1 : 0);
        }
        case AVRO_INT32: {
            std::int32_t of = 0;
            avro_value_get_int(&value, &of);
            return of;
        }
        case AVRO_INT64: {
            std::int64_t of = 0;
            avro_value_get_long(&value, &of);
            return of;
        }
        case AVRO_FLOAT: {
            float of = 0;
            avro_value_get_float(&value, &of);
            return of;
        }
        case AVRO_DOUBLE: {
            double of = 0;
            avro_value_get_double(&value, &of);
            return of;
        }
        case AVRO_ENUM: {
            int of = 0;
            avro_value_get_enum(&value, &of);
            const char* name = avro_schema_enum_get(avro_value_get_schema(&value), of);
            return name ? Json(name) : Json(of);
        }
        case AVRO_UNION: {
            avro_value_t branch{};
            return avro_value_get_current_branch(&value, &branch) == 0 ? jsonOf(branch) : Json();
        }
        case AVRO_RECORD:
        case AVRO_MAP:
            return itemsOf(value, true);
        case AVRO_ARRAY:
            return itemsOf(value, false);
        default:
            return nullptr;
    }
}

/// Names of types that are used within themselves.
bool isRecursive(const Json& schema, std::vector<std::string>& within) {
    if (schema.is_string())
        return std::any_of(within.begin(), within.end(), [&](const std::string& name) {
            const auto used = schema.get<std::string>();
            const auto dot = used.rfind('.');
            return name == (dot == std::string::npos ? used : used.substr(dot + 1));
        });
    if (schema.is_array())
        return std::any_of(schema.begin(), schema.end(),
                           [&](const Json& one) { return isRecursive(one, within); });
    if (!schema.is_object())
        return false;
    const auto part = [&](const char* name) {
        const auto found = schema.find(name);
        return found != schema.end() && isRecursive(*found, within);
    };
    const bool record = schema.contains("fields") && schema.contains("name") && schema["name"].is_string();
    if (record) {
        const auto name = schema["name"].get<std::string>();
        const auto dot = name.rfind('.');
        within.push_back(dot == std::string::npos ? name : name.substr(dot + 1));
    }
    bool found = (!record && part("type")) || part("items") || part("values");
    if (record && schema["fields"].is_array()) {
        for (const Json& field : schema["fields"])
            found =
                found || (field.is_object() && field.contains("type") && isRecursive(field["type"], within));
        within.pop_back();
    }
    return found;
}

class AvroSchema : public BodySchema {
public:
    AvroSchema(Schema schema, Class type, bool recursive)
        : m_schema(std::move(schema)), m_type(std::move(type)), m_recursive(recursive) {}

    [[nodiscard]] Result<Reading> read(std::string_view bytes) const override {
        constexpr std::size_t kFrame = 5;    // a zero and the schema's id
        constexpr std::size_t kSingle = 10;  // Avro's single-object encoding: a mark and a fingerprint
        if (m_recursive && bytes.size() > kMostRecursive)
            return Error{ErrorCode::Unsupported,
                         fmt::format("more than {} bytes of a schema that contains itself are not read",
                                     kMostRecursive),
                         {}};
        const char* const name = avro_schema_type_name(m_schema.get());
        std::string as = fmt::format("Avro {}", name ? name : "");
        if (bytes.starts_with('\0') && bytes.size() >= kFrame) {
            if (auto json = decoded(bytes.substr(kFrame))) {
                std::uint32_t id = 0;
                for (const char c : bytes.substr(1, kFrame - 1))
                    id = id << 8U | static_cast<unsigned char>(c);
                return Reading{std::move(*json), fmt::format("{}, schema {}", as, id), {}};
            }
        }
        if (bytes.starts_with("\xC3\x01") && bytes.size() >= kSingle) {
            if (auto json = decoded(bytes.substr(kSingle)))
                return Reading{std::move(*json), as + ", single object", {}};
        }
        auto json = decoded(bytes);
        if (!json)
            return json.error();
        return Reading{std::move(*json), std::move(as), {}};
    }

private:
    [[nodiscard]] Result<Json> decoded(std::string_view bytes) const {
        const Value value(m_type.get());
        const Reader reader(avro_reader_memory(bytes.data(), static_cast<std::int64_t>(bytes.size())));
        if (!value.isMade || !reader)
            return Error{ErrorCode::Unsupported, "there is no memory for it", {}};
        if (avro_value_read(reader.get(), const_cast<avro_value_t*>(&value.value)) != 0)
            return Error{
                ErrorCode::InvalidInput,
                "its bytes do not fit the Avro schema: they end too early or hold what it does not allow",
                {}};
        // The library tells the end of a file alone.
        char more = 0;
        if (avro_read(reader.get(), &more, 1) == 0)
            return Error{ErrorCode::InvalidInput,
                         "its bytes do not fit the Avro schema: there are more of them than it describes",
                         {}};
        return jsonOf(const_cast<avro_value_t&>(value.value));
    }

    Schema m_schema;
    Class m_type;
    bool m_recursive;
};

}  // namespace

Result<SharedSchema> avroSchema(std::string_view json) {
    avro_schema_t parsed = nullptr;
    if (avro_schema_from_json_length(json.data(), json.size(), &parsed) != 0)
        return Error{ErrorCode::InvalidInput,
                     fmt::format("is no Avro schema: {}", json.empty() ? "it is empty" : avro_strerror()),
                     {}};
    Schema schema(parsed);
    Class type(avro_generic_class_from_schema(parsed));
    if (!type)
        return Error{ErrorCode::Unsupported,
                     fmt::format("is an Avro schema that cannot be used: {}", avro_strerror()),
                     {}};
    std::vector<std::string> within;
    const bool recursive = isRecursive(Json::parse(json, nullptr, false), within);
    return SharedSchema(std::make_shared<AvroSchema>(std::move(schema), std::move(type), recursive));
}

}  // namespace sluice
