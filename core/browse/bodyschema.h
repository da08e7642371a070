#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sluice {

/// What bodies that describe themselves in no way are read by. Any thread, one at a time.
class BodySchema {
public:
    virtual ~BodySchema() = default;

    struct Reading {
        nlohmann::ordered_json json;
        std::string as;      ///< "Avro acme.Order, schema 7"
        std::string remark;  ///< what of the bytes the schema does not say; empty: all is said
    };
    /// Of the bytes as they are, or as the serializers of Confluent's Schema Registry frame them: a zero, the
    /// schema's id in four bytes, and for Protobuf the way to the message in its file. Bytes that are no text
    /// are in base64 ("base64:..."). Errors: bytes that do not fit, in one sentence.
    [[nodiscard]] virtual Result<Reading> read(std::string_view bytes) const = 0;
};

using SharedSchema = std::shared_ptr<const BodySchema>;

/// `json`: an Avro schema (.avsc). Errors: what is wrong with it.
Result<SharedSchema> avroSchema(std::string_view json);

/// `file`: a .proto file, whose imports are looked for beside it and in the folders above, or a descriptor
/// set (protoc --descriptor_set_out --include_imports). `message`: "acme.Order"; empty: the file's only one,
/// or the one that each body's framing names. Errors: what is wrong with the file, or that it has no such
/// message.
Result<SharedSchema> protobufSchema(const std::string& file, std::string_view message);

/// By the file's name: .avsc and .json are Avro, others Protobuf. `file` is read. Errors: those of the two,
/// and that it cannot be read; `where` is the file.
Result<SharedSchema> schemaOf(const std::string& file, std::string_view message);

}  // namespace sluice
