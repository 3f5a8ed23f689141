#pragma once

#include "harness/base/result.hpp"
#include "mocks/clinic/circuit_breaker.hpp"

#include <string>
#include <vector>

namespace firedrill::clinic {

/// The planted defects: bugs that real services have had, switched on to prove that a drill catches
/// them. Named in spec::clinic_defects(); parsed once, read in the two places named here and
/// nowhere else. All false is the healthy service.
struct Defects {
  bool no_fallback = false;           ///< LeadScorer::without_ai
  bool breaker_never_opens = false;   ///< with_defects, below
  bool breaker_never_closes = false;  ///< with_defects, below
  bool leaks_5xx = false;             ///< LeadScorer::without_ai
  friend bool operator==(const Defects&, const Defects&) = default;
};

/// An unknown name is an error that lists those there are.
[[nodiscard]] Result<Defects> parse_defects(const std::vector<std::string>& names);

/// The breaker as the defects misconfigure it: its own code knows nothing of them.
[[nodiscard]] CircuitBreaker::Options with_defects(CircuitBreaker::Options healthy,
                                                   const Defects& defects);

}  // namespace firedrill::clinic
