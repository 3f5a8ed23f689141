#pragma once

#include "harness/base/rng.hpp"
#include "harness/base/time.hpp"
#include "harness/spec/mock.hpp"

#include <cstdint>

namespace firedrill::openai {

/// How fast the model answers one request. Both 0, the default: at once.
struct Pace {
  Duration first_token{0};  ///< Until the answer begins.
  Duration per_token{0};    ///< For each token after that.

  [[nodiscard]] Duration all(std::uint64_t tokens) const;
};

/// Drawn from the scenario's `first_token` and `tokens_per_second`. `rng` is a copy: how fast an
/// answer comes does not change what it says.
[[nodiscard]] Pace draw_pace(const spec::Mock& mock, Rng rng);

}  // namespace firedrill::openai
