#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"
#include "harness/spec/expectation.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace firedrill::spec {

/// A search for the highest rate at which a stream still meets its objectives: the rate doubles,
/// window by window, until they break, then the distance is halved.
struct BreakpointSearch {
  std::string phase;  ///< In which it searches; "" is the first.
  Rate from;
  Rate to;                                       ///< Above `from`.
  std::vector<SloExpression> slo;                ///< Over each window; at least one.
  double achieved = 0.99;                        ///< Share of planned requests that must be sent.
  Duration window = std::chrono::seconds{2};     ///< At one rate.
  std::uint32_t breaches = 2;                    ///< In a row, before a rate counts as broken.
  Duration cool_down = std::chrono::seconds{1};  ///< Silence after a breach.
  double precision = 0.01;                       ///< Distance to stop at, relative to the knee.
};

}  // namespace firedrill::spec
