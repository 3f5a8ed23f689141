#include "harness/scenario/schema.hpp"

#include "harness/base/assert.hpp"
#include "harness/scenario/grammar.hpp"
#include "harness/scenario/shape.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill {
namespace scenario {
namespace {

using Json = nlohmann::ordered_json;

/// A value from the environment, which may stand wherever its text would fit.
constexpr std::string_view kVariablePattern = R"(\$\{env\.[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\})";

/// A file that includes others may leave keys to them. Lists are replaced whole, so what stands in
/// a list is complete in any file.
enum class Extent { whole, fragment };

Json required(const std::string& key) { return {{"required", Json::array({key})}}; }

Json without_both(const std::string& a, const std::string& b) {
  return {{"not", {{"required", Json::array({a, b})}}}};
}

Json variable_or(Json schema) {
  return {{"anyOf", Json::array({Json{{"$ref", "#/$defs/variable"}}, std::move(schema)})}};
}

class Emitter {
 public:
  Json emit(const Shape& shape, Extent extent) {
    if (shape.def.empty()) return written_out(shape, extent);
    const bool differs = extent == Extent::fragment && std::holds_alternative<MapShape>(shape.form);
    const std::string name = shape.def + (differs ? "_fragment" : "");
    if (!defs_.contains(name)) {
      defs_[name] = nullptr;  // keeps the order of first use
      defs_[name] = written_out(shape, extent);
    }
    return {{"$ref", "#/$defs/" + name}};
  }

  [[nodiscard]] Json take_defs() { return std::move(defs_); }

 private:
  Json written_out(const Shape& shape, Extent extent) {
    return std::visit([&](const auto& form) { return schema_of(form, extent); }, shape.form);
  }

  Json schema_of(const TextShape& text, Extent /*extent*/) {
    Json out = Json::object();
    if (!text.what.empty()) out["description"] = text.what;
    out["type"] = "string";
    if (text.any_scalar) out["type"] = {"string", "number", "boolean"};
    if (!text.pattern.empty()) out["pattern"] = text.pattern;
    if (!text.examples.empty()) out["examples"] = text.examples;
    return text.pattern.empty() ? out : variable_or(std::move(out));
  }

  Json schema_of(const NamesShape& names, Extent /*extent*/) {
    return variable_or({{"enum", names.names}});
  }

  Json schema_of(const IntegerShape& integer, Extent /*extent*/) {
    return variable_or({{"type", "integer"}, {"minimum", integer.min}, {"maximum", integer.max}});
  }

  Json schema_of(const NumberShape& /*number*/, Extent /*extent*/) {
    return variable_or({{"type", "number"}});
  }

  Json schema_of(const BooleanShape& boolean, Extent /*extent*/) {
    return variable_or(boolean.only_true ? Json{{"const", true}} : Json{{"type", "boolean"}});
  }

  Json schema_of(const ScalarShape& /*scalar*/, Extent /*extent*/) {
    return {{"type", {"string", "number", "boolean", "null"}}};
  }

  Json schema_of(const JsonShape& /*json*/, Extent /*extent*/) {
    return {{"type", {"string", "number", "boolean", "null", "array", "object"}}};
  }

  Json schema_of(const ListShape& list, Extent /*extent*/) {
    Json out = {{"type", "array"}, {"items", emit(*list.item, Extent::whole)}};
    if (list.min > 0) out["minItems"] = list.min;
    if (list.max < SIZE_MAX) out["maxItems"] = list.max;
    return out;
  }

  Json schema_of(const UnionShape& options, Extent extent) {
    Json any = Json::array();
    for (const ShapePtr& option : options.options) any.push_back(emit(*option, extent));
    return {{"anyOf", std::move(any)}};
  }

