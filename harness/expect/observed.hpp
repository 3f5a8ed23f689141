#pragma once

#include "harness/expect/breaker_evidence.hpp"
#include "harness/expect/window.hpp"
#include "harness/metrics/run_result.hpp"
#include "harness/spec/observed.hpp"
#include "harness/spec/scenario.hpp"

#include <string_view>
#include <vector>

namespace firedrill {

/// What findings on probes, logs and ledgers are drawn from. Borrows everything.
struct ObservedCase {
  const spec::Scenario& scenario;
  const RunResult& result;
  const Window& window;
  std::string_view name;  ///< Of the expectation: what was counted for it stands under it.
};

// One finding for each thing that an expectation demands. Pure.

[[nodiscard]] std::vector<Finding> judge_observed(const spec::MetricExpectation& metric,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::HealthExpectation& health,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::LogExpectation& log,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::RecoveryExpectation& recovery,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::AmplificationExpectation& attempts,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::CorrelationExpectation& correlation,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::PrivacyExpectation& privacy,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::ResourcesExpectation& resources,
                                                  const ObservedCase& observed);
[[nodiscard]] std::vector<Finding> judge_observed(const spec::HappensExpectation& happens,
                                                  const ObservedCase& observed);
/// Holds what the system says about the breaker against what `evidence` shows of it.
[[nodiscard]] std::vector<Finding> judge_telemetry(const spec::TelemetryExpectation& telemetry,
                                                   const ObservedCase& observed,
                                                   const BreakerEvidence& evidence);

/// What each health check and each breaker said anew in [from, to), in order of time.
[[nodiscard]] std::vector<Moment> turned_moments(const RunResult& result, std::string_view probe,
                                                 Offset from, Offset to);

}  // namespace firedrill
