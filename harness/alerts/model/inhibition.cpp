#include "harness/alerts/model/inhibition.hpp"

#include "harness/alerts/model/series.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::alerts {
namespace {

constexpr std::size_t kFileMax = 4 * 1024 * 1024;

struct RefusedMatcher {
  std::string message;
};

std::string trimmed(std::string text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), blank));
  return text;
}

/// severity="critical", severity=~"a|b", severity = critical
Matcher matcher_of(const std::string& text) {
  const std::size_t at = text.find_first_of("=!");
  if (at == std::string::npos) throw RefusedMatcher{"no matcher: " + text};
  Matcher matcher;
  matcher.label = trimmed(text.substr(0, at));
  for (const char* op : {"=~", "!~", "!=", "="}) {
    if (matcher.op.empty() && text.compare(at, std::string_view{op}.size(), op) == 0) {
      matcher.op = op;
    }
  }
  if (matcher.op.empty()) throw RefusedMatcher{"no matcher: " + text};
  std::string value = trimmed(text.substr(at + matcher.op.size()));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
    for (std::size_t i = value.find('\\'); i != std::string::npos; i = value.find('\\', i + 1)) {
      value.erase(i, 1);
    }
  }
  matcher.value = std::move(value);
  return matcher;
}

/// One text may hold several, with commas between them and braces around.
void add_matchers(std::vector<Matcher>& out, std::string text) {
  if (!text.empty() && text.front() == '{' && text.back() == '}') {
    text = text.substr(1, text.size() - 2);
  }
  std::string one;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escaped = i > 0 && text[i - 1] == '\\';
    if (text[i] == '"' && !escaped) quoted = !quoted;
    if (text[i] == ',' && !quoted) {
      out.push_back(matcher_of(std::exchange(one, "")));
    } else {
      one += text[i];
    }
  }
  if (!trimmed(one).empty()) out.push_back(matcher_of(one));
}

std::vector<Matcher> matchers_at(const YAML::Node& rule, const std::string& side) {
  std::vector<Matcher> out;
  const YAML::Node list = rule[side + "_matchers"];
  for (const YAML::Node& text : list) {
    if (text.IsScalar()) add_matchers(out, text.Scalar());
  }
  const std::array<std::pair<const char*, const char*>, 2> old{
      {{"_match", "="}, {"_match_re", "=~"}}};
  for (const auto& [key, op] : old) {
    const YAML::Node map = rule[side + key];
    if (!map || !map.IsMap()) continue;
    for (const auto& entry : map) {
      out.push_back({entry.first.Scalar(), op, entry.second.Scalar()});
    }
  }
  return out;
}

std::string label_of(const AlertTimeline& timeline, const std::string& name) {
  if (name == "alertname") return timeline.alert;
  const auto found = timeline.labels.find(name);
  return found == timeline.labels.end() ? "" : found->second;
}

bool fits(const AlertTimeline& timeline, const std::vector<Matcher>& matchers) {
  return std::all_of(matchers.begin(), matchers.end(), [&](const Matcher& matcher) {
    return matches(matcher, label_of(timeline, matcher.label));
  });
}

bool inhibits(const InhibitRule& rule, const AlertTimeline& source, const AlertTimeline& target) {
  if (&source == &target || !fits(source, rule.source) || !fits(target, rule.target)) return false;
  // Alertmanager: what is source and target of the same rule does not inhibit its like.
  if (fits(target, rule.source) && fits(source, rule.target)) return false;
  return std::all_of(rule.equal.begin(), rule.equal.end(), [&](const std::string& label) {
    return label_of(source, label) == label_of(target, label);
  });
}

/// Whether `source` fires whenever `target` does.
bool covers(const AlertTimeline& source, const AlertTimeline& target) {
  bool fired = false;
  for (const AlertState& state : target.states) {
    if (!state.firing) continue;
    fired = true;
    const bool covered =
        std::any_of(source.states.begin(), source.states.end(), [&](const AlertState& other) {
          return other.firing && other.from <= state.from && other.to >= state.to;
        });
    if (!covered) return false;
  }
  return fired;
}

}  // namespace

Result<std::vector<InhibitRule>> parse_inhibit_rules(std::string_view config) {
  if (config.size() > kFileMax) return Error{"a configuration may have 4 MiB"};
  std::vector<InhibitRule> out;
  try {
    const YAML::Node root = YAML::Load(std::string{config});
    const YAML::Node rules = root.IsMap() ? root["inhibit_rules"] : YAML::Node{};
    for (const YAML::Node& rule : rules) {
      InhibitRule one{matchers_at(rule, "source"), matchers_at(rule, "target"), {}};
      const YAML::Node equal = rule["equal"];
      for (const YAML::Node& label : equal) one.equal.push_back(label.Scalar());
      out.push_back(std::move(one));
    }
  } catch (const YAML::Exception& bad) {
    return Error{"line " + std::to_string(bad.mark.line + 1) + ": " + bad.msg};
  } catch (const RefusedMatcher& refused) {
    return Error{refused.message};
  }
  return out;
}

Result<std::vector<Matcher>> parse_matchers(std::string_view text) {
  std::vector<Matcher> out;
  try {
    add_matchers(out, std::string{text});
  } catch (const RefusedMatcher& refused) {
    return Error{refused.message};
  }
  if (out.empty()) return Error{"no matcher"};
  return out;
}

void mark_suppressed(std::vector<AlertTimeline>& timelines, const std::vector<InhibitRule>& rules) {
  for (AlertTimeline& target : timelines) {
    for (const AlertTimeline& source : timelines) {
      const bool by = std::any_of(rules.begin(), rules.end(), [&](const InhibitRule& rule) {
        return inhibits(rule, source, target);
      });
      if (!by || !covers(source, target)) continue;
      target.suppressed_by = series_text(source.alert, source.labels);
      break;
    }
  }
}

}  // namespace firedrill::alerts
