#include "mocks/stripe/query.hpp"

#include "harness/base/strings.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

namespace firedrill::stripe {
namespace {

constexpr std::size_t kClausesMax = 10;

/// As the API compares: numbers and flags by how they are written.
std::string written(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool ordered(const Json& value, std::string_view compare, const std::string& limit) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(limit.data(), limit.data() + limit.size(), number);
  if (!value.is_number_integer() || error != std::errc{} || end != limit.data() + limit.size()) {
    return false;
  }
  const auto seen = value.get<std::int64_t>();
  if (compare == ">") return seen > number;
  if (compare == "<") return seen < number;
  return compare == ">=" ? seen >= number : seen <= number;
}

/// Walks "billing_details.address.country".
const Json* value_at(const Json& object, std::string_view path) {
  const Json* at = &object;
  while (at != nullptr) {
    const std::size_t dot = path.find('.');
    at = field(*at, path.substr(0, dot));
    if (dot == std::string_view::npos) break;
    path.remove_prefix(dot + 1);
  }
  return at;
}

}  // namespace

class Query::Reader {
 public:
  explicit Reader(std::string_view text) : rest_{text} {}

  std::optional<Query> read() {
    Query query;
    std::string joined_by;
    while (query.clauses_.size() < kClausesMax) {
      auto clause = read_clause();
      if (!clause) return std::nullopt;
      query.clauses_.push_back(std::move(*clause));
      skip_blanks();
      if (rest_.empty()) {
        query.any_ = joined_by == "OR";
        return query;
      }
      const std::string word = read_name();
      const bool joins = word == "AND" || word == "OR";
      if (!joins || (!joined_by.empty() && word != joined_by)) return std::nullopt;
      joined_by = word;
    }
    return std::nullopt;
  }

 private:
  void skip_blanks() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  bool take(std::string_view what) {
    if (!rest_.starts_with(what)) return false;
    rest_.remove_prefix(what.size());
    return true;
  }

  std::string read_name() {
    std::size_t size = 0;
    while (size < rest_.size()) {
      const auto c = static_cast<unsigned char>(rest_[size]);
      if (std::isalnum(c) == 0 && c != '_' && c != '.') break;
      ++size;
    }
    const std::string name{rest_.substr(0, size)};
    rest_.remove_prefix(size);
    return name;
  }

  std::optional<std::string> read_quoted() {
    const char quote = rest_.empty() ? '\0' : rest_.front();
    if (quote != '"' && quote != '\'') return std::nullopt;
    std::string value;
    for (std::size_t i = 1; i < rest_.size(); ++i) {
      if (rest_[i] == quote) {
        rest_.remove_prefix(i + 1);
        return value;
      }
      if (rest_[i] == '\\' && i + 1 < rest_.size()) ++i;
      value += rest_[i];
    }
    return std::nullopt;
  }

  std::optional<Clause> read_clause() {
    skip_blanks();
    Clause clause;
    clause.negated = take("-");
    clause.name = read_name();
    if (clause.name.empty()) return std::nullopt;
    if (take("[")) {
      const auto key = read_quoted();
      if (!key || !take("]") || clause.name != "metadata") return std::nullopt;
      clause.key = *key;
    }
    skip_blanks();
    for (const std::string_view compare : {">=", "<=", ":", "~", ">", "<"}) {
      if (clause.compare.empty() && take(compare)) clause.compare = compare;
    }
    if (clause.compare.empty()) return std::nullopt;
    skip_blanks();
    return read_value(std::move(clause));
  }

  std::optional<Clause> read_value(Clause clause) {
    const bool quoted = rest_.starts_with('"') || rest_.starts_with('\'');
    if (quoted) {
      clause.value = read_quoted();
      if (!clause.value) return std::nullopt;
      return clause;
    }
    std::string word = take("-") ? "-" : "";
    word += read_name();
    if (word.empty()) return std::nullopt;
    if (word != "null") clause.value = std::move(word);
    return clause;
  }

  std::string_view rest_;
};

std::optional<Query> Query::parse(std::string_view text) { return Reader{text}.read(); }

bool Query::holds(const Clause& clause, const Json& object) {
  const Json* value = value_at(object, clause.name);
  if (value != nullptr && !clause.key.empty()) value = field(*value, clause.key);
  const bool absent = value == nullptr || value->is_null();
  if (!clause.value) return absent;
  if (absent) return false;
  if (clause.compare == ":") return equals_ignoring_case(written(*value), *clause.value);
  if (clause.compare == "~") {
    return to_lower(written(*value)).find(to_lower(*clause.value)) != std::string::npos;
  }
  return ordered(*value, clause.compare, *clause.value);
}

bool Query::matches(const Json& object) const {
  const auto fits = [&object](const Clause& c) { return holds(c, object) != c.negated; };
  return any_ ? std::any_of(clauses_.begin(), clauses_.end(), fits)
              : std::all_of(clauses_.begin(), clauses_.end(), fits);
}

}  // namespace firedrill::stripe
