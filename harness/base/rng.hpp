#pragma once

#include <cstdint>
#include <string_view>

namespace firedrill {

/// Seeded randomness that is the same on every compiler (the standard distributions are not).
///
/// PCG-XSH-RR 64/32 (M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good
/// Algorithms for Random Number Generation", 2014), seeded through SplitMix64 (Steele, Lea, Flood,
/// 2014). Value type: a copy continues the same sequence.
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : Rng{seed, 0} {}

  /// The stream of one component: independent of all others, so that adding a fault does not shift
  /// the draws of another. Depends on nothing but its arguments.
  [[nodiscard]] static Rng derive(std::uint64_t run_seed, std::string_view component,
                                  std::uint64_t index = 0);

  std::uint32_t next();

  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  /// Uniform integer in [0, bound). @pre bound > 0
  std::uint64_t below(std::uint64_t bound);
  /// Exponential with mean 1.
  double exponential();
  /// Standard normal (Box-Muller, one of the pair).
  double normal();
  /// True with probability `share` (0..1).
  bool chance(double share) { return uniform() < share; }

 private:
  Rng(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t state_ = 0;
  std::uint64_t increment_ = 1;
};

}  // namespace firedrill
