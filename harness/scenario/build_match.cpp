#include "harness/scenario/build.hpp"
#include "harness/scenario/forms.hpp"

#include <string>
#include <utility>

namespace firedrill::scenario {
namespace {

std::optional<spec::StatusRange> status_of(const Node& node) {
  if (const auto group = parsed(&node, parse_status_class)) return group;
  const auto code = node.is_scalar() ? unsigned_of(node.text) : std::nullopt;
  if (!code || *code > 599) return std::nullopt;
  return spec::StatusRange{static_cast<int>(*code), static_cast<int>(*code)};
}

std::optional<spec::Scalar> scalar_of(Context& context, const Node& node) {
  switch (type_of(node)) {
    case Type::null:
      return spec::Scalar{nullptr};
    case Type::boolean:
      return spec::Scalar{*boolean_of(node.text)};
    case Type::integer:
    case Type::number: {
      if (const auto value = number_of(node.text)) return spec::Scalar{*value};
      const auto large = unsigned_of(node.text);
      if (!large) return std::nullopt;
      return spec::Scalar{static_cast<double>(*large)};
    }
    case Type::string:
      return spec::Scalar{text_of(context, &node, Scope::literal)};
    default:
      return std::nullopt;
  }
}

std::optional<std::pair<double, double>> between_of(Context& context, const Node* node) {
  if (!node || !node->is_list() || node->items.size() != 2) return std::nullopt;
  const auto first = number_of(node->items[0].text);
  const auto second = number_of(node->items[1].text);
  if (!first || !second) return std::nullopt;
  if (*first > *second) {
    context.problems.add(node->place(), "the first number of 'between' must be the smaller one");
  }
  return std::pair{*first, *second};
}

/// Texts are texts: 5 in the scenario means "5" in the header.
spec::ValueMatch value_match(Context& context, const Node& node, bool is_text) {
  spec::ValueMatch match;
  const auto equals = [&](const Node* value) -> std::optional<spec::Scalar> {
    if (!value || !value->is_scalar()) return std::nullopt;
    if (is_text) return spec::Scalar{text_of(context, value, Scope::literal)};
    return scalar_of(context, *value);
  };
  if (!node.is_map()) {
    match.equals = equals(&node);
    return match;
  }
  match.equals = equals(child(&node, "equals"));
  match.between = between_of(context, child(&node, "between"));
  if (const Node* pattern = child(&node, "matches")) {
    match.matches = text_of(context, pattern, Scope::literal);
  }
  if (const Node* exists = child(&node, "exists")) match.exists = boolean_of(exists->text);
  const bool wants_value = match.equals || match.between || match.matches;
  if (match.exists == false && wants_value) {
    context.problems.add(node.place(), "what must not exist cannot have a value as well");
  }
  return match;
}

}  // namespace

spec::ValueMatch build_text_match(Context& context, const Node& node) {
  return value_match(context, node, true);
}

std::vector<spec::StatusRange> build_statuses(const Node* node) {
  std::vector<spec::StatusRange> ranges;
  if (!node) return ranges;
  if (const auto range = status_of(*node)) ranges.push_back(*range);
  for (const Node& item : node->items) {
    if (const auto range = status_of(item)) ranges.push_back(*range);
  }
  return ranges;
}

spec::RequestMatch build_request_match(Context& context, const Node* node) {
  spec::RequestMatch match;
  if (const Node* query = child(node, "query")) {
    for (const Entry& entry : query->entries) {
      match.query.push_back({entry.key, value_match(context, entry.value, true)});
    }
  }
  if (const Node* headers = child(node, "headers")) {
    for (const Entry& entry : headers->entries) {
      match.headers.push_back({entry.key, value_match(context, entry.value, true)});
    }
  }
  if (const Node* json = child(node, "json")) {
    for (const Entry& entry : json->entries) {
      match.json.push_back({entry.key, value_match(context, entry.value, false)});
    }
  }
  if (const Node* body = child(node, "body")) match.body = value_match(context, *body, true);
  return match;
}

spec::ResponseMatch build_response_match(Context& context, const Node* node) {
  spec::ResponseMatch match;
  match.status = build_statuses(child(node, "status"));
  if (const Node* headers = child(node, "headers")) {
    for (const Entry& entry : headers->entries) {
      match.headers.push_back({entry.key, build_text_match(context, entry.value)});
    }
  }
  if (const Node* json = child(node, "json")) {
    for (const Entry& entry : json->entries) {
      match.json.push_back({entry.key, value_match(context, entry.value, false)});
    }
  }
  return match;
}

}  // namespace firedrill::scenario
