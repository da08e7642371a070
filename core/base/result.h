#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace sluice {

enum class ErrorCode {
    InvalidInput,  ///< the input breaks a rule; `where` names the place
    NotFound,      ///< something named does not exist
    InputOutput,   ///< the operating system refused
    Unsupported,   ///< understood, but not something this version can do
    Conflict,      ///< the request contradicts the present state
    Cancelled,     ///< the user asked for it to stop
};

/// An expected failure: one clear sentence for a person, and the place it speaks of.
struct Error {
    ErrorCode code = ErrorCode::InvalidInput;
    std::string sentence;  ///< says what is wrong and what to do; no trailing full stop
    std::string where;     ///< "nodes[3].ttl", a file name, or empty

    /// "nodes[3].ttl: must not be negative, is -5"
    [[nodiscard]] std::string text() const { return where.empty() ? sentence : where + ": " + sentence; }
};

/// A value or the Error that stands in its place. Reading the wrong one is a bug and asserts.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : m_state(std::move(value)) {}
    Result(Error error) : m_state(std::move(error)) {}

    [[nodiscard]] bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] T& value() & {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&m_state);
    }
    [[nodiscard]] T&& value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&m_state));
    }
    [[nodiscard]] const Error& error() const {
        assert(!ok());
        return *std::get_if<1>(&m_state);
    }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, Error> m_state;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)), m_ok(false) {}

    [[nodiscard]] bool ok() const { return m_ok; }
    explicit operator bool() const { return m_ok; }
    [[nodiscard]] const Error& error() const {
        assert(!m_ok);
        return m_error;
    }

private:
    Error m_error;
    bool m_ok = true;
};

}  // namespace sluice
