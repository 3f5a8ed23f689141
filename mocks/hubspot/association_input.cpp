#include "mocks/hubspot/association_input.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kCategory = "HUBSPOT_DEFINED";

void tell_removed(const Call& call, const Ends& ends) {
  for (const auto& [object, other] :
       {std::pair{ends.from, ends.to}, std::pair{ends.to, ends.from}}) {
    call.changes.push_back({.kind = ChangeKind::association_change,
                            .object = object,
                            .other = other,
                            .removed = true});
  }
}

}  // namespace

Checked<Types> read_types(const Json& types, ObjectKind from, ObjectKind to) {
  if (!types.is_array())
    return unreadable_json("Cannot deserialize value of type `java.util.List`");
  if (types.empty()) return invalid_argument("At least one association type is required.");
  Types out;
  for (const Json& one : types) {
    const Json category = one.is_object() ? one.value("associationCategory", Json()) : Json();
    const Json id = one.is_object() ? one.value("associationTypeId", Json()) : Json();
    if (!category.is_string()) return missing_fields({"associationCategory"});
    if (!id.is_number_unsigned()) return missing_fields({"associationTypeId"});
    const auto number = id.get<std::uint64_t>();
    const AssociationType* known =
        category != kCategory || number > std::numeric_limits<std::uint32_t>::max()
            ? nullptr
            : find_association_type(from, to, static_cast<std::uint32_t>(number));
    if (known == nullptr) {
      return invalid_argument("Association type " + category.get<std::string>() + " " +
                              std::to_string(number) + " doesn't exist between " +
                              std::string{object_type(from).upper} + " and " +
                              std::string{object_type(to).upper});
    }
    out.push_back(*known);
  }
  return out;
}

std::optional<Problem> check_ends(Portal& portal, const Ends& ends) {
  for (const ObjectRef& ref : {ends.from, ends.to}) {
    const Record* record = portal.find(ref);
    if (record != nullptr && !record->archived) continue;
    const std::string upper{object_type(ref.kind).upper};
    return Problem{.message = upper + "=" + std::to_string(ref.id) + " is not valid",
                   .sub_category = "crm.associations.INVALID_OBJECT_IDS",
                   .context = {{upper, {std::to_string(ref.id)}}}};
  }
  if (ends.from == ends.to) return invalid_argument("An object cannot be associated with itself.");
  return std::nullopt;
}

void dissociate(const Call& call, const Ends& ends) {
  if (call.state.portal.associations().remove(ends.from, ends.to)) tell_removed(call, ends);
}

void dissociate(const Call& call, const Ends& ends, const Types& types) {
  bool any = false;
  for (const AssociationType& type : types) {
    any = call.state.portal.associations().remove(ends.from, ends.to, type) || any;
  }
  if (any) tell_removed(call, ends);
}

Json label_of(const AssociationType& type) {
  return type.label.empty() ? Json(nullptr) : Json(type.label);
}

Json to_json(ObjectKind from, const Associations::Link& link) {
  Json types = Json::array();
  for (const std::uint32_t id : link.types) {
    const AssociationType* type = find_association_type(from, link.to.kind, id);
    if (type == nullptr) continue;
    types.push_back({{"category", kCategory}, {"typeId", id}, {"label", label_of(*type)}});
  }
  return {{"toObjectId", std::to_string(link.to.id)}, {"associationTypes", std::move(types)}};
}

void push_default(Json& results, const Ends& ends) {
  for (const auto& [a, b] : {std::pair{ends.from, ends.to}, std::pair{ends.to, ends.from}}) {
    const std::uint32_t id = association_types(a.kind, b.kind).front().id;
    results.push_back(
        {{"from", {{"id", std::to_string(a.id)}}},
         {"to", {{"id", std::to_string(b.id)}}},
         {"associationSpec", {{"associationCategory", kCategory}, {"associationTypeId", id}}}});
  }
}

Json to_json(const Ends& ends, const Types& types) {
  Json labels = Json::array();
  for (const AssociationType& type : types) {
    if (!type.label.empty()) labels.push_back(type.label);
  }
  return {{"fromObjectTypeId", object_type(ends.from.kind).type_id},
          {"fromObjectId", std::to_string(ends.from.id)},
          {"toObjectTypeId", object_type(ends.to.kind).type_id},
          {"toObjectId", std::to_string(ends.to.id)},
          {"labels", std::move(labels)}};
}

}  // namespace firedrill::hubspot
