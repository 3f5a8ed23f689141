#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// A JSON scalar as a scenario can name it.
using Scalar = std::variant<std::nullptr_t, bool, double, std::string>;

/// What one value must be. All members that are set must hold; an absent value matches only
/// `exists: false`.
struct ValueMatch {
  std::optional<Scalar> equals;
  std::optional<std::pair<double, double>> between;  ///< Inclusive; numbers only.
  std::optional<std::string> matches;                ///< RE2 pattern, found anywhere in a string.
  std::optional<bool> exists;
  friend bool operator==(const ValueMatch&, const ValueMatch&) = default;
};

/// HTTP status codes `first`..`last`, both included: 200..200, or 500..599 for "5xx".
struct StatusRange {
  int first = 0;
  int last = 0;
  [[nodiscard]] bool contains(int status) const { return status >= first && status <= last; }
  friend bool operator==(const StatusRange&, const StatusRange&) = default;
};

struct HeaderMatch {
  std::string name;
  ValueMatch value;
  friend bool operator==(const HeaderMatch&, const HeaderMatch&) = default;
};

struct JsonMatch {
  std::string pointer;  ///< RFC 6901; "" is the whole document.
  ValueMatch value;
  friend bool operator==(const JsonMatch&, const JsonMatch&) = default;
};

/// What a response must look like; all members together. Used by `check` and by `fallback.when`.
struct ResponseMatch {
  std::vector<StatusRange> status;  ///< Any of them; empty accepts every status.
  std::vector<HeaderMatch> headers;
  std::vector<JsonMatch> json;
  friend bool operator==(const ResponseMatch&, const ResponseMatch&) = default;
};

}  // namespace firedrill::spec
