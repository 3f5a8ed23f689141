#include "mocks/hubspot/property_input.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

struct TypeRow {
  std::string_view type;
  std::array<std::string_view, 6> field_types;
};

constexpr std::array<TypeRow, 6> kPropertyTypes{{
    {"string", {"text", "textarea", "file", "html", "phonenumber", "calculation_equation"}},
    {"number", {"number", "calculation_equation"}},
    {"date", {"date"}},
    {"datetime", {"date"}},
    {"enumeration", {"select", "radio", "checkbox", "booleancheckbox", "calculation_equation"}},
    {"bool", {"booleancheckbox", "calculation_equation"}},
}};

/// Reads members of one document, keeping the first problem.
class Reader {
 public:
  explicit Reader(const Json& json) : json_{json} {}

  [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

  [[nodiscard]] const Json* find(const char* key) const {
    const auto found = json_.find(key);
    return found == json_.end() || found->is_null() ? nullptr : &*found;
  }

  void text(const char* key, std::string& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_string()) {
      fail(unreadable_json("Cannot deserialize value of type `java.lang.String`: " +
                           std::string{key}));
    } else {
      out = value->get<std::string>();
    }
  }

  void flag(const char* key, bool& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) {
      fail(unreadable_json("Cannot deserialize value of type `boolean`: " + std::string{key}));
    } else {
      out = value->get<bool>();
    }
  }

  void integer(const char* key, std::int64_t& out) {
    const Json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_number_integer()) {
      fail(unreadable_json("Cannot deserialize value of type `int`: " + std::string{key}));
    } else {
      out = value->get<std::int64_t>();
    }
  }

  void fail(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
  }

 private:
  const Json& json_;
  std::optional<Problem> problem_;
};

void read_options(Reader& reader, Property& property) {
  const Json* options = reader.find("options");
  if (options == nullptr) return;
  if (!options->is_array()) return reader.fail(unreadable_json("options is not an array"));
  property.options.clear();
  std::set<std::string> seen;
  for (const Json& option : *options) {
    const Json label = option.is_object() ? option.value("label", Json()) : Json();
    const Json value = option.is_object() ? option.value("value", Json()) : Json();
    if (!label.is_string() || !value.is_string()) {
      return reader.fail(missing_fields({"label", "value"}));
    }
    property.options.push_back({label.get<std::string>(), value.get<std::string>()});
    if (!seen.insert(property.options.back().value).second) {
      return reader.fail(
          invalid_argument("Option values must be unique: " + property.options.back().value));
    }
  }
}

std::optional<Problem> check_types(const Property& property) {
  const auto* row = std::find_if(kPropertyTypes.begin(), kPropertyTypes.end(),
                                 [&](const TypeRow& one) { return one.type == property.type; });
  if (row == kPropertyTypes.end()) {
    return unreadable_json("Cannot deserialize value of type `PropertyType` from String \"" +
                           property.type + "\"");
  }
  const auto* known =
      std::find(row->field_types.begin(), row->field_types.end(), property.field_type);
  if (known == row->field_types.end() || property.field_type.empty()) {
    return invalid_argument("fieldType '" + property.field_type + "' is not valid for type '" +
                            property.type + "'");
  }
  return std::nullopt;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

}  // namespace

Checked<Property> read_property_changes(const Json& json, Property property, Schema& schema) {
  if (!json.is_object()) return unreadable_json("Cannot deserialize value from a non-object");
  Reader reader{json};
  reader.text("label", property.label);
  reader.text("type", property.type);
  reader.text("fieldType", property.field_type);
  reader.text("groupName", property.group);
  reader.text("description", property.description);
  reader.integer("displayOrder", property.display_order);
  reader.flag("hidden", property.hidden);
  reader.flag("formField", property.form_field);
  read_options(reader, property);
  if (reader.problem()) return *reader.problem();
  if (auto problem = check_types(property)) return *std::move(problem);
  if (schema.groups().find(property.group) == nullptr) {
    return invalid_argument("Property group '" + property.group + "' does not exist");
  }
  return property;
}

Checked<Property> read_property(const Json& json, Schema& schema) {
  if (!json.is_object()) return unreadable_json("Cannot deserialize value from a non-object");
  std::vector<std::string> missing;
  for (const char* key : {"name", "label", "type", "fieldType", "groupName"}) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null()) missing.emplace_back(key);
  }
  if (!missing.empty()) return missing_fields(missing);
  Property fresh;
  Reader reader{json};
  reader.text("name", fresh.name);
  reader.flag("hasUniqueValue", fresh.unique);
  if (reader.problem()) return *reader.problem();
  if (!is_name(fresh.name)) {
    return invalid_argument("Property name '" + fresh.name +
                            "' is not valid. It must begin with a letter and have only lower case "
                            "letters, digits and underscores.");
  }
  auto property = read_property_changes(json, fresh, schema);
  const auto* read = std::get_if<Property>(&property);
  if (read != nullptr && read->unique && read->type != "string" && read->type != "number") {
    return invalid_argument("Only text and number properties can have unique values");
  }
  return property;
}

Json to_json(const Property& property) {
  Json options = Json::array();
  for (const PropertyOption& option : property.options) {
    options.push_back({{"label", option.label},
                       {"value", option.value},
                       {"displayOrder", options.size()},
                       {"hidden", false}});
  }
  Json out{{"updatedAt", to_rfc3339(property.updated)},
           {"createdAt", to_rfc3339(property.created)},
           {"name", property.name},
           {"label", property.label},
           {"type", property.type},
           {"fieldType", property.field_type},
           {"description", property.description},
           {"groupName", property.group},
           {"options", std::move(options)},
           {"displayOrder", property.display_order},
           {"calculated", false},
           {"externalOptions", property.type == "enumeration" && property.options.empty()},
           {"archived", property.archived},
           {"hasUniqueValue", property.unique},
           {"hidden", property.hidden},
           {"hubspotDefined", property.built_in},
           {"formField", property.form_field},
           {"modificationMetadata",
            {{"archivable", !property.built_in},
             {"readOnlyDefinition", property.built_in},
             {"readOnlyValue", property.read_only}}}};
  if (property.archived) out["archivedAt"] = to_rfc3339(property.updated);
  return out;
}

Json to_json(const PropertyGroup& group) {
  return {{"name", group.name},
          {"label", group.label},
          {"displayOrder", group.display_order},
          {"archived", false}};
}

}  // namespace firedrill::hubspot
