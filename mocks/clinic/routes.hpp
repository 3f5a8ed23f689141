#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill::clinic {

/// Everything that is served; `other` is every unknown path. Bounded, because paths are metric
/// labels.
enum class Route : std::uint8_t {
  score_lead,
  prices,
  store_patient,
  recent_patients,
  book,
  bookings,
  webhook_stripe,
  webhook_twilio,
  webhook_hubspot,
  webhook_whatsapp,
  events,
  dead_letters,
  reprocess,
  audit,
  health,
  ready,
  health_deep,
  circuit_breakers,
  metrics,
  other,
};

/// Methods as metric labels: bounded too.
enum class Method : std::uint8_t { get, head, post, other };

/// One path, and the method that it takes (a GET takes HEAD as well).
struct RouteInfo {
  Route route;
  Method method;
  std::string_view path;
  bool needs_worker = false;  ///< Else it only shows what the service knows of itself.
  std::string_view action{};  ///< The audit log's name for it; "": it is not audited.
};

[[nodiscard]] const std::vector<RouteInfo>& all_routes();  ///< Without `other`.

/// One path may have a route for each method; a method that it does not take leads to any of them.
[[nodiscard]] Route route_of(std::string_view path, Method method);
/// @pre route is not `other`
[[nodiscard]] const RouteInfo& info_of(Route route);
/// The path of a route, "other" for the rest.
[[nodiscard]] std::string_view name_of(Route route);

[[nodiscard]] Method method_of(std::string_view method);
[[nodiscard]] std::string_view name_of(Method method);  ///< "GET", …, "other"

/// What a route answers to `method`: nothing to object, or the value of the Allow header of a 405.
/// @pre route is not `other`
[[nodiscard]] std::optional<std::string_view> allow_instead(Route route, Method method);

}  // namespace firedrill::clinic
