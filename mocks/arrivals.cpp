#include "mocks/arrivals.hpp"

#include <algorithm>

namespace firedrill {

void Arrivals::add(TimePoint now) {
  if (!first_) first_ = now;
  recent_.push_back(now);
  while (recent_.front() < now - kWindow || recent_.size() > kArrivalsMax) recent_.pop_front();
}

Duration Arrivals::silence(TimePoint now) const {
  const auto from = std::lower_bound(recent_.begin(), recent_.end(), now - kWindow);
  const auto count = static_cast<std::size_t>(recent_.end() - from);
  if (count < kArrivalsMin) return kSilenceUnknown;
  const Duration watched = std::min(kWindow, now - *first_);
  const Duration mean_gap = watched / static_cast<std::int64_t>(count);
  return std::max(kSilenceMin, from_seconds(kMeanGaps * seconds(mean_gap)));
}

}  // namespace firedrill
