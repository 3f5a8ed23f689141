#include "mocks/hubspot/associations_api.hpp"

#include "mocks/hubspot/association_input.hpp"
#include "mocks/hubspot/object_input.hpp"
#include "mocks/hubspot/objects_api.hpp"
#include "mocks/json_text.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPageMax = 500;
constexpr std::size_t kInputsMax = 2000;
constexpr std::size_t kReadsMax = 1000;

/// The two objects that a path names: {kind, id, kind, id}.
Checked<Ends> path_ends(const Call& call) {
  const auto from = call.kind(0);
  if (const auto* problem = std::get_if<Problem>(&from)) return *problem;
  const auto to = call.kind(2);
  if (const auto* problem = std::get_if<Problem>(&to)) return *problem;
  for (const std::size_t id : {std::size_t{1}, std::size_t{3}}) {
    if (!parse_id(call.parameters.at(id))) return object_not_found(call.parameters.at(id));
  }
  return Ends{{std::get<ObjectKind>(from), *parse_id(call.parameters.at(1))},
              {std::get<ObjectKind>(to), *parse_id(call.parameters.at(3))}};
}

using Kinds = std::pair<ObjectKind, ObjectKind>;

Checked<Kinds> path_kinds(const Call& call, std::size_t second) {
  const auto from = call.kind(0);
  if (const auto* problem = std::get_if<Problem>(&from)) return *problem;
  const auto to = call.kind(second);
  if (const auto* problem = std::get_if<Problem>(&to)) return *problem;
  return Kinds{std::get<ObjectKind>(from), std::get<ObjectKind>(to)};
}

/// The number in {"id":"512"}.
std::optional<std::uint64_t> id_of(const Json& object, const char* key) {
  const Json end = object.is_object() ? object.value(key, Json()) : Json();
  const Json id = end.is_object() ? end.value("id", Json()) : Json();
  if (id.is_number_unsigned()) return id.get<std::uint64_t>();
  return id.is_string() ? parse_id(id.get<std::string>()) : std::nullopt;
}

Checked<Ends> input_ends(const Json& input, const Kinds& kinds) {
  const auto from = id_of(input, "from");
  const auto to = id_of(input, "to");
  if (!from) return missing_fields({"from"});
  if (!to) return missing_fields({"to"});
  return Ends{{kinds.first, *from}, {kinds.second, *to}};
}

Problem nothing_associated(ObjectRef from, ObjectKind to) {
  const std::string id = std::to_string(from.id);
  const std::string from_name{object_type(from.kind).singular};
  const std::string to_name{object_type(to).singular};
  return {
      .status = 404,
      .message = "No " + to_name + " is associated with " + from_name + " " + id + ".",
      .category = "OBJECT_NOT_FOUND",
      .sub_category = "crm.associations.NO_ASSOCIATIONS_FOUND",
      .context = {
          {"fromObjectId", {id}}, {"fromObjectType", {from_name}}, {"toObjectType", {to_name}}}};
}

}  // namespace

HttpReply put_association(const Call& call) {
  const auto ends = path_ends(call);
  if (const auto* problem = std::get_if<Problem>(&ends)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Ends>(ends);
  const auto body = parse_json<Json>(call.request.body);
  if (!body) return call.refuse(unreadable_json("the body is not JSON"));
  const auto types = read_types(*body, from.kind, to.kind);
  if (const auto* problem = std::get_if<Problem>(&types)) return call.refuse(*problem);
  if (const auto problem = check_ends(call.state.portal, {from, to})) return call.refuse(*problem);
  for (const AssociationType& type : std::get<Types>(types)) associate(call, from, to, type);
  return call.reply(201, to_json(Ends{from, to}, std::get<Types>(types)));
}

HttpReply put_default_association(const Call& call) {
  const auto found = path_ends(call);
  if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
  const Ends& ends = std::get<Ends>(found);
  if (const auto problem = check_ends(call.state.portal, ends)) return call.refuse(*problem);
  associate(call, ends.from, ends.to, association_types(ends.from.kind, ends.to.kind).front());
  Json results = Json::array();
  push_default(results, ends);
  return batch_reply(call, 200, std::move(results), {});
}

HttpReply list_associations(const Call& call) {
  const auto kinds = path_kinds(call, 2);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Kinds>(kinds);
  const auto limit = call.query_limit(kPageMax, kPageMax);
  if (const auto* problem = std::get_if<Problem>(&limit)) return call.refuse(*problem);
  const auto record = find_object(call.state.portal, from, call.parameters.at(1), "");
  if (const auto* problem = std::get_if<Problem>(&record)) return call.refuse(*problem);
  const std::string after = call.query("after");
  const auto begin = after.empty() ? 0 : parse_id(after);
  if (!begin) return call.refuse(invalid_argument("Invalid value for query param after: " + after));

  const auto links =
      call.state.portal.associations().of(std::get<Record*>(record)->ref, to, *begin);
  const std::size_t count = std::min(links.size(), std::get<std::size_t>(limit));
  Json results = Json::array();
  for (std::size_t i = 0; i < count; ++i) results.push_back(to_json(from, links[i]));
  Json body{{"results", std::move(results)}};
  if (count < links.size()) body["paging"] = call.paging(std::to_string(links[count - 1].to.id));
  return call.reply(200, body);
}

HttpReply delete_association(const Call& call) {
  const auto ends = path_ends(call);
  if (const auto* problem = std::get_if<Problem>(&ends)) return call.refuse(*problem);
  dissociate(call, std::get<Ends>(ends));
  return call.no_content();
}

HttpReply batch_create_associations(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call, kInputsMax);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  Json results = Json::array();
  std::vector<Problem> errors;
  for (const Json& input : std::get<Json>(inputs)) {
    const auto found = input_ends(input, std::get<Kinds>(kinds));
    if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
    const Ends& ends = std::get<Ends>(found);
    const auto types =
        read_types(input.value("types", Json::array()), ends.from.kind, ends.to.kind);
    if (const auto* problem = std::get_if<Problem>(&types)) return call.refuse(*problem);
    if (auto problem = check_ends(call.state.portal, ends)) {
      errors.push_back(*std::move(problem));
      continue;
    }
    for (const AssociationType& type : std::get<Types>(types)) {
      associate(call, ends.from, ends.to, type);
    }
    results.push_back(to_json(ends, std::get<Types>(types)));
  }
  return batch_reply(call, 201, std::move(results), errors);
}

