// Where the data of made-up people turned up. Whose and what, never the data itself.
#include "reports/json_traffic.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

/// The first of each source: what there are more of looks alike.
constexpr std::size_t kHitsShown = 20;

Json hit_json(const CanaryHit& hit) {
  Json json;
  json["at_s"] = json_seconds(hit.at);
  json["kind"] = spec::name_of(hit.kind);
  json["form"] = hit.form;
  json["person"] = hit.person;
  json["asker"] = hit.asker.empty() ? Json(nullptr) : Json(hit.asker);
  json["after"] = hit.excerpt;
  return json;
}

}  // namespace

Json privacy_json(const PrivacyRecord& record) {
  Json json;
  json["people"] = record.people;
  Json& sent = json["requests_with"] = Json::object();
  for (std::size_t i = 0; i < spec::kCanaryKinds; ++i) {
    sent[std::string{spec::name_of(static_cast<spec::CanaryKind>(i))}] = record.sent[i].total();
  }
  json["search_misses"] = record.search_misses;
  Json& sources = json["sources"] = Json::array();
  for (const CanarySource& source : record.sources) {
    Json one;
    one["place"] = spec::name_of(source.place);
    one["name"] = source.name;
    one["texts"] = source.texts;
    one["bytes"] = source.bytes;
    one["hits"] = source.hits.size();
    Json& lost = one["not_kept"] = Json::object();
    lost["hits"] = source.hits_not_kept;
    lost["bytes"] = source.bytes_not_read;
    lost["in_doubt"] = source.numbers_in_doubt;
    Json& shown = one["first_hits"] = Json::array();
    for (const CanaryHit& hit : source.hits) {
      if (shown.size() == kHitsShown) break;
      shown.push_back(hit_json(hit));
    }
    sources.push_back(std::move(one));
  }
  return json;
}

}  // namespace firedrill
