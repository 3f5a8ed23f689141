#pragma once

#include "harness/base/time.hpp"

#include <cstdint>
#include <string>

namespace firedrill {

enum class MomentKind : std::uint8_t {
  system_started,
  system_ready,
  system_exited,
  phase_started,
  phase_ended,
  fault_injected,
  fault_first_hit,
  fault_healed,
  breaker_open,       ///< Seen from outside: the caller fell silent after failures.
  breaker_half_open,  ///< The first call after the silence.
  breaker_closed,     ///< A trial succeeded and traffic flows again.
  check_turned,       ///< A health check or a breaker says something else than before.
  gate_unmet,
  aborted,  ///< An expectation that ends the drill when it fails, failed.
  interrupted,
  finished,
};
[[nodiscard]] const char* name_of(MomentKind kind);

/// Something that happened at one instant of the drill.
struct Moment {
  Offset at{0};
  MomentKind kind = MomentKind::finished;
  std::string subject;  ///< Phase, fault, mock or stream that it concerns; may be empty.
  std::string text;     ///< One line for people.
  friend bool operator==(const Moment&, const Moment&) = default;
};

}  // namespace firedrill
