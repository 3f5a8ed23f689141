#pragma once

#include "harness/base/time.hpp"

namespace firedrill::spec {

/// A delay drawn anew for every request.
struct Delay {
  enum class Kind {
    fixed,      ///< `a` always.
    uniform,    ///< Between `a` and `b`.
    normal,     ///< Mean `a`, standard deviation `b`; never below 0.
    lognormal,  ///< Mean `a`, standard deviation `b`: the shape that real services show.
  };
  Kind kind = Kind::fixed;
  Duration a{0};
  Duration b{0};
  friend bool operator==(const Delay&, const Delay&) = default;
};

/// A number drawn anew for every request, as a Delay is.
struct Spread {
  Delay::Kind kind = Delay::Kind::fixed;
  double a = 0;
  double b = 0;
  friend bool operator==(const Spread&, const Spread&) = default;
};

}  // namespace firedrill::spec
