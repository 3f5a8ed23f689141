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
  std::vector<std::string> words{};  ///< What a word may be; empty: any.
};

/// A fault as the API has it: what was asked for, word for word.
struct Toxic {
  std::string name;
  std::string type;
  std::string stream = "downstream";  ///< As it was written; any case.
  double toxicity = 1;
  std::vector<ToxicAttribute> attributes;  ///< All that the type has, in its order.
  std::optional<Duration> ttl;             ///< It ends by itself after so long.

  // Of toxics that read a protocol; see wire_toxic.hpp.
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  struct Match {
    std::string method;
    std::string path;  ///< '*' for any characters.
    Pairs query;
    Pairs headers;
  };
  Match match;
  std::uint32_t fail = 0;         ///< This many requests,
  std::uint32_t pass = 0;         ///< then that many not, again and again.
  std::uint64_t hits_before = 0;  ///< Until it was changed last.
};

/// A kind of toxic, and the attributes that it has with their defaults.
struct ToxicType {
  std::string_view name;
  std::vector<ToxicAttribute> attributes;
  spec::ProxyAction (*make)(const Toxic& toxic);
};
[[nodiscard]] const ToxicType* find_toxic_type(std::string_view name);
/// @pre its type has an attribute of that name
[[nodiscard]] const ToxicValue& toxic_value(const Toxic& toxic, std::string_view attribute);

/// Any case; unset for what is neither.
[[nodiscard]] std::optional<spec::ProxyStream> toxic_stream(std::string_view text);

/// Puts the attributes that `json` gives over those that the toxic has. Fails for a value that does
/// not fit: "bad request body: latency must be a whole number". What the type does not know is
/// passed over.
[[nodiscard]] Result<void> merge_attributes(const nlohmann::ordered_json& json, Toxic& toxic);

/// The fault that it stands for. @pre the type is one of find_toxic_type(), the stream is valid
[[nodiscard]] spec::ProxyFault fault_of(const Toxic& toxic);

[[nodiscard]] nlohmann::ordered_json to_json(const Toxic& toxic);

/// A field by its name, in any case, as Go's decoder finds it; nullptr when it is absent or null.
[[nodiscard]] const nlohmann::ordered_json* find_field(const nlohmann::ordered_json& object,
                                                       std::string_view name);

}  // namespace firedrill
