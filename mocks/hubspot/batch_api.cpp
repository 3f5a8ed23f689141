#include "mocks/hubspot/object_input.hpp"
#include "mocks/hubspot/objects_api.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

/// One input of a batch of changes.
struct Item {
  ObjectInput input;
  Record* known = nullptr;              ///< The object that it changes; nullptr for a new one.
  std::optional<Problem> problem = {};  ///< Why it is left out.
};

struct Batch {
  ObjectKind kind = ObjectKind::contact;
  std::vector<Item> items;
  /// With a trace id on every input the API carries out those that it can; otherwise a wrong input
  /// refuses all.
  bool traced = true;
};

Problem some_not_found(ObjectKind kind, std::vector<std::string> ids) {
  return {.status = 404,
          .message = "Could not get some " + std::string{object_type(kind).upper} +
                     " objects, they may be deleted or not exist. Check that ids are valid.",
          .category = "OBJECT_NOT_FOUND",
          .context = {{"ids", std::move(ids)}}};
}

Checked<Batch> read_batch(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return *problem;
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return *problem;
  Batch batch;
  batch.kind = std::get<ObjectKind>(kind);
  for (const Json& one : std::get<Json>(inputs)) {
    auto input = read_input(one, batch.kind);
    if (const auto* problem = std::get_if<Problem>(&input)) return *problem;
    batch.items.push_back({.input = std::get<ObjectInput>(std::move(input))});
    batch.traced = batch.traced && !batch.items.back().input.trace_id.empty();
  }
  return batch;
}

/// Ids must differ within a batch that changes what exists.
std::optional<Problem> duplicate_ids(const Batch& batch) {
  std::set<std::string> seen;
  for (const Item& item : batch.items) {
    if (item.input.id.empty()) return missing_fields({"id"});
    if (seen.insert(item.input.id).second) continue;
    return Problem{.message = "Duplicate IDs found in batch input: [" + item.input.id +
                              "]. IDs must be unique",
                   .context = {{"ids", {item.input.id}}}};
  }
  return std::nullopt;
}

/// Two inputs of one batch must not claim the same unique value either.
std::optional<Problem> claimed_twice(const Schema& schema, const Values& values,
                                     std::set<std::pair<std::string, std::string>>& claims) {
  for (const auto& [name, value] : values) {
    const Property* property = schema.find(name);
    if (property == nullptr || !property->unique || value.empty()) continue;
    if (!claims.emplace(name, value).second) {
      return Problem{.message = "Duplicate value of unique property " + name +
                                " found in batch input: [" + value + "]"};
    }
  }
  return std::nullopt;
}

/// Gives every wrong input its problem; the problem that refuses the whole batch, if there is one.
std::optional<Problem> check_batch(const Call& call, Batch& batch) {
  Portal& portal = call.state.portal;
  std::set<std::pair<std::string, std::string>> claims;
  for (Item& item : batch.items) {
    if (item.problem) continue;
    item.problem = item.known == nullptr
                       ? check_new(portal, batch.kind, item.input)
                       : check_input(portal, batch.kind, item.input, item.known->ref.id);
    if (!item.problem) {
      item.problem = claimed_twice(portal.schema(batch.kind), item.input.values, claims);
    }
    if (!item.problem) continue;
    if (!batch.traced) return item.problem;
    item.problem->context.push_back({"objectWriteTraceId", {item.input.trace_id}});
  }
  return std::nullopt;
}

/// The problems of the inputs that are left out; those that were not found as one.
std::vector<Problem> problems_of(const Batch& batch) {
  std::vector<Problem> problems;
  std::vector<std::string> missing;
  for (const Item& item : batch.items) {
    if (!item.problem) continue;
    if (item.problem->status == 404 && !batch.traced) {
      missing.push_back(item.input.id);
    } else {
      problems.push_back(*item.problem);
    }
  }
  if (!missing.empty()) problems.push_back(some_not_found(batch.kind, std::move(missing)));
  return problems;
}

/// Finds what the inputs mean; an unusable idProperty refuses the whole batch.
std::optional<Problem> find_known(const Call& call, Batch& batch) {
  for (Item& item : batch.items) {
    auto found = find_object(call.state.portal, batch.kind, item.input.id, item.input.id_property);
    if (auto* record = std::get_if<Record*>(&found)) {
      item.known = *record;
      continue;
    }
    const auto& problem = std::get<Problem>(found);
    if (problem.status != 404) return problem;
    item.problem = some_not_found(batch.kind, {item.input.id});
    if (batch.traced)
      item.problem->context.push_back({"objectWriteTraceId", {item.input.trace_id}});
  }
  return std::nullopt;
}

}  // namespace

Checked<Json> batch_inputs(const Call& call, std::size_t max) {
  auto parsed = call.body();
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  auto& body = std::get<Json>(parsed);
  const auto inputs = body.find("inputs");
  if (inputs == body.end()) return missing_fields({"inputs"});
  if (!inputs->is_array()) return unreadable_json("inputs is not an array");
  if (inputs->empty()) return invalid_argument("The inputs of a batch must not be empty.");
  if (inputs->size() > max) {
    return invalid_argument(
        "The maximum number of inputs supported in a batch request for property updates is " +
        std::to_string(max) + ", but " + std::to_string(inputs->size()) + " were given.");
  }
  return std::move(*inputs);
}

