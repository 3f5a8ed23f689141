#include "harness/scenario/node.hpp"

#include "harness/scenario/problem.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace firedrill::scenario {
namespace {

constexpr std::size_t kQuotedMax = 80;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits(std::string_view text) {
  std::size_t count = 0;
  while (count < text.size() && is_digit(text[count])) ++count;
  return count;
}

/// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool looks_like_number(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const std::size_t whole = digits(text);
  text.remove_prefix(whole);
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    const std::size_t fraction = digits(text);
    if (whole == 0 && fraction == 0) return false;
    text.remove_prefix(fraction);
  } else if (whole == 0) {
    return false;
  }
  if (text.empty()) return true;
  if (text.front() != 'e' && text.front() != 'E') return false;
  text.remove_prefix(1);
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  return !text.empty() && digits(text) == text.size();
}

struct Based {
  std::string_view digits;
  int base = 10;
  bool negative = false;
};

/// The parts of a core-schema integer: decimal with a sign, 0o17 or 0x1f without one.
std::optional<Based> integer_parts(std::string_view text) {
  Based parts;
  if (text.starts_with("0o") || text.starts_with("0x")) {
    parts.base = text[1] == 'o' ? 8 : 16;
    text.remove_prefix(2);
  } else if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    parts.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  const auto fits = [&](char c) {
    if (parts.base == 8) return c >= '0' && c <= '7';
    if (parts.base == 10) return is_digit(c);
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), fits)) return std::nullopt;
  parts.digits = text;
  return parts;
}

std::optional<std::uint64_t> magnitude(const Based& parts) {
  std::uint64_t value = 0;
  const char* end = parts.digits.data() + parts.digits.size();
  const auto [stop, error] = std::from_chars(parts.digits.data(), end, value, parts.base);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

template <std::size_t N>
bool is_any(std::string_view text, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), text) != std::end(words);
}

constexpr std::string_view kNulls[] = {"", "~", "null", "Null", "NULL"};
constexpr std::string_view kTrue[] = {"true", "True", "TRUE"};
constexpr std::string_view kFalse[] = {"false", "False", "FALSE"};
constexpr std::string_view kEndless[] = {".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF",
                                         "-.inf", "-.Inf", "-.INF", ".nan",  ".NaN",  ".NAN"};

spec::Place place_of(const std::shared_ptr<const std::string>& file, int line, int column) {
  return {file ? *file : std::string{}, line, column};
}

}  // namespace

spec::Place Node::place() const { return place_of(file, line, column); }

const Node* Node::find(std::string_view key) const {
  for (const Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) {
  for (Entry& entry : entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::vector<std::string> Node::keys() const {
  std::vector<std::string> out;
  out.reserve(entries.size());
  for (const Entry& entry : entries) out.push_back(entry.key);
  return out;
}

spec::Place Entry::place() const { return place_of(file, line, column); }

Type type_of_plain(std::string_view text) {
  if (is_any(text, kNulls)) return Type::null;
  if (is_any(text, kTrue) || is_any(text, kFalse)) return Type::boolean;
  if (integer_parts(text)) return Type::integer;
  if (looks_like_number(text) || is_any(text, kEndless)) return Type::number;
  return Type::string;
}

Type type_of(const Node& node) {
  if (node.is_list()) return Type::list;
  if (node.is_map()) return Type::map;
  if (!node.plain || node.from_env) return Type::string;
  return type_of_plain(node.text);
}

std::optional<std::uint64_t> unsigned_of(std::string_view text) {
  const auto parts = integer_parts(text);
  if (!parts) return std::nullopt;
  const auto value = magnitude(*parts);
  if (parts->negative && value != std::uint64_t{0}) return std::nullopt;
  return value;
}

std::optional<std::int64_t> signed_of(std::string_view text) {
  const auto parts = integer_parts(text);
  if (!parts) return std::nullopt;
  const auto value = magnitude(*parts);
  constexpr auto most = static_cast<std::uint64_t>(INT64_MAX);
  if (!value || *value > most) return std::nullopt;
  const auto size = static_cast<std::int64_t>(*value);
  return parts->negative ? -size : size;
}

std::optional<double> number_of(std::string_view text) {
  if (const auto whole = signed_of(text)) return static_cast<double>(*whole);
  if (!looks_like_number(text)) return std::nullopt;
  if (text.front() == '+') text.remove_prefix(1);
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop != text.data() + text.size() || !std::isfinite(value)) {
    return std::nullopt;
  }
  return value;
}

std::optional<bool> boolean_of(std::string_view text) {
  if (is_any(text, kTrue)) return true;
  if (is_any(text, kFalse)) return false;
  return std::nullopt;
}

std::string seen(const Node& node) {
  const std::string text = printable(node.text, kQuotedMax);
  switch (type_of(node)) {
    case Type::null:
      return "nothing";
    case Type::boolean:
    case Type::number:
      return text;
    case Type::integer:
      return "the integer " + text;
    case Type::string:
      return "'" + text + "'";
    case Type::list:
      return "a list";
    case Type::map:
      return "a map";
  }
  return "?";
}

}  // namespace firedrill::scenario
