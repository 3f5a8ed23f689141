#include "harness/alerts/model/promql.hpp"

#include "harness/alerts/model/promql_tokens.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <utility>

namespace firedrill::alerts {
namespace {

constexpr int kNestingMax = 64;

const std::array<std::string_view, 13> kAggregations{
    "sum",   "min",  "max",     "avg",      "group",        "stddev", "stdvar",
    "count", "topk", "bottomk", "quantile", "count_values", "limitk"};

bool is_aggregation(std::string_view name) {
  return std::find(kAggregations.begin(), kAggregations.end(), name) != kAggregations.end();
}

/// How tightly a binary operator binds; 0 for none.
int binding(std::string_view op) {
  if (op == "or") return 1;
  if (op == "and" || op == "unless") return 2;
  if (op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=") return 3;
  if (op == "+" || op == "-") return 4;
  if (op == "*" || op == "/" || op == "%" || op == "atan2") return 5;
  return op == "^" ? 6 : 0;
}

/// Thrown on the first mistake; never leaves this file.
struct RefusedQuery {
  std::string message;
};

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_{std::move(tokens)} {}

  ExprPtr all() {
    ExprPtr expr = binary(1);
    if (here().kind != Token::Kind::end) refuse("the end");
    return expr;
  }

 private:
  [[nodiscard]] const Token& here() const { return tokens_[at_]; }
  [[nodiscard]] bool is(std::string_view text) const {
    return here().kind != Token::Kind::text && here().text == text && !text.empty();
  }
  bool take(std::string_view text) {
    if (!is(text)) return false;
    ++at_;
    return true;
  }
  void want(std::string_view text) {
    if (!take(text)) refuse("'" + std::string{text} + "'");
  }
  [[noreturn]] void refuse(const std::string& wanted) const {
    const std::string seen = here().kind == Token::Kind::end ? "the end" : "'" + here().text + "'";
    throw RefusedQuery{wanted + " wanted, not " + seen + ", at " + std::to_string(here().at)};
  }

  ExprPtr binary(int least) {
    if (++depth_ > kNestingMax) throw RefusedQuery{"more than 64 levels deep"};
    ExprPtr left = unary();
    while (true) {
      const std::string op = here().kind == Token::Kind::text ? "" : here().text;
      const int binds = binding(op);
      if (binds < least || binds == 0) break;
      ++at_;
      Expr expr;
      expr.kind = Expr::Kind::binary;
      expr.name = op;
      expr.returns_bool = take("bool");
      skip_matching();
      ExprPtr right = binary(op == "^" ? binds : binds + 1);
      expr.args = {std::move(left), std::move(right)};
      left = std::make_shared<const Expr>(std::move(expr));
    }
    --depth_;
    return left;
  }

  /// on (…), ignoring (…), group_left (…), group_right (…)
  void skip_matching() {
    if (take("on") || take("ignoring")) label_list();
    if ((take("group_left") || take("group_right")) && is("(")) label_list();
  }

  std::vector<std::string> label_list() {
    std::vector<std::string> labels;
    want("(");
    while (!take(")")) {
      labels.push_back(here().text);
      ++at_;
      if (!is(")")) want(",");
    }
    return labels;
  }

  ExprPtr unary() {
    if (is("+") || is("-")) {
      const bool negative = is("-");
      ++at_;
      // -2^2 is -(2^2), as everywhere.
      ExprPtr inner = binary(binding("^"));
      if (!negative) return inner;
      Expr expr;
      expr.kind = Expr::Kind::negation;
      expr.args = {std::move(inner)};
      return std::make_shared<const Expr>(std::move(expr));
    }
    return modified(primary());
  }

  Expr primary() {
    Expr expr;
    const Token token = here();
    if (take("(")) {
      expr = *binary(1);
      want(")");
      return expr;
    }
    if (token.kind == Token::Kind::number) {
      ++at_;
      expr.number = std::strtod(token.text.c_str(), nullptr);
      return expr;
    }
    if (token.kind == Token::Kind::text) {
      ++at_;
      expr.kind = Expr::Kind::text;
      expr.name = token.text;
      return expr;
    }
    if (token.kind == Token::Kind::name || is("{")) return named();
    refuse("an expression");
  }

  Expr named() {
    Expr expr;
    if (here().kind == Token::Kind::name) {
      const std::string name = here().text;
      ++at_;
      if (is_number_name(name)) {
        expr.number = std::strtod(name.c_str(), nullptr);
        return expr;
      }
      if (is_aggregation(name) && (is("(") || is("by") || is("without"))) return aggregate(name);
      expr.name = name;
      if (is("(")) {
        expr.kind = Expr::Kind::call;
        expr.args = arguments();
        return expr;
      }
    }
    expr.kind = Expr::Kind::selector;
    if (is("{")) matchers(expr);
    return expr;
  }

  static bool is_number_name(const std::string& name) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower == "inf" || lower == "nan";
  }

