#include "mocks/openai/pace.hpp"

#include "faults/model/mock_fault.hpp"
#include "harness/base/units.hpp"

#include <algorithm>

namespace firedrill::openai {
namespace {

/// A model never stands still for good: the tail of a normal distribution reaches 0.
constexpr double kTokensPerSecondMin = 0.1;

}  // namespace

Duration Pace::all(std::uint64_t tokens) const {
  const double most = seconds(kDurationMax);
  return from_seconds(
      std::min(most, seconds(first_token) + seconds(per_token) * static_cast<double>(tokens)));
}

Pace draw_pace(const spec::Mock& mock, Rng rng) {
  // A sequence of its own: the ids of the answer are drawn from the one that `rng` continues.
  const std::uint64_t seed = (std::uint64_t{rng.next()} << 32U) | rng.next();
  Rng own{seed};
  Pace pace;
  if (mock.first_token) pace.first_token = draw(*mock.first_token, own);
  if (mock.tokens_per_second) {
    pace.per_token =
        from_seconds(1 / std::max(kTokensPerSecondMin, draw_number(*mock.tokens_per_second, own)));
  }
  return pace;
}

}  // namespace firedrill::openai
