#pragma once

#include "harness/aio/http.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firedrill {

/// One row of a provider's API: `GET /models/{model}` and what answers it.
template <typename Handler>
struct Route {
  std::string_view method;
  std::string_view pattern;  ///< Segments in braces match any one segment that is not empty.
  Handler handler;
};

/// Where a request leads.
template <typename Handler>
struct RouteMatch {
  std::optional<Handler> handler;         ///< Unset: unknown path, or a path without this method.
  std::vector<std::string> parameters;    ///< Of the braces, in order, percent-decoded.
  std::vector<std::string_view> allowed;  ///< Methods that the path does have; empty: unknown path.
};

/// The values of the braces when `path` (without query) is as `pattern` says.
[[nodiscard]] std::optional<std::vector<std::string>> match_path(std::string_view pattern,
                                                                 std::string_view path);

/// The first route of the table that fits, in order.
template <typename Handler, std::size_t Extent>
[[nodiscard]] RouteMatch<Handler> find_route(std::span<const Route<Handler>, Extent> routes,
                                             std::string_view method, std::string_view path) {
  RouteMatch<Handler> match;
  for (const Route<Handler>& route : routes) {
    auto parameters = match_path(route.pattern, path);
    if (!parameters) continue;
    match.allowed.push_back(route.method);
    if (route.method != method) continue;
    match.handler = route.handler;
    match.parameters = std::move(*parameters);
    break;
  }
  return match;
}

/// RFC 3986; a '%' that starts no code stays as it is.
[[nodiscard]] std::string percent_decode(std::string_view text);

/// First value of `name` in a query string, decoded ('+' is a blank); unset when absent.
[[nodiscard]] std::optional<std::string> query_value(std::string_view query, std::string_view name);

/// First value of a header, ignoring the case of its name; unset when absent, which an empty one is
/// not.
[[nodiscard]] std::optional<std::string> header_value(const HttpRequest& request,
                                                      std::string_view name);

}  // namespace firedrill