  Json schema_of(const MapShape& map, Extent extent) {
    Json out = {{"type", "object"}};
    Json properties = Json::object();
    Json must = Json::array();
    for (const Field& field : map.fields) {
      Json property = {{"description", field.description}};
      Json value = emit(*field.shape, extent);
      value.erase("description");  // the field says more than its type
      property.update(value);
      properties[field.name] = std::move(property);
      if (field.required) must.push_back(field.name);
    }
    if (!map.fields.empty()) out["properties"] = std::move(properties);
    out["additionalProperties"] = false;
    if (!must.empty() && extent == Extent::whole) out["required"] = std::move(must);
    Json rules = Json::array();
    for (const Rule& rule : map.rules) add(rule, extent, rules);
    if (map.open) add_open_keys(map, extent, out, rules);
    if (!rules.empty()) out["allOf"] = std::move(rules);
    return out;
  }

  void add_open_keys(const MapShape& map, Extent extent, Json& out, Json& rules) {
    const OpenKeys& open = *map.open;
    out["additionalProperties"] = emit(*open.value, extent);
    Json key = open.key.pattern.empty() ? Json::object() : Json{{"pattern", open.key.pattern}};
    if (map.fields.empty()) {
      out["propertyNames"] = std::move(key);
      if (open.min > 0 && extent == Extent::whole) out["minProperties"] = open.min;
      if (open.max < SIZE_MAX) out["maxProperties"] = open.max;
      return;
    }
    Json names = Json::array();
    for (const Field& field : map.fields) names.push_back(field.name);
    out["propertyNames"] = {{"anyOf", Json::array({Json{{"enum", names}}, std::move(key)})}};
    if (open.min == 0 && open.max == SIZE_MAX) return;
    FD_ASSERT(map.fields.size() == 1 && open.min == open.max && extent == Extent::whole);
    const auto exactly = [](std::size_t count) {
      return Json{{"minProperties", count}, {"maxProperties", count}};
    };
    rules.push_back({{"if", required(map.fields.front().name)},
                     {"then", exactly(open.min + 1)},
                     {"else", exactly(open.min)}});
  }

  static Json any_of(const std::vector<std::string>& keys) {
    Json any = Json::array();
    for (const std::string& key : keys) any.push_back(required(key));
    return any;
  }

  static void add(const Rule& rule, Extent extent, Json& rules) {
    const bool whole = extent == Extent::whole;
    switch (rule.kind) {
      case Rule::Kind::at_least_one:
        if (whole) rules.push_back({{"anyOf", any_of(rule.keys)}});
        return;
      case Rule::Kind::exactly_one:
        if (whole) return rules.push_back({{"oneOf", any_of(rule.keys)}});
        [[fallthrough]];
      case Rule::Kind::at_most_one:
        for (std::size_t i = 0; i < rule.keys.size(); ++i) {
          for (std::size_t j = i + 1; j < rule.keys.size(); ++j) {
            rules.push_back(without_both(rule.keys[i], rule.keys[j]));
          }
        }
        return;
      case Rule::Kind::needs:
        if (whole) {
          rules.push_back(
              {{"if", required(rule.subject)}, {"then", {{"anyOf", any_of(rule.keys)}}}});
        }
        return;
      case Rule::Kind::excludes:
        for (const std::string& key : rule.keys) rules.push_back(without_both(rule.subject, key));
        return;
    }
  }

  Json defs_ = Json::object();
};

}  // namespace
}  // namespace scenario

std::string scenario_schema() {
  using scenario::Extent;
  using scenario::Json;
  scenario::Emitter emitter;
  const scenario::ShapePtr shape = scenario::scenario_shape();
  Json whole = emitter.emit(*shape, Extent::whole);
  Json fragment = emitter.emit(*shape, Extent::fragment);
  Json defs = {{"variable",
                {{"description", "a value from the environment, put in when the file is read"},
                 {"type", "string"},
                 {"pattern", scenario::kVariablePattern}}}};
  defs.update(emitter.take_defs());
  const Json schema = {
      {"$schema", "https://json-schema.org/draft/2020-12/schema"},
      {"$id", "urn:firedrill:scenario:1"},
      {"title", "firedrill scenario"},
      {"description", "One drill: a system, its traffic, what breaks when, and what must hold."},
      {"type", "object"},
      {"if", scenario::required("include")},
      {"then", std::move(fragment)},
      {"else", std::move(whole)},
      {"$defs", std::move(defs)}};
  return schema.dump(2) + "\n";
}

}  // namespace firedrill
