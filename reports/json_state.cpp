// What was read of the system's own state, in counts: its rows may hold anything.
#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Json rows_json(const StateRows& rows) {
  Json json;
  json["rows"] = rows.rows.size();
  json["not_kept"] = rows.not_kept;
  json["failure"] = rows.failure.empty() ? Json(nullptr) : Json(rows.failure);
  return json;
}

}  // namespace

Json state_json(const StateRecord& record) {
  Json json;
  json["name"] = record.name;
  json["source"] = record.source;
  json["fields"] = record.fields;
  json["before"] = record.before ? rows_json(*record.before) : Json(nullptr);
  json["after"] = record.reads > 0 ? rows_json(record.after) : Json(nullptr);
  json["at_s"] = record.reads > 0 ? Json(json_seconds(record.at)) : Json(nullptr);
  json["reads"] = record.reads;
  json["settled"] = record.settled;
  return json;
}

}  // namespace firedrill
