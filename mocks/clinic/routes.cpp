#include "mocks/clinic/routes.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill::clinic {
namespace {

bool takes(const RouteInfo& info, Method method) {
  return info.method == method || (info.method == Method::get && method == Method::head);
}

}  // namespace

const std::vector<RouteInfo>& all_routes() {
  using enum Route;
  static const std::vector<RouteInfo> routes{
      {score_lead, Method::post, "/api/leads/score", true, "lead.score"},
      {prices, Method::get, "/api/prices", true},
      {store_patient, Method::post, "/api/patients", true, "patient.store"},
      {recent_patients, Method::get, "/api/patients/recent", true, "patients.read"},
      {book, Method::post, "/api/bookings", true, "booking.make"},
      {bookings, Method::get, "/api/bookings", true, "bookings.read"},
      {webhook_stripe, Method::post, "/webhooks/stripe", true, "webhook.receive"},
      {webhook_twilio, Method::post, "/webhooks/twilio", true, "webhook.receive"},
      {webhook_hubspot, Method::post, "/webhooks/hubspot", true, "webhook.receive"},
      {webhook_whatsapp, Method::post, "/webhooks/whatsapp", true, "webhook.receive"},
      {events, Method::get, "/api/events"},
      {dead_letters, Method::get, "/api/dead-letters"},
      {reprocess, Method::post, "/api/dead-letters/reprocess", true, "dead_letters.reprocess"},
      {audit, Method::get, "/api/audit"},
      {health, Method::get, "/health"},
      {ready, Method::get, "/ready"},
      {health_deep, Method::get, "/health/deep"},
      {circuit_breakers, Method::get, "/health/circuit-breakers"},
      {metrics, Method::get, "/metrics"},
  };
  return routes;
}

Route route_of(std::string_view path, Method method) {
  Route found = Route::other;
  for (const RouteInfo& info : all_routes()) {
    if (info.path != path) continue;
    if (takes(info, method)) return info.route;
    found = info.route;
  }
  return found;
}

const RouteInfo& info_of(Route route) {
  const auto& routes = all_routes();
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&](const RouteInfo& info) { return info.route == route; });
  FD_ASSERT(found != routes.end());
  return *found;
}

std::string_view name_of(Route route) {
  return route == Route::other ? "other" : info_of(route).path;
}

Method method_of(std::string_view method) {
  if (method == "GET") return Method::get;
  if (method == "HEAD") return Method::head;
  if (method == "POST") return Method::post;
  return Method::other;
}

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::other:
      return "other";
  }
  return "other";
}

std::optional<std::string_view> allow_instead(Route route, Method method) {
  const RouteInfo& wanted = info_of(route);
  if (takes(wanted, method)) return std::nullopt;
  const auto has = [&](Method other) {
    const auto& routes = all_routes();
    return std::any_of(routes.begin(), routes.end(), [&](const RouteInfo& info) {
      return info.path == wanted.path && info.method == other;
    });
  };
  if (!has(Method::get)) return "POST";
  return has(Method::post) ? "GET, HEAD, POST" : "GET, HEAD";
}

}  // namespace firedrill::clinic
