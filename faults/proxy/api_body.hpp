#pragma once

#include "faults/proxy/proxy_list.hpp"
#include "faults/proxy/refusal.hpp"
#include "faults/proxy/toxic.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

namespace firedrill {

// What the bodies of requests to the API say, and what is wrong with them.

/// The fields of a proxy that a body gives.
struct ProxyBody {
  std::optional<std::string> name;
  std::optional<std::string> listen;
  std::optional<std::string> upstream;
  std::optional<std::string> protocol;
  std::optional<bool> enabled;
  const nlohmann::ordered_json* toxics = nullptr;  ///< A list with something in it.
};
[[nodiscard]] Refused read_proxy(const nlohmann::ordered_json& json, ProxyBody& body);
/// Name and upstream must be there; `place` is "" or " at proxy 2".
[[nodiscard]] Refused check_present(const ProxyBody& body, const std::string& place);

/// A new toxic of this proxy, in the order of checks that Toxiproxy has, so that the same mistake
/// gets the same answer.
[[nodiscard]] Refused read_toxic(const nlohmann::ordered_json& json, const NamedProxy& named,
                                 Toxic& toxic);
/// What a change gives, over what the toxic has.
[[nodiscard]] Refused read_change(const nlohmann::ordered_json& json, Toxic& toxic);

}  // namespace firedrill
