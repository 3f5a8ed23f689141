#include "mocks/hubspot/record_json.hpp"

#include <nlohmann/json.hpp>

#include <set>
#include <string_view>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

Json frame(const Record& record, Json properties) {
  Json out{{"id", std::to_string(record.ref.id)},
           {"properties", std::move(properties)},
           {"createdAt", to_rfc3339(record.created)},
           {"updatedAt", to_rfc3339(record.updated)},
           {"archived", record.archived.has_value()}};
  if (record.archived) out["archivedAt"] = to_rfc3339(*record.archived);
  return out;
}

Json value_of(const Record& record, std::string_view name) {
  const auto found = record.values.find(name);
  return found == record.values.end() ? Json(nullptr) : Json(found->second);
}

Json chosen_properties(const Record& record, const Selection& selection, const Schema& schema) {
  const ObjectType& type = object_type(record.ref.kind);
  // Sorted, and these always among them.
  std::set<std::string_view> names{"createdate", "hs_object_id", type.modified};
  if (selection.properties.empty()) names.insert(type.shown.begin(), type.shown.end());
  for (const std::string& name : selection.properties) {
    if (schema.find(name) != nullptr) names.insert(name);
  }
  Json properties = Json::object();
  for (const std::string_view name : names) properties[std::string{name}] = value_of(record, name);
  return properties;
}

Json history(const Record& record, const Selection& selection) {
  Json out = Json::object();
  for (const std::string& name : selection.with_history) {
    const auto found = record.values.find(name);
    if (found == record.values.end()) continue;
    out[name] = Json::array({{{"value", found->second},
                              {"timestamp", to_rfc3339(record.updated)},
                              {"sourceType", "INTEGRATION"}}});
  }
  return out;
}

Json associations(const Record& record, const Selection& selection, Portal& portal) {
  Json out = Json::object();
  for (const ObjectKind to : selection.associations) {
    Json results = Json::array();
    for (const auto& link : portal.associations().of(record.ref, to)) {
      results.push_back(
          {{"id", std::to_string(link.to.id)}, {"type", association_name(record.ref.kind, to)}});
    }
    if (!results.empty()) {
      out[std::string{object_type(to).plural}] = {{"results", std::move(results)}};
    }
  }
  return out;
}

}  // namespace

std::string association_name(ObjectKind from, ObjectKind to) {
  return std::string{object_type(from).singular} + "_to_" + std::string{object_type(to).singular};
}

Json to_json(const Record& record, const Selection& selection, Portal& portal) {
  Json out = frame(record, chosen_properties(record, selection, portal.schema(record.ref.kind)));
  if (!selection.with_history.empty()) out["propertiesWithHistory"] = history(record, selection);
  if (!selection.associations.empty()) {
    Json linked = associations(record, selection, portal);
    if (!linked.empty()) out["associations"] = std::move(linked);
  }
  return out;
}

Json to_json(const Record& record) {
  Json properties = Json::object();
  for (const auto& [name, value] : record.values) properties[name] = value;
  return frame(record, std::move(properties));
}

}  // namespace firedrill::hubspot
