#include "mocks/webhooks/delivery_choice.hpp"

#include "harness/base/rng.hpp"

#include <string>

namespace firedrill {

DeliveryChoice choose_delivery(const spec::Deliver& deliver, std::uint64_t seed,
                               std::string_view sender, std::uint64_t index) {
  const auto draw = [&](const char* fault) {
    return Rng::derive(seed, std::string{sender} + ".deliver." + fault, index).uniform();
  };
  DeliveryChoice choice;
  choice.drop = draw("drop") < deliver.drop.value;
  choice.duplicate = draw("duplicate") < deliver.duplicate.value;
  choice.replay = draw("replay") < deliver.replay.value;
  choice.reorder = draw("reorder") < deliver.reorder.value;
  if (draw("delay") < deliver.delay.value) choice.delay = deliver.delay_by;
  if (draw("slow") < deliver.slow.value) choice.slow_over = deliver.slow_over;
  double left = draw("corrupt");
  for (std::size_t part = 0; part < spec::kCorruptions; ++part) {
    left -= deliver.corrupt[part].value;
    if (left >= 0) continue;
    choice.corruption = static_cast<spec::Corruption>(part);
    break;
  }
  return choice;
}

}  // namespace firedrill
