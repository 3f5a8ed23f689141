#include "mocks/hubspot/schema.hpp"

#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

struct Refusal {
  std::string name;
  InvalidValue why;
};

/// The API repeats the list as JSON inside the message; applications parse it out of there.
Problem refused(const std::vector<Refusal>& refusals) {
  Json list = Json::array();
  Problem problem;
  for (const auto& [name, why] : refusals) {
    list.push_back({{"isValid", false},
                    {"message", why.message},
                    {"error", why.code},
                    {"name", name},
                    {"localizedErrorMessage", why.message}});
    problem.errors.push_back({why.message, why.code, {{"propertyName", {name}}}});
  }
  problem.message = "Property values were not valid: " + dump(list);
  return problem;
}

}  // namespace

Problem invalid_value(const std::string& property, InvalidValue why) {
  return refused({{property, std::move(why)}});
}

Schema::Schema(ObjectKind kind) : kind_{kind} {
  for (Property& property : built_in_properties(kind)) {
    const std::string group = property.group;
    groups_.put(group, {group, std::string{object_type(kind).title} + " information", 0});
    built_in_.emplace(property.name, std::move(property));
  }
}

const Property* Schema::find(std::string_view name) const {
  if (const auto found = built_in_.find(name); found != built_in_.end()) return &found->second;
  const Property* custom = custom_.find(std::string{name});
  return custom != nullptr && !custom->archived ? custom : nullptr;
}

const Property* Schema::find_archived(std::string_view name) const {
  const Property* custom = custom_.find(std::string{name});
  return custom != nullptr && custom->archived ? custom : nullptr;
}

std::vector<const Property*> Schema::all(bool archived) const {
  std::vector<const Property*> properties;
  if (!archived) {
    for (const auto& [name, property] : built_in_) properties.push_back(&property);
  }
  custom_.oldest_first([&](const std::string&, const Property& property) {
    if (property.archived == archived) properties.push_back(&property);
    return true;
  });
  return properties;
}

void Schema::put(Property property) {
  const auto built_in = built_in_.find(property.name);
  if (built_in != built_in_.end()) {
    built_in->second = std::move(property);
    return;
  }
  const std::string name = property.name;
  custom_.put(name, std::move(property));
}

bool Schema::archive(std::string_view name, WallTime now) {
  Property* property = custom_.find(std::string{name});
  if (property == nullptr || property->archived) return false;
  property->archived = true;
  property->updated = now;
  return true;
}

std::vector<std::string> Schema::unique_names() const {
  std::vector<std::string> names;
  for (const Property* property : all(false)) {
    if (property->unique) names.push_back(property->name);
  }
  return names;
}

std::optional<Problem> Schema::check(Values& values) const {
  std::vector<Refusal> refusals;
  for (auto& [name, value] : values) {
    const Property* property = find(name);
    if (property == nullptr) {
      refusals.push_back(
          {name, {"Property \"" + name + "\" does not exist", "PROPERTY_DOESNT_EXIST"}});
    } else if (property->read_only) {
      refusals.push_back({name,
                          {"\"" + name + "\" is a read only property; its value cannot be set.",
                           "READ_ONLY_VALUE"}});
    } else if (auto invalid = check_value(*property, value)) {
      refusals.push_back({name, *std::move(invalid)});
    }
  }
  if (refusals.empty()) return std::nullopt;
  return refused(refusals);
}

}  // namespace firedrill::hubspot
