#pragma once

#include "harness/expect/observed.hpp"
#include "harness/spec/state_expectation.hpp"

#include <vector>

namespace firedrill {

// Expectations on the system's own state: its readings against what the drill had acknowledged and
// what the mocks billed. Pure.

[[nodiscard]] std::vector<Finding> judge_observed(const spec::LedgerExpectation& ledger,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::UniqueExpectation& unique,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::OrderExpectation& order,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::CostExpectation& cost,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::AuditExpectation& audit,
                                                  const ObservedCase& observed);

/// True for one of those above: it is judged once the state has settled.
[[nodiscard]] bool is_on_state(const spec::Expectation& expectation);

}  // namespace firedrill