  Expr aggregate(const std::string& name) {
    Expr expr;
    expr.kind = Expr::Kind::aggregate;
    expr.name = name;
    grouping(expr);
    expr.args = arguments();
    grouping(expr);
    return expr;
  }

  void grouping(Expr& expr) {
    if (!is("by") && !is("without")) return;
    expr.without = is("without");
    ++at_;
    expr.grouping = label_list();
  }

  std::vector<ExprPtr> arguments() {
    std::vector<ExprPtr> args;
    want("(");
    while (!take(")")) {
      args.push_back(binary(1));
      if (!is(")")) want(",");
    }
    return args;
  }

  void matchers(Expr& expr) {
    want("{");
    while (!take("}")) {
      Matcher matcher;
      matcher.label = here().text;
      ++at_;
      matcher.op = here().text;
      if (!take("=") && !take("!=") && !take("=~") && !take("!~")) refuse("a label matcher");
      if (here().kind != Token::Kind::text) refuse("a text in quotes");
      matcher.value = here().text;
      ++at_;
      if (matcher.label == "__name__" && matcher.op == "=" && expr.name.empty()) {
        expr.name = matcher.value;
      } else {
        expr.matchers.push_back(std::move(matcher));
      }
      if (!is("}")) want(",");
    }
  }

  Duration duration() {
    const bool negative = take("-");
    const auto parsed = parse_prometheus_duration(here().text);
    if (here().kind != Token::Kind::duration || !parsed) refuse("a duration");
    ++at_;
    return negative ? -*parsed : *parsed;
  }

  /// [5m], [1h:5m], offset 5m, @ 0
  ExprPtr modified(Expr expr) {
    while (true) {
      if (take("[")) {
        const Duration range = duration();
        if (take(":")) {
          if (here().kind == Token::Kind::duration) ++at_;
          Expr outer;
          outer.kind = Expr::Kind::subquery;
          outer.args = {std::make_shared<const Expr>(std::move(expr))};
          expr = std::move(outer);
        }
        expr.range = range;
        want("]");
      } else if (take("offset")) {
        expr.offset = duration();
      } else if (take("@")) {
        at();
      } else {
        return std::make_shared<const Expr>(std::move(expr));
      }
    }
  }

  void at() {
    if (take("start") || take("end")) {
      want("(");
      want(")");
    } else {
      take("-");
      ++at_;
    }
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

std::optional<double> applied(const std::string& op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "/") return a / b;
  if (op == "^") return std::pow(a, b);
  if (op == "%") return std::fmod(a, b);
  return std::nullopt;
}

}  // namespace

Result<ExprPtr> parse_promql(std::string_view text) {
  auto tokens = tokens_of(text);
  if (!tokens) return tokens.error();
  try {
    return Parser{std::move(*tokens)}.all();
  } catch (const RefusedQuery& refused) {
    return Error{refused.message};
  }
}

std::optional<Duration> parse_prometheus_duration(std::string_view text) {
  using std::chrono::hours;
  Duration total{0};
  if (text == "0") return total;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    std::size_t digits = 0;
    std::int64_t count = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 10) {
      count = count * 10 + (text[digits++] - '0');
    }
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    const std::array<std::pair<std::string_view, Duration>, 7> units{
        {{"ms", std::chrono::milliseconds{1}},
         {"s", std::chrono::seconds{1}},
         {"m", std::chrono::minutes{1}},
         {"h", hours{1}},
         {"d", hours{24}},
         {"w", hours{24 * 7}},
         {"y", hours{24 * 365}}}};
    const auto unit = std::find_if(units.begin(), units.end(),
                                   [&](const auto& u) { return text.starts_with(u.first); });
    if (unit == units.end() || count > Duration::max() / unit->second) return std::nullopt;
    if (total > Duration::max() - unit->second * count) return std::nullopt;
    total += unit->second * count;
    text.remove_prefix(unit->first.size());
  }
  return total;
}

std::optional<double> constant_of(const Expr& expr) {
  if (expr.kind == Expr::Kind::number) return expr.number;
  if (expr.kind == Expr::Kind::negation) {
    const auto inner = constant_of(*expr.args[0]);
    return inner ? std::optional{-*inner} : std::nullopt;
  }
  if (expr.kind != Expr::Kind::binary) return std::nullopt;
  const auto left = constant_of(*expr.args[0]);
  const auto right = constant_of(*expr.args[1]);
  return left && right ? applied(expr.name, *left, *right) : std::nullopt;
}

bool matches(const Matcher& matcher, std::string_view text) {
  if (matcher.op == "=") return text == matcher.value;
  if (matcher.op == "!=") return text != matcher.value;
  const RE2 pattern{matcher.value, RE2::Quiet};
  return RE2::FullMatch(text, pattern) == (matcher.op == "=~");
}

}  // namespace firedrill::alerts
