#include "harness/load/arrival_schedule.hpp"

#include "harness/base/assert.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace firedrill {

Result<Share> parse_shard(std::string_view text) {
  if (text.empty()) return Share{};
  constexpr std::uint64_t most = 10'000;
  std::uint64_t index = 0;
  std::uint64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [slash, first] = std::from_chars(text.data(), end, index);
  if (first == std::errc{} && slash != end && *slash == '/') {
    const auto [stop, second] = std::from_chars(slash + 1, end, count);
    if (second == std::errc{} && stop == end && index >= 1 && index <= count && count <= most) {
      return Share{index - 1, count};
    }
  }
  return Error{"--shard K/N wanted, such as 2/8, with 1 <= K <= N <= 10000, not '" +
               std::string{text} + "'"};
}

ArrivalSchedule::ArrivalSchedule(spec::RateShape rate, spec::Arrivals arrivals, Offset end, Rng rng,
                                 Share share)
    : rate_{std::move(rate)},
      arrivals_{arrivals},
      end_{end},
      rng_{rng},
      share_{share},
      index_{share.index} {
  FD_ASSERT(share.index < share.count);
}

void ArrivalSchedule::extend(const std::vector<spec::RateStretch>& stretches) {
  auto& rate = std::get<spec::StretchedRate>(rate_.form);
  FD_ASSERT(rate.then.per_second <= 0);
  rate.stretches.insert(rate.stretches.end(), stretches.begin(), stretches.end());
}

std::optional<Arrival> ArrivalSchedule::next() {
  double position = static_cast<double>(index_) + 0.5;
  if (arrivals_ == spec::Arrivals::poisson) {
    // Each share draws every gap: the due times of the whole do not depend on how it is shared.
    for (; drawn_ <= index_; ++drawn_) position_ += rng_.exponential();
    position = position_;
  }
  const auto due = spec::time_of_arrival(rate_, position);
  if (!due || *due >= end_) return std::nullopt;
  return Arrival{*due, std::exchange(index_, index_ + share_.count)};
}

}  // namespace firedrill
