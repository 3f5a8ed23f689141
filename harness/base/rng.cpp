#include "harness/base/rng.hpp"

#include "harness/base/assert.hpp"

#include <cmath>
#include <numbers>

namespace firedrill {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31U);
}

/// FNV-1a, 64 bit: stable across builds, unlike std::hash.
std::uint64_t hash(std::string_view text) {
  std::uint64_t value = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    value ^= static_cast<unsigned char>(c);
    value *= 0x100000001b3ULL;
  }
  return value;
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t stream) {
  std::uint64_t mixer = seed;
  const std::uint64_t start = splitmix(mixer);
  mixer ^= stream;
  increment_ = splitmix(mixer) | 1U;
  next();
  state_ += start;
  next();
}

Rng Rng::derive(std::uint64_t run_seed, std::string_view component, std::uint64_t index) {
  std::uint64_t mixer = run_seed ^ hash(component);
  const std::uint64_t seed = splitmix(mixer) + index * 0x9e3779b97f4a7c15ULL;
  return Rng{seed, hash(component)};
}

std::uint32_t Rng::next() {
  const std::uint64_t old = state_;
  state_ = old * 6364136223846793005ULL + increment_;
  const auto shifted = static_cast<std::uint32_t>(((old >> 18U) ^ old) >> 27U);
  const auto rotation = static_cast<std::uint32_t>(old >> 59U);
  return (shifted >> rotation) | (shifted << ((32U - rotation) & 31U));
}

double Rng::uniform() {
  const std::uint64_t bits = (static_cast<std::uint64_t>(next()) << 32U) | next();
  return static_cast<double>(bits >> 11U) * 0x1.0p-53;
}

std::uint64_t Rng::below(std::uint64_t bound) {
  FD_ASSERT(bound > 0);
  // Rejection keeps every value equally likely.
  const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
  while (true) {
    const std::uint64_t draw = (static_cast<std::uint64_t>(next()) << 32U) | next();
    if (draw < limit) return draw % bound;
  }
}

double Rng::exponential() { return -std::log1p(-uniform()); }

double Rng::normal() {
  const double radius = std::sqrt(2 * exponential());
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace firedrill
