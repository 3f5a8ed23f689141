#pragma once

#include "mocks/openai/problem.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace firedrill::openai {

/// "a string", "an array", "null" …: how the API names what it got.
template <typename Json>
[[nodiscard]] std::string_view describe_type(const Json& value) {
  if (value.is_null()) return "null";
  if (value.is_boolean()) return "a boolean";
  if (value.is_number_integer()) return "an integer";
  if (value.is_number()) return "a decimal";
  if (value.is_string()) return "a string";
  return value.is_array() ? "an array" : "an object";
}

/// Keeps the first problem of a request while it is being read, so that reading needs no branches:
/// after a problem all values are defaults. Lives as long as the document that it reads.
template <typename Json>
class Fields {
 public:
  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

  void fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
  }

  /// The member `key` of `object`, nullptr when absent or null. `path` is how messages name it.
  [[nodiscard]] const Json* find(const Json& object, const char* key) const {
    const auto found = object.find(key);
    return found == object.end() || found->is_null() ? nullptr : &*found;
  }

  /// The same for one that must be there; an explicit null is a wrong type.
  const Json* require(const Json& object, const char* key, const std::string& path,
                      std::string_view expected) {
    const auto found = object.find(key);
    if (found == object.end()) {
      fail(missing_parameter(path));
      return nullptr;
    }
    if (!found->is_null()) return &*found;
    fail(invalid_type(path, expected, "null"));
    return nullptr;
  }

  /// False, with a problem, when `ok` is false.
  bool check_type(bool ok, const Json& value, const std::string& path, std::string_view expected) {
    if (!ok) fail(invalid_type(path, expected, describe_type(value)));
    return ok;
  }

  std::string required_text(const Json& object, const char* key, const std::string& path) {
    const Json* value = require(object, key, path, "a string");
    if (value == nullptr || !check_type(value->is_string(), *value, path, "a string")) return "";
    return value->template get<std::string>();
  }

  bool flag(const Json& object, const char* key, const std::string& path) {
    const Json* value = find(object, key);
    if (value == nullptr || !check_type(value->is_boolean(), *value, path, "a boolean")) {
      return false;
    }
    return value->template get<bool>();
  }

  /// The member `key` when it is an object.
  const Json* object(const Json& parent, const char* key, const std::string& path) {
    const Json* value = find(parent, key);
    if (value == nullptr) return nullptr;
    return check_type(value->is_object(), *value, path, "an object") ? value : nullptr;
  }

  /// A string, "" when absent.
  std::string text(const Json& object, const char* key, const std::string& path) {
    const Json* value = find(object, key);
    if (value == nullptr || !check_type(value->is_string(), *value, path, "a string")) return "";
    return value->template get<std::string>();
  }

  /// A string that is one of `supported`, "" when absent.
  std::string choice(const Json& object, const char* key, const std::string& path,
                     std::span<const std::string_view> supported) {
    std::string value = text(object, key, path);
    if (!value.empty() || find(object, key) != nullptr) check_value(value, path, supported);
    return value;
  }

  void check_value(std::string_view value, const std::string& path,
                   std::span<const std::string_view> supported) {
    if (problem_ || std::find(supported.begin(), supported.end(), value) != supported.end()) return;
    fail(unsupported_value(path, value, supported));
  }

  /// No member but those `known`; `prefix` is how messages begin: "" or "text.".
  void only(const Json& object, const std::string& prefix,
            std::span<const std::string_view> known) {
    for (const auto& [key, value] : object.items()) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        fail(unknown_parameter(prefix + key));
      }
    }
  }

  /// A name as functions and formats have it: letters, digits, _ and -, at most 64.
  std::string name(const Json& object, const std::string& path) {
    std::string name = required_text(object, "name", path);
    const auto fits = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    };
    const bool right = std::all_of(name.begin(), name.end(), fits) && !name.empty();
    if (!problem_ && !right) {
      fail(invalid_value(path, "Invalid '" + path +
                                   "': string does not match pattern. Expected a string that "
                                   "matches the pattern '^[a-zA-Z0-9_-]+$'."));
    } else if (!problem_ && name.size() > kNameMax) {
      fail({.message = "Invalid '" + path +
                       "': string too long. Expected a string with maximum "
                       "length 64, but got a string with length " +
                       std::to_string(name.size()) + " instead.",
            .param = path,
            .code = "string_above_max_length"});
    }
    return name;
  }

  /// An integer within [low, high].
  std::optional<std::int64_t> integer(const Json& object, const char* key, std::int64_t low,
                                      std::int64_t high) {
    const Json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    if (!check_type(value->is_number_integer(), *value, key, "an integer")) return std::nullopt;
    return bounded(value->template get<std::int64_t>(), key, "integer", low, high);
  }

  /// A number within [low, high].
  std::optional<double> decimal(const Json& object, const char* key, double low, double high) {
    const Json* value = find(object, key);
    if (value == nullptr) return std::nullopt;
    if (!check_type(value->is_number(), *value, key, "a decimal")) return std::nullopt;
    return bounded(value->template get<double>(), key, "decimal", low, high);
  }

 private:
  static constexpr std::size_t kNameMax = 64;

  template <typename Number>
  std::optional<Number> bounded(Number value, const std::string& key, const std::string& kind,
                                Number low, Number high) {
    if (value >= low && value <= high) return value;
    const bool above = value > high;
    const std::string side = above ? "above maximum" : "below minimum";
    const std::string bound = (above ? "<= " : ">= ") + text_of(above ? high : low);
    fail({.message = "Invalid '" + key + "': " + kind + " " + side + " value. Expected a value " +
                     bound + ", but got " + text_of(value) + " instead.",
          .param = key,
          .code = kind + (above ? "_above_max_value" : "_below_min_value")});
    return std::nullopt;
  }

  static std::string text_of(std::int64_t value) { return std::to_string(value); }
  static std::string text_of(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%g", value);
    return text.data();
  }

  std::optional<Problem> problem_;
};

}  // namespace firedrill::openai
