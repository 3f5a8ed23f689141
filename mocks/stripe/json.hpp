#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace firedrill::stripe {

/// Objects of the API keep the order of their fields.
using Json = nlohmann::ordered_json;

// Reading fields that are there or not, in objects of our own making and in checked parameters.

/// nullptr when absent; a field that is null is there.
[[nodiscard]] const Json* field(const Json& object, std::string_view name);
/// "" when absent, null or no string.
[[nodiscard]] std::string text_of(const Json& object, std::string_view name);
/// `otherwise` when absent, null or no integer.
[[nodiscard]] std::int64_t integer_of(const Json& object, std::string_view name,
                                      std::int64_t otherwise = 0);
/// False when absent, null or no flag.
[[nodiscard]] bool flag_of(const Json& object, std::string_view name);

}  // namespace firedrill::stripe
