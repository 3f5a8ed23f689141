#include "mocks/hubspot/owners_api.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSince = "2024-01-01T00:00:00.000Z";

struct Owner {
  std::uint64_t id;
  std::uint64_t user_id;
  std::string_view email;
  std::string_view first;
  std::string_view last;
};

constexpr std::array<Owner, 3> kOwners{{
    {71001, 9001, "ada@example.com", "Ada", "Okafor"},
    {71002, 9002, "ben@example.com", "Ben", "Lindqvist"},
    {71003, 9003, "chloe@example.com", "Chloe", "Marchetti"},
}};

Json to_json(const Owner& owner) {
  return {{"id", std::to_string(owner.id)},
          {"email", owner.email},
          {"type", "PERSON"},
          {"firstName", owner.first},
          {"lastName", owner.last},
          {"userId", owner.user_id},
          {"userIdIncludingInactive", owner.user_id},
          {"createdAt", kSince},
          {"updatedAt", kSince},
          {"archived", false}};
}

/// The pipelines of deals and tickets: one each, its stages being the options of a property.
struct Pipeline {
  std::string_view id;
  std::string_view label;
  const Property* stages;
};

Checked<Pipeline> find_pipeline(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return *problem;
  const Schema& schema = call.state.portal.schema(std::get<ObjectKind>(kind));
  switch (std::get<ObjectKind>(kind)) {
    case ObjectKind::deal:
      return Pipeline{"default", "Sales Pipeline", schema.find("dealstage")};
    case ObjectKind::ticket:
      return Pipeline{"0", "Support Pipeline", schema.find("hs_pipeline_stage")};
    case ObjectKind::contact:
    case ObjectKind::company:
      break;
  }
  return invalid_argument(std::string{object_type(std::get<ObjectKind>(kind)).upper} +
                          " objects have no pipelines");
}

Json stages_of(const Pipeline& pipeline) {
  Json stages = Json::array();
  const auto& options = pipeline.stages->options;
  for (const PropertyOption& option : options) {
    const bool closed = option.value.starts_with("closed") || option.value == "4";
    stages.push_back({{"id", option.value},
                      {"label", option.label},
                      {"displayOrder", stages.size()},
                      {"metadata", {{"isClosed", closed ? "true" : "false"}}},
                      {"createdAt", kSince},
                      {"updatedAt", kSince},
                      {"archived", false}});
  }
  return stages;
}

Json to_json(const Pipeline& pipeline) {
  return {{"id", pipeline.id},   {"label", pipeline.label},
          {"displayOrder", 0},   {"stages", stages_of(pipeline)},
          {"createdAt", kSince}, {"updatedAt", kSince},
          {"archived", false}};
}

/// The one that the path names.
Checked<Pipeline> named_pipeline(const Call& call) {
  auto pipeline = find_pipeline(call);
  const auto* found = std::get_if<Pipeline>(&pipeline);
  if (found != nullptr && found->id != call.parameters.at(1)) {
    return object_not_found(call.parameters.at(1));
  }
  return pipeline;
}

}  // namespace

HttpReply list_owners(const Call& call) {
  const auto limit = call.query_limit(100, 500);
  if (const auto* problem = std::get_if<Problem>(&limit)) return call.refuse(*problem);
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  const std::string after = call.query("after");
  const auto begin = after.empty() ? 0 : parse_id(after);
  if (!begin) return call.refuse(invalid_argument("Invalid value for query param after: " + after));
  const std::string email = call.query("email");

  Json results = Json::array();
  std::uint64_t last = 0;
  bool more = false;
  for (const Owner& owner : kOwners) {
    const bool wanted = owner.id > *begin && (email.empty() || owner.email == email);
    if (!wanted || std::get<bool>(archived)) continue;
    more = results.size() == std::get<std::size_t>(limit);
    if (more) break;
    results.push_back(to_json(owner));
    last = owner.id;
  }
  Json body{{"results", std::move(results)}};
  if (more) body["paging"] = call.paging(std::to_string(last));
  return call.reply(200, body);
}

HttpReply get_owner(const Call& call) {
  const std::string& id = call.parameters.front();
  const std::string property = call.query("idProperty");
  if (!property.empty() && property != "id" && property != "userId") {
    return call.refuse(invalid_argument("Invalid value for query param idProperty: " + property));
  }
  const auto number = parse_id(id);
  const auto* found = std::find_if(kOwners.begin(), kOwners.end(), [&](const Owner& owner) {
    return number == (property == "userId" ? owner.user_id : owner.id);
  });
  if (found == kOwners.end()) return call.refuse(object_not_found(id));
  return call.reply(200, to_json(*found));
}

HttpReply list_pipelines(const Call& call) {
  const auto pipeline = find_pipeline(call);
  if (const auto* problem = std::get_if<Problem>(&pipeline)) return call.refuse(*problem);
  return call.reply(200, {{"results", Json::array({to_json(std::get<Pipeline>(pipeline))})}});
}

HttpReply get_pipeline(const Call& call) {
  const auto pipeline = named_pipeline(call);
  if (const auto* problem = std::get_if<Problem>(&pipeline)) return call.refuse(*problem);
  return call.reply(200, to_json(std::get<Pipeline>(pipeline)));
}

HttpReply list_pipeline_stages(const Call& call) {
  const auto pipeline = named_pipeline(call);
  if (const auto* problem = std::get_if<Problem>(&pipeline)) return call.refuse(*problem);
  return call.reply(200, {{"results", stages_of(std::get<Pipeline>(pipeline))}});
}

}  // namespace firedrill::hubspot
