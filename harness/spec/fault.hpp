#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/composition.hpp"
#include "harness/spec/delay.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/pressure_fault.hpp"
#include "harness/spec/process_fault.hpp"
#include "harness/spec/proxies.hpp"
#include "harness/spec/service_fault.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace firedrill::spec {

/// What a faulty mock does with one request. Members combine: `latency` goes before whatever else
/// happens. With nothing but `latency` set the answer itself is healthy.
struct MockAction {
  struct Respond {
    int status = 500;
    std::optional<std::string> body;  ///< Unset: the provider's own error for that status.
  };
  struct Hang {
    std::optional<Duration>
        time;  ///< Unset: for as long as the caller waits. Then the connection closes.
  };
  struct Truncate {
    std::uint64_t bytes =
        0;  ///< Body bytes sent before the connection closes; the length promised is whole.
  };
  struct Drip {
    std::uint64_t bytes = 1;  ///< This many bytes …
    Duration every{0};        ///< … at a time.
  };
  // What happens to a streamed answer in its midst; answers that are no streams stay as they are,
  // and are no hits. `after` counts events, at most all but the last; unset is half of them.
  struct Stall {
    std::optional<std::uint64_t> after;
    std::optional<Duration> time;  ///< Unset: for as long as the caller waits.
  };
  struct InStream {
    std::optional<std::uint64_t> after;
  };

  std::optional<Respond> respond;
  std::optional<Delay> latency;
  std::optional<Hang> hang;
  bool reset = false;  ///< RST instead of an answer.
  std::optional<Truncate> truncate;
  bool malformed = false;  ///< A 200 whose JSON breaks off.
  std::optional<Drip> drip;
  std::optional<Rate> rate_limit;        ///< The provider's own 429 beyond this rate.
  std::optional<Stall> stall;            ///< Silence between two events.
  std::optional<InStream> end_early;     ///< An orderly end without the last events.
  std::optional<InStream> stream_error;  ///< The provider's own error event, then the end.

  /// True when a caller must see a failure (rather than a slow or unchanged success).
  [[nodiscard]] bool always_fails() const {
    return (respond && respond->status >= 400) || hang || reset || truncate || malformed;
  }
};

/// One step of a scripted fault: `action` until the step ends, then the next step. The last step
/// has no end.
struct FaultStep {
  enum class Ends {
    never,
    at_breaker_open,  ///< `until: breaker.open`: when the caller falls silent after failures.
    after_requests,   ///< `for: 3 requests`
    after_trials,     ///< `for: 1 trial`: requests that come after a silence.
  };
  Ends ends = Ends::never;
  std::uint32_t count = 0;           ///< For after_requests and after_trials.
  std::optional<MockAction> action;  ///< Unset: `pass`, answer normally.
};

/// A mock that misbehaves.
struct MockFault {
  std::string mock;              ///< Key under `mocks:`.
  std::vector<FaultStep> steps;  ///< At least one.
  std::optional<Ratio> share;    ///< Probability per request, from the seed.
  /// Count script: fail this many, pass that many, repeat. Both 0: every request.
  std::uint32_t fail_count = 0;
  std::uint32_t pass_count = 0;
  HttpPick when{};  ///< The requests that it is about; it sees no others.
};

/// Something broken on purpose, for a while within one phase.
struct Fault {
  std::string name;  ///< Unique; "openai@outage" unless the scenario names it.
  std::string phase;
  Duration after{0};               ///< From the start of the phase to the injection.
  std::optional<Duration> length;  ///< From there to the healing; unset: when the phase ends.
  std::optional<Ramp> ramp;        ///< Unset: in full strength from the injection on.
  std::optional<Flap> flap;        ///< Unset: without a break.
  bool hits_optional = false;      ///< Otherwise no hit is inconclusive.
  Place place;
  std::variant<MockFault, ProcessFault, PressureFault, ServiceFault, ProxiedFault> what;
};

/// What `fault` does to the mock of that name; nullptr when it is about something else.
[[nodiscard]] inline const MockFault* mock_fault_of(const Fault& fault, std::string_view mock) {
  const auto* of_mock = std::get_if<MockFault>(&fault.what);
  return of_mock != nullptr && of_mock->mock == mock ? of_mock : nullptr;
}

}  // namespace firedrill::spec
