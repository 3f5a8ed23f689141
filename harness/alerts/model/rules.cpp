#include "harness/alerts/model/rules.hpp"

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace firedrill::alerts {
namespace {

constexpr std::size_t kFileMax = 4 * 1024 * 1024;
constexpr Duration kLookback = std::chrono::minutes{5};
/// Recording rules may be built on each other; a circle must not go on for ever.
constexpr int kChainMax = 32;

struct RefusedRule {
  std::string message;
};

std::string text_at(const YAML::Node& map, const char* key) {
  const YAML::Node value = map[key];
  return value && value.IsScalar() ? value.Scalar() : std::string{};
}

Duration duration_at(const YAML::Node& map, const char* key) {
  const std::string text = text_at(map, key);
  if (text.empty()) return Duration{0};
  const auto duration = parse_prometheus_duration(text);
  if (!duration) throw RefusedRule{std::string{key} + " is no duration: '" + text + "'"};
  return *duration;
}

Labels labels_at(const YAML::Node& map, const char* key) {
  Labels labels;
  const YAML::Node node = map[key];
  if (!node || !node.IsMap()) return labels;
  for (const auto& entry : node) {
    if (entry.second.IsScalar()) labels[entry.first.Scalar()] = entry.second.Scalar();
  }
  return labels;
}

Rule rule_of(const YAML::Node& node) {
  if (!node.IsMap()) throw RefusedRule{"a rule must be a map"};
  Rule rule;
  rule.line = node.Mark().line + 1;
  rule.alert = text_at(node, "alert");
  rule.record = text_at(node, "record");
  if (rule.alert.empty() == rule.record.empty()) {
    throw RefusedRule{"line " + std::to_string(rule.line) +
                      ": a rule needs either alert or record"};
  }
  rule.text = text_at(node, "expr");
  rule.hold = duration_at(node, "for");
  rule.keep_firing = duration_at(node, "keep_firing_for");
  rule.labels = labels_at(node, "labels");
  rule.annotations = labels_at(node, "annotations");
  if (auto expr = parse_promql(rule.text)) {
    rule.expr = *expr;
  } else {
    rule.not_understood = expr.error().message;
  }
  return rule;
}

std::vector<RuleGroup> groups_of(const YAML::Node& root, const std::string& file) {
  const YAML::Node groups = root.IsMap() ? root["groups"] : YAML::Node{};
  if (!groups || !groups.IsSequence()) throw RefusedRule{"no list of groups"};
  std::vector<RuleGroup> out;
  for (const YAML::Node& node : groups) {
    RuleGroup group;
    group.file = file;
    group.name = text_at(node, "name");
    if (const Duration interval = duration_at(node, "interval"); interval > Duration{0}) {
      group.interval = interval;
    }
    const YAML::Node rules = node["rules"];
    if (rules && rules.IsSequence()) {
      for (const YAML::Node& rule : rules) group.rules.push_back(rule_of(rule));
    }
    out.push_back(std::move(group));
  }
  return out;
}

void walk(const ExprPtr& expr, const SelectorUse& around, std::vector<SelectorUse>& out) {
  SelectorUse use = around;
  using Kind = Expr::Kind;
  if (expr->kind == Kind::call || expr->kind == Kind::aggregate) {
    use.function = expr->name;
    use.absence = use.absence || expr->name == "absent" || expr->name == "absent_over_time";
  }
  if (expr->kind == Kind::selector || expr->kind == Kind::subquery) {
    use.reach += expr->range.value_or(Duration{0}) + std::max(expr->offset, Duration{0});
  }
  if (expr->kind == Kind::selector) {
    use.selector = expr;
    out.push_back(use);
    return;
  }
  for (const ExprPtr& arg : expr->args) walk(arg, use, out);
}

/// Recording rules named by a selector of `rule`.
std::vector<const Rule*> sources_of(const std::string& metric,
                                    const std::vector<RuleGroup>& groups) {
  std::vector<const Rule*> out;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (!rule.record.empty() && rule.record == metric) out.push_back(&rule);
    }
  }
  return out;
}

Duration reach_within(const Rule& rule, const std::vector<RuleGroup>& groups, int depth) {
  Duration reach{0};
  if (!rule.expr || depth > kChainMax) return reach;
  for (const SelectorUse& use : selectors_of(rule.expr)) {
    Duration own = use.reach;
    Duration behind{0};
    for (const Rule* source : sources_of(use.selector->name, groups)) {
      behind = std::max(behind, reach_within(*source, groups, depth + 1));
    }
    reach = std::max(reach, own + behind);
  }
  return reach;
}

}  // namespace

Result<std::vector<RuleGroup>> parse_rules(std::string_view text, const std::string& file) {
  if (text.size() > kFileMax) return Error{file + ": a rule file may have 4 MiB"};
  try {
    return groups_of(YAML::Load(std::string{text}), file);
  } catch (const YAML::Exception& bad) {
    return Error{file + ":" + std::to_string(bad.mark.line + 1) + ": " + bad.msg};
  } catch (const RefusedRule& refused) {
    return Error{file + ": " + refused.message};
  }
}

std::string rules_json(const std::vector<const RuleGroup*>& groups) {
  nlohmann::ordered_json out;
  auto& list = out["groups"] = nlohmann::ordered_json::array();
  for (const RuleGroup* group : groups) {
    nlohmann::ordered_json item{{"name", group->name}};
    auto& rules = item["rules"] = nlohmann::ordered_json::array();
    for (const Rule& rule : group->rules) {
      nlohmann::ordered_json one{{rule.alert.empty() ? "record" : "alert", rule.name()},
                                 {"expr", rule.text}};
      const auto millis = [](Duration d) {
        return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count()) +
               "ms";
      };
      if (rule.hold > Duration{0}) one["for"] = millis(rule.hold);
      if (rule.keep_firing > Duration{0}) one["keep_firing_for"] = millis(rule.keep_firing);
      if (!rule.labels.empty()) one["labels"] = rule.labels;
      if (!rule.annotations.empty()) one["annotations"] = rule.annotations;
      rules.push_back(std::move(one));
    }
    list.push_back(std::move(item));
  }
  return out.dump();
}

std::vector<SelectorUse> selectors_of(const ExprPtr& expr) {
  std::vector<SelectorUse> out;
  if (expr) walk(expr, {}, out);
  return out;
}

Duration reach_of(const Rule& rule, const std::vector<RuleGroup>& groups) {
  return std::max(kLookback, reach_within(rule, groups, 0));
}

std::vector<const Rule*> closure_of(const Rule& rule, const std::vector<RuleGroup>& groups) {
  std::vector<const Rule*> out{&rule};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const Rule* const next = out[i];
    for (const SelectorUse& use : selectors_of(next->expr)) {
      for (const Rule* source : sources_of(use.selector->name, groups)) {
        if (std::find(out.begin(), out.end(), source) == out.end()) out.push_back(source);
      }
    }
  }
  return out;
}

std::vector<const Rule*> alerts_named(std::string_view name, const std::vector<RuleGroup>& groups) {
  std::vector<const Rule*> out;
  for (const RuleGroup& group : groups) {
    for (const Rule& rule : group.rules) {
      if (!rule.alert.empty() && rule.alert == name) out.push_back(&rule);
    }
  }
  return out;
}

}  // namespace firedrill::alerts
