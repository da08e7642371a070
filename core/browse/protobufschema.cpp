#include <fmt/format.h>
#include <google/protobuf/compiler/importer.h>
#include <google/protobuf/descriptor_database.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/browse/bodyschema.h"
#include "core/browse/messagebody.h"
#include "core/browse/messageexport.h"

namespace sluice {
namespace {

namespace pb = google::protobuf;
using Json = nlohmann::ordered_json;
constexpr int kMostDepth = 100;  // of messages within messages, as the library has it too

/// The first thing that is wrong with a file.
class Complaints : public pb::compiler::MultiFileErrorCollector, public pb::DescriptorPool::ErrorCollector {
public:
    void AddError(const std::string& file, int line, int, const std::string& message) override {
        if (first.empty())
            first = line < 0 ? fmt::format("{}: {}", file, message)
                             : fmt::format("{}, line {}: {}", file, line + 1, message);
    }
    void AddError(const std::string& file, const std::string& element, const pb::Message*, ErrorLocation,
                  const std::string& message) override {
        if (first.empty())
            first = fmt::format("{}, {}: {}", file, element, message);
    }
    using pb::compiler::MultiFileErrorCollector::AddWarning;
    std::string first;
};

Json textOf(const std::string& bytes) {
    return isText(bytes) ? bytes : "base64:" + base64(bytes);
}

Json jsonOf(const pb::Message& message, int depth);

/// One value of a field; `at`: of a repeated one, else -1.
Json valueOf(const pb::Message& message, const pb::FieldDescriptor& field, int at, int depth) {
    const pb::Reflection& of = *message.GetReflection();
    const bool many = at >= 0;
    using Type = pb::FieldDescriptor;
    switch (field.cpp_type()) {
        case Type::CPPTYPE_INT32:
            return many ? of.GetRepeatedInt32(message, &field, at) : of.GetInt32(message, &field);
        case Type::CPPTYPE_INT64:
            return many ? of.GetRepeatedInt64(message, &field, at) : of.GetInt64(message, &field);
        case Type::CPPTYPE_UINT32:
            return many ? of.GetRepeatedUInt32(message, &field, at) : of.GetUInt32(message, &field);
        case Type::CPPTYPE_UINT64:
            return many ? of.GetRepeatedUInt64(message, &field, at) : of.GetUInt64(message, &field);
        case Type::CPPTYPE_DOUBLE:
            return many ? of.GetRepeatedDouble(message, &field, at) : of.GetDouble(message, &field);
        case Type::CPPTYPE_FLOAT:
            return many ? of.GetRepeatedFloat(message, &field, at) : of.GetFloat(message, &field);
        case Type::CPPTYPE_BOOL:
            return many ? of.GetRepeatedBool(message, &field, at) : of.GetBool(message, &field);
        case Type::CPPTYPE_ENUM: {
            const int number =
                many ? of.GetRepeatedEnumValue(message, &field, at) : of.GetEnumValue(message, &field);
            const auto* value = field.enum_type()->FindValueByNumber(number);
            return value ? Json(value->name()) : Json(number);
        }
        case Type::CPPTYPE_STRING:
            return textOf(many ? of.GetRepeatedString(message, &field, at) : of.GetString(message, &field));
        case Type::CPPTYPE_MESSAGE:
            return jsonOf(many ? of.GetRepeatedMessage(message, &field, at) : of.GetMessage(message, &field),
                          depth + 1);
    }
    return nullptr;
}

Json mapOf(const pb::Message& message, const pb::FieldDescriptor& field, int depth) {
    const pb::Reflection& of = *message.GetReflection();
    const pb::FieldDescriptor& key = *field.message_type()->map_key();
    const pb::FieldDescriptor& value = *field.message_type()->map_value();
    Json made = Json::object();
    for (int i = 0; i < of.FieldSize(message, &field); ++i) {
        const pb::Message& entry = of.GetRepeatedMessage(message, &field, i);
        const Json name = valueOf(entry, key, -1, depth);
        made[name.is_string() ? name.get<std::string>() : name.dump()] = valueOf(entry, value, -1, depth);
    }
    return made;
}

/// Names as the file has them, and numbers as numbers, so that queries compare them. Times and other
/// well-known types are as in Protobuf's JSON mapping.
Json jsonOf(const pb::Message& message, int depth) {
    const pb::Descriptor& type = *message.GetDescriptor();
    if (type.well_known_type() != pb::Descriptor::WELLKNOWNTYPE_UNSPECIFIED) {
        std::string text;
        if (pb::util::MessageToJsonString(message, &text).ok()) {
            if (Json json = Json::parse(text, nullptr, false); !json.is_discarded())
                return json;
        }
    }
    Json made = Json::object();
    if (depth > kMostDepth)
        return made;
    const pb::Reflection& of = *message.GetReflection();
    for (int i = 0; i < type.field_count(); ++i) {
        const pb::FieldDescriptor& field = *type.field(i);
        if (field.is_map()) {
            if (of.FieldSize(message, &field) > 0)
                made[field.name()] = mapOf(message, field, depth);
        } else if (field.is_repeated()) {
            for (int at = 0; at < of.FieldSize(message, &field); ++at)
                made[field.name()].push_back(valueOf(message, field, at, depth));
        } else if (!field.has_presence() || of.HasField(message, &field)) {
            // Without presence the default is what the sender meant.
            made[field.name()] = valueOf(message, field, -1, depth);
        }
    }
    return made;
}

/// The way to a message in its file: indexes, the first of the file's messages, then of those within.
bool readWay(std::string_view& bytes, std::vector<int>& way) {
    pb::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                    static_cast<int>(std::min<std::size_t>(bytes.size(), 1024)));
    const auto next = [&](std::int64_t& number) {
        std::uint64_t bits = 0;
        if (!stream.ReadVarint64(&bits))
            return false;
        number = static_cast<std::int64_t>(bits >> 1U) ^ -static_cast<std::int64_t>(bits & 1U);
        return true;
    };
    std::int64_t count = 0;
    if (!next(count) || count < 0 || count > kMostDepth)
        return false;
    for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t index = 0;
        if (!next(index) || index < 0 || index > 100'000)
            return false;
        way.push_back(static_cast<int>(index));
    }
    if (way.empty())
        way.push_back(0);
    bytes.remove_prefix(static_cast<std::size_t>(stream.CurrentPosition()));
    return true;
}

class ProtobufSchema : public BodySchema {
public:
    /// The pool and what it reads from.
    pb::SimpleDescriptorDatabase set;
    pb::compiler::DiskSourceTree tree;
    Complaints complaints;
    std::unique_ptr<pb::compiler::SourceTreeDescriptorDatabase> sources;
    pb::DescriptorPoolDatabase known{*pb::DescriptorPool::generated_pool()};
    std::unique_ptr<pb::MergedDescriptorDatabase> both;
    std::unique_ptr<pb::DescriptorPool> pool;
    const pb::FileDescriptor* file = nullptr;
    const pb::Descriptor* chosen = nullptr;  ///< null: the framing says which

