#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/observed.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace firedrill::spec {

/// Something that the system does by itself must come: a cron job, a heartbeat, a delivery. At
/// least one of `every`, `by` and `times` is set; each is one thing to hold.
struct HappensExpectation {
  enum class Source : std::uint8_t {
    log,       ///< A line of the system's log.
    metric,    ///< A counter that goes up.
    call,      ///< A request that a mock receives.
    delivery,  ///< A webhook that is acknowledged.
  };
  Source source = Source::log;
  LogExpectation line;      ///< Of log; its number of lines means nothing here.
  std::string selector;     ///< Of metric: a series; parses.
  std::string name;         ///< Of call: the mock. Of delivery: who sends, a mock or a stream.
  std::string method;       ///< Of call; "" is any.
  std::string path = "*";   ///< Of call; '*' stands for any characters.
  std::string event = "*";  ///< Of delivery; likewise.

  std::optional<Duration> every;     ///< No longer than this without one.
  std::optional<Duration> by;        ///< The first comes so soon after the window's start.
  std::optional<NumberBound> times;  ///< How many in the window.
};

}  // namespace firedrill::spec
