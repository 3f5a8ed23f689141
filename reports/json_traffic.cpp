#include "reports/json_traffic.hpp"

#include "reports/statistics.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>
#include <map>
#include <utility>

namespace firedrill {
namespace {

using Json = nlohmann::ordered_json;

/// To the microsecond, the histogram's own resolution, and down, as whoever reads latency.hlog sees
/// it.
double milliseconds(Duration duration) {
  return std::floor(static_cast<double>(duration.count()) / 1e3) / 1e3;
}

/// Rates to the thousandth, shares to the millionth: enough, and readable.
Json rate_or_null(std::optional<double> rate) {
  return rate ? Json(std::round(*rate * 1e3) / 1e3) : Json(nullptr);
}
Json share_or_null(std::optional<double> share) {
  return share ? Json(json_share(*share)) : Json(nullptr);
}

Json latency_json(const LatencyHistogram& histogram) {
  static constexpr std::array<std::pair<const char*, double>, 5> kQuantiles{
      {{"p50_ms", 0.5}, {"p90_ms", 0.9}, {"p95_ms", 0.95}, {"p99_ms", 0.99}, {"p99_9_ms", 0.999}}};
  const auto or_null = [&](Duration value) {
    return histogram.empty() ? Json(nullptr) : Json(milliseconds(value));
  };
  Json json;
  json["count"] = histogram.count();
  json["min_ms"] = or_null(histogram.min());
  json["mean_ms"] = or_null(histogram.mean());
  for (const auto& [key, q] : kQuantiles) {
    const auto value = trusted_quantile(histogram, q);
    json[key] = value ? Json(milliseconds(*value)) : Json(nullptr);
  }
  json["max_ms"] = or_null(histogram.max());
  return json;
}

Json dropped_json(const Slice& slice) {
  Json json;
  json["total"] = slice.dropped_total();
  json["by_system"] = slice.dropped_total() - slice.dropped_by_generator();
  json["by_generator"] = slice.dropped_by_generator();
  Json& reasons = json["reasons"] = Json::object();
  for (std::size_t i = 0; i < kDropKinds; ++i)
    reasons[name_of(static_cast<Drop>(i))] = slice.dropped[i];
  return json;
}

Json status_json(const std::map<int, std::uint64_t>& counts) {
  Json json = Json::object();
  for (const auto& [status, count] : counts) json[std::to_string(status)] = count;
  return json;
}

Json summary_json(const TrafficSummary& summary, const StreamSeries& series) {
  const Slice& total = summary.total;
  Json json;
  json["reached"] = summary.reached;
  json["wall_s"] = json_seconds(summary.wall);
  json["planned"] = total.planned;
  json["sent"] = total.sent;
  json["dropped"] = dropped_json(total);
  Json& endings = json["endings"] = Json::object();
  for (std::size_t i = 0; i < kEndings; ++i)
    endings[name_of(static_cast<Ending>(i))] = total.ended[i];
  json["failed"] = {{"count", total.failed()},
                    {"share", share_or_null(summary.failed_share())},
                    {"by_cause",
                     {{"injected", total.injected},
                      {"peer", total.failed_by_peer()},
                      {"local", total.failed() - total.injected - total.failed_by_peer()}}}};
  json["status"] = status_json(total.status);
  Json& matches = json["matches"] = Json::array();
  for (std::size_t i = 0; i < series.watches.size(); ++i) {
    const std::uint64_t count = i < total.matched.size() ? total.matched[i] : 0;
    matches.push_back({{"expectation", series.watches[i]}, {"count", count}});
  }
  json["throughput_per_s"] = rate_or_null(summary.throughput());
  json["response"] = latency_json(total.response);
  json["service"] = latency_json(total.service);
  json["send_lag"] = latency_json(total.send_lag);
  if (!total.first_event.empty()) json["first_event"] = latency_json(total.first_event);
  if (!total.per_event.empty()) json["per_event"] = latency_json(total.per_event);
  json["timings"] = {{"dns", latency_json(total.dns)},
                     {"connect", latency_json(total.connect)},
                     {"tls", latency_json(total.tls)},
                     {"first_byte", latency_json(total.first_byte)}};
  json["connections"] = total.connections;
  json["bytes_out"] = total.bytes_out;
  json["bytes_in"] = total.bytes_in;
  json["in_flight_at_end"] =
      summary.in_flight_at_end ? Json(*summary.in_flight_at_end) : Json(nullptr);
  return json;
}

/// One second for a chart: its quantiles may rest on few samples and are never judged.
Json second_json(const Slice& second) {
  const auto or_null = [](const LatencyHistogram& histogram, double q) {
    return histogram.empty() ? Json(nullptr) : Json(milliseconds(histogram.quantile(q)));
  };
  const auto quantile = [&](double q) { return or_null(second.response, q); };
  Json json;
  json["at_s"] = json_seconds(second.start);
  json["planned"] = second.planned;
  json["sent"] = second.sent_here;
  json["dropped"] = second.dropped_total();
  json["failed"] = second.failed();
  json["ended"] = second.response.count();
  json["dropped_by_generator"] = second.dropped_by_generator();
  Json& endings = json["endings"] = Json::object();
  for (std::size_t i = 0; i < kEndings; ++i)
    endings[name_of(static_cast<Ending>(i))] = second.ended[i];
  json["status"] = status_json(second.status);
  json["connections"] = second.connections;
  json["bytes_out"] = second.bytes_out;
  json["bytes_in"] = second.bytes_in;
  json["p50_ms"] = quantile(0.5);
  json["p95_ms"] = quantile(0.95);
  json["p99_ms"] = quantile(0.99);
  json["first_byte_p95_ms"] = or_null(second.first_byte, 0.95);
  json["connect_p95_ms"] = or_null(second.connect, 0.95);
  json["send_lag_p99_ms"] = or_null(second.send_lag, 0.99);
  return json;
}

constexpr std::size_t kDeliveries = static_cast<std::size_t>(Delivery::caller_gone) + 1;

struct LedgerCounts {
  std::uint64_t ok = 0;
  std::uint64_t without_status = 0;
  std::uint64_t malformed = 0;
  std::uint64_t correlated = 0;
  std::uint64_t without_fault = 0;
  std::map<int, std::uint64_t> status;
  std::array<std::uint64_t, kDeliveries> delivery{};
  std::map<int, std::uint64_t> fault;
};

LedgerCounts count(const Ledger& ledger) {
  LedgerCounts counts;
  for (const LedgerEntry& entry : ledger.entries) {
    if (entry.ok()) counts.ok += 1;
    if (!entry.well_formed) counts.malformed += 1;
    if (!entry.correlation_id.empty()) counts.correlated += 1;
    counts.delivery.at(static_cast<std::size_t>(entry.delivery)) += 1;
    if (entry.status == 0) {
      counts.without_status += 1;
    } else {
      counts.status[entry.status] += 1;
    }
    if (entry.fault < 0) {
      counts.without_fault += 1;
    } else {
      counts.fault[entry.fault] += 1;
    }
  }
  return counts;
}

}  // namespace

double json_share(double share) { return std::round(share * 1e6) / 1e6; }

double json_seconds(Duration duration) { return std::round(seconds(duration) * 1e6) / 1e6; }

Json traffic_json(const RunResult& result, const StreamSeries& series) {
  Json json;
  json["stream"] = series.name;
  json["whole"] = summary_json(whole_drill(result, series), series);
  Json& phases = json["phases"] = Json::array();
  for (const TrafficSummary& summary : by_phase(result, series)) {
    Json phase;
    phase["phase"] = summary.phase;
    phase.update(summary_json(summary, series));
    phases.push_back(std::move(phase));
  }
  Json& each = json["seconds"] = Json::array();
  for (const Slice& second : whole_seconds(series)) each.push_back(second_json(second));
  return json;
}

Json ledger_json(const RunResult& result, const Ledger& ledger) {
  const LedgerCounts counts = count(ledger);
  Json json;
  json["mock"] = ledger.mock;
  json["requests"] = ledger.entries.size();
  json["not_kept"] = ledger.not_kept;
  if (!ledger.torn.empty()) json["torn"] = ledger.torn;
  json["ok"] = counts.ok;
  json["malformed"] = counts.malformed;
  json["correlated"] = counts.correlated;
  json["status"] = status_json(counts.status);
  json["without_status"] = counts.without_status;
  Json& delivery = json["delivery"] = Json::object();
  for (std::size_t i = 0; i < counts.delivery.size(); ++i) {
    delivery[name_of(static_cast<Delivery>(i))] = counts.delivery[i];
  }
  json["without_fault"] = counts.without_fault;
  Json& faults = json["by_fault"] = Json::array();
  for (const auto& [index, requests] : counts.fault) {
    const auto at = static_cast<std::size_t>(index);
    faults.push_back({{"fault", at < result.faults.size() ? result.faults[at].name : "unknown"},
                      {"requests", requests}});
  }
  return json;
}

}  // namespace firedrill
