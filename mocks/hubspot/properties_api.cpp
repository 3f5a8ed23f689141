#include "mocks/hubspot/properties_api.hpp"

#include "mocks/hubspot/objects_api.hpp"
#include "mocks/hubspot/property_input.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

Problem no_such_property(const std::string& name) {
  return {.status = 404,
          .message = "Property '" + name + "' does not exist",
          .category = "OBJECT_NOT_FOUND"};
}

Problem exists_already(const std::string& what, const std::string& name) {
  return {.status = 409,
          .message = what + " '" + name + "' already exists",
          .category = "OBJECT_ALREADY_EXISTS",
          .sub_category = "Properties.PROPERTY_EXISTS"};
}

/// The schema of the kind that the path names.
Checked<Schema*> find_schema(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return *problem;
  return &call.state.portal.schema(std::get<ObjectKind>(kind));
}

std::optional<Problem> add_property(const Call& call, Schema& schema, Property property) {
  if (schema.find(property.name) != nullptr) return exists_already("Property", property.name);
  if (property.unique && schema.unique_names().size() >= Schema::kUniqueMax) {
    return invalid_argument("No more than " + std::to_string(Schema::kUniqueMax) +
                            " properties of an object can have unique values");
  }
  property.created = property.updated = call.now();
  schema.put(std::move(property));
  return std::nullopt;
}

std::optional<Problem> archive_property(const Call& call, Schema& schema, const std::string& name) {
  const Property* property = schema.find(name);
  if (property == nullptr) return no_such_property(name);
  if (property->built_in) {
    return Problem{.message =
                       "Property '" + name + "' is defined by HubSpot and cannot be archived"};
  }
  schema.archive(name, call.now());
  return std::nullopt;
}

/// The names of {"inputs":[{"name":…}]}.
Checked<std::vector<std::string>> input_names(const Call& call) {
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return *problem;
  std::vector<std::string> names;
  for (const Json& input : std::get<Json>(inputs)) {
    const Json name = input.is_object() ? input.value("name", Json()) : Json();
    if (!name.is_string()) return missing_fields({"name"});
    names.push_back(name.get<std::string>());
  }
  return names;
}

}  // namespace

HttpReply list_properties(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  Json results = Json::array();
  for (const Property* property : std::get<Schema*>(schema)->all(std::get<bool>(archived))) {
    results.push_back(to_json(*property));
  }
  return call.reply(200, {{"results", std::move(results)}});
}

HttpReply post_property(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  const auto parsed = read_property(std::get<Json>(body), *std::get<Schema*>(schema));
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  const auto& property = std::get<Property>(parsed);
  if (const auto problem = add_property(call, *std::get<Schema*>(schema), property)) {
    return call.refuse(*problem);
  }
  return call.reply(201, to_json(*std::get<Schema*>(schema)->find(property.name)));
}

HttpReply get_property(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  const std::string& name = call.parameters.at(1);
  const Property* property = std::get<bool>(archived)
                                 ? std::get<Schema*>(schema)->find_archived(name)
                                 : std::get<Schema*>(schema)->find(name);
  if (property == nullptr) return call.refuse(no_such_property(name));
  return call.reply(200, to_json(*property));
}

HttpReply patch_property(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const std::string& name = call.parameters.at(1);
  const Property* property = std::get<Schema*>(schema)->find(name);
  if (property == nullptr) return call.refuse(no_such_property(name));
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  auto changed = read_property_changes(std::get<Json>(body), *property, *std::get<Schema*>(schema));
  if (const auto* problem = std::get_if<Problem>(&changed)) return call.refuse(*problem);
  auto& fresh = std::get<Property>(changed);
  fresh.updated = call.now();
  const Json shown = to_json(fresh);
  std::get<Schema*>(schema)->put(std::move(fresh));
  return call.reply(200, shown);
}

HttpReply delete_property(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  if (const auto problem =
          archive_property(call, *std::get<Schema*>(schema), call.parameters.at(1))) {
    return call.refuse(*problem);
  }
  return call.no_content();
}

HttpReply batch_create_properties(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  std::vector<Property> properties;
  for (const Json& input : std::get<Json>(inputs)) {
    auto property = read_property(input, *std::get<Schema*>(schema));
    if (const auto* problem = std::get_if<Problem>(&property)) return call.refuse(*problem);
    properties.push_back(std::get<Property>(std::move(property)));
  }
  Json results = Json::array();
  std::vector<Problem> errors;
  for (Property& property : properties) {
    const std::string name = property.name;
    auto problem = add_property(call, *std::get<Schema*>(schema), std::move(property));
    if (problem) {
      errors.push_back(*std::move(problem));
    } else {
      results.push_back(to_json(*std::get<Schema*>(schema)->find(name)));
    }
  }
  return batch_reply(call, 201, std::move(results), errors);
}

HttpReply batch_read_properties(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto names = input_names(call);
  if (const auto* problem = std::get_if<Problem>(&names)) return call.refuse(*problem);
  const Json archived = std::get<Json>(call.body()).value("archived", Json(false));
  Json results = Json::array();
  std::vector<Problem> errors;
  for (const std::string& name : std::get<std::vector<std::string>>(names)) {
    const Property* property = archived == true ? std::get<Schema*>(schema)->find_archived(name)
                                                : std::get<Schema*>(schema)->find(name);
    if (property == nullptr) {
      errors.push_back(no_such_property(name));
    } else {
      results.push_back(to_json(*property));
    }
  }
  return batch_reply(call, 200, std::move(results), errors);
}

HttpReply batch_archive_properties(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto names = input_names(call);
  if (const auto* problem = std::get_if<Problem>(&names)) return call.refuse(*problem);
  for (const std::string& name : std::get<std::vector<std::string>>(names)) {
    const auto problem = archive_property(call, *std::get<Schema*>(schema), name);
    // Archiving what is not there is no error.
    if (problem && problem->status != 404) return call.refuse(*problem);
  }
  return call.no_content();
}

HttpReply list_property_groups(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  Json results = Json::array();
  std::get<Schema*>(schema)->groups().oldest_first([&](const std::string&, const auto& group) {
    results.push_back(to_json(group));
    return true;
  });
  return call.reply(200, {{"results", std::move(results)}});
}

HttpReply post_property_group(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  const Json name = std::get<Json>(body).value("name", Json());
  const Json label = std::get<Json>(body).value("label", Json());
  const Json order = std::get<Json>(body).value("displayOrder", Json(-1));
  if (!name.is_string() || !label.is_string())
    return call.refuse(missing_fields({"name", "label"}));
  PropertyGroup group{name.get<std::string>(), label.get<std::string>(),
                      order.is_number_integer() ? order.get<std::int64_t>() : -1};
  auto& groups = std::get<Schema*>(schema)->groups();
  if (groups.find(group.name) != nullptr) {
    return call.refuse(exists_already("Property group", group.name));
  }
  const Json shown = to_json(group);
  groups.put(name.get<std::string>(), std::move(group));
  return call.reply(201, shown);
}

HttpReply get_property_group(const Call& call) {
  const auto schema = find_schema(call);
  if (const auto* problem = std::get_if<Problem>(&schema)) return call.refuse(*problem);
  const PropertyGroup* group = std::get<Schema*>(schema)->groups().find(call.parameters.at(1));
  if (group == nullptr) return call.refuse(no_such_property(call.parameters.at(1)));
  return call.reply(200, to_json(*group));
}

}  // namespace firedrill::hubspot