HttpReply batch_reply(const Call& call, int status, Json results,
                      const std::vector<Problem>& errors) {
  Json body{{"status", "COMPLETE"}, {"results", std::move(results)}};
  if (!errors.empty()) {
    Json list = Json::array();
    for (const Problem& problem : errors) list.push_back(to_json(problem));
    body["numErrors"] = list.size();
    body["errors"] = std::move(list);
  }
  body["startedAt"] = to_rfc3339(call.now());
  body["completedAt"] = to_rfc3339(call.now() + call.context.latency);
  return call.reply(errors.empty() ? status : 207, body);
}

HttpReply batch_create_objects(const Call& call) {
  auto parsed = read_batch(call);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  auto& batch = std::get<Batch>(parsed);
  if (const auto problem = check_batch(call, batch)) return call.refuse(*problem);
  Json results = Json::array();
  for (const Item& item : batch.items) {
    if (item.problem) continue;
    results.push_back(to_json(create_object(call, batch.kind, item.input)));
    if (batch.traced) results.back()["objectWriteTraceId"] = item.input.trace_id;
  }
  return batch_reply(call, 201, std::move(results), problems_of(batch));
}

HttpReply batch_update_objects(const Call& call) {
  auto parsed = read_batch(call);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  auto& batch = std::get<Batch>(parsed);
  if (const auto problem = duplicate_ids(batch)) return call.refuse(*problem);
  if (const auto problem = find_known(call, batch)) return call.refuse(*problem);
  if (const auto problem = check_batch(call, batch)) return call.refuse(*problem);
  Json results = Json::array();
  for (const Item& item : batch.items) {
    if (item.problem) continue;
    update_object(call, *item.known, item.input);
    results.push_back(to_json(*item.known));
    if (batch.traced) results.back()["objectWriteTraceId"] = item.input.trace_id;
  }
  return batch_reply(call, 200, std::move(results), problems_of(batch));
}

HttpReply batch_upsert_objects(const Call& call) {
  auto parsed = read_batch(call);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  auto& batch = std::get<Batch>(parsed);
  if (const auto problem = duplicate_ids(batch)) return call.refuse(*problem);
  for (Item& item : batch.items) {
    if (item.input.id_property.empty()) return call.refuse(missing_fields({"idProperty"}));
    // The value that identifies the object is one of its properties.
    item.input.values.emplace(item.input.id_property, item.input.id);
  }
  if (const auto problem = find_known(call, batch)) return call.refuse(*problem);
  for (Item& item : batch.items) item.problem.reset();  // what is not there will be made
  if (const auto problem = check_batch(call, batch)) return call.refuse(*problem);
  // Existing ones first: making new ones may push them out.
  Json results = Json::array();
  for (const bool fresh : {false, true}) {
    for (const Item& item : batch.items) {
      if (item.problem || (item.known == nullptr) != fresh) continue;
      if (!fresh) update_object(call, *item.known, item.input);
      results.push_back(to_json(fresh ? create_object(call, batch.kind, item.input) : *item.known));
      results.back()["new"] = fresh;
      if (batch.traced) results.back()["objectWriteTraceId"] = item.input.trace_id;
    }
  }
  return batch_reply(call, 200, std::move(results), problems_of(batch));
}

HttpReply batch_read_objects(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  const Json body = std::get<Json>(call.body());
  Selection selection;
  const auto read_names = [&body](const char* key, std::vector<std::string>& names) {
    const Json list = body.value(key, Json::array());
    for (const Json& name : list) {
      if (name.is_string()) names.push_back(name.get<std::string>());
    }
  };
  read_names("properties", selection.properties);
  read_names("propertiesWithHistory", selection.with_history);
  const Json id_property = body.value("idProperty", Json(""));

  Json results = Json::array();
  std::vector<std::string> missing;
  std::set<ObjectRef> seen;
  for (const Json& input : std::get<Json>(inputs)) {
    const Json id = input.is_object() ? input.value("id", Json()) : Json();
    if (!id.is_string()) return call.refuse(missing_fields({"id"}));
    const auto found = find_object(
        call.state.portal, std::get<ObjectKind>(kind), id.get<std::string>(),
        id_property.is_string() ? id_property.get<std::string>() : "", std::get<bool>(archived));
    if (const auto* problem = std::get_if<Problem>(&found)) {
      if (problem->status != 404) return call.refuse(*problem);
      missing.push_back(id.get<std::string>());
      continue;
    }
    const Record& record = *std::get<Record*>(found);
    if (seen.insert(record.ref).second) {
      results.push_back(to_json(record, selection, call.state.portal));
    }
  }
  std::vector<Problem> errors;
  if (!missing.empty()) {
    errors.push_back(some_not_found(std::get<ObjectKind>(kind), std::move(missing)));
  }
  return batch_reply(call, 200, std::move(results), errors);
}

HttpReply batch_archive_objects(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto inputs = batch_inputs(call);
  if (const auto* problem = std::get_if<Problem>(&inputs)) return call.refuse(*problem);
  for (const Json& input : std::get<Json>(inputs)) {
    const Json id = input.is_object() ? input.value("id", Json()) : Json();
    if (!id.is_string()) return call.refuse(missing_fields({"id"}));
    const auto found =
        find_object(call.state.portal, std::get<ObjectKind>(kind), id.get<std::string>(), "");
    if (const auto* record = std::get_if<Record*>(&found)) archive_object(call, **record);
  }
  return call.no_content();
}

}  // namespace firedrill::hubspot