HttpReply batch_create_default_associations(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call, kInputsMax);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  std::vector<Ends> all;
  for (const Json& input : std::get<Json>(inputs)) {
    const auto ends = input_ends(input, std::get<Kinds>(kinds));
    if (const auto* problem = std::get_if<Problem>(&ends)) return call.refuse(*problem);
    // This endpoint declares no 207: all or nothing.
    if (const auto problem = check_ends(call.state.portal, std::get<Ends>(ends))) {
      return call.refuse(*problem);
    }
    all.push_back(std::get<Ends>(ends));
  }
  Json results = Json::array();
  for (const Ends& ends : all) {
    associate(call, ends.from, ends.to, association_types(ends.from.kind, ends.to.kind).front());
    push_default(results, ends);
  }
  return batch_reply(call, 200, std::move(results), {});
}

HttpReply batch_read_associations(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call, kReadsMax);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Kinds>(kinds);
  Json results = Json::array();
  std::vector<Problem> errors;
  for (const Json& input : std::get<Json>(inputs)) {
    const auto id = id_of({{"from", input}}, "from");
    if (!id) return call.refuse(missing_fields({"id"}));
    const Json after = input.value("after", Json(""));
    const auto begin = after.is_string() ? parse_id(after.get<std::string>()) : std::nullopt;
    const auto links = call.state.portal.associations().of({from, *id}, to, begin.value_or(0));
    if (links.empty()) {
      errors.push_back(nothing_associated({from, *id}, to));
      continue;
    }
    Json shown = Json::array();
    const std::size_t count = std::min(links.size(), kPageMax);
    for (std::size_t i = 0; i < count; ++i) shown.push_back(to_json(from, links[i]));
    Json result{{"from", {{"id", std::to_string(*id)}}}, {"to", std::move(shown)}};
    if (count < links.size()) {
      result["paging"] = {{"next", {{"after", std::to_string(links[count - 1].to.id)}}}};
    }
    results.push_back(std::move(result));
  }
  return batch_reply(call, 200, std::move(results), errors);
}

HttpReply batch_archive_associations(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call, kInputsMax);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Kinds>(kinds);
  for (const Json& input : std::get<Json>(inputs)) {
    const auto from_id = id_of(input, "from");
    const Json others = input.is_object() ? input.value("to", Json()) : Json();
    if (!from_id) return call.refuse(missing_fields({"from"}));
    if (!others.is_array()) return call.refuse(missing_fields({"to"}));
    for (const Json& other : others) {
      const auto to_id = id_of({{"to", other}}, "to");
      if (!to_id) return call.refuse(missing_fields({"to"}));
      dissociate(call, {{from, *from_id}, {to, *to_id}});
    }
  }
  return call.no_content();
}

HttpReply batch_archive_labels(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call, kInputsMax);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Kinds>(kinds);
  for (const Json& input : std::get<Json>(inputs)) {
    const auto ends = input_ends(input, {from, to});
    if (const auto* problem = std::get_if<Problem>(&ends)) return call.refuse(*problem);
    const auto types = read_types(input.value("types", Json::array()), from, to);
    if (const auto* problem = std::get_if<Problem>(&types)) return call.refuse(*problem);
    dissociate(call, std::get<Ends>(ends), std::get<Types>(types));
  }
  return call.no_content();
}

HttpReply list_association_labels(const Call& call) {
  const auto kinds = path_kinds(call, 1);
  if (const auto* problem = std::get_if<Problem>(&kinds)) return call.refuse(*problem);
  const auto& [from, to] = std::get<Kinds>(kinds);
  Json results = Json::array();
  for (const AssociationType& type : association_types(from, to)) {
    results.push_back(
        {{"category", "HUBSPOT_DEFINED"}, {"typeId", type.id}, {"label", label_of(type)}});
  }
  return call.reply(200, {{"results", std::move(results)}});
}

}  // namespace firedrill::hubspot
