#include "mocks/clinic/routes.hpp"

#include "harness/base/assert.hpp"

#include <algorithm>

namespace firedrill::clinic {

const std::vector<RouteInfo>& all_routes() {
  static const std::vector<RouteInfo> routes{
      {Route::score_lead, Method::post, "/api/leads/score"},
      {Route::prices, Method::get, "/api/prices"},
      {Route::store_patient, Method::post, "/api/patients"},
      {Route::recent_patients, Method::get, "/api/patients/recent"},
      {Route::health, Method::get, "/health"},
      {Route::ready, Method::get, "/ready"},
      {Route::health_deep, Method::get, "/health/deep"},
      {Route::circuit_breakers, Method::get, "/health/circuit-breakers"},
      {Route::metrics, Method::get, "/metrics"},
  };
  return routes;
}

Route route_of(std::string_view path) {
  const auto& routes = all_routes();
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&](const RouteInfo& info) { return info.path == path; });
  return found == routes.end() ? Route::other : found->route;
}

std::string_view name_of(Route route) {
  for (const RouteInfo& info : all_routes()) {
    if (info.route == route) return info.path;
  }
  return "other";
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
  const auto& routes = all_routes();
  const auto found = std::find_if(routes.begin(), routes.end(),
                                  [&](const RouteInfo& info) { return info.route == route; });
  FD_ASSERT(found != routes.end());
  if (found->method == Method::post) {
    return method == Method::post ? std::nullopt : std::optional<std::string_view>{"POST"};
  }
  const bool taken = method == Method::get || method == Method::head;
  return taken ? std::nullopt : std::optional<std::string_view>{"GET, HEAD"};
}

}  // namespace firedrill::clinic
