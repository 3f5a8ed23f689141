#pragma once

#include <string>
#include <string_view>

namespace firedrill {

/// faults/kinds.json as it was when this was built.
[[nodiscard]] std::string_view kinds_json();

/// The production cause that a kind of fault imitates: "an exhausted quota" for "mock: rate_limit";
/// "" for a kind that kinds.json does not list.
[[nodiscard]] std::string cause_of(std::string_view kind);

}  // namespace firedrill
