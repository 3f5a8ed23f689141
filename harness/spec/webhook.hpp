#pragma once

#include "harness/base/time.hpp"
#include "harness/base/units.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace firedrill::spec {

/// The part of a signed request that is made wrong on purpose.
enum class Corruption : std::uint8_t {
  signature,  ///< Not the one that belongs to the request.
  secret,     ///< Signed with another secret than the one agreed on.
  body,       ///< Changed after it was signed.
  timestamp,  ///< Signed in time, but too long ago to be accepted.
  missing,    ///< No signature at all.
};
inline constexpr std::size_t kCorruptions = 5;

/// How webhooks are delivered, and how their delivery goes wrong on purpose. Shares are of events,
/// each drawn from the seed on its own; what is wrong with an event is wrong with every attempt.
struct Deliver {
  std::optional<Duration> timeout;        ///< Of one attempt; unset: the provider's.
  std::optional<std::uint32_t> attempts;  ///< All in all, 1 and more; unset: the provider's.
  double compress = 1;                    ///< The provider's waits are divided by this; above 0.

  Ratio drop;       ///< Lost on the way: never attempted.
  Ratio duplicate;  ///< Delivered once more, signed anew.
  Ratio replay;     ///< Delivered once more, byte for byte, signature and all.
  Ratio reorder;    ///< Overtaken by the event after it.
  Ratio delay;      ///< Late by …
  Duration delay_by{0};
  Ratio slow;  ///< The body takes …
  Duration slow_over{0};
  std::uint32_t burst = 1;  ///< Events that are held back until so many can go at once.
  std::array<Ratio, kCorruptions> corrupt{};  ///< By Corruption; at most 100 % together.
};

}  // namespace firedrill::spec
