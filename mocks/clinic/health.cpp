#include "mocks/clinic/health.hpp"

#include <nlohmann/json.hpp>

#ifndef FIREDRILL_VERSION
#error "FIREDRILL_VERSION is defined in CMakeLists.txt"
#endif

namespace firedrill::clinic {
namespace {

using nlohmann::ordered_json;

ordered_json time_or_null(const HealthView& view, const std::optional<TimePoint>& time) {
  if (!time) return nullptr;
  return to_rfc3339(view.clock.wall(*time));
}

ordered_json head(const HealthView& view, std::string_view status) {
  return {{"status", status},
          {"timestamp", to_rfc3339(view.clock.wall(view.now))},
          {"uptime", to_ms(view.now - view.clock.started.steady) / 1e3},
          {"version", FIREDRILL_VERSION}};
}

ordered_json database_json(const DatabaseView& database) {
  ordered_json shown{{"status", database.ok ? "ok" : "unavailable"},
                     {"required", true},
                     {"pool",
                      {{"size", database.pool.size},
                       {"in_use", database.pool.in_use},
                       {"idle", database.pool.idle},
                       {"waiting", database.pool.waiting}}}};
  if (!database.ok) shown["why"] = database.why;
  return shown;
}

}  // namespace

std::string_view openai_status(const HealthView& view) {
  if (!view.has_ai) return "not_configured";
  const bool closed = view.breaker.state == CircuitBreaker::State::closed;
  return closed || view.defects.ready_lies ? "ok" : "degraded";
}

int ready_status(const HealthView& view) {
  return view.stopping || (view.database && !view.database->ok) ? 503 : 200;
}

std::string health_json(const HealthView& view) { return head(view, "ok").dump(); }

std::string ready_json(const HealthView& view) {
  const ordered_json openai{{"status", openai_status(view)},
                            {"required", false},
                            {"circuit_breaker", name_of(view.breaker.state)}};
  const char* const unready = view.stopping ? "stopping" : "not ready";
  ordered_json body{{"status", ready_status(view) == 200 ? "ready" : unready},
                    {"checks", {{"openai", openai}}}};
  if (view.database) body["checks"]["database"] = database_json(*view.database);
  return body.dump();
}

std::string health_deep_json(const HealthView& view) {
  ordered_json openai{{"status", openai_status(view)},
                      {"required", false},
                      {"circuit_breaker", name_of(view.breaker.state)},
                      {"latency_ms", nullptr},
                      {"last_outcome", nullptr},
                      {"last_called_at", nullptr}};
  if (view.last) {
    openai["latency_ms"] = to_ms(view.last->took);
    openai["last_outcome"] = name_of(view.last->outcome);
    openai["last_called_at"] = time_or_null(view, view.last->at);
  }
  ordered_json body = head(view, openai_status(view) == "degraded" ? "degraded" : "ok");
  body["dependencies"] = {{"openai", openai}};
  if (view.database) body["dependencies"]["database"] = database_json(*view.database);
  return body.dump();
}

std::string circuit_breakers_json(const HealthView& real) {
  HealthView view = real;
  if (view.defects.breaker_endpoint_lies) view.breaker = {};
  const ordered_json openai{{"state", name_of(view.breaker.state)},
                            {"failures", view.breaker.failures},
                            {"opened_at", time_or_null(view, view.breaker.opened_at)},
                            {"next_attempt_at", time_or_null(view, view.breaker.next_attempt_at)}};
  const ordered_json body{{"openai", openai}};
  return body.dump();
}

}  // namespace firedrill::clinic
