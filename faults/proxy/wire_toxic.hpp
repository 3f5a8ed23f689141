#pragma once

#include "faults/model/wire_faults.hpp"
#include "faults/proxy/toxic.hpp"
#include "harness/base/result.hpp"
#include "harness/spec/wire_fault.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace firedrill {

// Toxics of proxies that read a protocol: what they do to requests, statements and commands.

/// What a proxy was created to read; unset for none ("tcp", or no word at all).
[[nodiscard]] Result<std::optional<WireProtocol>> parse_protocol(std::string_view name);
[[nodiscard]] std::string_view name_of(WireProtocol protocol);

/// A kind of such toxic.
struct WireToxicType {
  std::string_view name;
  WireProtocol protocol;
  std::vector<ToxicAttribute> attributes;
  void (*make)(const Toxic& toxic, spec::WireFault& fault);
};
[[nodiscard]] const WireToxicType* find_wire_toxic_type(std::string_view name);

/// Reads `match` and the count script `fail`, `pass` over what the toxic has of them.
[[nodiscard]] Result<void> read_picks(const nlohmann::ordered_json& json, Toxic& toxic);

/// @pre the toxic is of such a type
[[nodiscard]] spec::WireFault wire_fault_of(const Toxic& toxic);

/// Puts `match`, `fail` and `pass` into the JSON of a toxic that has them.
void add_picks(const Toxic& toxic, nlohmann::ordered_json& json);

}  // namespace firedrill
