#include "mocks/clinic/defects.hpp"

#include "harness/base/strings.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/names.hpp"

#include <array>
#include <limits>
#include <string_view>
#include <utility>

namespace firedrill::clinic {
namespace {

constexpr std::array<std::pair<std::string_view, bool Defects::*>, 4> kDefects{{
    {"no-fallback", &Defects::no_fallback},
    {"breaker-never-opens", &Defects::breaker_never_opens},
    {"breaker-never-closes", &Defects::breaker_never_closes},
    {"leaks-5xx", &Defects::leaks_5xx},
}};

}  // namespace

Result<Defects> parse_defects(const std::vector<std::string>& names) {
  Defects defects;
  for (const std::string& name : names) {
    bool known = false;
    for (const auto& [known_name, member] : kDefects) {
      if (known_name != name) continue;
      defects.*member = true;
      known = true;
    }
    if (!known) {
      const std::vector<std::string> accepted = spec::clinic_defect_names();
      return Error{"clinic: unknown defect '" + name + "'" + did_you_mean(name, accepted) +
                   "; accepted: " + join_or(accepted)};
    }
  }
  return defects;
}

CircuitBreaker::Options with_defects(CircuitBreaker::Options healthy, const Defects& defects) {
  CircuitBreaker::Options options = healthy;
  if (defects.breaker_never_opens) {
    options.failures_to_open = std::numeric_limits<std::uint32_t>::max();
  }
  // No trial is due within the longest drill there can be, so nothing ever closes it.
  if (defects.breaker_never_closes) options.open_for = kDurationMax;
  return options;
}

}  // namespace firedrill::clinic
