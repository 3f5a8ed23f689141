#include "reports/events.hpp"

#include "reports/clean.hpp"
#include "reports/headline.hpp"
#include "reports/json_traffic.hpp"
#include "reports/statistics.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

Json begin(const char* event, Offset at, const TimeOrigin& origin) {
  Json json;
  json["event"] = event;
  json["at_s"] = json_seconds(at);
  json["at"] = to_rfc3339(origin.wall_at(at));
  return json;
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json quantile_ms(const LatencyHistogram& histogram, double q) {
  if (histogram.empty()) return nullptr;
  return std::round(static_cast<double>(histogram.quantile(q).count()) / 1e3) / 1e3;
}

}  // namespace

std::string run_line(const RunHeader& header, const TimeOrigin& origin, const Redactor& redactor) {
  const Clean clean{redactor};
  Json json = begin("run", Offset{0}, origin);
  json["schema"] = kEventsSchema;
  json["scenario"] = clean(header.scenario);
  json["title"] = clean(header.title);
  json["file"] = clean(header.file);
  json["seed"] = header.seed;
  json["firedrill_version"] = clean(header.version);
  return line_of(json);
}

std::string event_line(const Moment& moment, const TimeOrigin& origin, const Redactor& redactor) {
  const Clean clean{redactor};
  Json json = begin("moment", moment.at, origin);
  json["kind"] = name_of(moment.kind);
  json["subject"] = clean(moment.subject);
  json["text"] = clean(moment.text);
  return line_of(json);
}

std::string event_line(const std::string& stream, const std::string& phase, const Slice& slice,
                       const TimeOrigin& origin, const Redactor& redactor) {
  const Clean clean{redactor};
  Json json = begin("traffic", slice.start, origin);
  json["length_s"] = json_seconds(slice.length);
  json["stream"] = clean(stream);
  json["phase"] = clean(phase);
  json["planned"] = slice.planned;
  json["sent"] = slice.sent;
  json["sent_here"] = slice.sent_here;
  Json& dropped = json["dropped"] = Json::object();
  for (std::size_t i = 0; i < kDropKinds; ++i)
    dropped[name_of(static_cast<Drop>(i))] = slice.dropped[i];
  Json& endings = json["endings"] = Json::object();
  for (std::size_t i = 0; i < kEndings; ++i)
    endings[name_of(static_cast<Ending>(i))] = slice.ended[i];
  Json& statuses = json["status"] = Json::object();
  for (const auto& [status, count] : slice.status) statuses[std::to_string(status)] = count;
  json["failed"] = slice.failed();
  json["p50_ms"] = quantile_ms(slice.response, 0.5);
  json["p95_ms"] = quantile_ms(slice.response, 0.95);
  json["p99_ms"] = quantile_ms(slice.response, 0.99);
  json["max_ms"] = quantile_ms(slice.response, 1);
  return line_of(json);
}

std::string event_line(const FaultRecord& fault, Offset at, const TimeOrigin& origin,
                       const Redactor& redactor) {
  const Clean clean{redactor};
  Json json = begin("fault", at, origin);
  json["name"] = clean(fault.name);
  json["target"] = clean(fault.target);
  json["phase"] = clean(fault.phase);
  json["hits"] = fault.hits;
  json["seen"] = fault.seen;
  json["hits_by_step"] = fault.hits_by_step;
  return line_of(json);
}

std::string verdict_line(const RunResult& result, const Redactor& redactor) {
  const Clean clean{redactor};
  Json json = begin("verdict", span_of(result).end, result.origin);
  json["outcome"] = name_of(result.outcome);
  json["exit_code"] = exit_code_of(result.outcome);
  json["first_look"] = first_look(result, clean).sentence;
  return line_of(json);
}

}  // namespace firedrill
