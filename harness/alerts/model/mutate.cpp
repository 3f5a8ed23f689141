#include "harness/alerts/model/mutate.hpp"

#include "harness/alerts/model/promql_tokens.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

namespace firedrill::alerts {
namespace {

bool compares(const Token& token) {
  const std::string& text = token.text;
  return token.kind == Token::Kind::symbol && (text == ">" || text == ">=" || text == "<" ||
                                               text == "<=" || text == "==" || text == "!=");
}

/// "HighErrorRate critical"
std::string title_of(const Rule& rule) {
  const auto severity = rule.labels.find("severity");
  return rule.alert + (severity == rule.labels.end() ? "" : " " + severity->second);
}

class Mutator {
 public:
  explicit Mutator(const std::vector<RuleGroup>& groups) : groups_{groups} {}

  void mutate(std::size_t group, std::size_t index) {
    const Rule& rule = groups_[group].rules[index];
    const auto tokens = tokens_of(rule.text);
    for (std::size_t i = 0; tokens && i + 1 < tokens->size(); ++i) {
      const Token& number = (*tokens)[i + 1];
      if (!compares((*tokens)[i]) || number.kind != Token::Kind::number) continue;
      if (std::strtod(number.text.c_str(), nullptr) == 0) continue;  // ten times 0 is 0
      Rule wrong = rule;
      wrong.text.replace(number.at, number.text.size(), "(10 * " + number.text + ")");
      if (auto expr = parse_promql(wrong.text)) wrong.expr = *expr;
      add(group, index, wrong, "threshold " + number.text + " x 10");
    }
    Rule slow = rule;
    slow.hold = rule.hold > Duration{0} ? rule.hold * 10 : Duration{std::chrono::minutes{1}};
    add(group, index, slow, "for " + to_text(slow.hold));
    Rule other = rule;
    std::string& severity = other.labels["severity"];
    severity = severity == "critical" ? "warning" : "critical";
    add(group, index, other, "severity " + severity);
  }

  std::vector<Mutant> take() { return std::move(out_); }

 private:
  void add(std::size_t group, std::size_t index, const Rule& rule, const std::string& what) {
    Mutant mutant{title_of(groups_[group].rules[index]) + ": " + what, groups_};
    mutant.groups[group].rules[index] = rule;
    out_.push_back(std::move(mutant));
  }

  const std::vector<RuleGroup>& groups_;
  std::vector<Mutant> out_;
};

}  // namespace

std::vector<Mutant> mutants_of(const std::vector<RuleGroup>& groups,
                               const std::vector<std::string>& alerts) {
  Mutator mutator{groups};
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (std::size_t i = 0; i < groups[group].rules.size(); ++i) {
      const Rule& rule = groups[group].rules[i];
      const bool named = !rule.alert.empty() &&
                         std::find(alerts.begin(), alerts.end(), rule.alert) != alerts.end();
      if (named) mutator.mutate(group, i);
    }
  }
  return mutator.take();
}

}  // namespace firedrill::alerts
