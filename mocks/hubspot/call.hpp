#pragma once

#include "harness/aio/http.hpp"
#include "mocks/hubspot/changes.hpp"
#include "mocks/hubspot/object_types.hpp"
#include "mocks/hubspot/problem.hpp"
#include "mocks/hubspot/state.hpp"
#include "mocks/provider.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::hubspot {

/// A value read from a request, or what is wrong with the request.
template <typename Value>
using Checked = std::variant<Value, Problem>;

/// One request on its way through the API, and what its handler may use. Lives as long as the
/// request.
struct Call {
  const HttpRequest& request;
  ProviderContext& context;
  State& state;
  const std::string& api_key;           ///< The only credential that is accepted; "": any.
  std::vector<std::string> parameters;  ///< Of the path, in order.
  std::string correlation;
  std::vector<Change>& changes;  ///< What happened to objects, in order: becomes events.

  [[nodiscard]] HttpReply refuse(const Problem& problem) const;
  [[nodiscard]] HttpReply reply(int status, const nlohmann::ordered_json& body) const;
  [[nodiscard]] HttpReply no_content() const;
  [[nodiscard]] WallTime now() const { return context.wall; }

  /// The body as a JSON object.
  [[nodiscard]] Checked<nlohmann::ordered_json> body() const;
  /// The kind that the path names in this parameter.
  [[nodiscard]] Checked<ObjectKind> kind(std::size_t parameter = 0) const;
  [[nodiscard]] std::string query(std::string_view name) const;
  /// Values of a repeated parameter, and of lists with commas.
  [[nodiscard]] std::vector<std::string> query_list(std::string_view name) const;
  [[nodiscard]] Checked<bool> query_flag(std::string_view name) const;
  [[nodiscard]] Checked<std::size_t> query_limit(std::size_t standard, std::size_t max) const;
  /// `paging` with a link to this request's path and `after`.
  [[nodiscard]] nlohmann::ordered_json paging(const std::string& after) const;
};

/// Answers one request whose path and credential are in order.
using Handler = HttpReply (*)(const Call&);

/// The digits of an object's id; unset for anything else.
[[nodiscard]] std::optional<std::uint64_t> parse_id(std::string_view text);

}  // namespace firedrill::hubspot
