#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/place.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::spec {

/// Something that is read from the system, again and again, while the drill runs.
struct Probe {
  enum class Kind {
    health,     ///< Status and JSON of a health or readiness endpoint.
    metrics,    ///< Prometheus text.
    breakers,   ///< JSON that tells the states of circuit breakers.
    resources,  ///< What its processes use up, from /proc.
  };

  /// Where the state of one breaker stands.
  struct Breaker {
    std::string mock;   ///< The dependency behind it.
    std::string where;  ///< A JSON Pointer; for metrics a selector of series.
  };

  std::string name;
  Kind kind = Kind::health;
  std::string path;  ///< From the system's URL.
  /// Of resources: a file with the number of the process; "" for the system that we started.
  std::string pid_file;
  Duration every = std::chrono::milliseconds{250};
  Duration timeout = std::chrono::seconds{1};  ///< Connect to last byte.
  /// Of health: JSON Pointer of the object that holds the checks; "" finds it by its usual names.
  std::string checks;
  /// Of breakers and metrics; a mock that is not listed is looked for under its own name.
  std::vector<Breaker> breakers;
  std::uint32_t series_max = 2000;  ///< Values kept: series of metrics, scalars of JSON.
  Place place;
};

/// Probes that a scenario need not write: those of the reference system.
[[nodiscard]] std::vector<Probe> clinic_probes();

}  // namespace firedrill::spec
