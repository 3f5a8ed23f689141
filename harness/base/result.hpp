#pragma once

#include "harness/base/assert.hpp"

#include <string>
#include <utility>
#include <variant>

namespace firedrill {

/// An expected failure of the control plane, in words for the person who must act on it.
struct Error {
  std::string message;
};

/// A value or the reason why there is none. For set-up code; the data plane counts causes instead.
/// `value()` on an error (and `error()` on a value) is a programmer error.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : state_{std::in_place_index<0>, std::move(value)} {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : state_{std::in_place_index<1>, std::move(error)} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }

  T& value() & {
    FD_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    FD_ASSERT(has_value());
    return *std::get_if<0>(&state_);
  }
  T&& value() && {
    FD_ASSERT(has_value());
    return std::move(*std::get_if<0>(&state_));
  }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const Error& error() const {
    FD_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or the reason why not.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : state_{std::move(error)} {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  [[nodiscard]] const Error& error() const {
    FD_ASSERT(!has_value());
    return *std::get_if<1>(&state_);
  }

 private:
  std::variant<std::monostate, Error> state_;
};

}  // namespace firedrill
