#pragma once

#include "harness/base/result.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/proxy.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace firedrill {

/// One attribute of a toxic: a whole number, a number, a yes or no, or a word.
using ToxicValue = std::variant<std::int64_t, double, bool, std::string>;
struct ToxicAttribute {
  std::string name;
  ToxicValue value;
};

/// A fault as the API has it: what was asked for, word for word.
struct Toxic {
  std::string name;
  std::string type;
  std::string stream = "downstream";  ///< As it was written; any case.
  double toxicity = 1;
  std::vector<ToxicAttribute> attributes;  ///< All that the type has, in its order.
  std::optional<Duration> ttl;             ///< It ends by itself after so long.
};

/// A kind of toxic, and the attributes that it has with their defaults.
struct ToxicType {
  std::string_view name;
  std::vector<ToxicAttribute> attributes;
  spec::ProxyAction (*make)(const Toxic& toxic);
};
[[nodiscard]] const ToxicType* find_toxic_type(std::string_view name);
/// Toxiproxy's own first, then ours.
[[nodiscard]] std::vector<std::string_view> toxic_type_names();

/// Any case; unset for what is neither.
[[nodiscard]] std::optional<spec::ProxyStream> toxic_stream(std::string_view text);

/// Puts the attributes that `json` gives over those that the toxic has. Fails for a value that does
/// not fit: "bad request body: latency must be a whole number". What the type does not know is
/// passed over.
[[nodiscard]] Result<void> merge_attributes(const nlohmann::ordered_json& json, Toxic& toxic);

/// The fault that it stands for. @pre the type and the stream are valid
[[nodiscard]] spec::ProxyFault fault_of(const Toxic& toxic);

[[nodiscard]] nlohmann::ordered_json to_json(const Toxic& toxic);

/// A field by its name, in any case, as Go's decoder finds it; nullptr when it is absent or null.
[[nodiscard]] const nlohmann::ordered_json* find_field(const nlohmann::ordered_json& object,
                                                       std::string_view name);

}  // namespace firedrill
