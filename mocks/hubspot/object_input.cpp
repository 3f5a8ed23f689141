#include "mocks/hubspot/object_input.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

std::string text_member(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return "";
  if (found->is_string()) return found->get<std::string>();
  return found->is_number_integer() ? found->dump() : "";
}

Checked<Values> read_values(const Json& input) {
  const auto found = input.find("properties");
  if (found == input.end()) return missing_fields({"properties"});
  if (!found->is_object()) {
    return unreadable_json("Cannot deserialize value of type `java.util.Map` for properties");
  }
  Values values;
  for (const auto& [name, value] : found->items()) {
    if (value.is_structured()) {
      return unreadable_json("Cannot deserialize value of type `java.lang.String` from " +
                             std::string{value.is_array() ? "Array" : "Object"} +
                             " value: properties." + name);
    }
    if (value.is_string()) {
      values[name] = value.get<std::string>();
    } else {
      values[name] = value.is_null() ? "" : value.dump();
    }
  }
  return values;
}

Checked<std::vector<ObjectInput::Link>> read_links(const Json& input, ObjectKind from) {
  std::vector<ObjectInput::Link> links;
  const auto found = input.find("associations");
  if (found == input.end() || found->is_null()) return links;
  if (!found->is_array()) return unreadable_json("associations is not an array");
  for (const Json& one : *found) {
    const Json to = one.is_object() ? one.value("to", Json::object()) : Json();
    const Json types = one.is_object() ? one.value("types", Json::array()) : Json();
    if (!to.is_object() || !types.is_array() || types.empty()) {
      return missing_fields({"to", "types"});
    }
    const auto id = parse_id(text_member(to, "id"));
    if (!id) return invalid_argument("Invalid id of an associated object: " + to.dump());
    for (const Json& type : types) {
      const Json type_id = type.is_object() ? type.value("associationTypeId", Json()) : Json();
      if (!type_id.is_number_unsigned()) return missing_fields({"associationTypeId"});
      const auto number = type_id.get<std::uint64_t>();
      // The other object's kind follows from the type alone.
      const AssociationType* known = nullptr;
      ObjectKind kind = from;
      for (const ObjectKind other : kObjectKinds) {
        if (known != nullptr || number > std::numeric_limits<std::uint32_t>::max()) break;
        known = find_association_type(from, other, static_cast<std::uint32_t>(number));
        kind = other;
      }
      if (known == nullptr) {
        return invalid_argument("Association type id " + std::to_string(number) +
                                " doesn't exist for " + std::string{object_type(from).upper});
      }
      links.push_back({{kind, *id}, *known});
    }
  }
  return links;
}

Problem conflict(ObjectKind kind, const Portal::Taken& taken) {
  const std::string id = std::to_string(taken.by);
  if (kind == ObjectKind::contact && taken.property == "email") {
    return {.status = 409,
            .message = "Contact already exists. Existing ID: " + id,
            .category = "CONFLICT"};
  }
  return invalid_value(taken.property,
                       {"A " + std::string{object_type(kind).singular} + " with " + taken.property +
                            " " + taken.value + " already exists: " + id,
                        "CONFLICTING_UNIQUE_VALUE"});
}

}  // namespace

Checked<ObjectInput> read_input(const Json& input, ObjectKind kind) {
  if (!input.is_object()) return unreadable_json("Cannot deserialize value from a non-object");
  ObjectInput out;
  auto values = read_values(input);
  if (const auto* problem = std::get_if<Problem>(&values)) return *problem;
  auto links = read_links(input, kind);
  if (const auto* problem = std::get_if<Problem>(&links)) return *problem;
  out.values = std::move(std::get<0>(values));
  out.links = std::move(std::get<0>(links));
  out.id = text_member(input, "id");
  out.id_property = text_member(input, "idProperty");
  out.trace_id = text_member(input, "objectWriteTraceId");
  return out;
}

std::optional<Problem> check_input(Portal& portal, ObjectKind kind, ObjectInput& input,
                                   std::uint64_t self) {
  if (auto problem = portal.schema(kind).check(input.values)) return problem;
  if (const auto taken = portal.taken(kind, input.values, self)) return conflict(kind, *taken);
  for (const ObjectInput::Link& link : input.links) {
    const Record* other = portal.find(link.to);
    if (other != nullptr && !other->archived) continue;
    const std::string upper{object_type(link.to.kind).upper};
    const std::string id = std::to_string(link.to.id);
    return Problem{.message = upper + "=" + id + " is not valid",
                   .sub_category = "crm.associations.INVALID_OBJECT_IDS",
                   .context = {{upper, {id}}}};
  }
  return std::nullopt;
}

std::optional<Problem> check_new(Portal& portal, ObjectKind kind, ObjectInput& input) {
  const bool staged = input.values.contains("hs_pipeline_stage");
  if (kind == ObjectKind::ticket && !staged) {
    return Problem{.message = "Error creating TICKET. Some required properties were not set.",
                   .context = {{"properties", {"hs_pipeline_stage"}}}};
  }
  return check_input(portal, kind, input);
}

Checked<Record*> find_object(Portal& portal, ObjectKind kind, const std::string& id,
                             const std::string& id_property, bool archived) {
  Record* record = nullptr;
  if (id_property.empty() || id_property == "hs_object_id") {
    const auto number = parse_id(id);
    if (number) record = portal.find({kind, *number});
  } else {
    const Property* property = portal.schema(kind).find(id_property);
    if (property == nullptr || !property->unique) {
      return invalid_argument("Property " + id_property +
                              " is not a unique identifier property of " +
                              std::string{object_type(kind).upper});
    }
    record = portal.find_by(kind, id_property, id);
  }
  if (record == nullptr || record->archived.has_value() != archived) return object_not_found(id);
  return record;
}

Record& create_object(const Call& call, ObjectKind kind, const ObjectInput& input) {
  Record& record = call.state.portal.create(kind, input.values, call.now());
  call.changes.push_back({.kind = ChangeKind::creation, .object = record.ref});
  for (const auto& [name, value] : input.values) {
    if (value.empty()) continue;
    call.changes.push_back({.kind = ChangeKind::property_change,
                            .object = record.ref,
                            .property = name,
                            .value = value});
  }
  for (const auto& link : input.links) associate(call, record.ref, link.to, link.type);
  return record;
}

void update_object(const Call& call, Record& record, const ObjectInput& input) {
  for (auto& [name, value] : call.state.portal.update(record, input.values, call.now())) {
    call.changes.push_back({.kind = ChangeKind::property_change,
                            .object = record.ref,
                            .property = name,
                            .value = value});
  }
}

void archive_object(const Call& call, Record& record) {
  call.changes.push_back({.kind = ChangeKind::deletion, .object = record.ref});
  call.state.portal.archive(record, call.now());
}

void associate(const Call& call, ObjectRef from, ObjectRef to, const AssociationType& type) {
  if (!call.state.portal.associations().add(from, to, type)) return;
  const bool primary = type.label == kPrimary;
  for (const auto& [object, other] : {std::pair{from, to}, std::pair{to, from}}) {
    call.changes.push_back({.kind = ChangeKind::association_change,
                            .object = object,
                            .other = other,
                            .is_primary = primary});
  }
}

}  // namespace firedrill::hubspot
