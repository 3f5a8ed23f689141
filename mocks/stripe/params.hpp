#pragma once

#include "mocks/stripe/json.hpp"
#include "mocks/stripe/kinds.hpp"
#include "mocks/stripe/problem.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <variant>

namespace firedrill::stripe {

class Store;

/// One parameter of an operation, as the API reference lists it.
struct Param {
  enum class Shape : std::uint8_t {
    text,
    integer,    ///< Within min and max.
    decimal,    ///< A number as text; stays text.
    flag,       ///< true or false.
    choice,     ///< One of `values`.
    currency,   ///< Lower-cased ISO code.
    object,     ///< Of `fields`.
    objects,    ///< List of them.
    texts,      ///< List of text.
    metadata,   ///< Keys and text of the caller's choice.
    reference,  ///< Id of a `kind` that must exist.
    range,      ///< A time, or gt, gte, lt, lte of one.
    any,        ///< The API knows it, the mock takes it and looks no further.
  };

  std::string_view name;
  Shape shape = Shape::text;
  bool required = false;
  std::span<const Param> fields{};
  std::span<const std::string_view> values{};
  Kind kind = Kind::customer;
  std::int64_t min = std::numeric_limits<std::int64_t>::min();
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

// How a list of parameters is written down.

constexpr Param text(std::string_view name) { return {name}; }
constexpr Param integer(std::string_view name) { return {name, Param::Shape::integer}; }
constexpr Param at_least(std::int64_t min, Param param) {
  param.min = min;
  return param;
}
constexpr Param amount(std::string_view name) { return at_least(1, integer(name)); }
constexpr Param decimal(std::string_view name) { return {name, Param::Shape::decimal}; }
constexpr Param flag(std::string_view name) { return {name, Param::Shape::flag}; }
constexpr Param currency() { return {"currency", Param::Shape::currency}; }
constexpr Param texts(std::string_view name) { return {name, Param::Shape::texts}; }
constexpr Param metadata() { return {"metadata", Param::Shape::metadata}; }
constexpr Param range(std::string_view name) { return {name, Param::Shape::range}; }
constexpr Param any(std::string_view name) { return {name, Param::Shape::any}; }
constexpr Param choice(std::string_view name, std::span<const std::string_view> values) {
  return {name, Param::Shape::choice, false, {}, values};
}
constexpr Param object(std::string_view name, std::span<const Param> fields) {
  return {name, Param::Shape::object, false, fields};
}
constexpr Param objects(std::string_view name, std::span<const Param> fields) {
  return {name, Param::Shape::objects, false, fields};
}
constexpr Param reference(std::string_view name, Kind kind) {
  return {name, Param::Shape::reference, false, {}, {}, kind};
}
constexpr Param required(Param param) {
  param.required = true;
  return param;
}

/// Two lists of parameters in one.
template <std::size_t A, std::size_t B>
constexpr std::array<Param, A + B> both(const std::array<Param, A>& a,
                                        const std::array<Param, B>& b) {
  std::array<Param, A + B> out{};
  for (std::size_t i = 0; i < A; ++i) out[i] = a[i];
  for (std::size_t i = 0; i < B; ++i) out[A + i] = b[i];
  return out;
}

/// A form (mocks/form.hpp) as `params` say: the values typed, what callers unset as null. Otherwise
/// what the API says of the first thing that is wrong. `expand` is part of every operation.
[[nodiscard]] std::variant<Json, Problem> check_params(const Json& form,
                                                       std::span<const Param> params, Store& store);

}  // namespace firedrill::stripe