    [[nodiscard]] Result<Reading> read(std::string_view bytes) const override {
        constexpr std::size_t kFrame = 5;  // a zero and the schema's id
        const pb::Descriptor* type = chosen;
        std::string frame;
        // Plain Protobuf never begins with a zero: there is no field of that number.
        if (bytes.starts_with('\0')) {
            std::vector<int> way;
            std::uint32_t id = 0;
            for (const char c : bytes.substr(1, std::min(kFrame, bytes.size()) - 1))
                id = id << 8U | static_cast<unsigned char>(c);
            bytes.remove_prefix(std::min(kFrame, bytes.size()));
            if (!readWay(bytes, way))
                return Error{
                    ErrorCode::InvalidInput, "its framing before the Protobuf message is cut off", {}};
            frame = fmt::format(", schema {}", id);
            if (!type)
                type = messageAt(way);
        }
        if (!type)
            return Error{ErrorCode::InvalidInput,
                         "which message of the Protobuf file it is, is not said: give its name",
                         {}};
        const std::unique_ptr<pb::Message> message(m_factory.GetPrototype(type)->New());
        if (bytes.size() > INT_MAX ||
            !message->ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size())))
            return Error{
                ErrorCode::InvalidInput,
                fmt::format("its bytes are no Protobuf message {}: they end too early or are damaged",
                            type->full_name()),
                {}};
        Reading reading{jsonOf(*message, 0), fmt::format("Protobuf {}{}", type->full_name(), frame), {}};
        const pb::UnknownFieldSet& unknown = message->GetReflection()->GetUnknownFields(*message);
        if (!unknown.empty())
            reading.remark = fmt::format("{} has no field {}: another schema may be meant", type->full_name(),
                                         unknown.field(0).number());
        return reading;
    }

