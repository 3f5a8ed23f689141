#pragma once

#include "harness/base/units.hpp"
#include "harness/spec/breaker_expectation.hpp"
#include "harness/spec/calls_expectation.hpp"
#include "harness/spec/match.hpp"
#include "harness/spec/place.hpp"
#include "harness/spec/slo_expression.hpp"

#include <string>
#include <variant>
#include <vector>

namespace firedrill::spec {

struct SloExpectation {
  SloExpression slo;
};

/// Answers that show the fallback at work, and their share of all that were due.
struct FallbackExpectation {
  enum class From { phase_start, breaker_open };
  std::string stream;
  ResponseMatch when;
  Comparison comparison = Comparison::greater_equal;
  double share = 1;  ///< 0..1.
  From from = From::phase_start;
  std::string breaker;  ///< Mock whose breaker `from: breaker.open` means.
};

/// The search for a stream's breaking point shows that it stands this rate.
struct KneeExpectation {
  std::string stream;
  Rate at_least;
};

struct Expectation {
  std::string name;                 ///< Unique; made from the text unless the scenario names it.
  std::vector<std::string> during;  ///< Phases; empty is the whole drill.
  bool gate = false;  ///< Judged before the first injection; unmet stops the drill (111).
  std::variant<SloExpectation, BreakerExpectation, FallbackExpectation, KneeExpectation,
               CallsExpectation>
      what;
  Place place;
};

}  // namespace firedrill::spec
