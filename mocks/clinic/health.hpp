#pragma once

#include "mocks/clinic/circuit_breaker.hpp"
#include "mocks/clinic/clock.hpp"
#include "mocks/clinic/lead_scorer.hpp"
#include "mocks/clinic/patients.hpp"

#include <optional>
#include <string>

namespace firedrill::clinic {

// The bodies of the health endpoints. Pure: they show what they are given.

/// What there is to know about the service at one moment.
struct HealthView {
  const Clock& clock;
  TimePoint now;
  Defects defects;
  bool stopping = false;  ///< No new work is wanted; readiness says so.
  bool has_ai = true;
  CircuitBreaker::Snapshot breaker;
  std::optional<AiSighting> last;
  std::optional<DatabaseView> database;  ///< Unset: there is none.
};

/// 200, or 503 while stopping and without the database, which nothing stands in for.
[[nodiscard]] int ready_status(const HealthView& view);

/// "not_configured", "degraded" (the breaker is not closed) or "ok".
[[nodiscard]] std::string_view openai_status(const HealthView& view);

[[nodiscard]] std::string health_json(const HealthView& view);       ///< GET /health
[[nodiscard]] std::string ready_json(const HealthView& view);        ///< GET /ready
[[nodiscard]] std::string health_deep_json(const HealthView& view);  ///< GET /health/deep
[[nodiscard]] std::string circuit_breakers_json(
    const HealthView& view);  ///< GET /health/circuit-breakers

}  // namespace firedrill::clinic