private:
    [[nodiscard]] const pb::Descriptor* messageAt(const std::vector<int>& way) const {
        const pb::Descriptor* type = nullptr;
        for (const int index : way) {
            const int count = type ? type->nested_type_count() : file->message_type_count();
            if (index >= count)
                return nullptr;
            type = type ? type->nested_type(index) : file->message_type(index);
        }
        return type;
    }

    mutable pb::DynamicMessageFactory m_factory;
};

/// Of a file within its own folder and those above.
void openSources(ProtobufSchema& schema, const std::filesystem::path& path) {
    for (auto folder = path.parent_path(); !folder.empty(); folder = folder.parent_path()) {
        schema.tree.MapPath("", folder.string());
        if (folder == folder.root_path())
            break;
    }
    schema.sources = std::make_unique<pb::compiler::SourceTreeDescriptorDatabase>(&schema.tree);
    schema.sources->RecordErrorsTo(&schema.complaints);
    // Times and the like are known to the library itself.
    schema.both = std::make_unique<pb::MergedDescriptorDatabase>(schema.sources.get(), &schema.known);
    schema.pool = std::make_unique<pb::DescriptorPool>(schema.both.get(),
                                                       schema.sources->GetValidationErrorCollector());
    schema.file = schema.pool->FindFileByName(path.filename().string());
}

bool openSet(ProtobufSchema& schema, const std::string& bytes) {
    pb::FileDescriptorSet set;
    if (!set.ParseFromString(bytes) || set.file_size() == 0)
        return false;
    for (const pb::FileDescriptorProto& one : set.file())
        schema.set.Add(one);
    schema.both = std::make_unique<pb::MergedDescriptorDatabase>(&schema.set, &schema.known);
    schema.pool = std::make_unique<pb::DescriptorPool>(schema.both.get(), &schema.complaints);
    // protoc writes imports first.
    schema.file = schema.pool->FindFileByName(set.file(set.file_size() - 1).name());
    return true;
}

}  // namespace

Result<SharedSchema> protobufSchema(const std::string& file, std::string_view message) {
    // The library says what it complains about where nobody asked.
    pb::SetLogHandler(nullptr);
    std::error_code failed;
    const std::filesystem::path path = std::filesystem::absolute(file, failed);
    auto schema = std::make_shared<ProtobufSchema>();
    if (path.extension() == ".proto") {
        openSources(*schema, path);
    } else {
        std::ifstream stream(path, std::ios::binary);
        std::stringstream bytes;
        bytes << stream.rdbuf();
        if (!stream || !openSet(*schema, bytes.str()))
            return Error{
                ErrorCode::InvalidInput,
                "is neither a .proto file nor a descriptor set as protoc --descriptor_set_out writes it",
                file};
    }
    if (!schema->file)
        return Error{
            ErrorCode::InvalidInput,
            fmt::format("is no Protobuf file that can be used: {}",
                        schema->complaints.first.empty() ? "an import is missing" : schema->complaints.first),
            file};
    if (!message.empty()) {
        const std::string name(message);
        schema->chosen = schema->pool->FindMessageTypeByName(name);
        if (!schema->chosen && !schema->file->package().empty())
            schema->chosen = schema->pool->FindMessageTypeByName(schema->file->package() + '.' + name);
        if (!schema->chosen)
            return Error{
                ErrorCode::NotFound,
                fmt::format("has no message {}{}", name,
                            schema->file->message_type_count() > 0
                                ? "; one that it has is " + schema->file->message_type(0)->full_name()
                                : std::string()),
                file};
    } else if (schema->file->message_type_count() == 1) {
        schema->chosen = schema->file->message_type(0);
    }
    return SharedSchema(schema);
}

Result<SharedSchema> schemaOf(const std::string& file, std::string_view message) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    if (!stream)
        return Error{ErrorCode::InputOutput, "cannot be read; check the name and your rights", file};
    const auto extension = std::filesystem::path(file).extension();
    if (extension != ".avsc" && extension != ".json")
        return protobufSchema(file, message);
    auto schema = avroSchema(text);
    if (!schema)
        return Error{schema.error().code, schema.error().sentence, file};
    return schema;
}

}  // namespace sluice
