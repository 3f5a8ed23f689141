#include "mocks/hubspot/objects_api.hpp"

#include "mocks/hubspot/object_input.hpp"
#include "mocks/hubspot/search.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace firedrill::hubspot {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPage = 10;
constexpr std::size_t kPageMax = 100;

Checked<Selection> read_selection(const Call& call) {
  Selection selection{call.query_list("properties"), call.query_list("propertiesWithHistory"), {}};
  for (const std::string& name : call.query_list("associations")) {
    const auto kind = find_object_kind(name);
    if (!kind) return unknown_object_type(name);
    selection.associations.push_back(*kind);
  }
  return selection;
}

/// The object that the path names.
Checked<Record*> find_by_path(const Call& call, bool archived) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return *problem;
  return find_object(call.state.portal, std::get<ObjectKind>(kind), call.parameters.at(1),
                     call.query("idProperty"), archived);
}

}  // namespace

HttpReply post_object(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  auto input = read_input(std::get<Json>(body), std::get<ObjectKind>(kind));
  if (const auto* problem = std::get_if<Problem>(&input)) return call.refuse(*problem);
  auto& wanted = std::get<ObjectInput>(input);
  if (const auto problem = check_new(call.state.portal, std::get<ObjectKind>(kind), wanted)) {
    return call.refuse(*problem);
  }
  return call.reply(201, to_json(create_object(call, std::get<ObjectKind>(kind), wanted)));
}

HttpReply list_objects(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto limit = call.query_limit(kPage, kPageMax);
  if (const auto* problem = std::get_if<Problem>(&limit)) return call.refuse(*problem);
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  const auto selection = read_selection(call);
  if (const auto* problem = std::get_if<Problem>(&selection)) return call.refuse(*problem);
  const std::string after = call.query("after");
  const auto begin = after.empty() ? 0 : parse_id(after);
  if (!begin) return call.refuse(invalid_argument("Invalid value for query param after: " + after));

  std::vector<const Record*> page;
  bool more = false;
  call.state.portal.each(std::get<ObjectKind>(kind), [&](const Record& record) {
    const bool wanted = record.archived.has_value() == std::get<bool>(archived);
    if (record.ref.id <= *begin || !wanted) return true;
    more = page.size() == std::get<std::size_t>(limit);
    if (!more) page.push_back(&record);
    return !more;
  });
  Json results = Json::array();
  for (const Record* record : page) {
    results.push_back(to_json(*record, std::get<Selection>(selection), call.state.portal));
  }
  Json body{{"results", std::move(results)}};
  if (more) body["paging"] = call.paging(std::to_string(page.back()->ref.id));
  return call.reply(200, body);
}

HttpReply get_object(const Call& call) {
  const auto archived = call.query_flag("archived");
  if (const auto* problem = std::get_if<Problem>(&archived)) return call.refuse(*problem);
  const auto selection = read_selection(call);
  if (const auto* problem = std::get_if<Problem>(&selection)) return call.refuse(*problem);
  const auto record = find_by_path(call, std::get<bool>(archived));
  if (const auto* problem = std::get_if<Problem>(&record)) return call.refuse(*problem);
  return call.reply(
      200, to_json(*std::get<Record*>(record), std::get<Selection>(selection), call.state.portal));
}

HttpReply patch_object(const Call& call) {
  const auto found = find_by_path(call, false);
  if (const auto* problem = std::get_if<Problem>(&found)) return call.refuse(*problem);
  Record& record = *std::get<Record*>(found);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  auto input = read_input(std::get<Json>(body), record.ref.kind);
  if (const auto* problem = std::get_if<Problem>(&input)) return call.refuse(*problem);
  auto& wanted = std::get<ObjectInput>(input);
  wanted.links.clear();  // an update has none
  if (const auto problem = check_input(call.state.portal, record.ref.kind, wanted, record.ref.id)) {
    return call.refuse(*problem);
  }
  update_object(call, record, wanted);
  return call.reply(200, to_json(record));
}

HttpReply delete_object(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  // Archiving what is not there is no error.
  const auto record = find_by_path(call, false);
  if (std::holds_alternative<Record*>(record)) archive_object(call, *std::get<Record*>(record));
  return call.no_content();
}

HttpReply search_objects(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto body = call.body();
  if (const auto* problem = std::get_if<Problem>(&body)) return call.refuse(*problem);
  const auto parsed =
      read_search(std::get<Json>(body), call.state.portal.schema(std::get<ObjectKind>(kind)));
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  const auto& search = std::get<Search>(parsed);
  const std::vector<const Record*> found = run(search, call.state.portal);
  const std::size_t end = std::min(found.size(), search.after + search.limit);
  Json results = Json::array();
  for (std::size_t i = search.after; i < end; ++i) {
    results.push_back(to_json(*found[i], {search.properties, {}, {}}, call.state.portal));
  }
  Json out{{"total", found.size()}, {"results", std::move(results)}};
  if (end < found.size() && search.after < end) {
    out["paging"] = {{"next", {{"after", std::to_string(end)}}}};
  }
  return call.reply(200, out);
}

HttpReply gdpr_delete_object(const Call& call) {
  const auto kind = call.kind();
  if (const auto* problem = std::get_if<Problem>(&kind)) return call.refuse(*problem);
  const auto parsed = call.body();
  if (const auto* problem = std::get_if<Problem>(&parsed)) return call.refuse(*problem);
  const auto& body = std::get<Json>(parsed);
  const auto id = body.find("objectId");
  if (id == body.end() || !id->is_string()) return call.refuse(missing_fields({"objectId"}));
  const auto property = body.find("idProperty");
  const bool named = property != body.end() && property->is_string();
  const auto record =
      find_object(call.state.portal, std::get<ObjectKind>(kind), id->get<std::string>(),
                  named ? property->get<std::string>() : std::string{});
  if (const auto* problem = std::get_if<Problem>(&record)) return call.refuse(*problem);
  const Record& gone = *std::get<Record*>(record);
  call.changes.push_back({.kind = ChangeKind::privacy_deletion, .object = gone.ref});
  call.state.portal.erase(gone);
  return call.no_content();
}

}  // namespace firedrill::hubspot
