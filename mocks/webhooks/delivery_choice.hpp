#pragma once

#include "harness/base/time.hpp"
#include "harness/spec/webhook.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace firedrill {

/// What goes wrong with the delivery of one event.
struct DeliveryChoice {
  bool drop = false;  ///< Then nothing else matters.
  bool duplicate = false;
  bool replay = false;
  bool reorder = false;
  Duration delay{0};
  Duration slow_over{0};
  std::optional<spec::Corruption> corruption;
};

/// The choice for event `index` (from 0) of a sender. Depends on nothing but the arguments, and
/// each kind of fault draws on its own: that one is added changes nothing about the others. Pure.
[[nodiscard]] DeliveryChoice choose_delivery(const spec::Deliver& deliver, std::uint64_t seed,
                                             std::string_view sender, std::uint64_t index);

}  // namespace firedrill
